#include "cli/commands/key_rekey_rows.hpp"

#include "cli/commands/key_job_command.hpp"
#include "messages/start_job.hpp"

namespace rookery::cli {

void add_key_rekey_rows(Command key, Action& chosen) {
    add_key_job_command(
        key,
        chosen,
        {"rekey-rows",
         "Tag every row anew, under a new row key, on the running server",
         messages::row_rekey_job,
         "the new row key is in no older backup of the keyring: make one, `rookery backup "
         "--keyring --data DATA --to KEYS`"}
    );
}

}  // namespace rookery::cli

#include "cli/commands/key_rekey_data.hpp"

#include "cli/commands/key_job_command.hpp"
#include "messages/start_job.hpp"

namespace rookery::cli {

void add_key_rekey_data(Command key, Action& chosen) {
    add_key_job_command(
        key,
        chosen,
        {"rekey-data",
         "Seal every token anew, under a fresh data key and a new record KEK, on the running "
         "server",
         messages::data_rekey_job,
         "the new KEK is in no older backup of the keyring: make one, "
         "`rookery backup --keyring --data DATA --to KEYS`"}
    );
}

}  // namespace rookery::cli

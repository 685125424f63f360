#include "cli/commands/key_rotate.hpp"

#include "cli/commands/key_job_command.hpp"
#include "messages/start_job.hpp"

namespace rookery::cli {

void add_key_rotate(Command key, Action& chosen) {
    add_key_job_command(
        key,
        chosen,
        {"rotate",
         "Make a new record KEK, and wrap every data key anew under it, on the running server",
         messages::key_rotation_job,
         "the new KEK is in no older backup of the keyring: make one, "
         "`rookery backup --keyring --data DATA --to KEYS`"}
    );
}

}  // namespace rookery::cli

#include "cli/commands/audit.hpp"

#include "cli/commands/audit_tail.hpp"
#include "cli/commands/audit_verify.hpp"

namespace rookery::cli {

void add_audit(Command app, Action& chosen) {
    const auto command = app.add_subcommand("audit", "Read the audit log, or check a copy of it");
    command.require_subcommand();
    for (const auto add : {add_audit_tail, add_audit_verify}) add(command, chosen);
}

}  // namespace rookery::cli

#include "vault/end_credentials.hpp"

#include "messages/who_am_i.hpp"
#include "pipeline/logged_values.hpp"
#include "schema/known_tables.hpp"
#include "vault/vault_parts.hpp"

#include <chrono>
#include <utility>

namespace rookery::messages {
namespace {

Result<void> end_credential(PlanBuilder& builder, const Uuid& id) {
    ROOKERY_TRY(const auto before, builder.reading.live(schema::known::rky_credential, id));
    auto after = *before;
    ++after.row_version;
    const Instant now = std::chrono::floor<std::chrono::seconds>(builder.now);
    after.set("rky_revokedon", now);
    after.set("modifiedby", storage::RowRef{schema::known::systemuser.id, builder.caller.user});
    after.set("modifiedon", now);
    const auto write = builder.write(before.get(), after);
    auto event = builder.event(audit::Action::credential_revoke, audit::Outcome::success);
    builder.about(event, after);
    builder.note_versions(event, before.get(), write);
    add_logged_values(event, before.get(), &after);
    builder.record(event);
    return {};
}

}  // namespace

Result<void> end_credentials(PlanBuilder& builder) {
    const auto& facts = builder.facts();
    for (const auto& user : facts.users().rows()) {
        for (const auto& id : facts.credentials_of(user.id)) {
            if (facts.credential(id)->revoked) continue;
            ROOKERY_CHECK(end_credential(builder, id));
        }
    }
    return {};
}

Result<ledger::Pending> opening_that_ends_credentials(
    const Vault& vault, const View& now, const std::vector<audit::Event>& opening
) {
    const auto& services = vault.parts().services;
    const auto system = vault.system();
    auto message = WhoAmI{}.facts();
    message.name = "";  // nobody sent one
    RequestInfo info;
    info.correlation = Uuid::random(services.random);
    WorkBudget work;
    PlanBuilder builder(services, now, system, message, info, work);
    for (const auto& event : opening) builder.record(event);
    ROOKERY_CHECK(end_credentials(builder));
    return std::move(builder).success(NoContent{});
}

}  // namespace rookery::messages

#include "vault/end_credentials.hpp"

#include "messages/credential_marks.hpp"
#include "pipeline/logged_values.hpp"
#include "schema/known_tables.hpp"
#include "vault/own_plan.hpp"

#include <utility>

namespace rookery::messages {
namespace {

Result<void> end_credential(PlanBuilder& builder, const Uuid& id) {
    ROOKERY_TRY(const auto before, builder.reading.live(schema::known::rky_credential, id));
    const auto after = revoked_row(builder, *before);
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
    OwnPlan own(vault, now);
    for (const auto& event : opening) own.builder.record(event);
    ROOKERY_CHECK(end_credentials(own.builder));
    return std::move(own.builder).success(NoContent{});
}

}  // namespace rookery::messages

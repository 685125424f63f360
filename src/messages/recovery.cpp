#include "messages/recovery.hpp"

#include "pipeline/logged_values.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {

Result<RowPtr> organization_row(PlanBuilder& builder) {
    return builder.reading.live(schema::known::organization, builder.services.organization);
}

storage::Row noted(storage::Row row, storage::Value when, storage::Value user) {
    row.set("rky_recoveredon", std::move(when));
    row.set("rky_recovereduser", std::move(user));
    return row;
}

void record_recovery(
    PlanBuilder& builder, const access::Decision& decision, const storage::Row& before,
    storage::Row after
) {
    ++after.row_version;
    const auto write = builder.write(&before, after);
    auto event = builder.event(audit::Action::recovery, audit::Outcome::success);
    builder.about(event, after);
    event.rule = builder.rule_of(decision);
    builder.note_versions(event, &before, write);
    add_logged_values(event, &before, &after);
    builder.record(event);
}

Result<std::string> recovery_warning(const PlanBuilder& builder) {
    ROOKERY_TRY(
        const auto found,
        builder.reading.peek(schema::known::organization, builder.services.organization)
    );
    const auto* when = found.row ? found.row->get<Instant>("rky_recoveredon") : nullptr;
    const auto* who = found.row ? found.row->get<storage::RowRef>("rky_recovereduser") : nullptr;
    if (when == nullptr || who == nullptr) return std::string{};
    const auto* user = builder.facts().user(who->id);
    return "administration was given to " +
           (user == nullptr ? std::string{} : user->full_name + " ") + "(" + to_string(who->id) +
           ") with the root key on " + to_iso8601(*when) +
           "; a reviewer acknowledges it with `rookery recover --acknowledge`";
}

}  // namespace rookery::messages

#include "messages/recovery.hpp"

#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

audit::Event recovery_event(
    const Planning& planning, const Authorized& authorized, const storage::Row& organization,
    const Uuid& user
) {
    auto event = planning.event(audit::Action::recovery, audit::Outcome::success);
    event.table = organization.table->name;
    event.record = organization.id;
    event.rule = planning.rule_of(authorized.decision());
    event.extras.emplace_back("systemuserid", to_string(user));
    return event;
}

/// The organization's row with these two values, on the record.
void put(
    Planning& planning, const storage::Row& before, storage::Value when, storage::Value user,
    audit::Event event
) {
    auto after = before;
    ++after.row_version;
    after.set("rky_recoveredon", std::move(when));
    after.set("rky_recovereduser", std::move(user));
    planning.write(&before, after);
    event.row_versions = audit::RowVersions{before.row_version, after.row_version};
    planning.record(event);
}

Result<RowPtr> organization(Planning& planning) {
    return planning.reading.live(schema::known::organization, planning.parts.organization);
}

}  // namespace

Result<void> note_recovery(Planning& planning, const Uuid& user, const Authorized& authorized) {
    if (planning.caller.method != access::AuthMethod::system) {
        return fail(Errc::switch_locked, "Only the holder of the root key recovers administration.");
    }
    ROOKERY_TRY(const auto target, planning.reading.live(schema::known::systemuser, user));
    ROOKERY_TRY(const auto before, organization(planning));
    put(planning, *before, Instant{std::chrono::floor<std::chrono::seconds>(planning.now)},
        target->ref(), recovery_event(planning, authorized, *before, user));
    return {};
}

Result<void> acknowledge_recovery(Planning& planning, const Authorized& authorized) {
    ROOKERY_TRY(const auto before, organization(planning));
    const auto* user = before->get<storage::RowRef>("rky_recovereduser");
    const auto recovered = user == nullptr ? Uuid{} : user->id;
    if (recovered == planning.caller.user) {
        return fail(
            Errc::access_denied, "Nobody acknowledges his own recovery.", "ask another reviewer"
        );
    }
    auto event = recovery_event(planning, authorized, *before, recovered);
    event.extras.emplace_back("acknowledged", std::uint64_t{1});
    if (user == nullptr) {
        planning.record(event);
        return {};
    }
    put(planning, *before, {}, {}, std::move(event));
    return {};
}

Result<std::string> recovery_warning(const Planning& planning) {
    ROOKERY_TRY(
        const auto found,
        planning.reading.peek(schema::known::organization, planning.parts.organization)
    );
    const auto* when = found.row ? found.row->get<Instant>("rky_recoveredon") : nullptr;
    const auto* who = found.row ? found.row->get<storage::RowRef>("rky_recovereduser") : nullptr;
    if (when == nullptr || who == nullptr) return std::string{};
    const auto* user = planning.facts().user(who->id);
    return "administration was given to " + (user == nullptr ? std::string{} : user->full_name + " ") +
           "(" + to_string(who->id) + ") with the root key on " + to_iso8601(*when) +
           "; a reviewer acknowledges it with `rookery recover --acknowledge`";
}

}  // namespace rookery::messages

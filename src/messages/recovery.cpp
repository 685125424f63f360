#include "messages/recovery.hpp"

#include <algorithm>

#include "access/one_person.hpp"
#include "messages/logged_values.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

/// Plans the row as it will be, with what it says on the record.
void put(
    Planning& planning, const Authorized& authorized, const storage::Row& before, storage::Row after
) {
    ++after.row_version;
    const auto write = planning.write(&before, after);
    auto event = planning.event(audit::Action::recovery, audit::Outcome::success);
    planning.about(event, after);
    event.rule = planning.rule_of(authorized.decision());
    planning.note_versions(event, &before, write);
    add_logged_values(event, &before, &after);
    planning.record(event);
}

/// The organization's row with these two values.
storage::Row noted(storage::Row row, storage::Value when, storage::Value user) {
    row.set("rky_recoveredon", std::move(when));
    row.set("rky_recovereduser", std::move(user));
    return row;
}

/// What others may hold of him does not get what he is given now.
storage::Row without_credentials(storage::Row user) {
    const auto* counter = user.get<std::int64_t>("rky_credentialcounter");
    const auto next = (counter == nullptr ? 0 : *counter) + 1;
    user.set("rky_credentialcounter", next);
    return user;
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
    const auto* open = before->get<storage::RowRef>("rky_recovereduser");
    if (open != nullptr && open->id != user) {
        return fail(
            Errc::access_denied,
            "The recovery of the user " + to_string(open->id) + " is not acknowledged yet.",
            "recover that user again, or let a reviewer acknowledge it first"
        );
    }
    const Instant now = std::chrono::floor<std::chrono::seconds>(planning.now);
    put(planning, authorized, *target, without_credentials(*target));
    put(planning, authorized, *before, noted(*before, now, target->ref()));
    return {};
}

Result<void> acknowledge_recovery(Planning& planning, const Authorized& authorized) {
    ROOKERY_TRY(const auto before, organization(planning));
    const auto* user = before->get<storage::RowRef>("rky_recovereduser");
    if (user == nullptr) {
        return fail(Errc::invalid_argument, "There is no recovery to acknowledge.");
    }
    const auto person = access::one_person(planning.caller, planning.facts(), planning.now);
    if (std::ranges::binary_search(person, user->id)) {
        return fail(
            Errc::access_denied,
            "Nobody acknowledges his own recovery, or with a credential from who was recovered.",
            "ask another reviewer"
        );
    }
    put(planning, authorized, *before, noted(*before, {}, {}));
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

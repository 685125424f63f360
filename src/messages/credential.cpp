#include "messages/credential.hpp"

#include <algorithm>

#include "access/administration.hpp"
#include "access/one_person.hpp"
#include "identity/bearer_token.hpp"
#include "messages/access_fact.hpp"
#include "messages/logged_values.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

audit::Event credential_event(
    const Planning& planning, const Authorized& authorized, audit::Action action,
    const storage::Row* before, const storage::Row& after
) {
    auto event = planning.event(action, audit::Outcome::success);
    planning.about(event, after);
    event.rule = planning.rule_of(authorized.decision());
    add_logged_values(event, before, &after);
    return event;
}

struct Marks {
    bool plaintext = false;
    bool administration = false;
};

/// What the caller could give anybody, as far as his own credential carries it.
Marks could_give(const Planning& planning) {
    const auto& caller = planning.caller;
    if (caller.method == access::AuthMethod::system) return {true, true};
    return {
        access::may_grant_plaintext(caller, planning.facts()),
        access::is_system_administrator(caller, planning.facts())
    };
}

Marks marks_for(const Planning& planning, const Uuid& user) {
    if (user == planning.caller.user) return {false, planning.caller.administration};
    return could_give(planning);
}

}  // namespace

Result<CredentialReply> create_credential(
    Planning& planning, const CreateCredential& message, const Authorized& authorized
) {
    if (message.lifetime < credential_lifetime_min || message.lifetime > credential_lifetime_max) {
        return fail(
            Errc::out_of_range, "LifetimeSeconds must be between " +
                                    std::to_string(credential_lifetime_min.count()) + " and " +
                                    std::to_string(credential_lifetime_max.count()) + "."
        );
    }
    const auto* user = planning.facts().user(message.user);
    if (user == nullptr || !planning.facts().enabled(message.user)) {
        return fail(Errc::user_disabled, "A disabled user can get no credential.");
    }
    const auto marks = marks_for(planning, message.user);
    auto& random = planning.parts.random;
    const auto id = Uuid::random(random);
    const auto secret = identity::BearerSecret::random(random);
    const Instant expires =
        std::chrono::floor<std::chrono::seconds>(planning.now) + message.lifetime;
    const crypto::CredentialClaims claims{
        id, message.user, expires, static_cast<std::uint32_t>(user->credential_counter)
    };

    ROOKERY_TRY(const auto found, planning.reading.read(schema::known::rky_credential, id));
    if (found.state != Found::State::absent) return fail(Errc::internal, "a random id came twice");
    storage::Row row;
    row.table = &schema::known::rky_credential;
    row.id = id;
    row.row_version = 1;
    const storage::RowRef holder{schema::known::systemuser.id, message.user};
    const storage::RowRef author{schema::known::systemuser.id, planning.caller.user};
    const Instant now = std::chrono::floor<std::chrono::seconds>(planning.now);
    row.set("rky_name", message.name.empty() ? storage::Value{} : storage::Value{message.name});
    row.set("systemuserid", holder);
    row.set("rky_hash", secret.expose([&](ByteView bytes) {
        return planning.parts.credentials.hash(claims, bytes);
    }));
    row.set("rky_expireson", expires);
    row.set("rky_counter", static_cast<std::int64_t>(user->credential_counter));
    row.set("rky_plaintext", marks.plaintext);
    row.set("rky_administration", marks.administration);
    row.set("createdby", author);
    row.set("createdon", now);
    row.set("modifiedby", author);
    row.set("modifiedon", now);
    const auto write = planning.write(nullptr, row);

    auto event =
        credential_event(planning, authorized, audit::Action::credential_create, nullptr, row);
    planning.note_versions(event, nullptr, write);
    planning.record(event);
    return CredentialReply{
        id, identity::format(id, secret), expires, marks.plaintext, marks.administration
    };
}

Result<void> revoke_credential(Planning& planning, const Authorized& authorized) {
    const auto& before = *std::get<RevokeRow>(authorized.step().what).before;
    auto after = before;
    std::optional<std::size_t> write;
    if (before.find("rky_revokedon") == nullptr) {
        ++after.row_version;
        const Instant now = std::chrono::floor<std::chrono::seconds>(planning.now);
        after.set("rky_revokedon", now);
        after.set("modifiedby", storage::RowRef{schema::known::systemuser.id, planning.caller.user});
        after.set("modifiedon", now);
        write = planning.write(&before, after);
    }
    auto event = credential_event(
        planning, authorized, audit::Action::credential_revoke, &before, after
    );
    if (write) planning.note_versions(event, &before, *write);
    planning.record(event);
    return {};
}

Result<void> confirm_credential(Planning& planning, const Authorized& authorized) {
    const auto& before = *std::get<ConfirmRow>(authorized.step().what).before;
    const auto& caller = planning.caller;
    const auto fact = std::get<access::Credential>(fact_of(before));
    if (!access::is_live(fact, planning.facts(), planning.now)) {
        return fail(Errc::invalid_argument, "The credential has ended: there is nothing to confirm.");
    }
    const auto person = access::one_person(caller, planning.facts(), planning.now);
    if (std::ranges::binary_search(person, fact.user) ||
        std::ranges::binary_search(person, fact.maker)) {
        return fail(
            Errc::access_denied, "Nobody confirms a credential of his own, of his making, or of who made his.",
            "ask another administrator"
        );
    }
    const auto given = could_give(planning);
    if (!given.plaintext && !given.administration) {
        return fail(
            Errc::grant_unmask_denied,
            "Only who holds " + std::string(schema::prv_grant_unmask) +
                " or System Administrator has something to confirm."
        );
    }
    const Marks marks{fact.plaintext || given.plaintext, fact.administration || given.administration};
    auto after = before;
    std::optional<std::size_t> write;
    if (marks.plaintext != fact.plaintext || marks.administration != fact.administration) {
        ++after.row_version;
        const storage::RowRef author{schema::known::systemuser.id, caller.user};
        after.set("rky_plaintext", marks.plaintext);
        after.set("rky_administration", marks.administration);
        after.set("rky_confirmedby", author);
        after.set("modifiedby", author);
        after.set("modifiedon", Instant{std::chrono::floor<std::chrono::seconds>(planning.now)});
        write = planning.write(&before, after);
    }
    auto event = credential_event(planning, authorized, audit::Action::credential_confirm, &before, after);
    if (write) planning.note_versions(event, &before, *write);
    planning.record(event);
    return {};
}

}  // namespace rookery::messages

#include "messages/create_credential.hpp"

#include "access/administration.hpp"
#include "access/built_in.hpp"
#include "identity/bearer_token.hpp"
#include "messages/credential_marks.hpp"
#include "pipeline/pasted_token.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {

MessageFacts CreateCredential::facts() const {
    return {
        "rky_CreateCredential",
        audit::Action::credential_create,
        {},
        Cost::few_rows,
        Stores::something_new,
        OnBehalf::credential};
}

Result<void> CreateCredential::check_texts() const {
    return PastedTokenCheck{}.check("Name", name);
}

access::Decision CreateCredential::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_credentials));
}

Judged<CreateCredential::Plan> CreateCredential::plan(PlanBuilder& builder) const {
    if (access::is_built_in_user(user)) {
        return fail(
            Errc::built_in_protected, "A user that the vault itself is can hold no credential."
        );
    }
    ROOKERY_TRY(auto row, builder.reading.live(schema::known::systemuser, user));
    return judge_act(builder, needs_of_general(schema::prv_manage_credentials), std::move(row));
}

Result<MessageReply::Body> CreateCredential::execute(PlanBuilder& builder, Plan plan) const {
    if (lifetime < credential_lifetime_min || lifetime > credential_lifetime_max) {
        return fail(
            Errc::out_of_range,
            "LifetimeSeconds must be between " + std::to_string(credential_lifetime_min.count()) +
                " and " + std::to_string(credential_lifetime_max.count()) + "."
        );
    }
    const auto* holder_facts = builder.facts().user(user);
    if (holder_facts == nullptr || !builder.facts().enabled(user)) {
        return fail(Errc::user_disabled, "A disabled user can get no credential.");
    }
    const auto marks = marks_for(builder, user);
    auto& random = builder.services.random;
    const auto id = Uuid::random(random);
    const auto secret = identity::BearerSecret::random(random);
    const Instant expires = std::chrono::floor<std::chrono::seconds>(builder.now) + lifetime;
    const crypto::CredentialClaims claims{
        id, user, expires, static_cast<std::uint32_t>(holder_facts->credential_counter)};

    ROOKERY_TRY(const auto found, builder.reading.read(schema::known::rky_credential, id));
    if (found.state != Found::State::absent) return fail(Errc::internal, "a random id came twice");
    storage::Row row;
    row.table = &schema::known::rky_credential;
    row.id = id;
    row.row_version = 1;
    const storage::RowRef holder{schema::known::systemuser.id, user};
    const storage::RowRef author{schema::known::systemuser.id, builder.caller.user};
    const Instant now = std::chrono::floor<std::chrono::seconds>(builder.now);
    row.set("rky_name", name.empty() ? storage::Value{} : storage::Value{name});
    row.set("systemuserid", holder);
    row.set("rky_hash", secret.expose([&](ByteView bytes) {
        return builder.keys.credentials.hash(claims, bytes);
    }));
    row.set("rky_expireson", expires);
    row.set("rky_counter", static_cast<std::int64_t>(holder_facts->credential_counter));
    row.set("rky_plaintext", marks.plaintext);
    row.set("rky_administration", marks.administration);
    row.set("createdby", author);
    row.set("createdon", now);
    row.set("modifiedby", author);
    row.set("modifiedon", now);
    const auto write = builder.write(nullptr, row);

    auto event =
        credential_event(builder, plan.decision(), audit::Action::credential_create, nullptr, row);
    builder.note_versions(event, nullptr, write);
    builder.record(event);
    return CredentialReply{
        id, identity::format(id, secret), expires, marks.plaintext, marks.administration};
}

}  // namespace rookery::messages

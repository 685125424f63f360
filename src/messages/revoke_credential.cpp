#include "messages/revoke_credential.hpp"

#include "messages/credential_marks.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {

MessageFacts RevokeCredential::facts() const {
    return {
        "rky_RevokeCredential",
        audit::Action::credential_revoke,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::credential};
}

Result<void> RevokeCredential::check_texts() const { return {}; }

access::Decision RevokeCredential::admit(const Asker& asker) const {
    return asker.decide(needs_of_anyone());
}

Judged<RevokeCredential::Plan> RevokeCredential::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(schema::known::rky_credential, credential));
    // Whoever holds a credential may always give it up.
    const auto* holder = row->get<storage::RowRef>("systemuserid");
    const bool own = holder != nullptr && holder->id == builder.caller.user;
    auto needs = own ? needs_of_anyone() : needs_of_general(schema::prv_manage_credentials);
    return judge_act(builder, std::move(needs), std::move(row));
}

Result<MessageReply::Body> RevokeCredential::execute(PlanBuilder& builder, Plan plan) const {
    const auto& before = *plan.what().row;
    auto after = before;
    std::optional<std::size_t> write;
    if (before.find("rky_revokedon") == nullptr) {
        after = revoked_row(builder, before);
        write = builder.write(&before, after);
    }
    auto event = credential_event(
        builder, plan.decision(), audit::Action::credential_revoke, &before, after
    );
    if (write) builder.note_versions(event, &before, *write);
    builder.record(event);
    return NoContent{};
}

}  // namespace rookery::messages

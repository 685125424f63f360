#include "messages/confirm_credential.hpp"

#include "access/administration.hpp"
#include "access/one_person.hpp"
#include "messages/credential_marks.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {

MessageFacts ConfirmCredential::facts() const {
    return {
        "rky_ConfirmCredential",
        audit::Action::credential_confirm,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::credential};
}

Result<void> ConfirmCredential::check_texts() const { return {}; }

access::Decision ConfirmCredential::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_manage_credentials));
}

Judged<ConfirmCredential::Plan> ConfirmCredential::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(schema::known::rky_credential, credential));
    return judge_act(builder, needs_of_general(schema::prv_manage_credentials), std::move(row));
}

Result<MessageReply::Body> ConfirmCredential::execute(PlanBuilder& builder, Plan plan) const {
    const auto& before = *plan.what().row;
    const auto& caller = builder.caller;
    const auto fact = std::get<access::Credential>(fact_of(before));
    if (!access::is_live(fact, builder.facts(), builder.now)) {
        return fail(
            Errc::invalid_argument, "The credential has ended: there is nothing to confirm."
        );
    }
    const auto person = access::one_person(caller, builder.facts(), builder.now);
    if (std::ranges::binary_search(person, fact.user) ||
        std::ranges::binary_search(person, fact.maker)) {
        return fail(
            Errc::access_denied,
            "Nobody confirms a credential of his own, of his making, or of who made his.",
            "ask another administrator"
        );
    }
    const auto given = could_give(builder);
    if (!given.plaintext && !given.administration) {
        return fail(
            Errc::grant_unmask_denied,
            "Only who holds " + std::string(schema::prv_grant_unmask) +
                " or System Administrator has something to confirm."
        );
    }
    const CredentialMarks marks{
        fact.plaintext || given.plaintext, fact.administration || given.administration};
    auto after = before;
    std::optional<std::size_t> write;
    if (marks.plaintext != fact.plaintext || marks.administration != fact.administration) {
        ++after.row_version;
        const storage::RowRef author{schema::known::systemuser.id, caller.user};
        after.set("rky_plaintext", marks.plaintext);
        after.set("rky_administration", marks.administration);
        after.set("rky_confirmedby", author);
        after.set("modifiedby", author);
        after.set("modifiedon", Instant{std::chrono::floor<std::chrono::seconds>(builder.now)});
        write = builder.write(&before, after);
    }
    auto event = credential_event(
        builder, plan.decision(), audit::Action::credential_confirm, &before, after
    );
    if (write) builder.note_versions(event, &before, *write);
    builder.record(event);
    return NoContent{};
}

}  // namespace rookery::messages

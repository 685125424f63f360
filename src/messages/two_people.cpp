#include "messages/two_people.hpp"

#include "access/one_person.hpp"
#include "messages/destruction_cursor.hpp"
#include "messages/job_rows.hpp"
#include "messages/purge_cursor.hpp"
#include "rules/job_status.hpp"
#include "rules/request_words.hpp"
#include "rules/write_draft.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

/// As he was when he gave his word; nothing when his credential opens nothing any more, but for its time.
std::optional<access::Caller> caller_of(const Requester& requester, const access::Facts& facts) {
    auto out = access::Caller::of(requester.user);
    if (requester.credential.is_nil()) return out;
    const auto* credential = facts.credential(requester.credential);
    if (credential == nullptr || !facts.valid(*credential)) return std::nullopt;
    out.credential = requester.credential;
    out.plaintext = credential->plaintext;
    out.administration = credential->administration;
    return out;
}

bool may_be_one_person(
    const access::Caller& one, const access::Caller& other, const access::Facts& facts
) {
    const auto first = access::one_person_ever(one, facts);
    const auto second = access::one_person_ever(other, facts);
    return std::ranges::any_of(first, [&](const Uuid& id) {
        return std::ranges::binary_search(second, id);
    });
}

}  // namespace

Result<void> check_second_person(
    const PlanBuilder& builder, const GivenWord& word, const access::Needs& needs
) {
    const auto& facts = builder.facts();
    const auto first = caller_of(word.by, facts);
    const std::string what(word.what);
    // First of all, so that who asked hears that he cannot, whatever became of his credential.
    if (may_be_one_person(
            builder.caller, first.value_or(access::Caller::of(word.by.user)), facts
        )) {
        return fail(
            Errc::access_denied,
            "Who asked for " + what +
                " does not approve it, nor whoever could be the same person by a credential.",
            "ask another security administrator, with a credential that he made himself"
        );
    }
    if (has_expired(word.said, builder.now)) {
        return fail(
            Errc::restricted,
            "This was asked for more than a day ago, and counts no more.",
            "ask again"
        );
    }
    if (first && access::decide(*first, needs, facts).allowed()) return {};
    return fail(
        Errc::restricted,
        "Whoever asked for " + what +
            " is disabled by now, had his credential revoked, or has not the rights for it any "
            "more: what he said does not count.",
        "somebody who may asks again"
    );
}

const std::string* cursor_of_request(const storage::Row& row, std::string_view name) {
    const auto* named = row.get<std::string>("name");
    const auto* cursor = row.get<std::string>("rky_cursor");
    const bool waits = named != nullptr && *named == name && cursor != nullptr &&
                       job_status_of(row) == JobStatus::waiting &&
                       waits_for_approval(name, *cursor);
    return waits ? cursor : nullptr;
}

bool is_expired_request(const JobRow& row, Instant now) {
    const auto& text = row.progress.cursor;
    if (row.status != JobStatus::waiting || !waits_for_approval(row.name, text)) return false;
    if (row.name == purge_job) {
        const auto cursor = parse_purge_cursor(text);
        return !cursor || has_expired(cursor->said, now);
    }
    const auto cursor = parse_destruction_cursor(text);
    return !cursor || has_expired(cursor->said, now);
}

Result<Step<Change>> approved_job(
    PlanBuilder& builder, RowPtr before, std::string cursor, access::Needs needs
) {
    ROOKERY_TRY(
        auto draft,
        draft_update(builder.reading, builder.facts(), *before, Input{}, builder.author())
    );
    ROOKERY_CHECK(set_progress(draft, {0, 0, 0, {}, std::move(cursor)}));
    set_status(draft, JobStatus::waiting_for_resources);
    follow_job_status(before.get(), draft.row, builder.now);
    auto step = job_step(std::move(before), std::move(draft));
    step.needs = std::move(needs);
    return step;
}

}  // namespace rookery::messages

#include "messages/retrieve_due_tokens.hpp"

#include "messages/token_policy.hpp"
#include "pipeline/needs.hpp"
#include "schema/token_history.hpp"
#include "storage/row_key.hpp"

namespace rookery::messages {
namespace {

/// For one answer, so that it comes soon; the next one goes on.
constexpr std::size_t records_looked_at = 20'000;

/// Nothing: not due by then, or not the caller's to know.
Result<std::optional<DueToken>> due_token(PlanBuilder& builder, const RowPtr& record, Instant by) {
    if (is_inactive(*record)) return std::optional<DueToken>{};  // off already
    access::Needs needs;
    add_need(needs, schema::Right::read, *record);
    const auto decision = builder.decide(needs);
    if (!decision.allowed()) return std::optional<DueToken>{};
    builder.rely_on(decision);
    const auto& rules = builder.services.tokens;
    ROOKERY_CHECK(builder.work.spend(cost::row_by_index));
    ROOKERY_TRY(const auto policy, peek_policy(builder, record->ref()));
    if (policy == nullptr && rules.rotate_after.count() == 0) return std::optional<DueToken>{};
    ROOKERY_TRY(const auto history, peek_history(builder, record));
    ROOKERY_CHECK(builder.work.spend((history.versions.size() + 1) * cost::row_by_index));
    DueToken out;
    out.rotation = rotation_of(history, policy.get(), rules);
    if (!out.rotation.due || *out.rotation.due > by) return std::optional<DueToken>{};
    out.record = record->id;
    if (const auto* name = record->get<std::string>(record->table->primary_name)) out.name = *name;
    out.current = history.current;
    out.overdue = *out.rotation.due <= builder.now;
    return std::optional{std::move(out)};
}

}  // namespace

MessageFacts RetrieveDueTokens::facts() const {
    return {
        "rky_RetrieveDueTokens",
        audit::Action::list,
        {table, std::nullopt},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveDueTokens::check_texts() const { return {}; }

access::Decision RetrieveDueTokens::admit(const Asker& asker) const {
    return asker.decide(*table, schema::Right::read);
}

Judged<RetrieveDueTokens::Plan> RetrieveDueTokens::plan(PlanBuilder& builder) const {
    if (!schema::has_token_history(*table) || top == 0 || top > due_top_max) {
        return fail(Errc::invalid_argument, "There is no list of due tokens of this form.");
    }
    return judge_act(builder, needs_of_table(*table, schema::Right::read));
}

Result<MessageReply::Body> RetrieveDueTokens::execute(PlanBuilder& builder, Plan plan) const {
    DueTokensReply reply;
    reply.table = table;
    auto range = storage::all_rows(*table);
    if (!after.is_nil()) range.lower = storage::row_key({table->id, after}) + '\0';
    const auto rows = builder.view.store()->scan(range, storage::Order::ascending);
    std::size_t looked_at = 0;
    Uuid last;
    for (; rows->valid(); rows->next()) {
        if (looked_at == records_looked_at || reply.tokens.size() == top) {
            reply.next_after = last;
            break;
        }
        ++looked_at;
        last = storage::id_of(rows->key());
        ROOKERY_CHECK(builder.work.spend(cost::row + rows->value().size() * cost::row_byte));
        const auto found = builder.reading.decode(*table, last, rows->value());
        if (!found && found.error().code != Errc::integrity) return fail(found.error());
        if (!found || found->row == nullptr) continue;  // a damaged one must not hide the others
        ROOKERY_TRY(auto due, due_token(builder, found->row, builder.now + within));
        if (due) reply.tokens.push_back(std::move(*due));
    }
    ROOKERY_CHECK(rows->status());

    auto event = builder.event(audit::Action::list, audit::Outcome::success);
    event.table = table->name;
    event.release = audit::ReleaseMode::metadata;
    event.count = reply.tokens.size();
    event.rule = builder.rule_of(plan.decision());
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages

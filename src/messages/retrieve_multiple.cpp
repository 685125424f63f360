#include "messages/retrieve_multiple.hpp"

#include "crypto/sha256.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/show.hpp"
#include "query/changes.hpp"
#include "query/expander.hpp"
#include "query/list.hpp"
#include "query/paging_token.hpp"
#include "query/pairs.hpp"
#include "query/query_event.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

/// One event for the whole list: its shape, how many rows, and which ones as a digest.
void record_list(
    PlanBuilder& builder, const RetrieveMultiple& message, const RetrieveMultiplePlan& plan,
    std::uint64_t rows, ByteView seen
) {
    const auto& decision = plan.list.decision();
    auto event = builder.event(list_action(*message.table), audit::Outcome::success);
    event.table = message.table->name;
    event.count = rows;
    event.release = audit::ReleaseMode::metadata;
    for (const auto& column : decision.columns()) {
        if (column.view == access::ColumnView::masked) event.release = audit::ReleaseMode::masked;
    }
    event.rule = builder.rule_of(decision);
    add_query(event, message);
    if (plan.parent) add_start(event, *plan.parent);
    const auto digest = crypto::sha256(seen);
    event.extras.emplace_back("rows", Bytes(digest.begin(), digest.end()));
    builder.record(event);
}

/// A page of a join ends among the pairs of a row as well as behind them.
void end_page_of_pairs(
    const PlanBuilder& builder, const RetrieveMultiple& message, const PairPage& pairs,
    const Page& page, ListReply& reply
) {
    reply.joined_skipped = pairs.skipped();
    reply.joined_max = pairs.count();
    const auto next = pairs.next(page.keys);
    if (!next || message.top) return;
    reply.next_token = make_paging_token(
        builder.keys.authenticator, builder.caller, message.query_digest, to_bytes(*next)
    );
}

/// A list whose pages carry since when it is tracked.
struct Tracking {
    TrackedPage page;
    Query query;
};

Result<std::optional<Tracking>> tracking_of(
    const PlanBuilder& builder, const RetrieveMultiple& message
) {
    if (!message.tracked()) return std::optional<Tracking>{};
    Tracking out;
    out.page = {builder.view.snapshot().versionnumber, builder.now, {}};
    if (is_tracked_token(message.paging_token)) {
        ROOKERY_TRY(out.page, read_tracked_token(message.paging_token));
    }
    out.query.table = message.table;
    out.query.selection = message.selection;
    out.query.page_size = message.page_size;
    out.query.query_digest = tracked_digest(message.query_digest, out.page);
    out.query.paging_token = std::exchange(out.page.page, {});
    return std::optional<Tracking>{std::move(out)};
}

void add_delta(
    const PlanBuilder& builder, const RetrieveMultiple& message, const Tracking& tracking,
    ListReply& reply
) {
    if (reply.next_token) {
        auto page = tracking.page;
        page.page = std::move(*reply.next_token);
        reply.next_token = make_tracked_token(page);
        return;
    }
    reply.delta_token = make_delta_token(
        builder.keys.authenticator,
        builder.caller,
        *message.table,
        DeltaPosition::start(tracking.page.since, tracking.page.begun, message.query_digest)
    );
}

/// What is kept is shown by itself, and nothing of it in clear.
Result<void> check_source(const RetrieveMultiple& message) {
    if (message.source == RowSource::live) return {};
    const bool deleted = message.source == RowSource::deleted;
    if (message.table->bin != schema::Bin::own) {
        return fail(
            Errc::unsupported,
            "Records of '" + std::string(message.table->name) +
                (deleted ? "' are not kept when deleted." : "' are not retained.")
        );
    }
    if (message.selection.unmasked) {
        return fail(
            Errc::unsupported,
            deleted ? "Nothing of a deleted record is shown in clear."
                    : "Nothing of a retained record is shown in clear.",
            deleted ? "restore it first" : "roll its retention back first"
        );
    }
    if (message.within || message.pairs || message.tracked() || !message.expanded.empty()) {
        return fail(
            Errc::unsupported,
            deleted ? "Deleted records are listed without any others."
                    : "Retained records are listed without any others."
        );
    }
    return {};
}

}  // namespace

bool RetrieveMultiple::tracked() const { return track_changes || is_tracked_token(paging_token); }

MessageFacts RetrieveMultiple::facts() const {
    return {
        "RetrieveMultiple",
        audit::Action::list,
        {table, {}},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveMultiple::check_texts() const { return {}; }

access::Decision RetrieveMultiple::admit(const Asker& asker) const {
    if (within) {
        auto parent = asker.decide(*within->parent.table, schema::Right::read);
        if (!parent.allowed()) return parent;
    }
    auto list = asker.decide(*table, schema::Right::read);
    if (!list.allowed()) return list;
    if (auto refused = refused_join(asker, *this)) return std::move(*refused);
    if (auto refused = refused_expansion(asker, expanded)) return std::move(*refused);
    return list;
}

Judged<RetrieveMultiple::Plan> RetrieveMultiple::plan(PlanBuilder& builder) const {
    ROOKERY_CHECK(check_source(*this));
    std::optional<Authorized<ShowRow>> parent;
    if (within) {
        ROOKERY_TRY(auto row, builder.reading.live(within->parent, schema::Right::read));
        ROOKERY_TRY(parent, Authorized<ShowRow>::judge(builder, step_to_show(std::move(row), {})));
    }
    Step<ShowList> step;
    step.table = table;
    step.needs = needs_to_list(*table, selection);
    ROOKERY_TRY(auto rows, Authorized<ShowList>::judge(builder, std::move(step)));
    ROOKERY_CHECK(judge_joins(builder, *this));
    if (tracked()) ROOKERY_CHECK(check_reads_all(builder, *table));
    ROOKERY_TRY(auto with_rows, plan_expansions(builder, expanded));
    return Plan{std::move(parent), std::move(rows), std::move(with_rows)};
}

Result<MessageReply::Body> RetrieveMultiple::execute(PlanBuilder& builder, Plan plan) const {
    const auto& decision = plan.list.decision();
    const bool in_clear = shows_in_clear(decision);
    // A list that shows tokens is short: it has one event per row.
    const std::size_t page_max =
        in_clear ? std::min<std::size_t>(page_size, revealed_rows_max) : page_size;
    const auto* parent = plan.parent ? plan.parent->what().row.get() : nullptr;
    ROOKERY_TRY(const auto tracking, tracking_of(builder, *this));
    const Query& query = tracking ? tracking->query : *this;
    ROOKERY_TRY(auto page, messages::list(builder, query, parent, page_max));
    if (count_only) {
        record_list(builder, *this, plan, 0, {});
        return CountReply{page.count.value_or(0)};
    }
    ListReply reply;
    reply.table = table;
    reply.count = page.count;
    reply.next_token = page.next_token;
    if (tracking) add_delta(builder, *this, *tracking, reply);
    ByteWriter seen;
    TargetNames names(builder);
    Expander expander(builder, names, in_clear ? page.rows.size() : 0);
    if (pairs) expander.order_by_id();
    PairPage joined(page.start, top ? std::min(*top, page_size) : page_size);
    for (auto& row : page.rows) {
        if (in_clear) {
            // Guarded: a reveal must not follow a change that it did not see.
            ROOKERY_TRY(row, builder.reading.live(*table, row->id));
        }
        ROOKERY_TRY(auto shown, show(builder, plan.list, row, selection, names));
        seen.bytes(row->id.view()).u64(row->row_version);
        if (in_clear) {
            auto event = retrieve_event(builder, *row, shown, decision);
            if (plan.parent) add_start(event, *plan.parent);
            builder.record(event);
        }
        add_masked(reply.masked, shown.masked);
        auto& last = reply.rows.emplace_back(std::move(shown.row));
        ROOKERY_CHECK(expander.expand(last, plan.expanded));
        if (!pairs) continue;
        ROOKERY_TRY(const bool goes_on, joined.take(last));
        if (!goes_on) break;
    }
    const auto count = reply.rows.size();
    if (!in_clear || count == 0) record_list(builder, *this, plan, count, seen.view());
    reply.joined_max = count;
    if (pairs) end_page_of_pairs(builder, *this, joined, page, reply);
    expander.record(plan.parent ? &*plan.parent : nullptr);
    expander.add_masked(reply.masked);
    return reply;
}

}  // namespace rookery::messages

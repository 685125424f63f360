#include "messages/retrieve_aggregate.hpp"

#include "pipeline/needs.hpp"
#include "pipeline/show.hpp"
#include "query/list.hpp"
#include "query/paging_token.hpp"
#include "query/planned_expansion.hpp"
#include "query/query_event.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rookery::messages {
namespace {

/// How many groups the pages before had: what a paging token of an aggregation holds.
Result<std::uint64_t> groups_before(PlanBuilder& builder, const RetrieveAggregate& message) {
    if (message.paging_token.empty()) {
        return std::uint64_t{message.page - 1} * message.page_size;
    }
    ROOKERY_TRY(
        const auto position,
        read_paging_token(
            builder.keys.authenticator, builder.caller, message.query_digest, message.paging_token
        )
    );
    std::uint64_t out = 0;
    const auto* end = position.data() + position.size();
    const auto read = std::from_chars(position.data(), end, out);
    if (read.ec != std::errc{} || read.ptr != end) {
        return fail(Errc::bad_paging_token, "The paging cookie is not one of an aggregation.");
    }
    return out;
}

std::vector<AggregatedColumn> columns_of(const Aggregation& aggregation) {
    std::vector<AggregatedColumn> out;
    for (const auto& key : aggregation.keys) {
        const bool is_value = key.part == DatePart::none;
        out.push_back({key.name, is_value ? key.column : nullptr, key.part});
    }
    for (const auto& one : aggregation.aggregates) {
        const bool is_value =
            one.function == AggregateFunction::min || one.function == AggregateFunction::max;
        out.push_back({one.name, is_value ? one.column : nullptr, DatePart::none});
    }
    return out;
}

/// The shape of it, and of how many rows it is; which values they have is nobody's to read.
void record_aggregation(
    PlanBuilder& builder, const RetrieveAggregate& message, const RetrieveAggregatePlan& plan,
    std::uint64_t rows
) {
    auto event = builder.event(list_action(*message.table), audit::Outcome::success);
    event.table = message.table->name;
    event.count = rows;
    event.release = audit::ReleaseMode::metadata;
    event.rule = builder.rule_of(plan.list.decision());
    add_query(event, message);
    event.extras.emplace_back("apply", shape(message.aggregation, message.joins));
    if (plan.parent) add_start(event, *plan.parent);
    builder.record(event);
}

}  // namespace

MessageFacts RetrieveAggregate::facts() const {
    return {
        "RetrieveMultiple",
        audit::Action::list,
        {table, {}},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveAggregate::check_texts() const { return {}; }

access::Decision RetrieveAggregate::admit(const Asker& asker) const {
    if (within) {
        auto parent = asker.decide(*within->parent.table, schema::Right::read);
        if (!parent.allowed()) return parent;
    }
    auto list = asker.decide(*table, schema::Right::read);
    if (!list.allowed()) return list;
    if (auto refused = refused_join(asker, *this)) return std::move(*refused);
    return list;
}

Judged<RetrieveAggregate::Plan> RetrieveAggregate::plan(PlanBuilder& builder) const {
    std::optional<Authorized<ShowRow>> parent;
    if (within) {
        ROOKERY_TRY(auto row, builder.reading.live(within->parent, schema::Right::read));
        ROOKERY_TRY(parent, Authorized<ShowRow>::judge(builder, step_to_show(std::move(row), {})));
    }
    // No column of the rows is shown, so none is needed.
    Step<ShowList> step;
    step.table = table;
    step.needs = needs_of_table(*table, schema::Right::read);
    ROOKERY_TRY(auto rows, Authorized<ShowList>::judge(builder, std::move(step)));
    ROOKERY_CHECK(judge_joins(builder, *this));
    return Plan{std::move(parent), std::move(rows)};
}

Result<MessageReply::Body> RetrieveAggregate::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(const auto before, groups_before(builder, *this));
    Aggregator aggregator(aggregation);
    const auto* parent = plan.parent ? plan.parent->what().row.get() : nullptr;
    ROOKERY_CHECK(aggregate(builder, *this, parent, aggregator));
    ROOKERY_TRY(auto groups, aggregator.groups());
    ROOKERY_CHECK(builder.work.spend(aggregator.take_cost()));

    AggregateReply reply;
    reply.table = table;
    reply.columns = columns_of(aggregation);
    reply.shows_nulls = aggregation.distinct;
    const auto first = static_cast<std::size_t>(std::min<std::uint64_t>(before, groups.size()));
    const std::size_t wanted = top ? std::min(*top, page_size) : page_size;
    const auto end = first + std::min<std::size_t>(wanted, groups.size() - first);
    TargetNames names(builder);
    for (auto i = first; i < end; ++i) {
        auto& cells = reply.groups.emplace_back();
        for (auto& value : groups[i]) {
            const auto* column = reply.columns[cells.size()].column;
            auto& cell = cells.emplace_back();
            if (selection.annotations && column != nullptr) {
                ROOKERY_TRY(cell.formatted, names.of(value, *column));
            }
            cell.value = std::move(value);
        }
    }
    if (end < groups.size() && !top) {
        reply.next_token = make_paging_token(
            builder.keys.authenticator, builder.caller, query_digest, std::to_string(end)
        );
    }
    record_aggregation(builder, *this, plan, aggregator.rows());
    return reply;
}

}  // namespace rookery::messages

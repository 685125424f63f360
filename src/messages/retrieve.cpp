#include "messages/retrieve.hpp"

#include "pipeline/show.hpp"
#include "query/expander.hpp"
#include "query/joins.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

/// The row that the lookup leads to, null when it leads to none.
Result<RowPtr> led_to(PlanBuilder& builder, const storage::Row& row, const Retrieve& message) {
    const auto* lookup = row.find(message.follow->id);
    const auto* target = lookup == nullptr ? nullptr : std::get_if<storage::RowRef>(lookup);
    if (target == nullptr) return RowPtr{};
    if (message.follow_to != nullptr && target->table != message.follow_to->id) {
        return RowPtr{};  // this navigation leads to another of the lookup's tables
    }
    const auto& table = *schema::table(target->table);
    if (table.outside) return fail(does_not_exist(table, target->id));
    return builder.reading.live(table, target->id);
}

/// Whether a collection is among them, or anywhere below, or asked about by one of their filters.
bool expands_a_collection(const std::vector<Expansion>& expanded) {
    return std::ranges::any_of(expanded, [](const Expansion& one) {
        return one.lookup == nullptr || std::ranges::any_of(one.to, [](const Query& query) {
                   return asks_for_many(query) || expands_a_collection(query.expanded);
               });
    });
}

bool is_null(const ShownRow& row) {
    return std::holds_alternative<std::monostate>(row.cells.front().value);
}

}  // namespace

MessageFacts Retrieve::facts() const {
    const auto cost = expands_a_collection(expanded) ? Cost::many_rows : Cost::few_rows;
    return {
        "Retrieve",
        audit::Action::retrieve,
        named_by(target),
        cost,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> Retrieve::check_texts() const { return {}; }

access::Decision Retrieve::admit(const Asker& asker) const {
    auto row = asker.decide(*target.table, schema::Right::read);
    if (!row.allowed()) return row;
    if (auto refused = refused_expansion(asker, expanded)) return std::move(*refused);
    return row;
}

Judged<Retrieve::Plan> Retrieve::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    if (follow == nullptr) {
        ROOKERY_TRY(
            auto start, Authorized<ShowRow>::judge(builder, step_to_show(std::move(row), selection))
        );
        ROOKERY_TRY(auto with_it, plan_expansions(builder, expanded));
        return Plan{std::move(start), {}, std::move(with_it)};
    }
    // Following a lookup reads both rows: where it starts, and where it leads.
    auto led = led_to(builder, *row, *this);
    auto first = step_to_show(std::move(row), {});
    if (!led) first.deferred_error = led.error();  // names where the lookup leads
    ROOKERY_TRY(auto start, Authorized<ShowRow>::judge(builder, std::move(first)));
    if (!*led) return Plan{std::move(start), {}, {}};
    ROOKERY_TRY(
        auto end, Authorized<ShowRow>::judge(builder, step_to_show(std::move(*led), selection))
    );
    ROOKERY_TRY(auto with_it, plan_expansions(builder, expanded));
    return Plan{std::move(start), std::move(end), std::move(with_it)};
}

Result<MessageReply::Body> Retrieve::execute(PlanBuilder& builder, Plan plan) const {
    const auto& shown_step = plan.target ? *plan.target : plan.start;
    const auto& row = shown_step.what().row;
    const auto& decision = shown_step.decision();
    const auto record = [&](const Exposure& shown) {
        auto event = retrieve_event(builder, *row, shown, decision);
        if (plan.target) add_start(event, plan.start);
        builder.record(event);
    };
    if (follow != nullptr && !plan.target) {
        // The lookup is null: only the row it starts from was read.
        ROOKERY_TRY(const auto nothing, show(builder, shown_step, selection));
        record(nothing);
        return NullReply{};
    }
    const auto& known = preconditions.not_versions;
    if (!selection.annotations && std::ranges::find(known, row->versionnumber) != known.end()) {
        // That the row is as it was, and no column of it, whatever was asked for.
        record({});
        return NotModified{};
    }
    ROOKERY_TRY(auto shown, show(builder, shown_step, selection));
    record(shown);
    if (property != nullptr && !property->may(schema::can::row_id) &&
        property->name != "versionnumber" && is_null(shown.row)) {
        return NullReply{};
    }
    TargetNames names(builder);
    Expander expander(builder, names);
    ROOKERY_CHECK(expander.expand(shown.row, plan.expanded));
    expander.record(&shown_step);
    expander.add_masked(shown.masked);
    return RowReply{std::move(shown.row), false, std::move(shown.masked), property};
}

}  // namespace rookery::messages

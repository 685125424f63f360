#include "messages/retrieve_duplicates.hpp"

#include "crypto/sha256.hpp"
#include "pipeline/match_code.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/show.hpp"
#include "query/duplicates.hpp"
#include "query/query_event.hpp"

#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

namespace rookery::messages {
namespace {

Result<void> check_tables(const RetrieveDuplicates& asked) {
    if (detects_duplicates(*asked.base) && detects_duplicates(*asked.table)) return {};
    return fail(
        Errc::detection_unsupported, "Duplicate detection is not supported on this record type."
    );
}

Result<void> check_page(const RetrieveDuplicates& asked) {
    if (std::uint64_t{asked.page} * asked.page_size <= duplicates_retrieved_max) return {};
    return fail(
        Errc::paging_limit,
        "At most " + std::to_string(duplicates_retrieved_max) + " duplicates are returned."
    );
}

/// A row is named by its id alone, and is not looked at; one that is named by a key is there for whom it is.
Result<storage::Value> value_of_cell(PlanBuilder& builder, const InputCell& cell) {
    if (const auto* target = std::get_if<Target>(&cell.value)) {
        if (const auto* id = std::get_if<Uuid>(&target->by)) {
            return storage::Value{storage::RowRef{target->table->id, *id}};
        }
        ROOKERY_TRY(const auto row, builder.reading.live(*target, schema::Right::read));
        return storage::Value{row->ref()};
    }
    return std::visit(
        [](const auto& given) -> storage::Value {
            using T = std::decay_t<decltype(given)>;
            if constexpr (std::is_same_v<T, Target> || std::is_same_v<T, SecretBytes>) {
                return {};
            } else {
                return given;
            }
        },
        cell.value
    );
}

/// Each row once, whichever rule found it, up to the end of the page.
Result<std::vector<RowPtr>> rows_of_page(
    PlanBuilder& builder, const RetrieveDuplicates& asked, const storage::Row& row
) {
    const auto most = std::size_t{asked.page} * asked.page_size;
    std::vector<RowPtr> out;
    std::set<Uuid> seen;
    ROOKERY_TRY(const auto rules, published_rules(builder, *asked.base));
    for (const auto& rule : rules) {
        if (rule.matching != asked.table || out.size() == most) continue;
        ROOKERY_TRY(auto found, duplicates_of(builder, rule, row, most));
        for (auto& one : found) {
            if (out.size() == most || !seen.insert(one->id).second) continue;
            out.push_back(std::move(one));
        }
    }
    const auto before = std::min(out.size(), std::size_t{asked.page - 1} * asked.page_size);
    out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(before));
    return out;
}

}  // namespace

MessageFacts RetrieveDuplicates::facts() const {
    return {
        "RetrieveDuplicates",
        audit::Action::list,
        {table, {}},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveDuplicates::check_texts() const { return {}; }

access::Decision RetrieveDuplicates::admit(const Asker& asker) const {
    if (id) {
        auto start = asker.decide(*base, schema::Right::read);
        if (!start.allowed()) return start;
    }
    return asker.decide(*table, schema::Right::read);
}

Judged<RetrieveDuplicates::Plan> RetrieveDuplicates::plan(PlanBuilder& builder) const {
    ROOKERY_CHECK(check_tables(*this));
    ROOKERY_CHECK(check_page(*this));
    std::optional<Authorized<ShowRow>> start;
    storage::Row row;
    row.table = base;
    if (id) {
        ROOKERY_TRY(auto found, builder.reading.live(*base, *id));
        row = *found;
        ROOKERY_TRY(start, Authorized<ShowRow>::judge(builder, step_to_show(std::move(found), {})));
    }
    for (const auto& cell : given.cells) {
        if (cell.column->may(schema::can::row_id)) continue;
        ROOKERY_TRY(auto value, value_of_cell(builder, cell));
        row.set(cell.column->id, std::move(value));
    }
    Step<ShowList> step;
    step.table = table;
    step.needs = needs_to_list(*table, {});
    ROOKERY_TRY(auto rows, Authorized<ShowList>::judge(builder, std::move(step)));
    return Plan{std::move(start), std::move(rows), std::move(row)};
}

Result<MessageReply::Body> RetrieveDuplicates::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(auto rows, rows_of_page(builder, *this, plan.row));
    ListReply reply;
    reply.table = table;
    ByteWriter seen;
    TargetNames names(builder);
    for (auto& row : rows) {
        seen.bytes(row->id.view()).u64(row->row_version);
        ROOKERY_TRY(auto shown, show(builder, plan.list, std::move(row), {}, names));
        add_masked(reply.masked, shown.masked);
        reply.rows.push_back(std::move(shown.row));
    }
    auto event = builder.event(list_action(*table), audit::Outcome::success);
    event.table = table->name;
    event.count = reply.rows.size();
    event.release =
        reply.masked.empty() ? audit::ReleaseMode::metadata : audit::ReleaseMode::masked;
    event.rule = builder.rule_of(plan.list.decision());
    if (plan.start) add_start(event, *plan.start);
    const auto digest = crypto::sha256(seen.view());
    event.extras.emplace_back("rows", Bytes(digest.begin(), digest.end()));
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages

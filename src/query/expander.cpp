#include "query/expander.hpp"

#include "crypto/sha256.hpp"
#include "query/list.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace rookery::messages {
namespace {

Error too_many_expanded(std::uint64_t most, std::string_view which) {
    return {
        Errc::too_expensive,
        "The $expand would show more than " + std::to_string(most) + " rows" + std::string(which) +
            ".",
        "ask for shorter pages (odata.maxpagesize), or for fewer navigation properties",
        {}};
}

bool leads_to(const Expansion& asked, schema::TableId table) {
    return std::ranges::any_of(asked.to, [&](const Query& query) {
        return query.table->id == table;
    });
}

}  // namespace

/// A row as it is shown in one place of the query.
struct Expander::Known {
    ShownRowPtr row;             // null: not shown
    std::uint64_t rows = 0;      // with those that are shown below it
    std::uint64_t revealed = 0;  // of these, in clear
};

/// One table that an expansion of the query leads to.
struct Expander::Place {
    Place(const PlanBuilder& builder, const Expansion& of, const PlannedTable& planned)
        : asked(of), table(planned), rules(builder, *planned.query) {}

    const Expansion& asked;
    const PlannedTable& table;
    ListRules rules;
    std::map<Uuid, Known> known;
    // Of rows without an event of their own: how many, and which.
    std::uint64_t listed = 0;
    ByteWriter seen;
    std::uint64_t withheld = 0;  // which the caller may not read
    std::vector<audit::Event> revealed;
    std::vector<MaskedColumn> masked;
};

Expander::Expander(PlanBuilder& builder, TargetNames& names, std::uint64_t revealed)
    : builder_(builder), names_(names), revealed_(revealed) {}

Expander::~Expander() = default;

Result<void> Expander::expand(ShownRow& row, const std::vector<PlannedExpansion>& planned) {
    return fill(row, planned);
}

Result<void> Expander::fill(ShownRow& row, const std::vector<PlannedExpansion>& planned) {
    row.expanded.reserve(planned.size());
    for (const auto& one : planned) {
        const bool single = one.asked->lookup != nullptr;
        ROOKERY_TRY(auto link, single ? follow(row, one) : members(row, one));
        row.expanded.push_back(std::move(link));
    }
    return {};
}

Result<ShownLink> Expander::follow(const ShownRow& row, const PlannedExpansion& planned) {
    const auto& asked = *planned.asked;
    const auto* value = row.row->find(asked.lookup->id);
    const auto* target = value == nullptr ? nullptr : std::get_if<storage::RowRef>(value);
    if (target == nullptr) return ShownLink{};
    if (asked.reference) {
        return leads_to(asked, target->table) ? ShownLink{*target} : ShownLink{};
    }
    for (const auto& table : planned.to) {
        if (table.query->table->id != target->table) continue;
        ROOKERY_TRY(auto shown, look_up(place_of(asked, table), target->id));
        return shown == nullptr ? ShownLink{} : ShownLink{std::move(shown)};
    }
    return ShownLink{};
}

Result<ShownRowPtr> Expander::look_up(Place& place, const Uuid& id) {
    if (const auto known = place.known.find(id); known != place.known.end()) {
        ROOKERY_CHECK(count(known->second.rows, known->second.revealed));
        return known->second.row;
    }
    ROOKERY_TRY(auto found, look_up_first(place, id));
    return place.known.emplace(id, std::move(found)).first->second.row;
}

Result<Expander::Known> Expander::look_up_first(Place& place, const Uuid& id) {
    const auto& query = *place.table.query;
    ROOKERY_CHECK(builder_.work.spend(cost::row + cost::row_by_index));
    ROOKERY_TRY(auto found, builder_.reading.peek(*query.table, id));
    if (!found.row) return Known{};
    auto step = Authorized<ShowRow>::judge(
        builder_, step_to_show_among_others(std::move(found.row), query.selection)
    );
    if (!step) {
        const auto& stopped = step.error();
        if (!stopped.decision || stopped.decision->allowed()) return fail(stopped.error);
        ++place.withheld;
        return Known{};
    }
    ROOKERY_TRY(const bool admitted, place.rules.admits(*step->what().row));
    ROOKERY_CHECK(builder_.work.spend(found.bytes * cost::row_byte + place.rules.take_cost()));
    if (!admitted) return Known{};
    const bool in_clear = shows_in_clear(step->decision());
    if (in_clear) {
        // Guarded: a reveal must not follow a change that it did not see.
        ROOKERY_TRY(step->what().row, builder_.reading.live(*query.table, id));
    }
    ROOKERY_TRY(auto shown, show(builder_, *step, query.selection, names_));
    return keep(place, std::move(shown), step->decision(), in_clear);
}

Result<ShownLink> Expander::members(const ShownRow& row, const PlannedExpansion& planned) {
    const auto& table = planned.to.front();
    auto& place = place_of(*planned.asked, table);
    // One more than may be shown tells that there are too many.
    const auto left = expanded_rows_max - rows_;
    auto most = std::min<std::uint64_t>(expanded_collection_max, left + 1);
    const bool in_clear = shows_in_clear(table.list.decision());
    if (in_clear) most = std::min(most, revealed_rows_max - revealed_ + 1);
    ROOKERY_TRY(
        auto page, list(builder_, *table.query, place.rules, row.row.get(), std::size_t{most})
    );
    // A list that is out of work ends early. Here nothing would say so.
    ROOKERY_CHECK(builder_.work.spend(cost::row));
    if (by_id_) std::ranges::sort(page.rows, {}, [](const RowPtr& one) { return one->id; });
    std::vector<ShownRowPtr> out;
    out.reserve(page.rows.size());
    for (auto& one : page.rows) {
        ROOKERY_TRY(auto shown, member(place, std::move(one)));
        out.push_back(std::move(shown));
    }
    return ShownLink{std::move(out)};
}

Result<ShownRowPtr> Expander::member(Place& place, RowPtr row) {
    const auto id = row->id;
    if (const auto known = place.known.find(id); known != place.known.end()) {
        ROOKERY_CHECK(count(known->second.rows, known->second.revealed));
        return known->second.row;
    }
    const auto& query = *place.table.query;
    const auto& allowed = place.table.list;
    const bool in_clear = shows_in_clear(allowed.decision());
    if (in_clear) {
        // Guarded, as above.
        ROOKERY_TRY(row, builder_.reading.live(*query.table, id));
    }
    ROOKERY_TRY(auto shown, show(builder_, allowed, std::move(row), query.selection, names_));
    ROOKERY_TRY(auto kept, keep(place, std::move(shown), allowed.decision(), in_clear));
    return place.known.emplace(id, std::move(kept)).first->second.row;
}

Result<Expander::Known> Expander::keep(
    Place& place, Exposure shown, const access::Decision& decision, bool in_clear
) {
    const auto rows = rows_;
    const auto revealed = revealed_;
    ROOKERY_CHECK(count(1, in_clear ? 1 : 0));
    const auto& row = *shown.row.row;
    if (shown.reveals) {
        place.revealed.push_back(retrieve_event(builder_, row, shown, decision));
    } else {
        ++place.listed;
        place.seen.bytes(row.id.view()).u64(row.row_version);
    }
    messages::add_masked(place.masked, shown.masked);
    auto out = std::make_shared<ShownRow>(std::move(shown.row));
    ROOKERY_CHECK(fill(*out, place.table.expanded));
    return Known{std::move(out), rows_ - rows, revealed_ - revealed};
}

Result<void> Expander::count(std::uint64_t rows, std::uint64_t revealed) {
    ROOKERY_CHECK(builder_.work.spend(rows * cost::row));
    if (rows > expanded_rows_max - rows_) return fail(too_many_expanded(expanded_rows_max, ""));
    if (revealed > revealed_rows_max - revealed_) {
        return fail(too_many_expanded(revealed_rows_max, " with tokens in clear"));
    }
    rows_ += rows;
    revealed_ += revealed;
    return {};
}

Expander::Place& Expander::place_of(const Expansion& asked, const PlannedTable& table) {
    const auto same = [&](const auto& place) { return &place->table == &table; };
    const auto found = std::ranges::find_if(places_, same);
    if (found != places_.end()) return **found;
    return *places_.emplace_back(std::make_unique<Place>(builder_, asked, table));
}

void Expander::record(const Authorized<ShowRow>* start) {
    for (const auto& place : places_) record(*place, start);
}

void Expander::record(const Place& place, const Authorized<ShowRow>* start) {
    const auto add_origin = [&](audit::Event& event) {
        event.extras.emplace_back("expand", place.asked.path);
        if (start != nullptr) add_start(event, *start);
    };
    if (place.listed > 0 || place.withheld > 0 || place.revealed.empty()) {
        auto event = builder_.event(audit::Action::list, audit::Outcome::success);
        const auto& query = *place.table.query;
        event.table = query.table->name;
        event.count = place.listed;
        event.release =
            place.masked.empty() ? audit::ReleaseMode::metadata : audit::ReleaseMode::masked;
        event.rule = builder_.rule_of(place.table.list.decision());
        add_origin(event);
        if (query.filter) event.extras.emplace_back("filter", shape(*query.filter));
        const auto digest = crypto::sha256(place.seen.view());
        event.extras.emplace_back("rows", Bytes(digest.begin(), digest.end()));
        if (place.withheld > 0) event.extras.emplace_back("withheld", place.withheld);
        builder_.record(event);
    }
    for (const auto& revealed : place.revealed) {
        auto event = revealed;
        add_origin(event);
        builder_.record(event);
    }
}

void Expander::add_masked(std::vector<MaskedColumn>& to) const {
    for (const auto& place : places_) messages::add_masked(to, place->masked);
}

}  // namespace rookery::messages

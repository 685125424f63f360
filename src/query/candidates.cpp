#include "query/candidates.hpp"

#include "pipeline/needs.hpp"
#include "pipeline/work_budget.hpp"
#include "query/index_order.hpp"
#include "query/required_values.hpp"
#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
#include "storage/range_sizes.hpp"
#include "storage/row_key.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using storage::KeyRange;
using storage::RowRef;
using storage::Value;

using Ranges = std::optional<std::vector<KeyRange>>;

/// The rows a lookup literal may mean: a bare GUID does not say of which table.
std::vector<RowRef> targets(const schema::Column& column, const Value& value) {
    if (const auto* ref = std::get_if<RowRef>(&value)) return {*ref};
    std::vector<RowRef> out;
    if (const auto* id = std::get_if<Uuid>(&value)) {
        for (const auto name : column.targets) {
            if (const auto* table = schema::table(name)) out.push_back({table->id, *id});
        }
    }
    return out;
}

/// The entries of an alternate key of one column, one for each value that the filter leaves of it.
Ranges ranges_of_short_key(
    const schema::Table& table, const schema::AlternateKey& key, const Filter& filter
) {
    const auto& column = *table.column(key.columns.front());
    const auto values = required_values(filter, column);
    if (!values || column.is_lookup()) return std::nullopt;
    std::vector<KeyRange> out;
    out.reserve(values->size());
    for (const auto* value : *values) {
        out.push_back(storage::by_key(table, key, std::span{value, 1}));
    }
    return out;
}

/// The one entry that a filter leaves, when it gives each column of an alternate key one value; one for each term of
/// an `or` of such.
Ranges ranges_of_long_key(
    const schema::Table& table, const schema::AlternateKey& key, const Filter& filter
) {
    std::vector<KeyRange> out;
    if (const auto* any = std::get_if<Any>(&filter.node)) {
        for (const auto& term : any->terms) {
            const auto found = ranges_of_long_key(table, key, term);
            if (!found) return std::nullopt;
            out.insert(out.end(), found->begin(), found->end());
        }
        return out;
    }
    std::vector<Value> given;
    for (const auto id : key.columns) {
        const auto& column = *table.column(id);
        const auto values = required_values(filter, column);
        if (!values || values->size() != 1 || column.is_lookup()) return std::nullopt;
        given.push_back(*values->front());
    }
    out.push_back(storage::by_key(table, key, given));
    return out;
}

/// The rows themselves, when the filter gives their ids.
Ranges ranges_of_ids(const schema::Table& table, const Filter& filter) {
    const auto* column = table.column(table.primary_id);
    if (column == nullptr || !column->may(schema::can::row_id)) return std::nullopt;
    const auto values = required_values(filter, *column);
    if (!values) return std::nullopt;
    std::vector<KeyRange> out;
    for (const auto* value : *values) {
        const auto* id = std::get_if<Uuid>(value);
        if (id == nullptr) return std::nullopt;
        auto key = storage::row_key({table.id, *id});
        auto behind = key + '\0';
        out.push_back({storage::Family::rows, std::move(key), std::move(behind)});
    }
    return out;
}

/// All of one key: a row that had its place in the ranges of two would be there twice.
Ranges ranges_of_keys(const schema::Table& table, const Filter& filter) {
    if (auto found = ranges_of_ids(table, filter)) return found;
    for (const auto& key : table.keys) {
        auto found = key.columns.size() == 1 ? ranges_of_short_key(table, key, filter)
                                             : ranges_of_long_key(table, key, filter);
        if (found) return found;
    }
    return std::nullopt;
}

/// Ranges of one index that every row of the list is in.
struct Source {
    std::vector<KeyRange> ranges;
    bool broad =
        false;  // leads to rows far apart, and often to most of the table: worth it for few alone
    std::span<const Uuid> besides = {};  // but for these rows
};

using Sources = std::vector<Source>;

void add_lookups(Sources& out, const schema::Table& table, const Filter& filter) {
    for (const auto& column : table.columns) {
        if (!column.is_lookup() || !storage::is_indexed(column)) continue;
        const auto values = required_values(filter, column);
        if (!values) continue;
        Source source;
        for (const auto* value : *values) {
            for (const auto& target : targets(column, *value)) {
                source.ranges.push_back(storage::by_lookup(table, column, target));
            }
        }
        out.push_back(std::move(source));
    }
}

void add_owners(Sources& out, const schema::Table& table, const access::Scope& scope) {
    if (scope.all || !scope.units.empty() || table.ownership != schema::Ownership::user) return;
    Source source;
    for (const auto& owner : scope.owners) {
        const auto kind = owner.kind == access::PrincipalKind::team ? schema::known::team.id
                                                                    : schema::known::systemuser.id;
        source.ranges.push_back(storage::by_owner(table, {kind, owner.id}));
    }
    source.besides = scope.shared;
    out.push_back(std::move(source));
}

/// `whole` is an index of the column's values.
void add_values(
    Sources& out, KeyRange whole, const Filter& filter, const schema::Column& column, bool broad
) {
    const auto bounds = required_bounds(filter, column);
    if (!bounds) return;
    const auto start = whole.lower;
    whole.lower = start + bounds->first;
    if (!bounds->end.empty()) whole.upper = start + bounds->end;
    if (whole.upper < whole.lower) whole.upper = whole.lower;
    out.push_back({{std::move(whole)}, broad || !bounds->both});
}

/// The one preferred first, if none is known to have fewer entries.
Sources sources_of(const schema::Table& table, const Filter* filter, const access::Scope& scope) {
    Sources out;
    if (filter != nullptr) {
        add_lookups(out, table, *filter);
        if (const auto* name = storage::name_column(table)) {
            add_values(out, storage::by_name(table), *filter, *name, false);
        }
    }
    add_owners(out, table, scope);
    if (filter == nullptr) return out;
    for (const auto& column : table.columns) {
        const bool ordered = !column.is_lookup() && storage::is_indexed(column);
        if (ordered && !table.access_fact) {
            add_values(out, storage::by_value(table, column), *filter, column, true);
        }
    }
    return out;
}

/// Whether the ranges hold few_max entries for certain: none of them takes as much room as is counted for each here.
bool hold_many(const storage::StoreView& store, const std::vector<KeyRange>& ranges) {
    constexpr std::uint64_t entry_bytes = 1024;
    return std::ranges::any_of(ranges, [&](const KeyRange& range) {
        return storage::bytes_in_files(store, range) >= Candidates::few_max * entry_bytes;
    });
}

/// Entries in the ranges, at most so many.
Result<std::size_t> entries_in(
    const storage::StoreView& store, const std::vector<KeyRange>& ranges, std::size_t most
) {
    std::size_t out = 0;
    for (const auto& range : ranges) {
        const auto entries = store.scan(range, storage::Order::ascending);
        for (; entries->valid() && out < most; entries->next()) ++out;
        ROOKERY_CHECK(entries->status());
        if (out == most) break;
    }
    return out;
}

/// Of which index a key is: its table, kind and column.
std::string_view index_of(std::string_view key) {
    return key.substr(0, storage::index_prefix_bytes);
}

bool is_of(const Source& source, std::string_view position) {
    if (is_among_besides(position)) return !source.besides.empty();
    return position.size() != storage::row_key_bytes && !source.ranges.empty() &&
           index_of(source.ranges.front().lower) == index_of(position);
}

}  // namespace

std::string position_besides(std::string_view row_key) { return std::string(row_key) + '\0'; }

bool is_among_besides(std::string_view position) {
    return position.size() == storage::row_key_bytes + 1;
}

bool was_before(std::string_view key, std::string_view position) {
    if (position.empty()) return false;
    const bool besides = is_among_besides(key);
    return besides == is_among_besides(position) ? key <= position : !besides;
}

bool Candidates::covered(const access::Scope& scope, const storage::Row& row) {
    const auto owner = facts_of(row).owner;
    return owner && std::ranges::binary_search(scope.owners, *owner);
}

Result<Candidates> Candidates::find(
    const Query& query, const Filter* filter, const storage::Row* parent, const Search& search
) {
    Candidates out(*query.table);
    switch (query.source) {
        case RowSource::live:
            break;
        case RowSource::deleted:
            out.take({storage::by_deletion(*query.table)});
            return out;
        case RowSource::retained:
            out.take({storage::by_retention(*query.table)});
            return out;
    }
    if (parent != nullptr) {
        out.by_parent(*query.within, *parent);
        return out;
    }
    if (filter != nullptr) {
        if (auto keys = ranges_of_keys(*query.table, *filter)) {
            out.take(std::move(*keys));
            return out;
        }
    }
    ROOKERY_CHECK(out.by_index(filter, search));
    return out;
}

bool Candidates::admits(const storage::Row& row) const {
    if (!required_) return true;
    const auto* value = row.find(required_->first);
    return value != nullptr && *value == Value(required_->second);
}

void Candidates::by_parent(const Within& within, const storage::Row& parent) {
    if (within.relationship != nullptr) {
        const auto* column = table_->column(within.relationship->referencing_column);
        if (storage::is_indexed(*column)) {
            ranges_.push_back(storage::by_lookup(*table_, *column, parent.ref()));
        } else {
            ranges_.push_back(storage::all_rows(*table_));
            required_.emplace(column->id, parent.ref());
        }
        return;
    }
    const auto& association = *within.association;
    walked_ = schema::table(association.intersect);
    const bool first = parent.table->name == association.first;
    const auto near = first ? association.first_column : association.second_column;
    const auto far = first ? association.second_column : association.first_column;
    through_ = walked_->column(far);
    ranges_.push_back(storage::by_lookup(*walked_, *walked_->column(near), parent.ref()));
}

Result<void> Candidates::by_index(const Filter* filter, const Search& search) {
    auto sources = sources_of(*table_, filter, search.scope);
    const auto use = [&](Source& source) {
        take(std::move(source.ranges));
        besides_.assign(source.besides.begin(), source.besides.end());
    };
    if (!search.position.empty()) {
        const auto same = std::ranges::find_if(sources, [&](const Source& source) {
            return is_of(source, search.position);
        });
        if (same != sources.end()) {
            use(*same);
            return {};
        }
        const bool all = search.position.size() == storage::row_key_bytes;
        if (!all && !is_among_besides(search.position)) {
            return fail(Errc::bad_paging_token, "The paging cookie is not of this list any more.");
        }
        take({storage::all_rows(*table_)});
        return {};
    }
    many_ = true;
    Source* fewest = nullptr;
    auto least = few_max;
    for (auto& source : sources) {
        cost_ += cost::probe * source.ranges.size();
        if (hold_many(search.store, source.ranges)) continue;
        ROOKERY_TRY(auto entries, entries_in(search.store, source.ranges, least));
        entries += source.besides.size();
        cost_ += entry_cost * entries;
        if (entries >= least) continue;
        least = entries;
        fewest = &source;
    }
    if (fewest != nullptr) {
        many_ = false;
        use(*fewest);
        return {};
    }
    const auto narrow = std::ranges::find_if(sources, [&](const Source& source) {
        return !source.broad || !search.everything;
    });
    if (narrow != sources.end()) {
        use(*narrow);
    } else {
        take({storage::all_rows(*table_)});
    }
    return {};
}

void Candidates::take(std::vector<KeyRange> ranges) {
    ranges_ = std::move(ranges);
    std::ranges::sort(ranges_, {}, &KeyRange::lower);
    const auto same = [](const KeyRange& a, const KeyRange& b) { return a.lower == b.lower; };
    ranges_.erase(std::unique(ranges_.begin(), ranges_.end(), same), ranges_.end());
}

}  // namespace rookery::messages

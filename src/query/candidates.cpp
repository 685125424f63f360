#include "query/candidates.hpp"

#include "query/required_values.hpp"
#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
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

/// The one entry that a filter leaves, when it gives each column of an alternate key one value.
Ranges range_of_long_key(
    const schema::Table& table, const schema::AlternateKey& key, const Filter& filter
) {
    std::vector<Value> given;
    for (const auto id : key.columns) {
        const auto& column = *table.column(id);
        const auto values = required_values(filter, column);
        if (!values || values->size() != 1 || column.is_lookup()) return std::nullopt;
        given.push_back(*values->front());
    }
    return std::vector{storage::by_key(table, key, given)};
}

Ranges ranges_of_keys(const schema::Table& table, const Filter& filter) {
    for (const auto& key : table.keys) {
        auto found = key.columns.size() == 1 ? ranges_of_short_key(table, key, filter)
                                             : range_of_long_key(table, key, filter);
        if (found) return found;
    }
    // Each term may give another key, or all columns of a long one.
    const auto* any = std::get_if<Any>(&filter.node);
    if (any == nullptr) return std::nullopt;
    std::vector<KeyRange> out;
    for (const auto& term : any->terms) {
        const auto found = ranges_of_keys(table, term);
        if (!found) return std::nullopt;
        out.insert(out.end(), found->begin(), found->end());
    }
    return out;
}

Ranges ranges_of_lookups(const schema::Table& table, const Filter& filter) {
    for (const auto& column : table.columns) {
        if (!column.is_lookup() || !storage::is_indexed(column)) continue;
        const auto values = required_values(filter, column);
        if (!values) continue;
        std::vector<KeyRange> out;
        for (const auto* value : *values) {
            for (const auto& target : targets(column, *value)) {
                out.push_back(storage::by_lookup(table, column, target));
            }
        }
        return out;
    }
    return std::nullopt;
}

}  // namespace

Candidates::Candidates(
    const Query& query, const Filter* filter, const storage::Row* parent, const access::Scope& scope
)
    : table_(*query.table) {
    if (parent != nullptr) {
        by_parent(*query.within, *parent);
    } else if (filter == nullptr || !by_filter(*filter)) {
        by_scope(scope);
    }
}

bool Candidates::admits(const storage::Row& row) const {
    if (!required_) return true;
    const auto* value = row.find(required_->first);
    return value != nullptr && *value == Value(required_->second);
}

void Candidates::by_parent(const Within& within, const storage::Row& parent) {
    if (within.relationship != nullptr) {
        const auto* column = table_.column(within.relationship->referencing_column);
        if (storage::is_indexed(*column)) {
            ranges_.push_back(storage::by_lookup(table_, *column, parent.ref()));
        } else {
            ranges_.push_back(storage::all_rows(table_));
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

bool Candidates::by_filter(const Filter& filter) {
    auto found = ranges_of_keys(table_, filter);
    if (!found) found = ranges_of_lookups(table_, filter);
    if (!found) return false;
    take(std::move(*found));
    return true;
}

void Candidates::by_scope(const access::Scope& scope) {
    const bool owners_only =
        !scope.all && scope.units.empty() && table_.ownership == schema::Ownership::user;
    if (!owners_only) {
        whole_table_ = true;
        ranges_.push_back(storage::all_rows(table_));
        return;
    }
    std::vector<KeyRange> found;
    for (const auto& owner : scope.owners) {
        const auto table = owner.kind == access::PrincipalKind::team ? schema::known::team.id
                                                                     : schema::known::systemuser.id;
        found.push_back(storage::by_owner(table_, {table, owner.id}));
    }
    take(std::move(found));
}

void Candidates::take(std::vector<KeyRange> ranges) {
    ranges_ = std::move(ranges);
    std::ranges::sort(ranges_, {}, &KeyRange::lower);
    const auto same = [](const KeyRange& a, const KeyRange& b) { return a.lower == b.lower; };
    ranges_.erase(std::unique(ranges_.begin(), ranges_.end(), same), ranges_.end());
}

}  // namespace rookery::messages

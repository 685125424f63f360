// What must hold for every row of the schema, as constexpr predicates: schema.cpp asserts them at
// compile time, the tests try their negatives.
#pragma once

#include "schema/schema.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

namespace rookery::schema {

// Positions instead of pointers: GCC with -fsanitize=undefined takes no comparison of an address
// with null for a constant expression. Not found: one past the end.

constexpr std::size_t position_of(const Table& table, std::string_view column) {
    std::size_t at = 0;
    while (at < table.columns.size() && table.columns[at].name != column) ++at;
    return at;
}

constexpr std::size_t position_of(std::span<const Table* const> tables, std::string_view name) {
    std::size_t at = 0;
    while (at < tables.size() && tables[at]->name != name) ++at;
    return at;
}

constexpr bool has_column(const Table& table, std::string_view column) {
    return position_of(table, column) < table.columns.size();
}

constexpr bool is_filterable(const Column& column) {
    return row_of(column.type).filtering != Filtering::none;
}

constexpr bool has_option(const Column& column, std::int64_t value) {
    for (const auto& option : column.options) {
        if (option.value == value) return true;
    }
    return false;
}

constexpr bool well_formed_options(const Column& column) {
    const bool takes_options = row_of(column.type).limit == Limit::options;
    if (takes_options == column.options.empty()) return false;
    for (std::size_t i = 1; i < column.options.size(); ++i) {
        if (column.options[i - 1].value >= column.options[i].value) return false;
    }
    return !takes_options || !column.has_initial || has_option(column, column.initial);
}

/// One column by itself.
constexpr bool well_formed(const Column& column) {
    const bool takes_length = row_of(column.type).limit == Limit::length;
    const bool takes_range = row_of(column.type).limit == Limit::range;
    if (column.name.empty() || column.schema_name.empty()) return false;
    if (column.id == 0 || column.id >= first_system_column) return false;
    if (column.may(can::filter) && !is_filterable(column)) return false;
    if (column.may(can::odata) && !row_of(column.type).property) return false;
    // A token can be neither a row's id nor something that is copied from another column.
    if (column.type == Type::sealed && column.may(can::row_id | can::refuse | can::redirected)) {
        return false;
    }
    if (column.may(can::row_id) && column.type != Type::uid) return false;
    if (column.may(can::refuse) && column.may(can::create | can::update)) return false;
    if (column.may(can::redirected) == column.sibling.empty()) return false;
    if (takes_length != (column.length_max > 0)) return false;
    if (takes_range != (column.min < column.max)) return false;
    if (column.type == Type::integer && (column.min < std::numeric_limits<std::int32_t>::min() ||
                                         column.max > std::numeric_limits<std::int32_t>::max())) {
        return false;
    }
    if (column.precision > precision_max || (column.precision > 0 && column.type != Type::real)) {
        return false;
    }
    // With all digits behind it, it still fits into what holds it.
    if (column.type == Type::real && (column.min < -real_max || column.max > real_max))
        return false;
    if (!column.constant.empty() && (column.type != Type::text || !column.derived)) return false;
    if (column.is_lookup() == column.targets.empty()) return false;
    if (column.is_lookup() == column.value_name.empty()) return false;
    if (!column.is_lookup() && !column.nav.empty()) return false;
    return well_formed_options(column);
}

/// Ascending ids, unique names, an index that is sorted and complete.
constexpr bool well_formed_columns(const Table& table) {
    if (table.by_name.size() != table.columns.size()) return false;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (!well_formed(table.columns[i])) return false;
        if (i > 0 && table.columns[i - 1].id >= table.columns[i].id) return false;
        if (table.by_name[i] >= table.columns.size()) return false;
        if (i > 0 &&
            !name_precedes(
                table.columns[table.by_name[i - 1]].name, table.columns[table.by_name[i]].name
            )) {
            return false;
        }
    }
    return true;
}

constexpr bool well_formed_keys(const Table& table) {
    for (const auto& key : table.keys) {
        if (key.name.empty() || key.columns.empty()) return false;
        for (const auto id : key.columns) {
            bool found = false;
            for (const auto& column : table.columns) {
                if (column.id != id) continue;
                found = true;
                // A key that holds a token would be a search for tokens.
                if (!is_filterable(column)) return false;
                // An upsert by the key puts its values into the row that it makes: one that is
                // dropped or refused there would let every such upsert make another.
                if (!column.may(can::create) || column.may(can::redirected | can::row_id))
                    return false;
            }
            if (!found) return false;
        }
    }
    return true;
}

/// What stands on the log exists and is no secret. An access fact stands there with its name.
constexpr bool well_formed_logged(const Table& table) {
    if (table.outside) return table.logged.empty();
    for (std::size_t i = 0; i < table.logged.size(); ++i) {
        if (i > 0 && table.logged[i - 1] >= table.logged[i]) return false;
        bool found = false;
        for (const auto& column : table.columns) {
            if (column.id != table.logged[i]) continue;
            found = column.type != Type::sealed && column.type != Type::digest;
        }
        if (!found) return false;
    }
    if (!table.access_fact) return table.logged.empty() == (table.ownership != Ownership::user);
    if (table.primary_name.empty()) return !table.logged.empty();
    bool named = false;
    for (const auto& column : table.columns) {
        if (column.name != table.primary_name) continue;
        for (const auto id : table.logged) named = named || id == column.id;
    }
    return named;
}

/// The states that status options name exist, and each state's default status belongs to it.
constexpr bool well_formed_states(const Table& table) {
    std::size_t states = 0;
    std::size_t statuses = 0;
    for (const auto& column : table.columns) {
        states += column.type == Type::state ? 1U : 0U;
        statuses += column.type == Type::status ? 1U : 0U;
    }
    if (states != statuses || states > 1) return false;
    if (states == 0) return true;
    std::size_t state_at = 0;
    std::size_t status_at = 0;
    while (table.columns[state_at].type != Type::state) ++state_at;
    while (table.columns[status_at].type != Type::status) ++status_at;
    const auto& state = table.columns[state_at];
    const auto& status = table.columns[status_at];
    for (const auto& option : status.options) {
        if (!has_option(state, option.state)) return false;
    }
    for (const auto& option : state.options) {
        bool found = false;
        for (const auto& reason : status.options) {
            found =
                found || (reason.value == option.default_status && reason.state == option.value);
        }
        if (!found) return false;
    }
    return true;
}

constexpr bool well_formed_ownership(const Table& table) {
    const auto owner = position_of(table, "ownerid");
    const bool owned = owner < table.columns.size() && table.columns[owner].type == Type::owner;
    if (owned != (table.ownership == Ownership::user)) return false;
    const bool scoped =
        table.ownership == Ownership::user || table.ownership == Ownership::business;
    if (scoped == table.unit_column.empty()) return false;
    return !scoped || has_column(table, table.unit_column);
}

/// A Restore judges what a record gives; nobody's rights may follow from a row that it brings back.
constexpr bool well_formed_bin(const Table& table) {
    if (table.bin == Bin::none) return true;
    if (table.access_fact || table.intersect || table.outside || table.made || table.of_log) {
        return false;
    }
    return table.bin == Bin::with_record || table.ownership == Ownership::user;
}

/// One table by itself.
constexpr bool well_formed(const Table& table) {
    if (table.id == 0 || table.name.empty() || table.schema_name.empty()) return false;
    if (table.set_name.empty()) return false;
    if (!well_formed_columns(table) || !well_formed_keys(table)) return false;
    if (!well_formed_logged(table)) return false;
    if (!well_formed_states(table) || !well_formed_ownership(table)) return false;
    if (!well_formed_bin(table)) return false;
    const auto id = position_of(table, table.primary_id);
    if (id == table.columns.size() || !table.columns[id].may(can::row_id)) return false;
    if (!table.primary_name.empty()) {
        const auto name = position_of(table, table.primary_name);
        if (name == table.columns.size() || table.columns[name].type != Type::text) return false;
    }
    for (const auto& column : table.columns) {
        if (column.sibling.empty()) continue;
        const auto sibling = position_of(table, column.sibling);
        if (sibling == table.columns.size()) return false;
        if (table.columns[sibling].type != Type::sealed) return false;
    }
    return true;
}

/// Unique ids, names and sets; lookups lead to tables that exist. `known` has outside tables too.
constexpr bool well_formed_together(std::span<const Table* const> known) {
    for (std::size_t i = 0; i < known.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (known[i]->id == known[j]->id || known[i]->name == known[j]->name) return false;
            if (known[i]->set_name == known[j]->set_name) return false;
            if (known[i]->object_type_code != 0 &&
                known[i]->object_type_code == known[j]->object_type_code) {
                return false;
            }
        }
        for (const auto& column : known[i]->columns) {
            for (const auto target : column.targets) {
                if (position_of(known, target) == known.size()) return false;
            }
        }
    }
    return true;
}

/// A built relationship joins a lookup of a served table to the key of one of its targets.
constexpr bool well_formed(const Relationship& row, std::span<const Table* const> known) {
    if (!row.built) return !row.name.empty();
    const auto from_at = position_of(known, row.referencing);
    if (from_at == known.size() || known[from_at]->outside) return false;
    const auto& from = *known[from_at];
    const auto column_at = position_of(from, row.referencing_column);
    if (column_at == from.columns.size()) return false;
    const auto& column = from.columns[column_at];
    if (!column.is_lookup()) return false;
    // A lookup with several targets has a navigation for each, which only the relationship knows.
    const bool several = column.type == Type::lookup && column.targets.size() > 1;
    if (several ? row.nav.empty() || !column.nav.empty() : column.nav != row.nav) return false;
    if (row.referenced == "owner") return column.type == Type::owner;
    const auto to = position_of(known, row.referenced);
    if (to == known.size() || known[to]->primary_id != row.referenced_column) return false;
    return std::find(column.targets.begin(), column.targets.end(), row.referenced) !=
           column.targets.end();
}

constexpr bool leads_to(const Table& pairs, std::string_view column, std::string_view target) {
    const auto at = position_of(pairs, column);
    if (at == pairs.columns.size() || !pairs.columns[at].is_lookup()) return false;
    return pairs.columns[at].targets.front() == target;
}

constexpr bool well_formed(const Association& row, std::span<const Table* const> known) {
    const auto pairs = position_of(known, row.intersect);
    if (pairs == known.size() || !known[pairs]->intersect) return false;
    return leads_to(*known[pairs], row.first_column, row.first) &&
           leads_to(*known[pairs], row.second_column, row.second);
}

/// Positions must equal rights, since name_of and privilege() count on it.
constexpr bool rights_in_order() {
    for (std::size_t i = 0; i < right_count; ++i) {
        if (static_cast<std::size_t>(right_names[i].right) != i) return false;
    }
    return right_count == static_cast<std::size_t>(Right::share) + 1;
}

}  // namespace rookery::schema

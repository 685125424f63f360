#include "storage/index_key.hpp"

#include "storage/entry_owner.hpp"
#include "storage/index_kind.hpp"
#include "storage/value_codec.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>

namespace rookery::storage {
namespace {

using Kind = IndexKind;

constexpr std::string_view state_column = "statecode";
constexpr std::string_view modified_column = "modifiedon";
constexpr std::size_t id_bytes = 16;
constexpr std::size_t entry_bytes_min = index_prefix_bytes + 1 + id_bytes;  // a row without a name

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * bytes - 8; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(value >> shift));
    }
}

/// Appends what counts as null too; false for it. A value of another shape would sort among others.
bool put(std::string& out, const schema::Column& column, const Value& value) {
    if (shape_of(value) != column.shape()) {
        throw std::logic_error("index: a value of another type than its column");
    }
    return put_ordered(out, value);
}

std::string prefix(const schema::Table& table, Kind kind) {
    std::string out;
    out.reserve(64);
    put(out, table.id, 2);
    put(out, static_cast<std::uint64_t>(kind), 1);
    return out;
}

std::string reference_prefix(
    const schema::Table& table, const schema::Column& column, const RowRef& target
) {
    auto out = prefix(table, Kind::reference);
    put(out, column.id, 2);
    static_cast<void>(put(out, column, target));
    return out;
}

std::string ordered_prefix(const schema::Table& table, const schema::Column& column) {
    auto out = prefix(table, Kind::ordered);
    put(out, column.id, 2);
    return out;
}

/// One value of an alternate key; false when it counts as null.
bool put_key_value(std::string& out, const schema::Column& column, const Value& value) {
    return !is_null(value) && put(out, column, value);
}

std::string key_prefix(const schema::Table& table, const schema::AlternateKey& key) {
    auto out = prefix(table, Kind::key);
    put(out, key.columns.size(), 1);
    for (const auto column : key.columns) put(out, column, 2);
    return out;
}

/// The entry without the row's id; nothing when a value is null.
std::optional<std::string> key_entry(
    const schema::Table& table, const schema::AlternateKey& key, std::span<const Value> values
) {
    if (values.size() != key.columns.size())
        throw std::logic_error("index: wrong number of values");
    auto out = key_prefix(table, key);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!put_key_value(out, *table.column(key.columns[i]), values[i])) return std::nullopt;
    }
    return out;
}

std::optional<std::string> key_entry(const Row& row, const schema::AlternateKey& key) {
    auto out = key_prefix(*row.table, key);
    for (const auto id : key.columns) {
        const auto* value = row.find(id);
        if (value == nullptr) return std::nullopt;
        if (!put_key_value(out, *row.table->column(id), *value)) return std::nullopt;
    }
    return out;
}

std::string name_prefix(const schema::Table& table, const schema::Column& column) {
    auto out = prefix(table, Kind::name);
    put(out, column.id, 2);
    return out;
}

/// The entry without the row's id.
std::string name_entry(const Row& row, const schema::Column& column) {
    return name_prefix(*row.table, column) + name_bytes(row.find(column.id));
}

/// Entry of one cell, without the row's id; empty when its column has none.
std::string cell_entry(
    const schema::Table& table, const schema::Column& column, const Value& value
) {
    if (!is_indexed(column)) return {};
    auto out = prefix(table, column.is_lookup() ? Kind::reference : Kind::ordered);
    put(out, column.id, 2);
    static_cast<void>(put(out, column, value));
    return out;
}

/// Whoever writes an entry that has the owner in its value knows him by the owner's own entry, which is written beside
/// it; and where the owner changes, so do the values of entries whose keys stay.
void keep_owners(std::vector<std::string>& puts, const std::vector<std::string>& all) {
    const auto owner = std::ranges::find_if(all, [](const std::string& entry) {
        return !owner_in(entry).empty();
    });
    if (owner == all.end()) return;
    const bool changed = std::ranges::binary_search(puts, *owner);
    if (!changed && std::ranges::none_of(puts, holds_owner)) return;
    std::vector<std::string> beside;
    for (const auto& entry : all) {
        if (entry == *owner || (changed && holds_owner(entry))) beside.push_back(entry);
    }
    std::vector<std::string> out;
    std::ranges::set_union(puts, beside, std::back_inserter(out));
    puts = std::move(out);
}

std::string kept_prefix(const schema::Table& table, KeptAs as) {
    auto out = prefix(table, Kind::kept);
    put(out, column_of(as), 2);
    return out;
}

KeyRange within(std::string lower) {
    auto upper = prefix_end(lower);
    return {Family::rowidx, std::move(lower), std::move(upper)};
}

const schema::Column* find_name_column(const schema::Table& table) {
    if (table.ownership != schema::Ownership::user || table.access_fact) return nullptr;
    const auto* column = table.column(table.primary_name);
    const bool stored = column != nullptr && column->type == schema::Type::text && !column->derived;
    return stored ? column : nullptr;
}

const schema::Column& required(const schema::Table& table, std::string_view name) {
    const auto* column = table.column(name);
    if (column == nullptr) throw std::logic_error("index: the table has no such column");
    return *column;
}

}  // namespace

bool is_indexed(const schema::Column& column) {
    if (column.derived) return false;
    return column.is_lookup() || column.type == schema::Type::state ||
           (column.type == schema::Type::datetime && column.name == modified_column);
}

const schema::Column* name_column(const schema::Table& table) {
    // Found once: it is asked for every entry. Ids of served tables are 1 to their number.
    static const auto columns = [] {
        std::vector<const schema::Column*> out;
        for (const auto* served : schema::tables()) out.push_back(find_name_column(*served));
        return out;
    }();
    return table.outside ? nullptr : columns[table.id - 1U];
}

std::string name_bytes(const Value* value) {
    if (value == nullptr || is_null(*value)) return std::string(1, '\0');
    std::string out(1, '\1');
    static_cast<void>(put_ordered(out, *value));
    return out;
}

std::vector<std::string> index_entries(const Row& row) {
    const auto& table = *row.table;
    std::vector<std::string> entries;
    entries.reserve(row.cells.size() + table.keys.size() + 1);
    const auto add = [&](std::string entry) {
        entry += text_of(row.id.view());
        entries.push_back(std::move(entry));
    };
    for (const auto& cell : row.cells) {
        const auto* column = table.column(cell.column);
        if (column == nullptr) throw std::logic_error("index: a cell of no column");
        if (auto entry = cell_entry(table, *column, cell.value); !entry.empty())
            add(std::move(entry));
    }
    for (const auto& key : table.keys) {
        if (auto entry = key_entry(row, key)) add(std::move(*entry));
    }
    if (const auto* name = name_column(table)) add(name_entry(row, *name));
    std::ranges::sort(entries);
    return entries;
}

std::string index_entry(const KeptRow& kept) {
    auto out = kept_prefix(*kept.row.table, kept.deletion.as);
    static_cast<void>(put_ordered(out, kept.deletion.at));
    out += text_of(kept.row.id.view());
    return out;
}

IndexDiff diff(const Row* before, const Row* after) {
    IndexDiff out;
    if (before == nullptr || after == nullptr) {
        if (after != nullptr) out.puts = index_entries(*after);
        if (before != nullptr) out.removals = index_entries(*before);
        return out;
    }
    const auto old_entries = index_entries(*before);
    const auto new_entries = index_entries(*after);
    std::ranges::set_difference(new_entries, old_entries, std::back_inserter(out.puts));
    std::ranges::set_difference(old_entries, new_entries, std::back_inserter(out.removals));
    keep_owners(out.puts, new_entries);
    return out;
}

bool carries(const Row& row, std::string_view entry) {
    ByteReader reader(bytes_of(entry));
    const auto table = reader.u16();
    const auto kind = static_cast<Kind>(reader.u8());
    if (!reader.ok() || table != row.table->id) return false;
    if (entry.size() < entry_bytes_min || id_of(entry) != row.id) return false;
    const auto head = entry.substr(0, entry.size() - id_bytes);
    if (kind == Kind::key) {
        return std::ranges::any_of(row.table->keys, [&](const schema::AlternateKey& key) {
            return key_entry(row, key) == head;
        });
    }
    const auto column_id = reader.u16();
    const auto* column = row.table->column(column_id);
    if (kind == Kind::name) {
        return column != nullptr && column == name_column(*row.table) &&
               name_entry(row, *column) == head;
    }
    const auto* value = row.find(column_id);
    return column != nullptr && value != nullptr && cell_entry(*row.table, *column, *value) == head;
}

bool carries(const Row& row, const schema::AlternateKey& key, std::span<const Value> values) {
    const auto wanted = key_entry(*row.table, key, values);
    return wanted && key_entry(row, key) == wanted;
}

KeyRange by_lookup(const schema::Table& table, const schema::Column& column, const RowRef& target) {
    if (!column.is_lookup()) throw std::logic_error("index: not a lookup");
    return within(reference_prefix(table, column, target));
}

KeyRange by_owner(const schema::Table& table, const RowRef& owner) {
    return by_lookup(table, required(table, owner_column), owner);
}

KeyRange by_state(const schema::Table& table, std::int64_t state) {
    auto lower = ordered_prefix(table, required(table, state_column));
    static_cast<void>(put_ordered(lower, state));
    return within(std::move(lower));
}

KeyRange by_modified(const schema::Table& table) {
    return within(ordered_prefix(table, required(table, modified_column)));
}

KeyRange by_name(const schema::Table& table) {
    const auto* column = name_column(table);
    if (column == nullptr) throw std::logic_error("index: the table has no names in order");
    return within(name_prefix(table, *column));
}

KeyRange by_value(const schema::Table& table, const schema::Column& column) {
    if (column.is_lookup() || !is_indexed(column)) throw std::logic_error("index: not in order");
    return within(ordered_prefix(table, column));
}

KeyRange by_deletion(const schema::Table& table) {
    return within(kept_prefix(table, KeptAs::deleted));
}

KeyRange by_retention(const schema::Table& table) {
    return within(kept_prefix(table, KeptAs::retained));
}

KeyRange by_retention(const schema::Table& table, Instant before) {
    auto out = by_retention(table);
    out.upper = out.lower;
    static_cast<void>(put_ordered(out.upper, before));
    return out;
}

std::string_view value_in(std::string_view entry) {
    return entry.substr(index_prefix_bytes, entry.size() - index_prefix_bytes - id_bytes);
}

KeyRange by_key(
    const schema::Table& table, const schema::AlternateKey& key, std::span<const Value> values
) {
    if (auto entry = key_entry(table, key, values)) return within(std::move(*entry));
    auto nowhere = key_prefix(table, key);
    return {Family::rowidx, nowhere, nowhere};
}

KeyRange beyond(KeyRange range, std::string_view key, Order order) {
    if (order == Order::ascending) {
        const auto next = std::string{key} + '\0';
        range.lower = std::max(range.lower, next);
    } else if (range.upper.empty() || key < range.upper) {
        range.upper = key;
    }
    return range;
}

}  // namespace rookery::storage

#include "schema/schema.hpp"

#include "schema/known_tables.hpp"
#include "schema/well_formed.hpp"

#include <algorithm>
#include <array>

namespace rookery::schema {
namespace {

using known::all;

constexpr std::span<const Table* const> known_tables{all};
constexpr auto served_tables = known_tables.first(known::served_count);

template <std::size_t... positions>
constexpr bool each_well_formed(std::index_sequence<positions...>) {
    // One constant expression per table: clang counts steps per expression.
    constexpr bool results[] = {std::bool_constant<well_formed(*all[positions])>::value...};
    return std::all_of(std::begin(results), std::end(results), [](bool ok) { return ok; });
}

static_assert(each_well_formed(std::make_index_sequence<all.size()>{}));
static_assert(well_formed_together(known_tables));
static_assert(rights_in_order(), "each Right has its name, in order");

constexpr bool served_ids_count_up() {
    for (std::size_t i = 0; i < known_tables.size(); ++i) {
        const bool served = i < known::served_count;
        if (known_tables[i]->outside == served) return false;
        if (served && known_tables[i]->id != i + 1) return false;
    }
    return true;
}

static_assert(served_ids_count_up(), "table(id) and privilege() index by id");

using SetIndex = std::array<std::uint8_t, all.size()>;

template <class Name>
constexpr SetIndex sorted_by(Name name) {
    SetIndex out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i);
    std::sort(out.begin(), out.end(), [&](std::uint8_t a, std::uint8_t b) {
        return name(*all[a]) < name(*all[b]);
    });
    return out;
}

constexpr auto name_of_table = [](const Table& table) { return table.name; };
constexpr auto name_of_set = [](const Table& table) { return table.set_name; };
constexpr SetIndex by_table_name = sorted_by(name_of_table);
constexpr SetIndex by_set_name = sorted_by(name_of_set);

template <class Name>
const Table* find(const SetIndex& index, Name name, std::string_view wanted) {
    const auto at = std::lower_bound(
        index.begin(),
        index.end(),
        wanted,
        [&](std::uint8_t position, std::string_view value) { return name(*all[position]) < value; }
    );
    if (at == index.end() || name(*all[*at]) != wanted) return nullptr;
    return all[*at];
}

}  // namespace

const Column* Table::column(std::string_view logical_name) const {
    const auto at = std::lower_bound(
        by_name.begin(),
        by_name.end(),
        logical_name,
        [&](std::uint16_t position, std::string_view value) {
            return name_precedes(columns[position].name, value);
        }
    );
    if (at == by_name.end() || columns[*at].name != logical_name) return nullptr;
    return &columns[*at];
}

const Column* Table::column(ColumnId column_id) const {
    const auto at = std::lower_bound(
        columns.begin(),
        columns.end(),
        column_id,
        [](const Column& candidate, ColumnId value) { return candidate.id < value; }
    );
    return at == columns.end() || at->id != column_id ? nullptr : &*at;
}

const Column* Table::property(std::string_view wire_name) const {
    constexpr std::string_view prefix = "_";
    constexpr std::string_view suffix = "_value";
    const auto* found = column(wire_name);
    if (found == nullptr && wire_name.starts_with(prefix) && wire_name.ends_with(suffix) &&
        wire_name.size() > prefix.size() + suffix.size()) {
        found =
            column(wire_name.substr(prefix.size(), wire_name.size() - prefix.size() - suffix.size())
            );
    }
    const bool matches =
        found != nullptr && found->may(can::odata) && found->wire_name() == wire_name;
    return matches ? found : nullptr;
}

const Column* Table::navigation(std::string_view nav) const {
    if (nav.empty()) return nullptr;
    if (const auto* found = column(nav); found != nullptr && found->nav == nav) return found;
    for (const auto& candidate : columns) {
        if (candidate.nav == nav) return &candidate;
    }
    return nullptr;
}

const AlternateKey* Table::key(std::span<const ColumnId> columns_in_any_order) const {
    for (const auto& candidate : keys) {
        if (std::is_permutation(
                candidate.columns.begin(),
                candidate.columns.end(),
                columns_in_any_order.begin(),
                columns_in_any_order.end()
            )) {
            return &candidate;
        }
    }
    return nullptr;
}

bool Table::has_sealed() const {
    return std::any_of(columns.begin(), columns.end(), [](const Column& column) {
        return column.type == Type::sealed;
    });
}

std::span<const Table* const> tables() { return served_tables; }

const Table* table(std::string_view logical_name) {
    return find(by_table_name, name_of_table, logical_name);
}

const Table* table(TableId id) {
    if (id >= 1 && id <= known::served_count) return all[id - 1U];
    for (const auto* outside : known_tables.subspan(known::served_count)) {
        if (outside->id == id) return outside;
    }
    return nullptr;
}

const Table* table_by_set(std::string_view set_name) {
    const auto* found = bind_target(set_name);
    return found == nullptr || found->outside ? nullptr : found;
}

const Table* bind_target(std::string_view set_name) {
    return find(by_set_name, name_of_set, set_name);
}

}  // namespace rookery::schema

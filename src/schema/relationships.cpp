#include "schema/known_tables.hpp"
#include "schema/schema.hpp"
#include "schema/well_formed.hpp"

#include <algorithm>
#include <array>

namespace rookery::schema {
namespace {

constexpr std::span<const Table* const> related_tables{known::all};

constexpr std::size_t total = [] {
    std::size_t out = 0;
    for (const auto* table : related_tables) out += table->relationships.size();
    return out;
}();

constexpr auto every = [] {
    std::array<Relationship, total> out;
    auto* to = out.data();
    for (const auto* table : related_tables) {
        to = std::copy(table->relationships.begin(), table->relationships.end(), to);
    }
    return out;
}();

constexpr bool every_relationship_well_formed() {
    return std::all_of(every.begin(), every.end(), [](const Relationship& row) {
        return well_formed(row, related_tables);
    });
}

constexpr bool names_are_unique() {
    for (std::size_t i = 0; i < every.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (every[i].name == every[j].name) return false;
        }
    }
    return true;
}

static_assert(every_relationship_well_formed());
static_assert(names_are_unique());
static_assert(std::all_of(
    intersects::associations.begin(), intersects::associations.end(),
    [](const Association& row) { return well_formed(row, related_tables); }
));

}  // namespace

std::span<const Relationship> relationships() { return every; }

std::string_view navigation(const Table& table, const Column& lookup, const Table& target) {
    if (!lookup.nav.empty()) return lookup.nav;
    const auto found = std::find_if(every.begin(), every.end(), [&](const Relationship& row) {
        return row.referencing == table.name && row.referencing_column == lookup.name &&
               row.referenced == target.name;
    });
    return found == every.end() ? std::string_view{} : found->nav;
}

std::span<const Association> associations() { return intersects::associations; }

const Association* association(std::string_view name) {
    for (const auto& row : intersects::associations) {
        if (row.name == name) return &row;
    }
    return nullptr;
}

}  // namespace rookery::schema

#include "schema/known_tables.hpp"
#include "schema/schema.hpp"
#include "schema/well_formed.hpp"

#include <algorithm>
#include <array>

namespace rookery::schema {
namespace {

template <std::size_t... sizes>
constexpr auto concat(const std::array<Relationship, sizes>&... groups) {
    std::array<Relationship, (sizes + ...)> out;
    auto* to = out.data();
    ((to = std::copy(groups.begin(), groups.end(), to)), ...);
    return out;
}

constexpr auto every = concat(
    handlesecret::parents,
    audit_relationships<"msdyn_octwitterhandlesecret">,
    owner_relationships<"msdyn_octwitterhandlesecret">,
    system_children<"msdyn_octwitterhandlesecret">,
    handle::parents,
    audit_relationships<"msdyn_octwitterhandle">,
    owner_relationships<"msdyn_octwitterhandle">,
    system_children<"msdyn_octwitterhandle">,
    audit_relationships<"msdyn_octwitterapplication">,
    owner_relationships<"msdyn_octwitterapplication">,
    system_children<"msdyn_octwitterapplication">,
    user::parents,
    audit_relationships<"systemuser", "systemuserbase">,
    team_table::parents,
    audit_relationships<"team", "teambase">,
    unit::parents,
    audit_relationships<"businessunit", "businessunitbase">,
    role_table::parents,
    audit_relationships<"role", "rolebase", "rolebase">,
    audit_relationships<"fieldsecurityprofile">,
    permission::parents,
    intersects::parents,
    credential::parents,
    organization_table::parents,
    audit_relationships<"rky_credential">,
    sync_error::parents,
    audit_relationships<"syncerror", "syncerrorbase", "syncerrorbase">
);

constexpr std::span<const Table* const> known_tables{known::all};

constexpr bool every_relationship_well_formed() {
    return std::all_of(every.begin(), every.end(), [](const Relationship& row) {
        return well_formed(row, known_tables);
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
    [](const Association& row) { return well_formed(row, known_tables); }
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

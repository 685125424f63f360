#include "odata/request/navigation.hpp"

#include <algorithm>

namespace rookery::odata {

using schema::Table;

bool Navigation::allows(const Table& target) const {
    if (only != nullptr) return only == &target;
    return std::ranges::find(column->targets, target.name) != column->targets.end();
}

Navigation find_navigation(const Table& table, std::string_view name) {
    if (const auto* column = table.navigation(name)) return {column, nullptr};
    for (const auto& relationship : schema::relationships()) {
        if (relationship.referencing != table.name || relationship.nav != name || name.empty())
            continue;
        const auto* column = table.column(relationship.referencing_column);
        if (column == nullptr || !column->may(schema::can::odata)) continue;
        return {column, schema::table(relationship.referenced)};
    }
    return {};
}

Collection find_collection(const Table& table, std::string_view name) {
    Collection out;
    if (const auto* association = schema::association(name)) {
        const bool first = association->first == table.name;
        if (!first && association->second != table.name) return out;
        out.association = association;
        out.members = schema::table(first ? association->second : association->first);
        return out;
    }
    for (const auto& candidate : schema::relationships()) {
        if (candidate.referenced != table.name || candidate.collection_nav != name) continue;
        const auto* members = schema::table(candidate.referencing);
        if (!candidate.built || members == nullptr || members->outside) continue;
        out.relationship = &candidate;
        out.members = members;
        break;
    }
    return out;
}

bool is_collection_navigation(const Table& table, std::string_view name) {
    if (name.empty()) return false;
    const auto children = [&](const schema::Relationship& r) {
        return r.collection_nav == name && r.referenced == table.name;
    };
    const auto pairs = [&](const schema::Association& a) {
        return a.name == name && (a.first == table.name || a.second == table.name);
    };
    return std::ranges::any_of(schema::relationships(), children) ||
           std::ranges::any_of(schema::associations(), pairs);
}

}  // namespace rookery::odata

// What the navigation properties of a table lead to.
#pragma once

#include "schema/schema.hpp"

#include <string_view>

namespace rookery::odata {

/// The column that a navigation property writes, and the one target it allows (null: any of the
/// column's). Knows `ownerid` and the `<column>_<table>` names of polymorphic lookups.
struct Navigation {
    const schema::Column* column = nullptr;
    const schema::Table* only = nullptr;

    /// Precondition: there is a column.
    [[nodiscard]] bool allows(const schema::Table& target) const;
};

[[nodiscard]] Navigation find_navigation(const schema::Table& table, std::string_view name);

/// What a collection navigation property leads to: children (1:N) or partners (N:N).
struct Collection {
    const schema::Relationship* relationship = nullptr;
    const schema::Association* association = nullptr;
    const schema::Table* members = nullptr;  // null: there is no such property, or it is not built
};

[[nodiscard]] Collection find_collection(const schema::Table& table, std::string_view name);
/// Is `name` a collection navigation property of `table`, built or not?
[[nodiscard]] bool is_collection_navigation(const schema::Table& table, std::string_view name);

}  // namespace rookery::odata

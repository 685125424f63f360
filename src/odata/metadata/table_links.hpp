// The navigation properties of a table, as $metadata declares them.
#pragma once

#include "schema/schema.hpp"

#include <string_view>
#include <vector>

namespace rookery::odata::metadata {

struct TableLink {
    std::string_view name;
    const schema::Table* target = nullptr;  // null: a principal, which is a user or a team
    bool collection = false;
    std::string_view partner = {};           // on the other side; empty: none
    const schema::Column* lookup = nullptr;  // of a single-valued one
};

/// Those that a URL may name, each leading to a table that is served or known from outside.
[[nodiscard]] std::vector<TableLink> links_of(const schema::Table& table);

}  // namespace rookery::odata::metadata

// What the world of the matrix is made of: names of its rows, and which there are of a table.
#pragma once

#include "storage/row.hpp"
#include "support/test_vault.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rookery::rights {

/// Which rows of a table there are for the callers to aim at.
enum Variant : std::size_t { of_team, of_owner, of_share, variants };

/// Who owns those of the owner.
inline constexpr std::string_view matrix_owner = "owning";

/// "team 0"
[[nodiscard]] std::string numbered(const schema::Table& table, std::size_t variant);

/// Of a table whose records are retained: "team 0 retained"
[[nodiscard]] std::string numbered_retained(const schema::Table& table, std::size_t variant);

/// As SYSTEM lists them.
[[nodiscard]] std::vector<storage::Row> all_rows(
    test::TestVault& vault, const schema::Table& table
);

}  // namespace rookery::rights

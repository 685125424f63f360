// What a message needs to be allowed, said in access's terms.
#pragma once

#include "access/needs.hpp"
#include "pipeline/draft.hpp"
#include "storage/row.hpp"

#include <string_view>
#include <vector>

namespace rookery::messages {

/// Who owns a row and which unit it counts for.
[[nodiscard]] access::RowFacts facts_of(const storage::Row& row);

/// That hold a value, ascending.
[[nodiscard]] std::vector<const schema::Column*> sealed_columns(const storage::Row& row);

/// "Inactive means off": nobody sees a token of an inactive record in clear.
[[nodiscard]] bool is_inactive(const storage::Row& row);

/// Create on the row as it will be, Assign for another owner, Append and AppendTo for its lookups.
[[nodiscard]] access::Needs needs_to_create(const Draft& draft);
[[nodiscard]] access::Needs needs_to_update(const storage::Row& before, const Draft& draft);
[[nodiscard]] access::Needs needs_to_change(const storage::Row& row);  // Write alone
[[nodiscard]] access::Needs needs_to_remove(const storage::Row& row);
[[nodiscard]] access::Needs needs_to_read(
    const storage::Row& row, const Selection& selection, bool one_record
);
[[nodiscard]] access::Needs needs_to_list(const schema::Table& table, const Selection& selection);
/// Append on both rows (Dataverse: "Security roles and privileges").
[[nodiscard]] access::Needs needs_to_link(const storage::Row& first, const storage::Row& second);
[[nodiscard]] access::Needs needs_of_table(const schema::Table& table, schema::Right right);
[[nodiscard]] access::Needs needs_of_general(std::string_view privilege);
[[nodiscard]] access::Needs needs_of_anyone();  // nothing but an enabled user
void add_need(access::Needs& needs, schema::Right right, const storage::Row& row);

}  // namespace rookery::messages

// The rules of comparison that a store's index keys were made under, and which indexes it has, stand in the store, so
// that no program with others uses it: it would not find what is there, and let a second row with the same key in,
// unseen, or leave entries behind. Looked at by whoever opens a store; docs/formats/index.md.
#pragma once

#include "base/result.hpp"
#include "storage/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rookery::storage {

/// Key in Family::meta.
inline constexpr std::string_view text_rules_key = "text-key-rules";

/// What a store with every index says there: text_key_rules() and the number of this set of indexes.
[[nodiscard]] std::string index_rules();

/// The first commit of a new store.
[[nodiscard]] Result<void> write_text_rules(Store& store);

/// Errc::newer_format: made under other rules. Errc::integrity: the store does not say.
[[nodiscard]] Result<void> check_text_rules(const StoreView& view);

/// What a store says from the first opening on that keeps what is deleted: the same indexes, and that of the recycle bin. A
/// program that does not know kept rows does not open it.
[[nodiscard]] std::string bin_rules();

/// What it says from the first opening on that retains records: the same, and an index of what is retained. It may keep what
/// is deleted as well.
[[nodiscard]] std::string retention_rules();

/// Whether it says one of these.
[[nodiscard]] Result<bool> has_bin(const StoreView& view);

/// Has it say so; false when it did. Precondition: has_older_index is false. Nobody else may write to the store.
[[nodiscard]] Result<bool> begin_bin(Store& store);
[[nodiscard]] Result<bool> begin_retention(Store& store);

/// The same of the sets before: without an index of names, without owners in the entries.
[[nodiscard]] std::vector<std::string> older_index_rules();

/// Whether the store is of one of those. Precondition: its rules were checked.
[[nodiscard]] Result<bool> has_older_index(const StoreView& view);

}  // namespace rookery::storage

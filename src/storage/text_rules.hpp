// The rules of comparison that a store's index keys were made under stand in the store, so that no program
// with others uses it: it would not find what is there, and let a second row with the same key in, unseen.
// Looked at by whoever opens a store; docs/formats/index.md.
#pragma once

#include "base/result.hpp"
#include "storage/store.hpp"

#include <string_view>

namespace rookery::storage {

/// Key in Family::meta: the rules (text_key_rules()) that the text keys of the index were made under.
inline constexpr std::string_view text_rules_key = "text-key-rules";

/// The first commit of a new store.
[[nodiscard]] Result<void> write_text_rules(Store& store);

/// Errc::newer_format: made under other rules. Errc::integrity: the store does not say.
[[nodiscard]] Result<void> check_text_rules(const StoreView& view);

}  // namespace rookery::storage

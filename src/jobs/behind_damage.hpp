// behind_damage: where the store can be read again after keys that it cannot read. An engine does not say how far a
// damaged block goes; it is found by trying.
#pragma once

#include "storage/store.hpp"

#include <functional>
#include <optional>
#include <string>

namespace rookery::jobs {

/// A key above `damaged` from which on there are keys that can be read; nothing if there is none. Keys are told apart by
/// their first 64 bytes. It is the least such key if there is no more damage within the distance that it is away.
[[nodiscard]] std::optional<std::string> behind_damage(
    const std::string& damaged, const std::function<bool(const std::string& key)>& readable
);

}  // namespace rookery::jobs

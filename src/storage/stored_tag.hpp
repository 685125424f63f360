// The tag of a stored row as it stands there, without the keys that would prove it. It binds every byte of the row but the
// trailer, so two rows with one tag are one row. row_codec.cpp knows where it stands.
#pragma once

#include "base/bytes.hpp"

#include <optional>
#include <string_view>

namespace rookery::storage {

/// Of a live row or a tombstone, unproven; nothing for what is no value.
[[nodiscard]] std::optional<Digest> stored_tag(std::string_view value);

}  // namespace rookery::storage

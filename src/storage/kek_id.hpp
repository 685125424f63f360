// The id of the KEK beside the version that row_codec.hpp tells of: whether the two belong together shows whether a row
// was written by a vault.
#pragma once

#include "base/result.hpp"
#include "crypto/keys.hpp"

#include <optional>
#include <string_view>

namespace rookery::storage {

/// Unproven; nothing where kek_version_of has nothing. Errc::integrity for what is no value.
[[nodiscard]] Result<std::optional<crypto::KeyId>> kek_id_of(std::string_view value);

}  // namespace rookery::storage

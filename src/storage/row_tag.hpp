// The tag of a stored row made anew, under the row key that is the active one now.
#pragma once

#include "storage/row_codec.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::storage {

/// The version of the row key that a stored row or tombstone is tagged under, unproven. Errc::integrity for what is no
/// value.
[[nodiscard]] Result<std::uint32_t> row_key_version_of(std::string_view value);

/// The same row, or tombstone, with the next row version and its tag under the active row key; nothing else differs.
/// Errc::integrity unless the tag is right as it stands.
[[nodiscard]] Result<EncodedRow> retagged(
    const schema::Table& table, const Uuid& id, std::string_view value,
    const crypto::RowAuthenticator& authenticator
);

}  // namespace rookery::storage

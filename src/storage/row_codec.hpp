// A row as the bytes under its key in Family::rows. Format: docs/formats/row.md. Called by messages
// and audit for every row that is read or written; pure and thread-safe.
//
//   value   = u8(kind) || body || tag 32 || trailer
//   body    = u64(row version) || u16(n) || n × (u16 column || u32 size || bytes) ||
//             u32(row key version)
//   trailer = u64(versionnumber) || u8(has dek) || [wrapped dek 120 || u32(wrap generation)]
//
// The tag binds kind, table, id, vault and body. It does not bind the trailer, so that the ledger
// can give a versionnumber late and a rewrap leaves the row's version alone: wrapped data key and wrap
// generation are bound by the key's own associated data, and all of it by the state digest.
#pragma once

#include "base/result.hpp"
#include "crypto/record_sealer.hpp"
#include "storage/deletion.hpp"
#include "storage/row.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace rookery::storage {

/// Holds the id of the dek version among a body's columns.
inline constexpr schema::ColumnId dek_version_column = schema::first_system_column;
/// Holds the deletion of a row in the recycle bin, and of one that is retained.
inline constexpr schema::ColumnId deletion_column = schema::first_system_column + 1;
inline constexpr schema::ColumnId retention_column = schema::first_system_column + 2;

[[nodiscard]] constexpr schema::ColumnId column_of(KeptAs as) {
    return as == KeptAs::deleted ? deletion_column : retention_column;
}

struct EncodedRow {
    std::string value;                     // of Family::rows
    std::size_t versionnumber_offset = 0;  // of the 8 bytes that the ledger overwrites
    Digest tag{};
};

/// A row that is kept although it is there for nobody: all that it was, its values sealed as they were, and its deletion.
struct KeptRow {
    Row row;
    Deletion deletion;
};

/// What stays of a deleted row, so that its id is never used again.
struct Tombstone {
    std::uint64_t row_version = 0;  // one above the last live one
    Digest tag{};                   // filled in by decode
    std::uint64_t versionnumber = 0;
    std::shared_ptr<KeptRow> kept = {};  // null: nothing else is left of it
};

using StoredRow = std::variant<Row, Tombstone>;

/// The row that is there or is kept: what has a data key. Null for what is a tombstone alone.
[[nodiscard]] inline const Row* row_of(const StoredRow& stored) {
    if (const auto* row = std::get_if<Row>(&stored)) return row;
    const auto& kept = std::get<Tombstone>(stored).kept;
    return kept ? &kept->row : nullptr;
}

/// Whether rows hold a value of the column. Those that only name the row's id, follow from other rows or
/// lead to a sealed sibling have none.
[[nodiscard]] bool has_cells(const schema::Column& column);

/// Writes versionnumber, wrapped DEK and wrap generation as the row has them; ignores row.tag.
/// Throws std::logic_error for a row that decode would refuse: such a row is a bug.
[[nodiscard]] EncodedRow encode(const Row& row, const crypto::RowAuthenticator& authenticator);
[[nodiscard]] EncodedRow encode(
    const Tombstone& tombstone, const schema::Table& table, const Uuid& id,
    const crypto::RowAuthenticator& authenticator
);
/// Ignores tombstone.kept: that is encoded as what it is.
[[nodiscard]] EncodedRow encode(const KeptRow& kept, const crypto::RowAuthenticator& authenticator);

/// Checks the tag first, then reads. Errc::integrity for a wrong tag and for anything that encode
/// does not write.
[[nodiscard]] Result<StoredRow> decode(
    const schema::Table& table, const Uuid& id, std::string_view value,
    const crypto::RowAuthenticator& authenticator
);

/// What kind of row it is, unproven: for scans that only skip. Errc::integrity for another first byte.
[[nodiscard]] Result<crypto::RowKind> stored_kind(std::string_view value);

/// The versionnumber of a stored row, live or tombstone, unproven. Errc::integrity for what is no value.
[[nodiscard]] Result<std::uint64_t> versionnumber_of(std::string_view value);

/// The KEK version that a stored row's data key is wrapped under, kept rows included, unproven; nothing for a row without
/// a data key and for a tombstone. Errc::integrity for what is no value.
[[nodiscard]] Result<std::optional<std::uint32_t>> kek_version_of(std::string_view value);

/// The same row with its data key wrapped anew: only that, and the generation, differ. Precondition: a value that
/// decode knows, of a row with a data key that is live or kept.
[[nodiscard]] EncodedRow rewrapped(
    std::string_view value, ByteView wrapped_dek, std::uint32_t wrap_generation
);

/// The row version in a stored value, unproven. Precondition: a value that encode or decode knows.
[[nodiscard]] std::uint64_t row_version_of(std::string_view value);

/// The row's summand in the state digest: with the tag, which is part of it, over every byte of the row.
[[nodiscard]] Digest digest_summand(const Row& row, const crypto::RowAuthenticator& authenticator);
/// The same of a stored value, live or tombstone. Errc::integrity for what is no value at all.
[[nodiscard]] Result<Digest> digest_summand(
    const RowRef& row, std::string_view value, const crypto::RowAuthenticator& authenticator
);

}  // namespace rookery::storage

// How a private section of an entry (core for reviewers, priv for investigators) is stored, both ways:
//
//   row  = u8(1) || u8 enc || u32 day || u8 index key version || LP(blob)
//   blob = salt || section bytes                              (enc 0: in clear)
//        | event id 16 || DetailSealer(salt || section bytes) (enc 2: under the day key)
#pragma once

#include "audit/event.hpp"
#include "audit/leaf.hpp"
#include "audit/section_buffer.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "crypto/detail_sealer.hpp"

#include <cstdint>

namespace rookery::audit {

/// `salted`: salt || section bytes. In clear without a sealer.
[[nodiscard]] Bytes write_detail_row(
    Section section, std::uint32_t day, const Uuid& event, ByteView salted,
    const crypto::DetailSealer* sealer
);

/// The fields of a stored row; `blob` points into it.
struct DetailRow {
    enum class Encoding : std::uint8_t { clear = 0, sealed = 2 };

    Encoding encoding = Encoding::sealed;
    std::uint32_t day = 0;               // UTC days since 1970, of the event's time
    std::uint8_t index_key_version = 0;  // 0: no index rows were written for the entry
    ByteView blob;
};

/// Errc::integrity for another version, encoding or length.
[[nodiscard]] Result<DetailRow> parse_detail_row(ByteView row);

struct OpenedSection {
    Salt salt{};
    Bytes bytes;
    std::uint32_t day = 0;
    Uuid event;  // nil when the row was in clear
};

/// Whether an opened section is of this event: its day and, if it was sealed, its event id. A row in
/// clear has nothing but the leaf's commitment that binds it, and that does not cover the day.
[[nodiscard]] bool belongs_to(const OpenedSection& section, const Event& event);

/// Opens a row and checks it against what the leaf commits to. Errc::integrity when anything disagrees;
/// Errc::unavailable when the row is sealed and `sealer` is null.
[[nodiscard]] Result<OpenedSection> open_section(
    Section section, ByteView row, const Leaf& leaf, const crypto::DetailSealer* sealer
);

}  // namespace rookery::audit

// Details: the two private sections of an event (core for reviewers, priv for investigators), their
// encoding, their salted commitments and the rows they are stored in. Everything that does not depend
// on the entry's index happens here, on the thread of the request; the ledger's thread only appends.
//
//   commitment = SHA-256("sv1.audit.core" or "sv1.audit.priv" || 0x00 || salt 32 || section bytes)
//   row        = u8(1) || u8 enc || u32 day || u8 index key version || LP(blob)
//   blob       = salt || section bytes                              (enc 0: in clear)
//              | event id 16 || DetailSealer(salt || section bytes) (enc 2: under the day key)
#pragma once

#include "audit/event.hpp"
#include "audit/leaf.hpp"
#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/detail_sealer.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::audit {

using Salt = ByteArray<32>;
using Section = crypto::DetailSection;

/// An event ready for the log. Made by prepare or prepare_clear only.
struct PreparedEvent {
    Digest core_commit{};  // not yet bound to the index: see bind_core
    Digest priv_commit{};
    Bytes core_row;
    Bytes priv_row;
    Action action = Action::retrieve;
};

/// Encodes, commits to and seals the event. Never fails: texts are made UTF-8 and cut at their
/// limits, and when the core would exceed 4096 bytes the extras, value changes and columns that do
/// not fit are left out, which the extra "clipped" (their number) says. Thread-safe.
[[nodiscard]] PreparedEvent prepare(
    const Event& event, const crypto::DetailSealer& sealer, Random& random
);

/// What may be written without keys, in clear: one table, for writing and for every reader.
///   genesis          so that a verifier without keys can tell whose log it reads
///   unseal-attempt   by a vault that is still sealed; nobody vouches for it before the next unseal
[[nodiscard]] bool may_be_clear(Action action);
/// The same without a key. Errc::internal unless may_be_clear(event.action).
[[nodiscard]] Result<PreparedEvent> prepare_clear(const Event& event, Random& random);

/// Section bytes. The priv section of an event that has none of its fields is empty.
[[nodiscard]] Bytes encode_core(const Event& event);
[[nodiscard]] Bytes encode_priv(const PrivDetail& priv);
/// Errc::integrity for bytes outside the profile, missing or mistyped fields; keys that are not
/// known are kept.
[[nodiscard]] Result<Event> decode_core(ByteView bytes);
[[nodiscard]] Result<PrivDetail> decode_priv(ByteView bytes);

[[nodiscard]] Digest commitment(Section section, const Salt& salt, ByteView bytes);

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

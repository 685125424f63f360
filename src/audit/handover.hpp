// Handover: from here on the log goes on under another name. An older state of it that is served again must not sign under
// the name that has signed a longer log already: that would be two histories of one log. So the old name's key signs where
// the new one begins and how far the old one is known to have gone. Format with example: docs/formats/handover.md. Pure.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "crypto/signing.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::audit {

struct Handover {
    Uuid vault;
    std::string from;
    std::string to;
    std::uint64_t size = 0;  // entries that both have
    Digest root{};           // over these
    std::uint64_t seen_size =
        0;  // entries that the old one is known to have had; `size` when no more are known
    Digest seen_root{};
    Instant time{};  // in whole seconds
    // Entries that the rows are as of, when those after them were filled in from a newer log: fewer than `size`.
    std::optional<std::uint64_t> rows_size = {};

    friend bool operator==(const Handover&, const Handover&) = default;
};

inline constexpr std::size_t handover_bytes_max = 4096;

/// The signed lines.
[[nodiscard]] std::string handover_body(const Handover& handover);
/// Signs as `<from>#handover`.
[[nodiscard]] std::string sign_handover(const Handover& handover, const crypto::SigningKey& key);
/// Errc::integrity for another spelling, and when it is not signed by this key. Errc::newer_format.
[[nodiscard]] Result<Handover> read_handover(std::string_view text, const crypto::PublicKey& key);

/// A name that no log of this one had before: the first one with the time behind it.
[[nodiscard]] std::string next_origin(std::string_view first, Instant now);

/// All of a log, the first one first.
class Handovers {
 public:
    /// The next one, as it lies in Family::log. Errc::integrity when it is none, or does not go on from the one before.
    [[nodiscard]] Result<void> add(
        std::string_view row_key, std::string_view note, const crypto::PublicKey& key
    );

    [[nodiscard]] const std::vector<Handover>& all() const { return all_; }

    /// Whether they lead to this name, which any does when there are none.
    [[nodiscard]] bool lead_to(std::string_view current) const;
    /// That the log began with.
    [[nodiscard]] const std::string& first(const std::string& current) const;
    /// Under which a checkpoint over so many entries was signed.
    [[nodiscard]] const std::string& at(std::uint64_t size, const std::string& current) const;
    /// Whether it is about rows that were put back to what they were before it: the log has it, and no row is of it.
    [[nodiscard]] bool is_put_back(std::uint64_t index) const;
    /// The one that ended this name; null when none did.
    [[nodiscard]] const Handover* that_ended(std::string_view name) const;

 private:
    std::vector<Handover> all_;
};

/// Of a store's log. Errc::integrity; the errors of reading.
[[nodiscard]] Result<Handovers> read_handovers(
    const storage::StoreView& view, const crypto::PublicKey& key
);

/// The row that it is kept in.
[[nodiscard]] std::string handover_key(std::uint64_t size);

}  // namespace rookery::audit

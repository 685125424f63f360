// Whether what was opened is what its anchors say: the one comparison that finds a whole older state, in
// which everything else agrees.
#pragma once

#include "audit/handover.hpp"
#include "audit/log_reader.hpp"
#include "base/result.hpp"
#include "vault/anchor.hpp"
#include "vault/anchor_options.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace rookery::messages {

/// A vault whose files, rows and log agree with each other.
struct OpenedState {
    Uuid vault;
    merkle::VerifierKey log_key;
    ledger::VaultState state;
    std::uint64_t keyring_epoch = 0;  // of the file, which may be ahead of the state's
    const audit::LogReader& log;
    const audit::Handovers& handovers;
    AnchoredSince anchored;
};

/// A place where an anchor is kept, or is to be.
struct AnchorPlace {
    std::filesystem::path file;                       // or the program behind which it is
    std::optional<Instant> since;                     // nothing: none has been there yet
    std::shared_ptr<AnchorElsewhere> elsewhere = {};  // null: it is a file
};

/// The data directory's, then the second one if `options` have it looked at.
[[nodiscard]] std::vector<AnchorPlace> anchor_places(
    const std::filesystem::path& own, const AnchorOptions& options, const AnchoredSince& since
);

/// Something that speaks against the vault as it was opened.
struct AnchorFinding {
    std::string_view problem;  // as the log names it
    std::filesystem::path file;
    std::optional<Anchor> anchor;  // that was contradicted, if it could be read
    Error error;
};

/// Nothing when the anchor agrees, or is not there and need not be. Errc::io when it cannot be read; what
/// nobody may accept is an error too: another vault's anchor (Errc::integrity), a later format
/// (Errc::newer_format).
[[nodiscard]] Result<std::optional<AnchorFinding>> check_anchor(
    const AnchorPlace& place, const OpenedState& opened
);

}  // namespace rookery::messages

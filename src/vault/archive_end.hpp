// How far a newer log should go. Its own tree cannot say: a log whose end was cut off is a whole log of before. An anchor can,
// which is signed and tells of so many entries: the one in the archive's directory, and the one in the second place that somebody
// names. A log that reaches all that are there is believed; what another one does not tell, nobody knows.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "merkle/checkpoint.hpp"
#include "vault/log_archive.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace rookery::messages {

struct ArchiveEnd {
    /// It reaches an anchor, and all that were looked at.
    bool whole = false;
    /// Entries that an anchor knows of, when those are more than the archive has; else 0.
    std::uint64_t seen_size = 0;
    Digest seen_root{};
    /// Of the keyring, as the newest of these anchors knows it; 0: there is none.
    std::uint64_t keyring_epoch = 0;
    /// Why it is not whole, for people; empty when it is.
    std::string why;
};

/// `named`: the file of the second place; empty: none. Errc::integrity when an anchor tells of another log, is another vault's,
/// or when the one that is named is none; Errc::not_found when that is not there; Errc::newer_format.
[[nodiscard]] Result<ArchiveEnd> find_archive_end(
    const LogArchive& archive, const Uuid& vault, const merkle::VerifierKey& log_key,
    const std::filesystem::path& named
);

}  // namespace rookery::messages

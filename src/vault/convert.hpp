// The way of a data directory of format 1 to the newest one: once, at its first opening, on the log.
//
// What changed: the log's signing key went from a file into the keyring, which also got a key for the set
// of root key slots; the slots got a tag; the state row's digests are masked, and it counts more. Each
// step sees whether it was done before, so that a conversion that was cut off goes on.
#pragma once

#include "audit/log_writer.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/root_slots.hpp"
#include "storage/store.hpp"
#include "vault/data_directory.hpp"

namespace rookery::messages {

/// Reads every row once: they must add up to the old state row. Errc::integrity when anything is not as
/// format 1 left it; nothing is changed then.
[[nodiscard]] Result<void> convert_from_format_1(
    DataDirectory& directory, storage::Store& store, const crypto::RootSlots& slots,
    const crypto::OpenedRoot& root, const audit::LogWriter::Options& log_options, Random& random,
    Instant now
);

}  // namespace rookery::messages

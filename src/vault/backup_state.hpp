// Which state a copy of a store holds, told by the copy itself.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace rookery::messages {

struct BackupState {
    std::uint64_t log_size = 0;
    Digest log_root{};
    std::uint64_t keyring_epoch = 0;  // as the state row says; without keys nothing proves it
    Instant last_time{};              // log time
};

/// Opens the copy for reading, which changes nothing in it. Errc::integrity: the log does not continue from there, or its
/// newest checkpoint is not of this key; and what opening a store has.
[[nodiscard]] Result<BackupState> state_of_copy(
    const std::filesystem::path& store, std::string_view verifier_key
);

}  // namespace rookery::messages

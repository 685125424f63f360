// A rehearsal of an unsealing: whether a way in would open a data directory, or a copy of its files `vault`, `slots`
// and `keyring`. Keys are opened in memory and dropped. Nothing is written, the log included: the files stay
// what a copy is to be, and whoever has files and secret can try them without this program too.
#pragma once

#include "base/result.hpp"
#include "crypto/root_slots.hpp"
#include "vault/data_directory.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace rookery::messages {

/// What a way in opened.
struct DrillResult {
    std::uint16_t slot = 0;
    std::string label;
    std::uint32_t root_generation = 0;
    std::uint64_t keyring_epoch = 0;
};

class Drill {
 public:
    /// The errors of DataDirectory::open_to_look and RootSlots::parse.
    [[nodiscard]] static Result<Drill> begin(const std::filesystem::path& data);

    /// Of the files of a vault that is open, as they lie on the disk now.
    [[nodiscard]] static Result<Drill> of(const DataDirectory& directory, const Uuid& vault);

    /// Opens a slot, the keyring of this vault, and finds the slots to be the keyring's. The errors of
    /// RootSlots::open and Keyring::open.
    [[nodiscard]] Result<DrillResult> try_way(const crypto::SlotOffer& offer) const;

 private:
    Drill(crypto::RootSlots slots, Bytes keyring)
        : slots_(std::move(slots)), keyring_(std::move(keyring)) {}

    crypto::RootSlots slots_;
    Bytes keyring_;
};

}  // namespace rookery::messages

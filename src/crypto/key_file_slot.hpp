// Slots that a key file opens. docs/formats/key-file.md
#pragma once

#include "crypto/slot_kind.hpp"

#include <filesystem>
#include <memory>

namespace rookery::crypto {

/// The file is read when the offer is; see read_key_file for its errors. A new slot makes a key file
/// that is not there yet.
[[nodiscard]] std::unique_ptr<SlotOffer> key_file_offer(std::filesystem::path file);

}  // namespace rookery::crypto

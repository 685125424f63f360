// What a set of root key slots says to whoever can read its file, or may ask the server for it: no secret of any, and nothing
// that only an opening proves.
#pragma once

#include "crypto/root_slots.hpp"
#include "pipeline/slot_book.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace rookery::cli {

[[nodiscard]] nlohmann::json slot_facts(const messages::KnownSlot& slot);
[[nodiscard]] nlohmann::json slot_facts(const crypto::Slot& slot);
/// One line for people: "slot 2: key file root.key, 256 random bits; root key 1, made 2027-…".
[[nodiscard]] std::string slot_line(const messages::KnownSlot& slot);
[[nodiscard]] std::string slot_line(const crypto::Slot& slot);

}  // namespace rookery::cli

// What should be done about the keys of a vault, in words for people and with what to type. Pure: each line is there as
// long as its reason is, and goes when that was done.
#pragma once

#include "base/clock.hpp"
#include "crypto/keyring.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rookery::messages {

/// A run of the job that replaces what was under a compromised key, that came to its end and left nothing.
struct EndedCompromise {
    std::uint32_t version =
        0;  // of the one KEK that somebody else may have; 0: all before `successor`
    std::uint32_t successor = 0;
    Instant begun{};
};

struct KeysAsTheyAre {
    std::span<const crypto::KeyEntry> keys;
    std::uint64_t kek_uses = 0;  // of the active record KEK
    Instant now{};
    std::span<const EndedCompromise> compromises;
    bool kek_job_under_way = false;  // one that changes record KEKs, and says itself how far it is
    bool row_key_job_under_way = false;  // the same of row keys
};

[[nodiscard]] std::vector<std::string> what_is_due(const KeysAsTheyAre& of);

}  // namespace rookery::messages

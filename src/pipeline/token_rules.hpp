// TokenRules: how long what a token was before is kept, and how long it may be used. Section [tokens] of the
// configuration.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rookery::messages {

struct TokenRules {
    std::size_t keep_versions = 10;  // of each record, besides the current one
    std::chrono::days keep{90};      // after its retirement nobody gets a version any more
    std::chrono::hours grace{
        24};  // for so long after a rotation agents may still ask for the previous one
    std::chrono::days rotate_after{0};  // where a record has no rule of its own; 0: never due
};

inline constexpr std::size_t keep_versions_max = 100;

}  // namespace rookery::messages

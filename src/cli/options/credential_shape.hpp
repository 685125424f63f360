// Whether a value of the command line is a secret by its looks. Judged by form alone, so it cannot be
// right always: what has a credential's own form is refused, what only may be one is used but never
// shown again (withheld.hpp).
#pragma once

#include "cli/options/takes.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::cli {

enum class Suspicion : std::uint8_t {
    none,
    possible,  // a long run of what looks drawn at random, or words where none belong
    certain,   // a bearer token, a share, a JWT, an Authorization header, a private key
};

struct Shape {
    Suspicion suspicion = Suspicion::none;
    std::string_view name;  // "a bearer token", for people; empty for none
};

/// `takes`: what belongs where `value` was given. Where names of people or things belong, some words are
/// no passphrase.
[[nodiscard]] Shape shape_of(std::string_view value, Takes takes);

}  // namespace rookery::cli

// What whoever opens a vault says of its anchor, and since when the vault itself knows that it has one.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

namespace rookery::messages {

/// What an opening does about the anchors.
enum class AnchorRule : std::uint8_t {
    own_place,    // only that of the data directory counts: a command that has no configuration
    both_places,  // that of `second` too; it must be named if the vault has had one
    accept,       // what contradicts an anchor is put on the log and holds from now on
};

struct AnchorOptions {
    AnchorRule rule = AnchorRule::own_place;
    std::filesystem::path second;  // a file on another volume; empty: none
    // Called once when the anchor could not be written, with the reason, and once when it was again, with
    // nothing. By any thread.
    std::function<void(std::string_view why)> told = {};
    // Called with what was accepted, if anything was.
    std::function<void(std::string_view what)> accepted = {};
};

/// As the organization's row has it, which nobody changes without the vault's keys.
struct AnchoredSince {
    std::optional<Instant> own;     // in the data directory
    std::optional<Instant> second;  // in a second place too

    friend bool operator==(const AnchoredSince&, const AnchoredSince&) = default;
};

}  // namespace rookery::messages

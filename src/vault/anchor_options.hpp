// What whoever opens a vault says of its anchor, and since when the vault itself knows that it has one.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::messages {

/// What an opening does about the anchors.
enum class AnchorRule : std::uint8_t {
    own_place,    // only that of the data directory counts: a command that has no configuration
    both_places,  // that of `second` too; it must be named if the vault has had one
    accept,       // what contradicts an anchor is put on the log and holds from now on
    restored,     // the one of the data directory begins anew; `second` is compared and not written
};

/// A newer log of the vault: see log_archive.hpp.
class LogArchive;

/// The log goes on under a new name, since an older state of it is opened.
struct NewOrigin {
    std::string reason;  // as somebody gave it, for the log
    std::uint64_t seen_size =
        0;  // entries that the log is known to have had; 0: nothing is known but by anchors
    Digest seen_root{};
    std::shared_ptr<const LogArchive> refill = {};  // its entries after the older state come first
};

/// A place of the anchor that is no file: see anchor_elsewhere.hpp.
class AnchorElsewhere;

struct AnchorOptions {
    AnchorRule rule = AnchorRule::own_place;
    std::filesystem::path second;                     // a file on another volume; empty: none
    std::shared_ptr<AnchorElsewhere> elsewhere = {};  // the second place instead of `second`
    bool give_up_second = false;               // with accept: there is no second place from now on
    std::optional<NewOrigin> new_origin = {};  // with accept or restored
    // No versionnumber that was given after the state that is opened is given again.
    bool skip_versionnumbers = false;
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

/// A second place is named.
[[nodiscard]] inline bool has_second(const AnchorOptions& options) {
    return !options.second.empty() || options.elsewhere != nullptr;
}

}  // namespace rookery::messages

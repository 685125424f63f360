// Unreadable: why an entry of the log cannot be shown. Damage of one entry is an answer about that
// entry and never an error of the page that it lies in.
#pragma once

#include <cstdint>
#include <string_view>

namespace rookery::audit {

enum class Unreadable : std::uint8_t {
    row_missing,
    row_damaged,        // by the store's own checksum, its lengths, or the leaf's stored hash
    other_leaf,         // a whole row, in another entry's place
    details_shut,       // the key does not open them
    details_differ,     // they open, and are not what the leaf commits to
    details_foreign,    // of another event or day than the row says
    details_malformed,  // as committed to, and still no event
    details_in_clear,   // of a kind that is written under a key alone
    newer_format,       // of a number or schema that this version does not know
    no_key,             // they are sealed, and the reader has no key
};

/// In plain words, lower case, as the API and the command line show it.
[[nodiscard]] std::string_view words(Unreadable why);

}  // namespace rookery::audit

// Which keys of the keyring can be destroyed, and what people and the log call one.
#pragma once

#include "crypto/key_words.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::messages {

/// Those whose last use can be proved: every data key and every row says what it is under.
inline constexpr crypto::Purpose destroyable_purposes[] = {
    crypto::Purpose::record_kek, crypto::Purpose::row};

struct DestroyableKey {
    crypto::Purpose purpose = crypto::Purpose::record_kek;
    std::uint32_t version = 0;

    friend bool operator==(const DestroyableKey&, const DestroyableKey&) = default;
};

/// By crypto::name; nothing for another word.
[[nodiscard]] inline std::optional<crypto::Purpose> destroyable_purpose(std::string_view word) {
    for (const auto purpose : destroyable_purposes) {
        if (crypto::name(purpose) == word) return purpose;
    }
    return std::nullopt;
}

/// "record KEK", "row key".
[[nodiscard]] constexpr std::string_view words_of(crypto::Purpose purpose) {
    return purpose == crypto::Purpose::row ? "row key" : "record KEK";
}

/// The extra of an entry that names its version.
[[nodiscard]] constexpr std::string_view version_extra(crypto::Purpose purpose) {
    return purpose == crypto::Purpose::record_kek ? "kek" : "key";
}

}  // namespace rookery::messages

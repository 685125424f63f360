// Which version of a record's tokens a message is about.
#pragma once

#include "messages/token_history.hpp"

#include <optional>
#include <variant>

namespace rookery::messages {

/// By number, or by a label that one version has at a time.
using VersionChoice = std::variant<std::uint64_t, VersionLabel>;

/// The version that was chosen, in the history; null for the current one. Errc::not_found in one text for a number that
/// no version has, whether none ever had it or it is kept no more, and where no version has the label.
[[nodiscard]] Result<const TokenVersion*> choose_version(
    const TokenHistory& history, const VersionChoice& choice, const TokenRules& rules, Instant now
);

}  // namespace rookery::messages

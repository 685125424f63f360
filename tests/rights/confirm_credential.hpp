// rky_ConfirmCredential, for a vault that has it: its credentials carry marks, and this message
// sets them. Without it there is no such request.
#pragma once

#include "messages/message.hpp"

#include <concepts>
#include <optional>

namespace rookery::messages {
struct ConfirmCredential;
}

namespace rookery::rights {

template <class Alternative, class Variant>
inline constexpr bool is_alternative = false;

template <class Alternative, class... All>
inline constexpr bool is_alternative<Alternative, std::variant<All...>> =
    (std::same_as<Alternative, All> || ...);

/// A template, so that the message need not be there.
template <class Confirm = messages::ConfirmCredential>
[[nodiscard]] std::optional<messages::Message> confirm(const Uuid& credential) {
    if constexpr (is_alternative<Confirm, messages::Message>) {
        Confirm message;
        message.credential = credential;
        return messages::Message(message);
    } else {
        return std::nullopt;
    }
}

}  // namespace rookery::rights

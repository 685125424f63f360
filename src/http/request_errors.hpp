// What is told of requests that fail for a reason of the service itself, not of what they ask.
#pragma once

#include "base/result.hpp"
#include "http/limits.hpp"

#include <cstddef>

namespace rookery::http {

[[nodiscard]] Error unexpected();

[[nodiscard]] Error answers_not_taken();
[[nodiscard]] Error too_many_answers();
/// Of what a batch has left when the vault is being sealed.
[[nodiscard]] Error closing();
[[nodiscard]] Error too_busy();
[[nodiscard]] Error too_many_of_caller(std::size_t most);
[[nodiscard]] Error too_many_in_window(const Limits& limits);

}  // namespace rookery::http

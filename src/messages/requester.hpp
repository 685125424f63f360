// Requester: who gave his word for what takes two people, and with which credential. Who else he could be is looked up when
// the second one comes (two_people.hpp): the credentials that somebody made are too many for a job's row.
//
//   people    = "-" / requester [ "," requester ]
//   requester = user [ "/" credential ]
#pragma once

#include "base/uuid.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

struct Requester {
    Uuid user;
    Uuid credential;  // nil: he proved himself without one

    friend bool operator==(const Requester&, const Requester&) = default;
};

/// The first asked, the second approved.
inline constexpr std::size_t requesters_max = 2;

[[nodiscard]] std::string to_text(std::span<const Requester> people);
/// Nothing for what to_text does not write.
[[nodiscard]] std::optional<std::vector<Requester>> parse_requesters(std::string_view word);

}  // namespace rookery::messages

// What a failed push is known by. Everything that says why is one of these: an organization that puts a
// token into its error text must not get it into a row, a log or a status.
#pragma once

#include <string_view>

namespace rookery::messages {

namespace push_code {

inline constexpr std::string_view network = "network";        // no connection, or it broke
inline constexpr std::string_view sign_in = "sign-in";        // no bearer token to be had
inline constexpr std::string_view bad_answer = "bad-answer";  // not what Dataverse says
inline constexpr std::string_view internal = "internal";      // ours
inline constexpr std::string_view other = "other";

inline constexpr std::string_view all[] = {network, sign_in, bad_answer, internal, other};

}  // namespace push_code

/// 0x and eight hex digits (Dataverse's), http- and a status from 100 to 599, or one of the above.
[[nodiscard]] bool is_push_code(std::string_view code);

/// What a syncerror's errordetail says before the name of a privilege.
inline constexpr std::string_view missing_privilege_detail = "Missing privilege: ";

/// prv and 1 to 90 letters, digits or underscores.
[[nodiscard]] bool is_privilege_name(std::string_view name);

}  // namespace rookery::messages

// The text form of a local bearer token: shown once when a credential is made, sent with every call.
//
//   token    = "rky1_" id "_" secret checksum                                    (77 characters)
//   id       = 22 × base62 digit   the credential's GUID, 128 bits, big-endian
//   secret   = 43 × base62 digit   256 random bits, big-endian
//   checksum =  6 × base62 digit   CRC-32 (IEEE 802.3) of everything before it
//   digit    = "0".."9" / "A".."Z" / "a".."z"
//
// The prefix and the checksum are for leak scanners, which thereby know a token without asking this
// server; they protect nothing. One token has one spelling. Called by authenticate, by the message
// that makes a credential, and by the check that none is stored as a text. Pure functions, thread-safe.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/uuid.hpp"

#include <string_view>

namespace rookery::identity {

struct BearerSecretTag;
using BearerSecret = Key<BearerSecretTag>;

inline constexpr std::string_view bearer_prefix = "rky1_";
inline constexpr std::size_t bearer_token_size = 77;

struct ParsedToken {
    Uuid credential;
    BearerSecret secret;
};

/// The token of a credential.
[[nodiscard]] SecretBytes format(const Uuid& credential, const BearerSecret& secret);

/// Errc::unauthenticated with `refused_token_message` for every text that `format` does not make.
/// The time does not depend on the secret's digits.
[[nodiscard]] Result<ParsedToken> parse(std::string_view token);

/// Whether something of a token's form, with a right checksum, stands in `text`. Takes one checksum for
/// each prefix in it.
[[nodiscard]] bool contains_token(std::string_view text);

/// The one text of every 401, so that it tells nothing about why.
inline constexpr std::string_view refused_token_message =
    "The access token is missing, unknown, expired or revoked.";

}  // namespace rookery::identity

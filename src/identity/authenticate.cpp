#include "identity/authenticate.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "crypto/sha256.hpp"
#include "identity/bearer_token.hpp"

namespace rookery::identity {
namespace {

constexpr std::string_view scheme = "bearer ";

/// The token of the only Authorization header; empty when there is none, or one of another kind.
std::string_view token_of(const http::Request& request) {
    const auto* const header = request.header("Authorization");
    if (header == nullptr || request.count("Authorization") != 1) return {};
    const std::string_view text = *header;
    const auto same = [](char expected, char c) {
        return expected == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    };
    if (text.size() < scheme.size() ||
        !std::equal(scheme.begin(), scheme.end(), text.begin(), same)) {
        return {};
    }
    auto token = text.substr(scheme.size());
    while (token.starts_with(' ')) token.remove_prefix(1);  // RFC 9110 section 11.4: 1*SP
    return token;
}

Error refused() { return {Errc::unauthenticated, std::string{refused_token_message}, {}}; }

/// The secret is the one that the credential was made with, for this user, expiry and counter.
bool proves(
    const ParsedToken& token, const access::Credential* credential,
    const crypto::CredentialHasher& hasher
) {
    // An unknown credential is hashed against a stored hash of zeros, so that time does not tell
    // which ids exist.
    static const access::Credential unknown{};
    const auto& stored = credential != nullptr ? *credential : unknown;
    const crypto::CredentialClaims claims{
        token.credential, stored.user, stored.expires, static_cast<std::uint32_t>(stored.counter)};
    const bool matches = token.secret.expose([&](ByteView secret) {
        return hasher.check(claims, secret, stored.hash);
    });
    return matches && credential != nullptr &&
           stored.counter <= std::numeric_limits<std::uint32_t>::max();
}

}  // namespace

Identified identify(
    const http::Request& request, const access::Facts& facts,
    const crypto::CredentialHasher& hasher, Instant log_now
) {
    const auto token = parse(token_of(request));
    if (!token) return {{}, refused()};
    const auto* const credential = facts.credential(token->credential);
    if (!proves(*token, credential, hasher)) return {{}, refused()};

    access::Caller caller;
    caller.user = credential->user;
    caller.credential = token->credential;
    caller.method = AuthMethod::local_token;
    caller.fingerprint = fingerprint(token->credential);
    caller.expires = credential->expires;
    caller.plaintext = credential->plaintext;
    caller.administration = credential->administration;
    const auto* const user = facts.user(credential->user);
    caller.application = user != nullptr && !user->application.is_nil();

    // A credential bound to a client certificate is for connections that show one; none do here.
    const bool usable = facts.valid(*credential) && log_now < credential->expires &&
                        credential->certificate.empty();
    if (!usable) return {caller, refused()};
    if (!facts.enabled(credential->user)) {
        return {caller, Error{Errc::user_disabled, "The user is disabled.", {}}};
    }
    return {caller, std::nullopt};
}

Result<access::Caller> authenticate(
    const http::Request& request, const access::Facts& facts,
    const crypto::CredentialHasher& hasher, Instant log_now
) {
    auto identified = identify(request, facts, hasher, log_now);
    if (identified.refusal) return fail(std::move(*identified.refusal));
    return identified.caller;
}

ByteArray<8> fingerprint(const Uuid& credential) {
    const auto digest = crypto::sha256(credential.view());
    ByteArray<8> out{};
    std::copy_n(digest.begin(), out.size(), out.begin());
    return out;
}

}  // namespace rookery::identity

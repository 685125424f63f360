#include "identity/authenticate.hpp"

#include "crypto/sha256.hpp"
#include "identity/bearer_token.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace rookery::identity {
namespace {

/// Nothing when the text does not begin with the scheme and a blank.
std::optional<std::string_view> after_scheme(std::string_view text, std::string_view scheme) {
    const auto same = [](char expected, char c) {
        return expected == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    };
    if (text.size() <= scheme.size() || text[scheme.size()] != ' ' ||
        !std::equal(scheme.begin(), scheme.end(), text.begin(), same)) {
        return std::nullopt;
    }
    auto rest = text.substr(scheme.size());
    while (rest.starts_with(' ')) rest.remove_prefix(1);  // RFC 9110 section 11.4: 1*SP
    return rest;
}

Error refused() { return {Errc::unauthenticated, std::string{refused_token_message}, {}}; }

}  // namespace

Proof prove(
    const http::Request& request, const access::Facts& facts,
    const crypto::CredentialHasher& hasher, std::span<const CredentialKind> kinds
) {
    const auto* const header = request.header("Authorization");
    if (header == nullptr || request.count("Authorization") != 1) return {};
    for (const auto& kind : kinds) {
        const auto text = after_scheme(*header, kind.scheme);
        if (text) return kind.prove({request, *text, facts, hasher});
    }
    return {};
}

Sender admit(const Proof& proof, const access::Facts& facts, Instant log_now) {
    const auto* const credential = facts.credential(proof.credential());
    if (credential == nullptr || !proof.is_of(*credential)) return {{}, refused(), {}};

    access::Caller caller;
    caller.user = credential->user;
    caller.credential = proof.credential();
    caller.method = proof.method();
    caller.fingerprint = proof.fingerprint();
    caller.expires = credential->expires;
    caller.plaintext = credential->plaintext;
    caller.administration = credential->administration;
    const auto* const user = facts.user(credential->user);
    caller.application = user != nullptr && !user->application.is_nil();

    // A credential bound to a client certificate is for connections that show one; none do here.
    const bool usable = facts.valid(*credential) && log_now < credential->expires &&
                        credential->certificate.empty();
    if (!usable) return {caller, refused(), {}};
    if (!facts.enabled(credential->user)) {
        return {caller, Error{Errc::user_disabled, "The user is disabled.", {}}, {}};
    }
    return {caller, std::nullopt, {}};
}

ByteArray<8> fingerprint(const Uuid& credential) {
    const auto digest = crypto::sha256(credential.view());
    ByteArray<8> out{};
    std::copy_n(digest.begin(), out.size(), out.begin());
    return out;
}

}  // namespace rookery::identity

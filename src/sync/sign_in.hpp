// SignIn: the bearer token for the organization, got with the client secret (OAuth 2.0 client
// credentials), kept until a minute before its end and shared by all threads.
//
// The organization's 401 names the authority. It only chooses among those that the operator listed:
// what is compared and asked is the operator's own text, so that no answer can lead the secret
// elsewhere. Thread-safe; one thread signs in while the others wait for its token.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "base/thread_annotations.hpp"
#include "sync/options.hpp"
#include "sync/organization_client.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::sync {

struct AccessToken {
    SecretBytes authorization;  // "Authorization: Bearer …" with a terminating zero
    Instant good_until;
};

/// A token, or why there is none.
struct SignedIn {
    std::shared_ptr<const AccessToken> token;
    std::string why;                           // our words
    std::string_view code;                     // messages::push_code::network or sign_in
    std::optional<std::chrono::seconds> wait;  // Retry-After of whoever refused
    bool stopped = false;
};

class SignIn {
 public:
    /// Precondition: the URLs in `options` are HttpsUrl texts.
    SignIn(const SyncOptions& options, SecretBytes client_secret, const Clock& clock);

    [[nodiscard]] SignedIn token(OrganizationClient& organization);

    /// The organization did not take this token: it is not handed out again.
    void reject(const std::shared_ptr<const AccessToken>& token);

 private:
    [[nodiscard]] SignedIn sign_in(OrganizationClient& organization) const;
    [[nodiscard]] SecretBytes form() const;

    std::string origin_;
    std::vector<std::string> authorities_;
    std::string client_id_;
    SecretBytes client_secret_;
    const Clock& clock_;
    std::atomic<std::uint64_t> attempts_{0};
    Mutex mutex_;
    std::shared_ptr<const AccessToken> token_ ROOKERY_GUARDED_BY(mutex_);
    SignedIn last_ ROOKERY_GUARDED_BY(mutex_);  // why, without its token
};

}  // namespace rookery::sync

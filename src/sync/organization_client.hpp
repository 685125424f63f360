// OrganizationClient: HTTPS to the Dataverse organization and to the authority it signs in with, over
// libcurl. Bounded in every size and time, no redirects, no proxies, certificates always checked. The bearer
// token goes to the one origin that was given at the start, because no other can be named with it.
// One per thread; connections are kept.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/zeroing_allocator.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace rookery::sync {

inline constexpr std::size_t answer_bytes_max = std::size_t{64} << 10U;
inline constexpr std::size_t answer_header_bytes_max = std::size_t{32} << 10U;

struct OrganizationOptions {
    std::string origin;             // "https://host[:port]": an HttpsUrl without a path
    std::filesystem::path ca_file;  // PEM; empty: the system's authorities
    std::chrono::milliseconds connect{10'000};
    std::chrono::milliseconds request{130'000};
};

enum class Arrival : std::uint8_t {
    not_sent,  // not a byte of the request left
    unknown,   // it may have arrived, may arrive yet, or be carried out twice
    answered,  // a complete answer
};

struct Answer {
    Arrival arrival = Arrival::not_sent;
    int status = 0;            // of a complete answer
    std::string retry_after;   // as sent
    std::string authenticate;  // WWW-Authenticate with the scheme Bearer
    WipedBuffer body;
    bool repeated = false;     // unknown only because libcurl sent it again on a new connection
    bool stopped = false;      // ended because `stopping` said so
    std::string_view trouble;  // our words for what went wrong; empty when answered

    [[nodiscard]] std::string_view text() const { return {body.data(), body.size()}; }
};

/// If-Match or If-None-Match. `tag` is "*" or an ETag that passed is_etag.
struct Condition {
    enum class Kind : std::uint8_t { none, match, none_match };

    Kind kind = Kind::none;
    std::string tag = {};
};

/// What may go back into a header: W/"…" or "…", visible ASCII, at most 128 bytes.
[[nodiscard]] bool is_etag(std::string_view text);

class OrganizationClient {
 public:
    /// `stopping` is asked about once a second from within a call. Errc::internal.
    [[nodiscard]] static Result<OrganizationClient> open(
        OrganizationOptions options, std::function<bool()> stopping
    );

    ~OrganizationClient();
    OrganizationClient(OrganizationClient&&) noexcept;
    OrganizationClient& operator=(OrganizationClient&&) noexcept;

    /// A request to the organization. `path` begins with '/', is plain and percent-encoded.
    /// `authorization` is the whole header line with a terminating zero, or null: nobody asks.
    [[nodiscard]] Answer call(
        std::string_view method, std::string_view path, const SecretBytes* authorization,
        const Condition& condition = {}, std::string_view body = {}
    );

    /// POST of a form to an authority. Precondition: `url` is an HttpsUrl's text.
    [[nodiscard]] Answer post_form(const std::string& url, const SecretBytes& form);

 private:
    struct Impl;
    explicit OrganizationClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::sync

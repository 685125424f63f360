// The vault over HTTPS, for commands that speak to a running server. libcurl underneath: this
// server's certificate authority only, no redirects, bounded times and sizes. Answers and bodies
// live in wiped memory; the token is read from a private file and never appears in argv or errors.
// One client per thread.
#pragma once

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/uuid.hpp"
#include "base/zeroing_allocator.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::cli {

/// Where the server is and who asks: options, else ROOKERY_URL, ROOKERY_CA, ROOKERY_TOKEN_FILE.
struct Connection {
    std::string url;                   // https://host[:port], nothing after it
    std::filesystem::path ca;          // PEM; empty: the system's authorities
    std::filesystem::path token_file;  // mode 0600 or 0400; empty: nobody in particular
};

struct ConnectionOptions {
    std::string url;
    std::string ca;
    std::string token_file;
};

enum class TokenNeed : std::uint8_t { required, optional };

/// Errc::usage when something needed is neither given nor in the environment, or not https.
[[nodiscard]] Result<Connection> resolve_connection(
    const ConnectionOptions& options, TokenNeed need = TokenNeed::required
);

/// Whether the host of this URL is this very machine, whoever resolves it: localhost, an address of
/// 127.0.0.0/8 in full, or [::1]. No such URL's request goes through a proxy.
[[nodiscard]] bool is_loopback_url(std::string_view url);

struct ApiReply {
    int status = 0;
    std::vector<http::Header> headers;
    WipedBuffer body;

    [[nodiscard]] std::string_view text() const { return {body.data(), body.size()}; }

    [[nodiscard]] const std::string* header(std::string_view name) const;
    /// Of every header of that name.
    [[nodiscard]] std::vector<std::string_view> header_values(std::string_view name) const;
};

class ApiClient {
  public:
    /// Reads the token. `timeout` bounds one whole request.
    [[nodiscard]] static Result<ApiClient> open(
        Connection connection, std::chrono::milliseconds timeout = std::chrono::seconds{30}
    );

    ~ApiClient();
    ApiClient(ApiClient&&) noexcept;
    ApiClient& operator=(ApiClient&&) noexcept;

    /// `path` is below /api/data/v9.2/ and percent-encoded; a path that begins with '/' is below
    /// the server. Errc::unavailable when there is no answer or its certificate is not trusted,
    /// Errc::too_large for an answer over 64 MiB. An error status is an answer here.
    [[nodiscard]] Result<ApiReply> exchange(
        std::string_view method,
        std::string_view path,
        const WipedBuffer& body = {},
        const std::vector<http::Header>& headers = {}
    );

    /// exchange, with an error status as Error (see error_of).
    [[nodiscard]] Result<ApiReply> request(
        std::string_view method,
        std::string_view path,
        const WipedBuffer& body = {},
        const std::vector<http::Header>& headers = {}
    );

    [[nodiscard]] const Connection& connection() const;

  private:
    struct Impl;
    explicit ApiClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Status and OData error body as the nearest Errc with the server's message.
[[nodiscard]] Error error_of(const ApiReply& reply);
/// The Dataverse code of an error body ("0x80060892"), or empty.
[[nodiscard]] std::string dataverse_code_of(const ApiReply& reply);

/// 'text' with quotes doubled, percent-encoded: a string literal for keys and $filter.
[[nodiscard]] std::string odata_literal(std::string_view text);
/// The GUID in OData-EntityId, if it is one.
[[nodiscard]] std::optional<Uuid> entity_id_of(const ApiReply& reply);

[[nodiscard]] WipedBuffer body_of(std::string_view text);

}  // namespace rookery::cli

// The vault over HTTPS, for commands that speak to a running server. libcurl underneath: this
// server's certificate authority only, no redirects, bounded times and sizes. Answers and bodies
// live in wiped memory; the token is read from a private file and never appears in argv or errors.
// One client per thread.
#pragma once

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "base/zeroing_allocator.hpp"
#include "cli/client/api_reply.hpp"
#include "cli/client/connection.hpp"

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

namespace rookery::cli {

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
        std::string_view method, std::string_view path, const WipedBuffer& body = {},
        const std::vector<http::Header>& headers = {}
    );

    /// exchange, with an error status as Error (api_error.hpp).
    [[nodiscard]] Result<ApiReply> request(
        std::string_view method, std::string_view path, const WipedBuffer& body = {},
        const std::vector<http::Header>& headers = {}
    );

    [[nodiscard]] const Connection& connection() const;
    /// The last exchange failed for a reason that the next will meet as well (connection_failure.hpp).
    [[nodiscard]] bool failed_for_good() const;

 private:
    struct Impl;
    explicit ApiClient(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

[[nodiscard]] WipedBuffer body_of(std::string_view text);

}  // namespace rookery::cli

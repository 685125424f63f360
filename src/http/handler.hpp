// Handler: what the transport asks of those above it. Service implements it; tests use their own.
#pragma once

#include "base/http_message.hpp"
#include "base/result.hpp"

#include <boost/asio/awaitable.hpp>

#include <string_view>

namespace rookery::http {

class Handler {
 public:
    virtual ~Handler() = default;

    /// May this sender, judged by its headers alone, send a body that is large, or more than those
    /// who are not authenticated may hold together? Otherwise the body is not read and `refuse` answers.
    /// Called on the connection's thread; does not wait. May set Request::proof.
    [[nodiscard]] virtual Result<void> admit(Request& head) = 0;

    /// Answers a complete request. `request` lives until the answer is there.
    [[nodiscard]] virtual boost::asio::awaitable<Response> handle(const Request& request) = 0;

    /// Answers a request that the transport gave up: `request` holds what was understood of it.
    [[nodiscard]] virtual boost::asio::awaitable<Response> refuse(
        const Request& request, Error error
    ) = 0;

    /// Called on one of the transport's threads about once a second; does not wait.
    virtual void tick() = 0;

    /// Something for the operator; never contents of a request. Thread-safe.
    virtual void log(std::string_view what) noexcept = 0;
};

}  // namespace rookery::http

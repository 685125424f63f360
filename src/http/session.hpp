// Session: one connection, as one coroutine: handshake, then read, hand up, answer, again.
//
// Made and owned by a Listener, and used by its thread alone. It keeps no timers for what may come too
// late: each phase has a deadline, and the Listener closes what is late. A request that was handed up is
// waited for without a deadline, because a wait on the ledger must not be cancelled.
#pragma once

#include "base/zeroing_allocator.hpp"
#include "http/read_buffer.hpp"
#include "http/request_parser.hpp"
#include "http/response_head.hpp"
#include "http/shared.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>

namespace rookery::http {

class Session {
 public:
    using Time = std::chrono::steady_clock::time_point;

    Session(boost::asio::ip::tcp::socket socket, Shared& shared);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Runs until the connection is over. Call it once; the Session outlives it.
    [[nodiscard]] boost::asio::awaitable<void> run();

    /// Every now and then: closes what is late, takes OpenSSL's buffers from an idle connection, and
    /// sees whether a client who waits for an answer has gone.
    void look_after(Time now);
    /// Ends an idle connection now and a busy one after its answer.
    void finish();
    /// Ends it if a request is being answered.
    void drop_running();
    /// Ends it now; an answer that is still being made is dropped, and its work ends soon.
    void close();

 private:
    enum class Phase { handshake, idle, reading, working, writing, leaving };
    enum class Next { answer, leave };

    [[nodiscard]] boost::asio::awaitable<Next> read_request();
    [[nodiscard]] boost::asio::awaitable<bool> read_some(std::size_t least);
    [[nodiscard]] boost::asio::awaitable<bool> read_body(RequestParser& parser);
    [[nodiscard]] boost::asio::awaitable<void> answer();
    [[nodiscard]] boost::asio::awaitable<void> keep_back(std::chrono::nanoseconds delay);
    [[nodiscard]] boost::asio::awaitable<bool> write(const Response& response);
    [[nodiscard]] boost::asio::awaitable<void> leave();

    void refuse(Refusal refusal);
    void enter(Phase phase, std::chrono::milliseconds most);
    [[nodiscard]] std::chrono::milliseconds at_least_pace(std::size_t bytes) const;
    [[nodiscard]] bool hold_unauthenticated(std::uint64_t size);
    [[nodiscard]] bool account_body();
    void forget_request();
    void forget_body();
    void release_body();

    Shared& shared_;
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
    Phase phase_ = Phase::handshake;
    Time deadline_ = Time::max();
    bool finishing_ = false;
    bool unread_ = false;  // the client may still be sending what nobody will read
    bool first_ = true;
    std::atomic<bool> gone_{false};  // request_.peer leads to it
    Persistence persistence_ = Persistence::close;
    ReadBuffer received_;
    Request request_;
    std::optional<Refusal> refusal_;
    std::size_t body_bytes_ = 0;             // this request's part of shared_.bodies_bytes
    std::size_t unauthenticated_bytes_ = 0;  // and of shared_.unauthenticated_bodies_bytes
    WipedBuffer out_;
};

}  // namespace rookery::http

#include "http/session.hpp"

#include "base/append_text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <poll.h>
#include <string>
#include <typeinfo>
#include <utility>

namespace rookery::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto result_of = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t first_buffer_size = 4096;
constexpr std::size_t head_read_size = 1024;    // at least
constexpr std::size_t body_read_size = 16384;   // a TLS record's most
constexpr std::size_t joined_body_max = 16384;  // such answers leave as one write
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view unexpected_body =
    R"({"error":{"code":"0x80040216","message":"An unexpected error occurred."}})";

Peer peer_of(const tcp::socket& socket, const SSL* tls) {
    Peer peer;
    boost::system::error_code ec;
    const auto end = socket.remote_endpoint(ec);
    if (!ec) {
        const auto fill = [&](const auto& bytes) {
            peer.address.assign(bytes.begin(), bytes.end());
        };
        if (end.address().is_v4()) {
            fill(end.address().to_v4().to_bytes());
        } else if (end.address().to_v6().is_v4_mapped()) {
            fill(asio::ip::make_address_v4(asio::ip::v4_mapped, end.address().to_v6()).to_bytes());
        } else {
            fill(end.address().to_v6().to_bytes());
        }
        peer.port = end.port();
    }
    peer.tls_version = static_cast<std::uint16_t>(SSL_version(tls));
    return peer;
}

/// The other side will send nothing more. Clients of a Web API do not close one direction alone.
bool hung_up(int socket) {
    pollfd asked{socket, POLLRDHUP, 0};
    return poll(&asked, 1, 0) > 0;
}

Response after_exception() {
    Response response;
    response.status = 500;
    response.set("Content-Type", "application/json; odata.metadata=minimal");
    response.set("OData-Version", "4.0");
    response.body.assign(unexpected_body.begin(), unexpected_body.end());
    return response;
}

}  // namespace

Session::Session(tcp::socket socket, Shared& shared)
    : shared_(shared), stream_(std::move(socket), *shared.tls), received_(first_buffer_size) {
    // Asio's default: wipes OpenSSL's buffers after each record and allocates them anew for the
    // next. Here they stay while the connection is busy; see look_after().
    SSL_clear_mode(stream_.native_handle(), SSL_MODE_RELEASE_BUFFERS);
    enter(Phase::handshake, shared_.limits.handshake);
    ++shared_.connections;
}

Session::~Session() {
    release_body();
    --shared_.connections;
}

asio::awaitable<void> Session::run() {
    const auto [failed] =
        co_await stream_.async_handshake(asio::ssl::stream_base::server, result_of);
    if (failed) co_return;
    request_.peer = peer_of(stream_.next_layer(), stream_.native_handle());
    request_.peer.gone = &gone_;
    while (co_await read_request() == Next::answer) {
        co_await answer();
        if (persistence_ == Persistence::close) break;
        first_ = false;
    }
    co_await leave();
}

asio::awaitable<Session::Next> Session::read_request() {
    const auto& limits = shared_.limits;
    refusal_.reset();
    persistence_ = Persistence::close;
    if (finishing_) co_return Next::leave;
    if (received_.empty()) {
        enter(Phase::idle, first_ ? limits.header : limits.idle);
        if (!co_await read_some(head_read_size)) co_return Next::leave;
    }
    enter(Phase::reading, limits.header);
    RequestParser parser{request_, limits};
    while (!parser.head_done() && !parser.refusal()) {
        received_.take(parser.put(received_.data()));
        if (parser.head_done() || parser.refusal()) break;
        if (!co_await read_some(head_read_size)) co_return Next::leave;
    }
    if (parser.refusal()) {
        refuse(*parser.refusal());
        co_return Next::answer;
    }
    const bool keep = parser.keep_alive();
    if (!parser.done() && !co_await read_body(parser)) co_return Next::leave;
    if (refusal_) co_return Next::answer;
    received_.wipe_taken();
    if (keep && !finishing_) {
        persistence_ = parser.is_1_0() ? Persistence::keep_for_1_0 : Persistence::keep;
    }
    co_return Next::answer;
}

/// False: the connection is over. Otherwise the body is complete or refusal_ is set.
asio::awaitable<bool> Session::read_body(RequestParser& parser) {
    const auto& limits = shared_.limits;
    // Judged before the body is read: an unauthenticated client shall not make us hold megabytes, nor all of them
    // together keep out those who are known.
    if (parser.chunked() || !hold_unauthenticated(parser.content_length())) {
        if (auto admitted = shared_.handler->admit(request_); !admitted) {
            refuse({std::move(admitted).error()});
            co_return true;
        }
    }
    const auto start = std::chrono::steady_clock::now();
    enter(Phase::reading, limits.body);
    if (parser.expects_continue() && received_.empty()) {
        const auto line = asio::buffer(continue_line);
        const auto [failed, sent] = co_await asio::async_write(stream_, line, result_of);
        static_cast<void>(sent);
        if (failed) co_return false;
    }
    parser.read_body();
    for (;;) {
        if (!received_.empty()) {
            received_.take(parser.put(received_.data()));
            if (!account_body()) co_return true;
        }
        if (parser.refusal()) {
            refuse(*parser.refusal());
            co_return true;
        }
        if (parser.done()) co_return true;
        // What the parser leaves is the head of a chunk or a trailer: small, or an attack.
        if (received_.data().size() > limits.header_bytes_max) {
            Error error{Errc::malformed, "The request is not well-formed HTTP.", {}};
            refuse({std::move(error)});
            co_return true;
        }
        if (!co_await read_some(body_read_size)) co_return false;
        deadline_ = start + limits.body + at_least_pace(request_.body.size());
    }
}

asio::awaitable<bool> Session::read_some(std::size_t least) {
    const auto space = received_.space(least);
    const auto into = asio::buffer(space.data(), space.size());
    const auto [failed, size] = co_await stream_.async_read_some(into, result_of);
    if (failed) co_return false;
    received_.put(size);
    co_return true;
}

asio::awaitable<void> Session::answer() {
    enter(Phase::working, {});
    Response response;
    // What arrives here is a bug or exhausted memory: it ends the request and its connection alone.
    try {
        if (refusal_) {
            response = co_await shared_.handler->refuse(request_, refusal_->error);
            if (refusal_->status != 0) response.status = refusal_->status;
        } else {
            response = co_await shared_.handler->handle(request_);
        }
    } catch (const std::exception& error) {
        shared_.handler->log(
            std::string{"a request ended in an exception: "} + typeid(error).name()
        );
        response = after_exception();
        persistence_ = Persistence::close;
    }
    if (response.delay.count() > 0) co_await keep_back(response.delay);
    if (finishing_) persistence_ = Persistence::close;
    if (!co_await write(response)) persistence_ = Persistence::close;
    forget_request();
}

/// An answer that costs its reader time and nobody else anything: the connection waits, without what
/// its request took.
asio::awaitable<void> Session::keep_back(std::chrono::nanoseconds delay) {
    forget_body();
    asio::steady_timer timer{stream_.get_executor(), delay};
    const auto [ignored] = co_await timer.async_wait(result_of);
    static_cast<void>(ignored);
}

asio::awaitable<bool> Session::write(const Response& response) {
    append_head(out_, response, persistence_, shared_.clock.now());
    auto body = std::string_view{response.body.data(), response.body.size()};
    if (request_.method == "HEAD") body = {};
    if (body.size() <= joined_body_max) {
        append_text(out_, body);
        body = {};
    }
    enter(Phase::writing, shared_.limits.write + at_least_pace(out_.size() + body.size()));
    const std::array<asio::const_buffer, 2> parts{asio::buffer(out_), asio::buffer(body)};
    const auto [failed, size] = co_await asio::async_write(stream_, parts, result_of);
    static_cast<void>(size);
    wipe(out_.data(), out_.size());
    out_.clear();
    co_return !failed;
}

asio::awaitable<void> Session::leave() {
    if (!stream_.next_layer().is_open()) co_return;
    enter(Phase::leaving, shared_.limits.linger);
    const auto [ignored] = co_await stream_.async_shutdown(result_of);
    static_cast<void>(ignored);
    auto& socket = stream_.next_layer();
    // Closing over unread bytes makes the kernel send a reset, which can overtake the answer.
    boost::system::error_code ec;
    if (unread_) socket.shutdown(tcp::socket::shutdown_send, ec);
    while (unread_ && !ec) {
        const auto space = received_.space(body_read_size);
        const auto into = asio::buffer(space.data(), space.size());
        const auto [failed, size] = co_await socket.async_read_some(into, result_of);
        static_cast<void>(size);
        ec = failed;
    }
    close();
}

void Session::look_after(Time now) {
    if (now < deadline_) {
        // Some 33 KiB.
        if (phase_ == Phase::idle) SSL_free_buffers(stream_.native_handle());
        if (phase_ == Phase::working && hung_up(stream_.next_layer().native_handle())) gone_ = true;
        return;
    }
    if (phase_ == Phase::idle) {
        finish();
    } else {
        close();
    }
}

void Session::finish() {
    finishing_ = true;
    if (phase_ == Phase::handshake) close();
    if (phase_ == Phase::idle) {
        boost::system::error_code ignored;
        stream_.next_layer().cancel(ignored);
    }
}

void Session::drop_running() {
    if (phase_ == Phase::working) close();
}

void Session::close() {
    gone_ = true;
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
}

void Session::refuse(Refusal refusal) {
    refusal_ = std::move(refusal);
    unread_ = true;
}

/// Zero: no deadline.
void Session::enter(Phase phase, std::chrono::milliseconds most) {
    phase_ = phase;
    deadline_ = most.count() > 0 ? std::chrono::steady_clock::now() + most : Time::max();
}

std::chrono::milliseconds Session::at_least_pace(std::size_t bytes) const {
    const auto pace = std::max<std::size_t>(shared_.limits.bytes_per_second_min, 1);
    return std::chrono::milliseconds{bytes * 1000 / pace};
}

/// Counts the whole body before a byte of it is there; false, with nothing counted, when it is too
/// large for an unauthenticated client, or such clients hold their share already.
bool Session::hold_unauthenticated(std::uint64_t size) {
    const auto& limits = shared_.limits;
    if (size > limits.body_bytes_unknown_max) return false;
    const auto bytes = static_cast<std::size_t>(size);
    if ((shared_.unauthenticated_bodies_bytes += bytes) >
        limits.unauthenticated_bodies_bytes_max()) {
        shared_.unauthenticated_bodies_bytes -= bytes;
        return false;
    }
    unauthenticated_bytes_ = bytes;
    return true;
}

/// Counts what the body has grown by; false with refusal_ set when all bodies together are too many.
bool Session::account_body() {
    const auto grown = request_.body.size() - body_bytes_;
    if (grown == 0) return true;
    body_bytes_ += grown;
    if ((shared_.bodies_bytes += grown) <= shared_.limits.bodies_bytes_max) return true;
    Error error{Errc::unavailable, "The server holds too many large requests.", "Try again later."};
    refuse({std::move(error)});
    return false;
}

void Session::forget_request() {
    for (auto& header : request_.headers) {
        // Credentials, whatever the header is called; names and lengths need no wiping.
        wipe(header.value.data(), header.value.size());
    }
    request_.headers.clear();
    request_.proof.reset();
    forget_body();
}

/// The memory goes back, wiped, so that an idle connection holds none.
void Session::forget_body() {
    WipedBuffer{}.swap(request_.body);
    release_body();
}

void Session::release_body() {
    shared_.bodies_bytes -= std::exchange(body_bytes_, 0);
    shared_.unauthenticated_bodies_bytes -= std::exchange(unauthenticated_bytes_, 0);
}

}  // namespace rookery::http

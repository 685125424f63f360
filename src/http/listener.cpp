#include "http/listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <string>

namespace rookery::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds accept_pause{100};

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

tl::unexpected<Error> cannot_listen(const tcp::endpoint& at, const boost::system::error_code& ec) {
    const auto where = at.address().to_string() + " port " + std::to_string(at.port());
    if (ec == asio::error::address_in_use) {
        return fail(
            Errc::in_use,
            "The address " + where + " is in use.",
            "Stop the other server or choose another port."
        );
    }
    return fail(Errc::io, "cannot listen on " + where + ": " + ec.message());
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(
    Shared& shared, const tcp::endpoint& at, PortUse use
) {
    auto listener = std::make_unique<Listener>(shared);
    auto& acceptor = listener->acceptor_;
    boost::system::error_code ec;
    const auto step = [&](auto&& action) {
        if (!ec) action();
    };
    step([&] { acceptor.open(at.protocol(), ec); });
    step([&] { acceptor.set_option(tcp::acceptor::reuse_address{true}, ec); });
    step([&] {
        if (use == PortUse::with_siblings) acceptor.set_option(ReusePort{true}, ec);
    });
    step([&] {
        if (at.address().is_v6()) acceptor.set_option(asio::ip::v6_only{false}, ec);
    });
    step([&] { acceptor.bind(at, ec); });
    step([&] { acceptor.listen(asio::socket_base::max_listen_connections, ec); });
    if (ec) return cannot_listen(at, ec);
    return listener;
}

Listener::Listener(Shared& shared) : shared_(shared) {}

Listener::~Listener() {
    if (thread_.joinable()) {
        stop();
        join();
    }
}

std::uint16_t Listener::port() const {
    boost::system::error_code ec;
    return acceptor_.local_endpoint(ec).port();
}

void Listener::start(Ticks ticks) {
    ticks_ = ticks == Ticks::yes;
    spawn_accept();
    spawn_watch();
    thread_ = std::thread{[this] { io_.run(); }};
}

void Listener::stop() {
    asio::post(io_, [this] {
        if (stopping_) return;
        stopping_ = true;
        drained_by_ = std::chrono::steady_clock::now() + shared_.limits.drain;
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        for (auto& session : sessions_) session->finish();
        watch_timer_.cancel();
        pause_timer_.cancel();
    });
}

void Listener::drop_running() {
    asio::post(io_, [this] {
        for (auto& session : sessions_) session->drop_running();
    });
}

void Listener::join() {
    if (thread_.joinable()) thread_.join();
}

void Listener::spawn_watch() {
    auto ended = [this](std::exception_ptr failed) {
        if (!failed) return;
        shared_.handler->log("the timer of an I/O thread ended in an exception and goes on");
        spawn_watch();
    };
    asio::co_spawn(io_, watch(), std::move(ended));
}

void Listener::spawn_accept() {
    auto ended = [this](std::exception_ptr failed) {
        if (!failed || stopping_) return;
        shared_.handler->log("accepting connections ended in an exception and goes on");
        spawn_accept();
    };
    asio::co_spawn(io_, accept(), std::move(ended));
}

asio::awaitable<void> Listener::accept() {
    while (!stopping_) {
        auto [failed, socket] = co_await acceptor_.async_accept(as_result);
        if (stopping_) co_return;
        if (failed == asio::error::connection_aborted) continue;
        if (failed) {
            // No descriptors or memory: wait until connections end rather than spin.
            shared_.handler->log("cannot accept a connection: " + failed.message());
            pause_timer_.expires_after(accept_pause);
            const auto [ignored] = co_await pause_timer_.async_wait(as_result);
            static_cast<void>(ignored);
            continue;
        }
        // Beyond the limit the socket closes with its variable.
        if (shared_.connections < shared_.limits.connections_max) adopt(std::move(socket));
    }
}

void Listener::adopt(tcp::socket socket) {
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    sessions_.push_front(std::make_unique<Session>(std::move(socket), shared_));
    const auto place = sessions_.begin();
    auto ended = [this, place](std::exception_ptr failed) {
        if (failed) shared_.handler->log("a connection ended in an exception");
        sessions_.erase(place);
        if (stopping_ && sessions_.empty()) watch_timer_.cancel();
    };
    asio::co_spawn(io_, (*place)->run(), std::move(ended));
}

asio::awaitable<void> Listener::watch() {
    auto next_tick = std::chrono::steady_clock::now();
    while (!stopping_ || !sessions_.empty()) {
        watch_timer_.expires_after(period());
        const auto [ignored] = co_await watch_timer_.async_wait(as_result);
        static_cast<void>(ignored);
        const auto now = std::chrono::steady_clock::now();
        for (auto& session : sessions_) {
            if (now >= drained_by_) {
                session->close();
            } else {
                session->look_after(now);
            }
        }
        if (ticks_ && now >= next_tick) {
            next_tick = now + std::chrono::seconds{1};
            shared_.handler->tick();
        }
    }
}

/// Often enough that a deadline is missed by a quarter at most, and by one second.
std::chrono::milliseconds Listener::period() const {
    const auto& l = shared_.limits;
    const auto shortest =
        std::min({l.handshake, l.header, l.body, l.write, l.idle, l.linger, l.drain});
    return std::clamp(shortest / 4, std::chrono::milliseconds{10}, std::chrono::milliseconds{1000});
}

}  // namespace rookery::http

// Listener: one I/O thread with its own event loop and its own socket on the shared port. Accepts,
// runs the Sessions, and closes those that are late. Made by Transport.
#pragma once

#include "base/result.hpp"
#include "http/session.hpp"
#include "http/shared.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>
#include <thread>

namespace rookery::http {

enum class PortUse : std::uint8_t { alone, with_siblings };

class Listener {
 public:
    /// Binds and listens. Errc::in_use when the address is taken, Errc::io otherwise.
    [[nodiscard]] static Result<std::unique_ptr<Listener>> open(
        Shared& shared, const boost::asio::ip::tcp::endpoint& at, PortUse use
    );

    explicit Listener(Shared& shared);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] std::uint16_t port() const;

    enum class Ticks : std::uint8_t { no, yes };

    /// Starts the thread; with Ticks::yes it also calls Handler::tick.
    void start(Ticks ticks);
    /// From any thread, after start(); returns at once.
    void stop();
    /// The same: ends the connections of requests that are being answered.
    void drop_running();
    void join();

 private:
    [[nodiscard]] boost::asio::awaitable<void> accept();
    [[nodiscard]] boost::asio::awaitable<void> watch();
    void spawn_accept();
    void spawn_watch();
    void adopt(boost::asio::ip::tcp::socket socket);
    [[nodiscard]] std::chrono::milliseconds period() const;

    Shared& shared_;
    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::acceptor acceptor_{io_};
    boost::asio::steady_timer watch_timer_{io_};
    boost::asio::steady_timer pause_timer_{io_};
    std::list<std::unique_ptr<Session>> sessions_;
    bool stopping_ = false;
    bool ticks_ = false;
    Session::Time drained_by_ = Session::Time::max();
    std::thread thread_;
};

}  // namespace rookery::http

#include "http/transport.hpp"

#include "base/process_hygiene.hpp"
#include "http/listener.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <mutex>

namespace rookery::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// What the store, the log and the process itself need open besides connections.
constexpr std::size_t files_reserved = 256;

/// Connections may never take the descriptors that the log is written with.
Limits affordable(Limits limits) {
    const auto files = raise_file_limit();
    const auto left = files > 2 * files_reserved ? files - files_reserved : files / 2;
    limits.connections_max = std::min(limits.connections_max, std::max<std::size_t>(left, 1));
    return limits;
}

}  // namespace

struct Transport::Parts {
    Parts(const Limits& limits, const Clock& clock)
        : shared{affordable(limits), nullptr, clock, nullptr, {}, {}, {}} {}

    Shared shared;
    std::vector<std::unique_ptr<Listener>> listeners;
    std::mutex joining;
    bool joined = false;
};

Transport::Transport() = default;

Result<std::unique_ptr<Transport>> Transport::listen(
    const TransportOptions& options, const Clock& clock
) {
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(options.address, ec);
    if (ec) return fail(Errc::usage, "'" + options.address + "' is not an IP address.");

    std::unique_ptr<Transport> transport{new Transport};
    transport->parts_ = std::make_unique<Parts>(options.limits, clock);
    auto& parts = *transport->parts_;

    tcp::endpoint at{address, options.port};
    const auto use = options.io_threads > 1 ? PortUse::with_siblings : PortUse::alone;
    if (use == PortUse::with_siblings && options.port != 0) {
        // With SO_REUSEPORT a second server of the same user would share the port unnoticed. This
        // socket does not have it, so it is refused when anybody listens there.
        ROOKERY_CHECK(Listener::open(parts.shared, at, PortUse::alone).map([](const auto&) {}));
    }
    for (std::size_t i = 0; i < std::max<std::size_t>(options.io_threads, 1); ++i) {
        ROOKERY_TRY(auto listener, Listener::open(parts.shared, at, use));
        at.port(listener->port());
        parts.listeners.push_back(std::move(listener));
    }
    transport->port_ = at.port();
    ROOKERY_TRY(const auto tls, options.tls());
    ROOKERY_TRY(parts.shared.tls, make_tls_context(tls));
    transport->names_ = names_of(SSL_CTX_get0_certificate(parts.shared.tls->native_handle()));
    return transport;
}

void Transport::serve(Handler& handler) {
    parts_->shared.handler = &handler;
    auto ticks = Listener::Ticks::yes;
    for (auto& listener : parts_->listeners) {
        listener->start(ticks);
        ticks = Listener::Ticks::no;
    }
}

Transport::~Transport() {
    if (!parts_) return;
    stop();
    join();
}

void Transport::stop() {
    const std::lock_guard lock{parts_->joining};
    if (parts_->joined) return;
    for (auto& listener : parts_->listeners) listener->stop();
}

void Transport::drop_running() {
    const std::lock_guard lock{parts_->joining};
    if (parts_->joined) return;
    for (auto& listener : parts_->listeners) listener->drop_running();
}

void Transport::join() {
    for (auto& listener : parts_->listeners) {
        if (!parts_->joined) listener->join();
    }
    const std::lock_guard lock{parts_->joining};
    parts_->joined = true;
}

}  // namespace rookery::http

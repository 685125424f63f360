#include "http/server.hpp"

#include "base/https_url.hpp"
#include "http/entrance.hpp"
#include "http/service.hpp"
#include "http/transport.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <mutex>
#include <thread>
#include <utility>

namespace rookery::http {
namespace {

/// An address that means "all" is no host, so it becomes localhost.
std::string origin_of(const std::string& address, std::uint16_t port) {
    const auto parsed = boost::asio::ip::make_address(address);
    const auto host = parsed.is_unspecified() ? "localhost"
                      : parsed.is_v6()        ? "[" + parsed.to_string() + "]"
                                              : parsed.to_string();
    return "https://" + host + ":" + std::to_string(port);
}

}  // namespace

class Server::Impl {
 public:
    Impl(
        std::unique_ptr<Transport> listening, VaultDesk* desk,
        std::function<void(std::string_view)> log
    )
        : entrance(desk, std::move(log)), transport(std::move(listening)) {}

    ~Impl() {
        transport->stop();
        join();
    }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void open(messages::Vault& vault) {
        auto options = service_options;
        options.root.log_origin = vault.origin();
        service = std::make_unique<Service>(vault, std::move(options));
        entrance.open(*service);
    }

    void close(std::chrono::milliseconds grace) {
        entrance.close();
        if (!entrance.inside().emptied(std::chrono::steady_clock::now() + grace)) {
            transport->drop_running();
            entrance.inside().wait_until_emptied();
        }
        if (service) service->close();
        service.reset();
    }

    void join() {
        transport->join();
        // Only now: nobody calls the entrance any more.
        std::call_once(closed, [this] {
            entrance.end();
            entrance.close();
            if (service) service->close();
        });
    }

    std::string origin;
    Service::Options service_options;
    std::unique_ptr<Service> service;
    Entrance entrance;
    std::unique_ptr<Transport> transport;  // destroyed before the entrance, which it calls
    std::once_flag closed;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, messages::Vault& vault) {
    return start_with(std::move(options), vault.clock(), nullptr, &vault);
}

Result<std::unique_ptr<Server>> Server::start(
    ServerOptions options, const Clock& clock, VaultDesk& desk, messages::Vault* vault
) {
    return start_with(std::move(options), clock, &desk, vault);
}

Result<std::unique_ptr<Server>> Server::start_with(
    ServerOptions options, const Clock& clock, VaultDesk* desk, messages::Vault* vault
) {
    const std::size_t cores = std::max(std::thread::hardware_concurrency(), 2U);
    if (options.io_threads == 0) options.io_threads = cores;
    if (options.worker_threads == 0) options.worker_threads = cores + 1;

    const TransportOptions transport_options{
        options.address, options.port, options.tls, options.limits, options.io_threads};
    ROOKERY_TRY(auto transport, Transport::listen(transport_options, clock));
    auto impl = std::make_unique<Impl>(std::move(transport), desk, options.log);
    const bool follows_host = options.origin.empty();
    if (follows_host) options.origin = origin_of(options.address, impl->transport->port());
    auto origin = parse_https_url(options.origin);
    if (!origin || !origin->path.empty()) {
        return fail(
            Errc::usage, "'" + options.origin + "' is not https://host or https://host:port."
        );
    }
    impl->origin = std::move(origin->origin);
    auto& service = impl->service_options;
    service.root.origin = impl->origin;
    service.root.port = impl->transport->port();
    service.root.follows_host = follows_host;
    const auto& names = impl->transport->names();
    service.root.serves = [names](std::string_view host) { return serves(names, host); };
    service.root.carries = [names](std::string_view host) { return carries(names, host); };
    service.limits = options.limits;
    service.worker_threads = options.worker_threads;
    service.log = std::move(options.log);
    if (vault != nullptr) impl->open(*vault);
    impl->transport->serve(impl->entrance);
    return std::unique_ptr<Server>{new Server{std::move(impl)}};
}

void Server::open(messages::Vault& vault) { impl_->open(vault); }

void Server::close(std::chrono::milliseconds grace) { impl_->close(grace); }

void Server::later(std::function<void()> work) { impl_->entrance.later(std::move(work)); }

std::uint16_t Server::port() const { return impl_->transport->port(); }

const std::string& Server::origin() const { return impl_->origin; }

void Server::stop() { impl_->transport->stop(); }

void Server::join() { impl_->join(); }

}  // namespace rookery::http

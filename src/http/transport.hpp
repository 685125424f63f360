// Transport: TLS, HTTP and threads, for any Handler. Server puts the vault behind it; tests put
// handlers of their own.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/certificate_name.hpp"
#include "http/handler.hpp"
#include "http/limits.hpp"
#include "http/tls.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rookery::http {

struct TransportOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    TlsSource tls;
    Limits limits;
    std::size_t io_threads = 1;
};

class Transport {
 public:
    /// Listens when it returns: the port is known and connections queue. `clock` outlives it.
    /// Errors as Server::start.
    [[nodiscard]] static Result<std::unique_ptr<Transport>> listen(
        const TransportOptions& options, const Clock& clock
    );

    /// Starts the threads; `handler` outlives this. Call it once.
    void serve(Handler& handler);

    /// As stop() and join().
    ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Of the server's certificate.
    [[nodiscard]] const CertificateNames& names() const { return names_; }

    /// After serve(), from any thread; returns at once.
    void stop();
    /// Ends the connections of requests that are being answered: nobody waits for those answers any more, and what
    /// looks at that ends soon. From any thread; returns at once.
    void drop_running();
    /// Waits until everything ended after stop().
    void join();

 private:
    Transport();

    struct Parts;
    std::unique_ptr<Parts> parts_;
    std::uint16_t port_ = 0;
    CertificateNames names_;
};

}  // namespace rookery::http

// Server: the vault on the network. TLS in, Dataverse Web API out.
//
// Started by `serve` and `dev` (and by tests), on an open Vault or on one that is sealed and opened later. I/O threads
// each accept, decrypt and answer on their own; requests that scan run on a pool of workers.
#pragma once

#include "base/result.hpp"
#include "http/limits.hpp"
#include "http/tls.hpp"
#include "http/vault_desk.hpp"
#include "vault/vault.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace rookery::http {

struct ServerOptions {
    std::string address = "127.0.0.1";  // an IP address; "::" is every IPv6 and IPv4 address
    std::uint16_t port = 0;             // 0: any free one
    // What links begin with, "https://host:port". Empty: the name that the request used, if the
    // certificate has it, or else address and port.
    std::string origin;
    TlsSource tls;
    Limits limits;
    std::size_t io_threads = 0;      // 0: one per core, at least two
    std::size_t worker_threads = 0;  // 0: one per core and one more, at least three
    std::function<void(std::string_view)> log =
        {};  // lines for the operator; called from any thread
};

class Server {
 public:
    /// Listens and serves when it returns. Errc: in_use (address taken), bad_permissions (TLS key
    /// file), io (TLS files unreadable or not a pair), usage (address is not an IP address, origin not a URL), and those
    /// of `options.tls`.
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(
        ServerOptions options, messages::Vault& vault
    );

    /// The same with a vault that may be sealed: `vault` is null as long as it is. `desk` and `clock` outlive it.
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(
        ServerOptions options, const Clock& clock, VaultDesk& desk, messages::Vault* vault
    );

    /// From now on requests go to this vault, which outlives the server or is closed before. Precondition: none is open.
    void open(messages::Vault& vault);
    /// No request uses the vault when it returns. New ones are told that it is sealed; those that run have `grace`, and
    /// then their connections end and they are waited for, which is short: nobody waits for them any more.
    void close(std::chrono::milliseconds grace);
    /// Runs it where ways in are tried: one after the other. From any thread; returns at once.
    void later(std::function<void()> work);

    /// As stop() and join().
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    /// "https://host:port", without a slash.
    [[nodiscard]] const std::string& origin() const;

    /// Takes no new connections, lets running requests finish within `limits.drain`, then closes.
    /// Returns at once; thread-safe; a second call does nothing.
    void stop();
    /// Waits until stop() was called and everything ended. Call it once.
    void join();

 private:
    class Impl;
    [[nodiscard]] static Result<std::unique_ptr<Server>> start_with(
        ServerOptions options, const Clock& clock, VaultDesk* desk, messages::Vault* vault
    );
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::http

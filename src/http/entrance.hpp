// Entrance: where requests come in, whether the vault behind it is open or sealed. While it is open they go on to its
// Service. While it is sealed only health, the state of the seal and what unseals it are answered, and everything else
// is told so, before anything of it is looked at: there is nothing here that could tell who asks.
//
// Made by Server. The transport's threads call it; ways in are tried on a thread of its own, by turns.
#pragma once

#include "http/handler.hpp"
#include "http/inside.hpp"
#include "http/unseal_turns.hpp"
#include "http/vault_desk.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <string_view>

namespace rookery::http {

class Service;

class Entrance final : public Handler {
 public:
    static constexpr std::size_t unseal_body_max = 4096;

    /// `desk`: null for a vault that is never sealed. It outlives this.
    Entrance(VaultDesk* desk, std::function<void(std::string_view)> log);
    ~Entrance() override;

    /// From now on requests go to `service`.
    void open(Service& service) { open_ = &service; }

    /// No new ones go there.
    void close() { open_ = nullptr; }

    /// Those who use the vault.
    [[nodiscard]] Crowd& inside() { return inside_; }

    /// Runs it on the thread on which ways in are tried. From any thread; returns at once.
    void later(std::function<void()> work);
    /// Waits for what runs there. After the transport has ended; nothing is begun any more.
    void end();

    [[nodiscard]] Result<void> admit(Request& head) override;
    [[nodiscard]] boost::asio::awaitable<Response> handle(const Request& request) override;
    [[nodiscard]] boost::asio::awaitable<Response> refuse(const Request& request, Error error)
        override;
    void tick() override;
    void log(std::string_view what) noexcept override;

 private:
    [[nodiscard]] boost::asio::awaitable<Response> while_sealed(const Request& request);
    [[nodiscard]] static boost::asio::awaitable<Response> refuse_while_sealed();
    [[nodiscard]] boost::asio::awaitable<Response> unseal(const Request& request);
    [[nodiscard]] boost::asio::awaitable<Response> try_way(
        UnsealInput input, UnsealTurns::Turn& turn
    );
    [[nodiscard]] SealStatus status() const;

    VaultDesk* const desk_;
    const std::function<void(std::string_view)> log_;
    std::atomic<Service*> open_{nullptr};
    Crowd inside_;
    UnsealTurns turns_;
    boost::asio::thread_pool keeper_{1};
};

}  // namespace rookery::http

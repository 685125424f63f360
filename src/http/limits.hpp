// Limits: what one client, and all of them together, may take from the server. Options of `serve`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rookery::http {

struct Limits {
    std::size_t header_bytes_max = 16U << 10;        // names, values and separators; then 431
    std::size_t headers_max = 100;                   // then 431
    std::size_t target_bytes_max = 32U << 10;        // then 414
    std::size_t body_bytes_max = 8U << 20;           // then 413
    std::size_t body_bytes_unknown_max = 64U << 10;  // without a valid token; more is not read: 401
    std::size_t bodies_bytes_max = 128U << 20;       // bodies of all connections; then 503
    std::size_t answers_bytes_max = 64U << 20;       // large answers not yet taken; then 503
    std::size_t connections_max = 4096;              // more are closed at once
    std::size_t requests_max = 2048;                 // between head and answer; then 503
    std::size_t worker_requests_max = 256;           // lists and large requests at once; then 503
    std::size_t worker_requests_per_caller_max = 52;  // of one user; then 429, as in Dataverse
    std::size_t caller_requests_max =
        6'000'000;  // of one user within caller_requests_window; then 429
    std::chrono::seconds caller_requests_window{300};
    std::uint32_t caller_refusals_logged_max = 200;  // of one user in a minute; more are counted
    std::uint32_t refusals_logged_max = 6'000;       // of all users in a minute; more are counted
    // The pace of one user's answers that are only counted: those beyond it are kept back.
    std::size_t caller_refusals_per_second = 1'000;
    std::chrono::milliseconds refusal_delay_max{1'000};
    std::size_t bytes_per_second_min = 16U << 10;  // bodies and answers must keep this pace
    std::chrono::milliseconds handshake{10'000};
    std::chrono::milliseconds header{10'000};  // from the first byte of a request
    std::chrono::milliseconds body{30'000};    // plus what the least pace allows
    std::chrono::milliseconds write{30'000};   // plus what the least pace allows
    std::chrono::milliseconds idle{60'000};    // between requests; `header` before the first
    std::chrono::milliseconds linger{2'000};   // for the client to take a last answer
    std::chrono::milliseconds drain{10'000};   // for running requests when the server stops

    /// What bodies of unauthenticated clients may take together; beyond it only clients with a valid token
    /// may send one, and the others get 401.
    [[nodiscard]] std::size_t unauthenticated_bodies_bytes_max() const {
        return bodies_bytes_max / 4;
    }
};

}  // namespace rookery::http

// Shared: what all connections of one transport have in common. Made by Transport, outlives them.
#pragma once

#include "base/clock.hpp"
#include "http/handler.hpp"
#include "http/limits.hpp"

#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <cstddef>
#include <memory>

namespace rookery::http {

struct Shared {
    const Limits limits;
    Handler* handler = nullptr;  // set before the first thread starts
    const Clock& clock;
    std::unique_ptr<boost::asio::ssl::context> tls;
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> bodies_bytes{0};  // held by requests that are being read or answered
    // Announced by those that were not authenticated when the body began.
    std::atomic<std::size_t> unauthenticated_bodies_bytes{0};
};

}  // namespace rookery::http

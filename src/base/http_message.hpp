// One HTTP exchange without a library: what the http module hands up and takes back.
#pragma once

#include "base/bytes.hpp"
#include "base/zeroing_allocator.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::http {

/// Names compare without case (RFC 9110 section 5.1), and so do the schemes of WWW-Authenticate.
[[nodiscard]] bool same_header_name(std::string_view a, std::string_view b);

struct Header {
    std::string name;
    std::string value;
};

struct Peer {
    Bytes address;  // 4 or 16 bytes
    std::uint16_t port = 0;
    std::uint16_t tls_version = 0;            // 0x0303, 0x0304
    Bytes client_certificate_sha256;          // 32 bytes or empty
    const std::atomic<bool>* gone = nullptr;  // if any: nobody waits for the answer any more
};

struct Request {
    std::string method;  // as sent, upper case
    std::string target;  // origin form, not decoded
    std::vector<Header> headers;
    WipedBuffer body;  // may carry tokens
    Peer peer;
    std::shared_ptr<const void>
        proof;  // what the handler that judged its head proved by it; or null

    /// The first header of that name (names compare without case), or nullptr.
    [[nodiscard]] const std::string* header(std::string_view name) const;
    /// How often the header appears: twice is malformed where one is meant.
    [[nodiscard]] std::size_t count(std::string_view name) const;

    [[nodiscard]] std::string_view body_text() const { return {body.data(), body.size()}; }
};

/// Appends it with blanks for control characters, which could end the header.
void append_header_text(std::string& out, std::string_view text);

struct Response {
    int status = 200;
    std::string header_lines;  // as they are sent, each after CR LF
    WipedBuffer body;
    std::shared_ptr<void> held;  // what the body takes of a budget until it was sent; or null
    std::chrono::nanoseconds delay{0};  // how long it is kept back

    /// A header more. Its value may come in pieces; what no header may hold becomes a blank.
    template <class... Pieces>
    void set(std::string_view name, const Pieces&... value) {
        header_lines += "\r\n";
        append_header_text(header_lines, name);
        header_lines += ": ";
        (append_header_text(header_lines, value), ...);
    }
};

}  // namespace rookery::http

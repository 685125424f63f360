// RequestParser: bytes → Request, one request each. Beast's parser does the grammar; what it finds
// goes straight into the Request, whose body is wiped memory, and the limits are checked on the way.
// Only session.cpp uses it, and only this header and its source know Beast.
#pragma once

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "http/limits.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace rookery::http {

/// A request that cannot be answered by those above. `status` where it differs from the code's own.
struct Refusal {
    Error error;
    int status = 0;
};

class RequestParser {
 public:
    /// Empties `out` but for its peer, and fills it; `out` and `limits` outlive the parser.
    RequestParser(Request& out, const Limits& limits);
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// Takes bytes up to the end of the head, then, once `read_body` was called, of the body;
    /// returns how many. A refusal is final.
    [[nodiscard]] std::size_t put(std::span<const char> bytes);
    void read_body();

    [[nodiscard]] bool head_done() const;
    [[nodiscard]] bool done() const;

    [[nodiscard]] const std::optional<Refusal>& refusal() const { return refusal_; }

    // Of the head, once it is done:
    [[nodiscard]] bool keep_alive() const;
    [[nodiscard]] bool is_1_0() const;
    [[nodiscard]] bool chunked() const;
    /// 0 when there is none or it is chunked.
    [[nodiscard]] std::uint64_t content_length() const;
    [[nodiscard]] bool expects_continue() const;

 private:
    class Grammar;

    [[nodiscard]] bool folds(std::span<const char> head);
    void check_head();

    Request& out_;
    bool line_begins_ = false;
    std::optional<Refusal> refusal_;
    std::unique_ptr<Grammar> grammar_;
};

}  // namespace rookery::http

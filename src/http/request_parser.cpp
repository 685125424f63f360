#include "http/request_parser.hpp"

#include "base/append_text.hpp"
#include "odata/request/request_origin.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace rookery::http {
namespace {

namespace beast = boost::beast;

using BeastView = beast::string_view;

std::string_view view(BeastView text) { return {text.data(), text.size()}; }

bool same_text(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : int{c}; };
        return lower(x) == lower(y);
    });
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    });
}

/// What a Host header is made of (RFC 9112 section 3.2, RFC 3986 section 3.2.2): no user, no path, no blank.
bool is_host(std::string_view text) {
    constexpr std::string_view signs = "-._~%!$&'()*+,;=:[]";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               signs.find(c) != std::string_view::npos;
    });
}

Refusal malformed(std::string message) { return {Error{Errc::malformed, std::move(message), {}}}; }

Refusal too_large(std::string message, int status) {
    return {Error{Errc::too_large, std::move(message), {}}, status};
}

}  // namespace

class RequestParser::Grammar final : public beast::http::basic_parser<true> {
 public:
    Grammar(Request& out, const Limits& limits, std::optional<Refusal>& refusal)
        : out_(out), limits_(limits), refusal_(refusal) {
        // Beast counts the request line too; the exact limits are checked here per element.
        header_limit(
            static_cast<std::uint32_t>(limits.header_bytes_max + limits.target_bytes_max + 64)
        );
        body_limit(limits.body_bytes_max);
    }

    [[nodiscard]] bool is_1_0() const { return is_1_0_; }

 private:
    using Error = beast::error_code;

    void refuse(Refusal refusal, Error& ec) {
        refusal_ = std::move(refusal);
        ec = beast::http::error::bad_value;
    }

    void on_request_impl(
        beast::http::verb, BeastView method, BeastView target, int version, Error& ec
    ) override {
        if (version != 10 && version != 11) {
            return refuse(malformed("The HTTP version is not supported."), ec);
        }
        if (target.size() > limits_.target_bytes_max) {
            return refuse(too_large("The request target is too long.", 414), ec);
        }
        // Origin or absolute form (RFC 9112 section 3.2). Whether the host is ours is not asked here.
        if (!target.starts_with('/') && !odata::is_absolute(view(target))) {
            return refuse(malformed("The request target must be a path or an https URL."), ec);
        }
        is_1_0_ = version == 10;
        out_.method.assign(method.data(), method.size());
        out_.target.assign(target.data(), target.size());
    }

    void on_response_impl(int, BeastView, int, Error& ec) override {
        ec = beast::http::error::bad_version;  // never called: this parses requests
    }

    void on_field_impl(beast::http::field, BeastView name, BeastView value, Error& ec) override {
        if (is_header_done())
            return;  // a trailer must not pass for a header: left out (RFC 9110 6.5.1)
        header_bytes_ += name.size() + value.size() + 4;
        if (header_bytes_ > limits_.header_bytes_max ||
            out_.headers.size() >= limits_.headers_max) {
            return refuse(too_large("The request's headers are too large.", 431), ec);
        }
        if (has_control(view(value))) {
            return refuse(malformed("A header holds a control character."), ec);
        }
        out_.headers.push_back({std::string{view(name)}, std::string{view(value)}});
    }

    void on_header_impl(Error&) override {}

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) override {
        // Not more at once than an unauthenticated client may make us hold; the rest comes as the bytes do.
        constexpr std::uint64_t at_once = 64U << 10;
        if (length) out_.body.reserve(static_cast<std::size_t>(std::min(*length, at_once)));
    }

    std::size_t on_body_impl(BeastView bytes, Error&) override { return append(bytes); }

    void on_chunk_header_impl(std::uint64_t, BeastView, Error&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, BeastView bytes, Error&) override {
        return append(bytes);
    }

    void on_finish_impl(Error&) override {}

    std::size_t append(BeastView bytes) {
        append_text(out_.body, {bytes.data(), bytes.size()});
        return bytes.size();
    }

    Request& out_;
    const Limits& limits_;
    std::optional<Refusal>& refusal_;
    std::size_t header_bytes_ = 0;
    bool is_1_0_ = false;
};

RequestParser::RequestParser(Request& out, const Limits& limits)
    : out_(out), grammar_(std::make_unique<Grammar>(out, limits, refusal_)) {
    out_.method.clear();
    out_.target.clear();
    out_.headers.clear();
    out_.body.clear();
    out_.proof.reset();
}

RequestParser::~RequestParser() = default;

std::size_t RequestParser::put(std::span<const char> bytes) {
    const bool had_head = head_done();
    beast::error_code ec;
    const auto taken = grammar_->put(boost::asio::const_buffer{bytes.data(), bytes.size()}, ec);
    if (!had_head && folds(bytes.first(taken))) {
        refusal_ = malformed("A header must not be continued on a further line.");
        return taken;
    }
    if (ec && ec != beast::http::error::need_more && !refusal_) {
        if (ec == beast::http::error::header_limit) {
            refusal_ = too_large("The request's headers are too large.", 431);
        } else if (ec == beast::http::error::body_limit) {
            refusal_ = too_large("The request's body is too large.", 413);
        } else {
            refusal_ = malformed("The request is not well-formed HTTP.");
        }
    }
    if (!refusal_ && !had_head && head_done()) check_head();
    return taken;
}

void RequestParser::read_body() { grammar_->eager(true); }

bool RequestParser::head_done() const { return grammar_->is_header_done(); }

bool RequestParser::done() const { return grammar_->is_done(); }

bool RequestParser::keep_alive() const { return grammar_->keep_alive(); }

bool RequestParser::is_1_0() const { return grammar_->is_1_0(); }

bool RequestParser::chunked() const { return grammar_->chunked(); }

std::uint64_t RequestParser::content_length() const {
    return grammar_->content_length().value_or(0);
}

bool RequestParser::expects_continue() const {
    return !is_1_0() && out_.header("Expect") != nullptr;
}

/// Whether a line of the head begins with a blank, in what is taken of it now. Beast would join such a
/// line to the one before it; whoever stands in front of us may have read two (RFC 9112 section 5.2).
bool RequestParser::folds(std::span<const char> head) {
    const std::string_view text{head.data(), head.size()};
    for (std::size_t at = 0; at < text.size();) {
        if (line_begins_ && (text[at] == ' ' || text[at] == '\t')) return true;
        const auto end = text.find('\n', at);
        line_begins_ = end != std::string_view::npos;
        if (!line_begins_) break;
        at = end + 1;
    }
    return false;
}

void RequestParser::check_head() {
    const auto hosts = out_.count("Host");
    if (hosts > 1 || (hosts == 0 && !is_1_0()) || (hosts == 1 && !is_host(*out_.header("Host")))) {
        refusal_ = malformed("The request needs one Host header.");
        return;
    }
    // Two readings of where a body ends are two requests to whoever stands in front of us, so each of
    // these headers has one spelling here (RFC 9112 section 6.3). Beast refuses the two together.
    const auto* const coding = out_.header("Transfer-Encoding");
    if (coding != nullptr &&
        (out_.count("Transfer-Encoding") > 1 || is_1_0() || !same_text(*coding, "chunked"))) {
        refusal_ = malformed("The Transfer-Encoding is not supported.");
        return;
    }
    const auto* const length = out_.header("Content-Length");
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (length != nullptr &&
        (out_.count("Content-Length") > 1 || !std::ranges::all_of(*length, is_digit))) {
        refusal_ = malformed("The Content-Length is not a number.");
        return;
    }
    const auto* const encoding = out_.header("Content-Encoding");
    if (encoding != nullptr &&
        (out_.count("Content-Encoding") > 1 || !same_text(*encoding, "identity"))) {
        refusal_ = Refusal{
            Error{Errc::wrong_content_type, "A compressed request body is not supported.", {}}};
        return;
    }
    if (expects_continue() && !same_text(*out_.header("Expect"), "100-continue")) {
        refusal_ = malformed("The expectation is not supported.");
        refusal_->status = 417;
    }
}

}  // namespace rookery::http

#include "odata/request/paging_token.hpp"

#include "base/bytes.hpp"

#include <charconv>

namespace rookery::odata {
namespace {

constexpr std::string_view before_page = "<cookie pagenumber=\"";
constexpr std::string_view before_token = "\" pagingcookie=\"";
constexpr std::string_view after_token = "\" istracking=\"False\" />";

}  // namespace

std::string wrap_paging_token(const PagingToken& token) {
    std::string out{before_page};
    out += std::to_string(token.page);
    out += before_token;
    out += to_base64url(bytes_of(token.bytes));
    out += after_token;
    return out;
}

Result<PagingToken> unwrap_paging_token(std::string_view text) {
    const auto bad = [] {
        return fail(Errc::bad_paging_token, "The paging cookie of the request is not valid.");
    };
    // A client library ends every URL that it follows with one.
    if (text.ends_with('/')) text.remove_suffix(1);
    if (!text.starts_with(before_page) || !text.ends_with(after_token)) return bad();
    const auto middle = text.find(before_token);
    if (middle == std::string_view::npos || middle < before_page.size()) return bad();
    const auto start = middle + before_token.size();
    if (start + after_token.size() > text.size()) return bad();
    const auto digits = text.substr(before_page.size(), middle - before_page.size());
    PagingToken out;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), out.page);
    if (error != std::errc{} || end != digits.data() + digits.size() || out.page < 2) return bad();
    const auto bytes = from_base64url(text.substr(start, text.size() - after_token.size() - start));
    if (!bytes || bytes->empty()) return bad();
    out.bytes = std::string{rookery::text_of(*bytes)};
    if (wrap_paging_token(out) != text) return bad();
    return out;
}

}  // namespace rookery::odata

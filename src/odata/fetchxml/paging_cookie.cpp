#include "odata/fetchxml/paging_cookie.hpp"

#include "base/bytes.hpp"
#include "base/percent_encode.hpp"

#include <charconv>
#include <optional>
#include <system_error>

namespace rookery::odata::fetchxml {
namespace {

constexpr std::string_view before_number = "<cookie page=\"";
constexpr std::string_view before_bytes = "\"><token>";
constexpr std::string_view after_bytes = "</token></cookie>";

/// As it was written: nine digits at most, and no zero before them.
std::optional<std::uint32_t> page_of(std::string_view digits) {
    std::uint32_t out = 0;
    const auto* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, out);
    const bool whole = read.ec == std::errc{} && read.ptr == end && digits.size() < 10;
    return whole && !digits.starts_with('0') ? std::optional{out} : std::nullopt;
}

}  // namespace

std::string wrap_cookie(std::uint32_t page, std::string_view token) {
    std::string inner{before_number};
    inner += std::to_string(page);
    inner += before_bytes;
    inner += to_base64url(bytes_of(token));
    inner += after_bytes;
    std::string out = "<cookie pagenumber=\"";
    out += std::to_string(page + 1);
    out += "\" pagingcookie=\"";
    out += percent_encode(percent_encode(inner));
    out += "\" istracking=\"False\" />";
    return out;
}

Result<PagingCookie> unwrap_cookie(std::string_view cookie) {
    const auto from = cookie.find(before_bytes);
    if (cookie.starts_with(before_number) && cookie.ends_with(after_bytes) &&
        from != std::string_view::npos) {
        const auto start = from + before_bytes.size();
        const auto page = page_of(cookie.substr(before_number.size(), from - before_number.size()));
        if (page && start + after_bytes.size() < cookie.size()) {
            const auto text = cookie.substr(start, cookie.size() - after_bytes.size() - start);
            const auto bytes = from_base64url(text);
            if (bytes && !bytes->empty()) return PagingCookie{*page, std::string{text_of(*bytes)}};
        }
    }
    return fail(Errc::bad_paging_token, "The paging cookie of the FetchXML is not valid.");
}

}  // namespace rookery::odata::fetchxml

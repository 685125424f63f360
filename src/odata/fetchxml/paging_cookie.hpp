// The paging cookie of FetchXML: two pieces of XML, one in the other, since clients take them apart.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::odata::fetchxml {

/// For the annotation fetchxmlpagingcookie on page `page`, whose list goes on at `token`:
/// `<cookie pagenumber="3" pagingcookie="…" istracking="False" />`, in which pagingcookie, decoded twice, is what a client
/// sends as paging-cookie: `<cookie page="2"><token>…</token></cookie>`.
[[nodiscard]] std::string wrap_cookie(std::uint32_t page, std::string_view token);

struct PagingCookie {
    std::uint32_t page = 1;  // that it was given with
    std::string token;       // where the page after that begins; opaque
};

/// What a client sends as paging-cookie. Errc::bad_paging_token for anything that wrap_cookie did not make.
[[nodiscard]] Result<PagingCookie> unwrap_cookie(std::string_view cookie);

}  // namespace rookery::odata::fetchxml

// $skiptoken: the planner's opaque token inside the cookie that Dataverse clients expect
// ("Page results using OData"). The token's own integrity is the planner's matter.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::odata {

struct PagingToken {
    std::uint32_t page = 2;  // the page that it leads to
    std::string bytes;       // opaque
};

/// `<cookie pagenumber="2" pagingcookie="BASE64URL" istracking="False" />`, not percent-encoded.
[[nodiscard]] std::string wrap_paging_token(const PagingToken& token);
/// One spelling only; anything else is Errc::bad_paging_token.
[[nodiscard]] Result<PagingToken> unwrap_paging_token(std::string_view text);

}  // namespace rookery::odata

#include "odata/request/content_ids.hpp"

#include "odata/request/utf8.hpp"

#include <algorithm>

namespace rookery::odata {

Error no_such_content_id(std::string_view id) {
    const bool number = !id.empty() && id.size() <= 20 &&
                        std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
    return {
        Errc::malformed,
        "Content-ID Reference: '$" + std::string{number ? id : showable(id)} +
            "' does not exist in the batch context.",
        {},
        {}};
}

}  // namespace rookery::odata

#include "cli/client/audit_page.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace rookery::cli {

Result<AuditPage> read_audit_page(
    ApiClient& client, std::size_t top, std::optional<std::uint64_t> below, std::string_view more
) {
    auto path = fmt::format("rky_RetrieveAuditEvents?@t={}{}", top, more);
    if (below) path += fmt::format("&@b={}", *below);
    ROOKERY_TRY(const auto reply, client.request("GET", path));
    ROOKERY_TRY(auto answer, object_of(reply));
    AuditPage page;
    page.next_below = number_member(answer, "NextBelow");
    page.record = optional_id(answer, "Record");
    const auto size = number_member(answer, "LogSize");
    const auto events = answer.find("Events");
    if (!size || events == answer.end() || !events->is_array() || events->size() > top ||
        !std::ranges::all_of(*events, &nlohmann::json::is_object) ||
        (page.next_below && *page.next_below >= below.value_or(*size + 1))) {
        return unexpected_answer();
    }
    page.log_size = *size;
    page.events.assign(
        std::make_move_iterator(events->begin()), std::make_move_iterator(events->end())
    );
    return page;
}

}  // namespace rookery::cli

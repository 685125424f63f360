// A page of the audit log, as the server answers it.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "cli/client/api_client.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rookery::cli {

struct AuditPage {
    std::vector<nlohmann::json> events;       // objects, newest first
    std::optional<std::uint64_t> next_below;  // where the next page begins; nothing: there is none
    std::uint64_t log_size = 0;
    std::optional<Uuid> record;  // that was asked for, as it was found
};

/// Entries below the index `below`, at most `top`. `more` are parameters of the question, each with its
/// '&'. Errc::bad_payload also for a page that does not lead on, which would be asked for for ever.
[[nodiscard]] Result<AuditPage> read_audit_page(
    ApiClient& client, std::size_t top, std::optional<std::uint64_t> below,
    std::string_view more = {}
);

}  // namespace rookery::cli

// Answers with rows but without secrets, read defensively: a server may lie.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "cli/client/api_client.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::cli {

/// The answer as one object. Errc::bad_payload.
[[nodiscard]] Result<nlohmann::json> object_of(const ApiReply& reply);
/// The objects of `value` in a list answer. Errc::bad_payload.
[[nodiscard]] Result<std::vector<nlohmann::json>> rows_of(const ApiReply& reply);
/// A GUID member. Errc::bad_payload when it is missing or none.
[[nodiscard]] Result<Uuid> id_member(const nlohmann::json& row, std::string_view name);
/// A GUID member that may be null or missing.
[[nodiscard]] std::optional<Uuid> optional_id(const nlohmann::json& row, std::string_view name);
/// A text member; empty when it is missing, null or none.
[[nodiscard]] std::string text_member(const nlohmann::json& row, std::string_view name);

}  // namespace rookery::cli

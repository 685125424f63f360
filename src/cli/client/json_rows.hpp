// Answers with rows but without secrets, read defensively: a server may lie.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "cli/client/api_reply.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>
#include <vector>

namespace rookery::cli {

/// For an answer that says nothing that can be understood. Errc::bad_payload.
[[nodiscard]] tl::unexpected<Error> unexpected_answer();

/// The answer as one object. Errc::bad_payload.
[[nodiscard]] Result<nlohmann::json> object_of(const ApiReply& reply);
/// The objects of `value` in a list answer. Errc::bad_payload.
[[nodiscard]] Result<std::vector<nlohmann::json>> rows_of(const ApiReply& reply);
/// A GUID member. Errc::bad_payload when it is missing or none.
[[nodiscard]] Result<Uuid> id_member(const nlohmann::json& row, std::string_view name);

}  // namespace rookery::cli

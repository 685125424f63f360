// Who owns a record at the organization.
#pragma once

#include "access/facts.hpp"
#include "base/uuid.hpp"
#include "pipeline/reply.hpp"

#include <map>
#include <optional>
#include <string>

namespace rookery::sync {

/// What ownerid is bound to there: what the operator says in `owners`, else the user's object in the
/// directory that both sides share. Nothing when neither knows the owner.
[[nodiscard]] std::optional<std::string> owner_of(
    const messages::ShownRow& row, const std::map<Uuid, std::string>& owners,
    const access::Facts& facts
);

}  // namespace rookery::sync

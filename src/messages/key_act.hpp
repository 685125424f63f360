// What the log says of a person's word for the destruction of a key; what the job does about it has entries of its own.
#pragma once

#include "access/decide.hpp"
#include "messages/destroyable_key.hpp"
#include "pipeline/plan_builder.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rookery::messages {

/// `act`: "request" or "approve". `job`: the row of the job that it is for.
void record_key_act(
    PlanBuilder& builder, const access::Decision& decision, const Uuid& job,
    const DestroyableKey& key, std::string_view act
);

/// The same of his word that somebody else may have a record KEK, or all of them (nothing). `job`: what follows from it.
void record_compromise(
    PlanBuilder& builder, const access::Decision& decision, const Uuid& job,
    std::optional<std::uint32_t> version
);

}  // namespace rookery::messages

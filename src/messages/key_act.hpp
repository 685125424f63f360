// What the log says of a person's word for the destruction of a KEK; what the job does about it has entries of its own.
#pragma once

#include "access/decide.hpp"
#include "pipeline/plan_builder.hpp"

#include <cstdint>
#include <string_view>

namespace rookery::messages {

/// `act`: "request" or "approve". `job`: the row of the job that it is for.
void record_key_act(
    PlanBuilder& builder, const access::Decision& decision, const Uuid& job, std::uint32_t version,
    std::string_view act
);

}  // namespace rookery::messages

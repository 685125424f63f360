// What a push does to its record at the organization, and what that is called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rookery::messages {

enum class PushOperation : std::uint8_t { create, update, remove };

struct PushOperationNames {
    std::string_view operation;  // on the log
    std::string_view action;     // in a syncerror row
};

/// In the order of PushOperation.
inline constexpr PushOperationNames push_operation_names[] = {
    {"create", "Create"}, {"update", "Update"}, {"delete", "Delete"}};

[[nodiscard]] constexpr const PushOperationNames& names(PushOperation operation) {
    return push_operation_names[static_cast<std::size_t>(operation)];
}

static_assert(names(PushOperation::create).action == "Create");
static_assert(names(PushOperation::update).action == "Update");
static_assert(names(PushOperation::remove).action == "Delete");

}  // namespace rookery::messages

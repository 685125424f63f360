// Members of an object in an answer, read defensively: a server may lie. What is missing, null or of
// another type is empty.
#pragma once

#include "base/uuid.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::cli {

[[nodiscard]] std::string text_member(const nlohmann::json& object, std::string_view name);
[[nodiscard]] std::optional<Uuid> optional_id(const nlohmann::json& object, std::string_view name);
/// Of a number that is whole and not negative.
[[nodiscard]] std::optional<std::uint64_t> number_member(
    const nlohmann::json& object, std::string_view name
);
/// Whether it is true.
[[nodiscard]] bool flag_member(const nlohmann::json& object, std::string_view name);
/// The array itself, or one that is empty and lives as long as the program.
[[nodiscard]] const nlohmann::json& list_member(
    const nlohmann::json& object, std::string_view name
);
/// The same of an object.
[[nodiscard]] const nlohmann::json& object_member(
    const nlohmann::json& object, std::string_view name
);

}  // namespace rookery::cli

#include "cli/client/json_members.hpp"

#include <nlohmann/json.hpp>

namespace rookery::cli {

std::string text_member(const nlohmann::json& object, std::string_view name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<Uuid> optional_id(const nlohmann::json& object, std::string_view name) {
    return Uuid::parse(text_member(object, name));
}

std::optional<std::uint64_t> number_member(const nlohmann::json& object, std::string_view name) {
    const auto found = object.find(name);
    const bool fits = found != object.end() && found->is_number_integer() && *found >= 0;
    return fits ? std::optional{found->get<std::uint64_t>()} : std::nullopt;
}

bool flag_member(const nlohmann::json& object, std::string_view name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

const nlohmann::json& list_member(const nlohmann::json& object, std::string_view name) {
    static const auto none = nlohmann::json::array();
    const auto found = object.find(name);
    return found != object.end() && found->is_array() ? *found : none;
}

const nlohmann::json& object_member(const nlohmann::json& object, std::string_view name) {
    static const auto none = nlohmann::json::object();
    const auto found = object.find(name);
    return found != object.end() && found->is_object() ? *found : none;
}

}  // namespace rookery::cli

#include "cli/client/odata_literal.hpp"

#include "base/percent_encode.hpp"
#include "base/uuid.hpp"

#include <nlohmann/json.hpp>

namespace rookery::cli {

std::string odata_literal(std::string_view text) {
    std::string doubled{"'"};
    for (const char c : text) {
        doubled.push_back(c);
        if (c == '\'') doubled.push_back(c);
    }
    doubled.push_back('\'');
    return percent_encode(doubled);
}

std::string odata_list_item(std::string_view text) {
    return percent_encode(nlohmann::json(text).dump());
}

std::string record_parameter(std::string_view record) {
    if (record.empty()) return {};
    if (const auto id = Uuid::parse(record)) return "&@r=" + to_string(*id);
    return handle_parameter(record);
}

std::string handle_parameter(std::string_view unique_handle_id) {
    return "&@u=" + odata_literal(unique_handle_id);
}

}  // namespace rookery::cli

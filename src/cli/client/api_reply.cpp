#include "cli/client/api_reply.hpp"

namespace rookery::cli {

const std::string* ApiReply::header(std::string_view name) const {
    for (const auto& one : headers) {
        if (http::same_header_name(one.name, name)) return &one.value;
    }
    return nullptr;
}

std::vector<std::string_view> ApiReply::header_values(std::string_view name) const {
    std::vector<std::string_view> out;
    for (const auto& one : headers) {
        if (http::same_header_name(one.name, name)) out.push_back(one.value);
    }
    return out;
}

std::optional<Uuid> entity_id_of(const ApiReply& reply) {
    const auto* value = reply.header("OData-EntityId");
    if (value == nullptr) return std::nullopt;
    const auto open = value->rfind('(');
    if (open == std::string::npos || value->size() < open + 38) return std::nullopt;
    return Uuid::parse(std::string_view{*value}.substr(open + 1, 36));
}

}  // namespace rookery::cli

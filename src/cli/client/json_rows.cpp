#include "cli/client/json_rows.hpp"

#include "cli/client/json_members.hpp"

#include <nlohmann/json.hpp>

namespace rookery::cli {

tl::unexpected<Error> unexpected_answer() {
    return fail(Errc::bad_payload, "the server's answer is not the JSON that was expected");
}

Result<nlohmann::json> object_of(const ApiReply& reply) {
    auto document = nlohmann::json::parse(reply.text(), nullptr, false);
    if (!document.is_object()) return unexpected_answer();
    return document;
}

Result<std::vector<nlohmann::json>> rows_of(const ApiReply& reply) {
    ROOKERY_TRY(auto document, object_of(reply));
    const auto list = document.find("value");
    if (list == document.end() || !list->is_array()) return unexpected_answer();
    std::vector<nlohmann::json> rows;
    for (auto& row : *list) {
        if (!row.is_object()) return unexpected_answer();
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<Uuid> id_member(const nlohmann::json& row, std::string_view name) {
    const auto id = optional_id(row, name);
    if (!id) return unexpected_answer();
    return *id;
}

}  // namespace rookery::cli

#include "cli/commands/access_question.hpp"

#include "base/uuid.hpp"
#include "cli/client/find_user.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/output/exit_code.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rookery::cli {
namespace {

/// The column by its name, or as `rookery get` calls it.
std::string column_name(const std::string& given) {
    if (given == "access_token") return "msdyn_useraccesstoken";
    if (given == "access_token_secret") return "msdyn_useraccesstokensecret";
    return given;
}

/// `path` with its record's id as a unique handle id; empty when there is none.
std::string path_by_handle(const std::string& path) {
    constexpr std::string_view before = "&@r=";
    constexpr std::size_t id_length = 36;
    const auto at = path.find(before);
    if (at == std::string::npos) return {};
    const auto id = std::string_view{path}.substr(at + before.size(), id_length);
    return path.substr(0, at) + handle_parameter(id) + path.substr(at + before.size() + id.size());
}

}  // namespace

std::string record_parameters(const RecordOptions& options) {
    auto out = record_parameter(options.record);
    if (!options.table.empty()) out += fmt::format("&@t={}", odata_literal(options.table));
    if (!options.column.empty()) {
        out += fmt::format("&@c={}", odata_literal(column_name(options.column)));
    }
    return out;
}

Result<std::string> user_parameter(ApiClient& client, const char* alias, const std::string& who) {
    if (who.empty()) return std::string{};
    ROOKERY_TRY(const auto id, find_user(client, who));
    return fmt::format("&{}={}", alias, to_string(id));
}

Result<nlohmann::json> ask_about_access(ApiClient& client, const std::string& path) {
    auto reply = client.request("GET", path);
    if (!reply && exit_code_of(reply.error().code) == Exit::not_found) {
        if (const auto other = path_by_handle(path); !other.empty()) {
            auto by_handle = client.request("GET", other);
            if (by_handle || by_handle.error().code != Errc::key_not_found) {
                reply = std::move(by_handle);
            }
        }
    }
    if (!reply) {
        auto error = std::move(reply).error();
        if (error.code == Errc::key_not_found && path.find("@u=") != std::string::npos) {
            error.hint = "the unique handle id is the handle's number, not its @name";
        }
        return fail(std::move(error));
    }
    ROOKERY_TRY(auto document, object_of(*reply));
    document.erase("@odata.context");
    return document;
}

}  // namespace rookery::cli

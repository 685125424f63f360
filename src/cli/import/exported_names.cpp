#include "cli/import/exported_names.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/patient_request.hpp"
#include "cli/import/import_failure.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string_view>

namespace rookery::cli {
namespace {

constexpr std::size_t remembered_max = 10'000;

/// Empty for a row that the caller may not read, and for one without a name.
Result<std::string> name_of_row(
    ApiClient& client, std::string_view set, const Uuid& id, std::string_view column
) {
    const auto reply = patient_request(
        client, Patience::busy, "GET", fmt::format("{}({})?$select={}", set, to_string(id), column)
    );
    if (!reply && ends_import(reply.error().code)) return fail(reply.error());
    if (!reply) return std::string{};
    ROOKERY_TRY(const auto row, object_of(*reply));
    return text_member(row, column);
}

/// A name that the file's reader would cut or refuse leads nowhere.
bool is_id(const std::string& name) { return Uuid::parse(name).has_value(); }

}  // namespace

Result<std::string> ExportedNames::owner(const ImportOwner& owner) {
    if (const auto found = known_.find(owner.id); found != known_.end()) return found->second;
    ROOKERY_TRY(
        auto name,
        owner.team ? name_of_row(client_, "teams", owner.id, "name")
                   : name_of_row(client_, "systemusers", owner.id, "domainname")
    );
    if (!name.empty() && !is_id(name)) {
        const auto leads_to = directory_.owner(client_, name);
        if (!leads_to && ends_import(leads_to.error().code)) return fail(leads_to.error());
        if (!leads_to || leads_to->id != owner.id) name.clear();
    } else {
        name.clear();
    }
    if (name.empty()) name = to_string(owner.id);
    if (known_.size() >= remembered_max) known_.clear();
    return known_[owner.id] = std::move(name);
}

Result<std::string> ExportedNames::application(const Uuid& id) {
    if (const auto found = known_.find(id); found != known_.end()) return found->second;
    ROOKERY_TRY(auto name, name_of_row(client_, "msdyn_octwitterapplications", id, "msdyn_name"));
    if (!name.empty() && !is_id(name)) {
        const auto leads_to = directory_.application(client_, name, WhenMissing::leave);
        if (!leads_to && ends_import(leads_to.error().code)) return fail(leads_to.error());
        if (!leads_to || *leads_to != id) name.clear();
    } else {
        name.clear();
    }
    if (name.empty()) name = to_string(id);
    if (known_.size() >= remembered_max) known_.clear();
    return known_[id] = std::move(name);
}

}  // namespace rookery::cli

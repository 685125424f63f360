#include "rules/built_in_rows.hpp"
#include "rules/principal_id.hpp"
#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"
#include "storage/text_key.hpp"

#include <algorithm>

namespace rookery::messages::systemuser_rules {
namespace {

access::Fact fact(const storage::Row& row) {
    return access::User{
        fact_target(row, "businessunitid"),
        fact_value<bool>(row, "isdisabled"),
        static_cast<access::AccessMode>(fact_number(row, "accessmode")),
        fact_value<std::string>(row, "fullname"),
        fact_value<Uuid>(row, "azureactivedirectoryobjectid"),
        fact_value<Uuid>(row, "applicationid"),
        fact_number(row, "rky_credentialcounter")};
}

std::string_view text_in(const storage::Row& row, const std::string& column) {
    const auto* text = row.get<std::string>(column);
    return text == nullptr ? std::string_view{} : *text;
}

void append(std::string& out, std::string_view between, std::string_view text) {
    if (text.empty()) return;
    if (!out.empty()) out += between;
    out += text;
}

/// An address as on an envelope: it follows from its parts, and cannot be written.
void derive_address(storage::Row& row, const std::string& address) {
    const auto part = [&](std::string_view name) {
        return text_in(row, address + std::string(name));
    };
    std::string region(part("stateorprovince"));
    append(region, " ", part("postalcode"));
    std::string town(part("city"));
    append(town, ", ", region);
    std::string all;
    for (const auto line :
         {part("line1"), part("line2"), part("line3"), std::string_view(town), part("country")}) {
        append(all, "\r\n", line);
    }
    const auto& column = *row.table->column(address + "composite");
    all.resize(storage::first_code_points(all, column.length_max).size());
    row.set(column.id, all.empty() ? storage::Value{} : storage::Value{std::move(all)});
}

/// fullname follows from its parts and cannot be written.
void derive_name(storage::Row& row) {
    std::string name;
    for (const std::string_view part : {"firstname", "middlename", "lastname"}) {
        const auto* text = row.get<std::string>(part);
        if (text == nullptr || text->empty()) continue;
        if (!name.empty()) name.push_back(' ');
        name += *text;
    }
    if (name.empty()) {
        const auto* domain = row.get<std::string>("domainname");
        if (domain != nullptr) name = *domain;
    }
    const auto& column = *row.table->column("fullname");
    name.resize(storage::first_code_points(name, column.length_max).size());
    row.set(column.id, name.empty() ? storage::Value{} : storage::Value{std::move(name)});
}

void derive(storage::Row& row) {
    derive_name(row);
    for (const auto* address : {"address1_", "address2_"}) derive_address(row, address);
}

/// Whoever may disable users may stop the sync or the jobs, and let them go on.
bool only_disables(const Input& input) {
    const auto* disabled = schema::known::systemuser.column("isdisabled");
    return std::ranges::all_of(input.cells, [&](const InputCell& cell) {
        return cell.column == disabled;
    });
}

/// The vault's own users are the vault's. What works in the background is written by SYSTEM alone.
Result<void> check_change(
    const access::Caller& caller, const storage::Row& row, const Input* input
) {
    if (row.id == system_user) return fail(built_in_protected());
    if (!access::is_service_user(row.id) || is_system(caller)) return {};
    if (input != nullptr && only_disables(*input)) return {};
    return fail(built_in_protected());
}

Result<void> check_write(const WriteCheck& write) {
    if (write.before == nullptr) {
        ROOKERY_CHECK(check_principal_id(write.builder.facts(), write.draft.row.id));
    }
    constexpr std::string_view taken[] = {system_name, sync_name, jobs_name};
    if (is_system(write.builder.caller)) return {};
    return check_name_is_free(write.draft.row, write.before, taken);
}

Result<void> check_removable() {
    return fail(Errc::restricted, "A user cannot be deleted.", "disable it: isdisabled = true");
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::systemuser,
    .action = audit::Action::principal_change,
    .fact = fact,
    .derive = derive,
    .check_change = check_change,
    .check_write = check_write,
    .check_removable = check_removable,
};

}  // namespace rookery::messages::systemuser_rules

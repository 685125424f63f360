#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::fieldpermission_rules {
namespace {

constexpr std::int64_t allowed = 4;  // of cancreate, canread and canupdate

access::Fact fact(const storage::Row& row) {
    access::FieldPermission out;
    out.profile = fact_target(row, "fieldsecurityprofileid");
    const auto* table = schema::table(fact_value<std::string>(row, "entityname"));
    const auto* column = table == nullptr
                             ? nullptr
                             : table->column(fact_value<std::string>(row, "attributelogicalname"));
    if (column != nullptr) {
        out.table = table->id;
        out.column = column->id;
    }
    out.create = fact_value<std::int64_t>(row, "cancreate") == allowed;
    out.read = fact_value<std::int64_t>(row, "canread") == allowed;
    out.update = fact_value<std::int64_t>(row, "canupdate") == allowed;
    switch (fact_value<std::int64_t>(row, "canreadunmasked")) {
        case 1:
            out.unmask = access::UnmaskLevel::one_record;
            break;
        case 3:
            out.unmask = access::UnmaskLevel::all_records;
            break;
        default:
            break;
    }
    return out;
}

tl::unexpected<Error> names_nothing(std::string_view column, std::string_view what) {
    return fail(
        Errc::invalid_argument,
        "The column '" + std::string(column) +
            "' of 'fieldpermission' must be the logical name of " + std::string(what) + "."
    );
}

/// Column security is for sealed columns, in the one spelling that access compares: any other
/// permission would grant nothing and look as if it did.
Result<void> check_write(const WriteCheck& write) {
    const auto named = [&](std::string_view column) {
        const auto* text = write.draft.row.get<std::string>(column);
        return text == nullptr ? std::string_view{} : std::string_view{*text};
    };
    const auto* table = schema::table(named("entityname"));
    if (table == nullptr) return names_nothing("entityname", "a table");
    const auto* column = table->column(named("attributelogicalname"));
    // Of what no request reads by itself the record decides.
    const bool readable = column != nullptr && column->may(schema::can::odata);
    if (!readable || column->type != schema::Type::sealed) {
        return names_nothing("attributelogicalname", "a secured column of that table");
    }
    return {};
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::fieldpermission,
    .action = audit::Action::policy_change,
    .fact = fact,
    .check_write = check_write,
};

}  // namespace rookery::messages::fieldpermission_rules

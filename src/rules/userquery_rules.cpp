#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::userquery_rules {
namespace {

/// Which table it is of is known by name. What the query asks for is read when somebody asks by it.
Result<void> check_write(const WriteCheck& write) {
    const auto* name = write.draft.row.get<std::string>("returnedtypecode");
    const auto* table = name == nullptr ? nullptr : schema::table(*name);
    if (table != nullptr && !table->outside) return {};
    return fail(
        Errc::invalid_argument,
        "The column 'returnedtypecode' of 'userquery' must be the logical name of a table."
    );
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::userquery,
    .check_write = check_write,
};

}  // namespace rookery::messages::userquery_rules

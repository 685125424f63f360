#include "pipeline/match_code.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

#include <string>

namespace rookery::messages::duplicaterule_rules {
namespace {

using storage::Row;

std::int64_t status_of(const Row& row) {
    const auto* status = row.get<std::int64_t>("statuscode");
    return status == nullptr ? schema::duplicate_rule::unpublished : *status;
}

bool is_published(const Row& row) { return status_of(row) == schema::duplicate_rule::published; }

void set_type_code(Row& row, std::string_view name_column, std::string_view code_column) {
    const auto* name = row.get<std::string>(name_column);
    const auto* table = name == nullptr ? nullptr : schema::table(*name);
    if (table == nullptr || !detects_duplicates(*table)) return;
    row.set(code_column, static_cast<std::int64_t>(table->object_type_code));
}

/// Rows are compared with those of their own table where no other one is named.
void derive(Row& row) {
    const auto* base = row.get<std::string>("baseentityname");
    if (base != nullptr && row.find("matchingentityname") == nullptr) {
        row.set("matchingentityname", std::string(*base));
    }
    set_type_code(row, "baseentityname", "baseentitytypecode");
    set_type_code(row, "matchingentityname", "matchingentitytypecode");
    if (row.find("uniquename") == nullptr) row.set("uniquename", "rule_" + to_string(row.id));
}

/// Publishing is an act of its own, since it takes a privilege of its own.
Result<void> check_status(const Row* before, const Row& after) {
    const auto was = before == nullptr ? schema::duplicate_rule::unpublished : status_of(*before);
    if (status_of(after) == was) return {};
    return fail(
        Errc::bad_state,
        "A duplicate rule gets its status by PublishDuplicateRule and UnpublishDuplicateRule alone."
    );
}

bool same_flag(const Row& a, const Row& b, std::string_view column) {
    const auto* one = a.get<bool>(column);
    const auto* other = b.get<bool>(column);
    return (one != nullptr && *one) == (other != nullptr && *other);
}

/// What is published stays what it was when it was published.
Result<void> check_unchanged(const Row& before, const Row& after) {
    for (const std::string_view column : {"iscasesensitive", "excludeinactiverecords"}) {
        if (!same_flag(before, after, column)) return fail(rule_in_use());
    }
    return {};
}

Result<void> check_write(const WriteCheck& write) {
    const auto& row = write.draft.row;
    ROOKERY_CHECK(match_rule_of(row));
    ROOKERY_CHECK(check_status(write.before, row));
    if (write.before == nullptr || !is_published(*write.before)) return {};
    // Whoever asks for duplicates relies on the row: who changes any of it has him planned again.
    write.needs.need(schema::prv_publish_duplicate_rule);
    return check_unchanged(*write.before, row);
}

bool may_take_status(const Row& row, std::int64_t status) { return status == status_of(row); }

/// Whoever removes what is published ends it, which takes what unpublishing does.
Result<void> check_removal(const RemovalCheck& removal) {
    if (is_published(removal.row)) removal.needs.need(schema::prv_publish_duplicate_rule);
    return {};
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::duplicaterule,
    .derive = derive,
    .check_write = check_write,
    .may_take_status = may_take_status,
    .check_removal = check_removal,
};

}  // namespace rookery::messages::duplicaterule_rules

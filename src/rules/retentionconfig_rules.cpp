#include "pipeline/needs.hpp"
#include "pipeline/on_behalf.hpp"
#include "rules/built_in_rows.hpp"
#include "rules/retention_terms.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace rookery::messages::retentionconfig_rules {
namespace {

using storage::Row;
using storage::RowRef;
using storage::Value;

void derive(Row& row) {
    if (row.find("uniquename") == nullptr) row.set("uniquename", "retention_" + to_string(row.id));
}

void forget_activation(Row& row) {
    for (const auto* column :
         {"nextrun", "rky_activatedon", "rky_activatedby", "rky_activatedwith"}) {
        row.set(column, Value{});
    }
}

bool is_handed_over(const Row& before, const Row& row) {
    const auto* was = before.get<RowRef>("ownerid");
    const auto* is = row.get<RowRef>("ownerid");
    return was != nullptr && is != nullptr && *was != *is;
}

/// Whoever writes a policy that is to run answers for it from then on: it runs in his name, and as it is now. Runs of the one
/// before end. The vault's own writes say how far it is.
void follow(const Row* before, Row& row, const Authorship& by) {
    if (by.user == jobs_user) return;
    // Nobody answers for what he was only given: it runs when he activates it.
    if (before != nullptr && is_handed_over(*before, row) && is_scheduled(row)) {
        row.set("statuscode", schema::retention_config::unscheduled);
    }
    if (!is_scheduled(row)) return forget_activation(row);
    const auto* recurrence = row.get<std::string>("recurrence");
    const auto* start = row.get<Instant>("starttime");
    const auto word = parse_recurrence(recurrence == nullptr ? std::string_view{} : *recurrence);
    const auto next =
        next_run(word.value_or(Recurrence::once), start == nullptr ? by.now : *start, by.now);
    row.set("nextrun", next ? Value{*next} : Value{});
    // Each activation has a time of its own, by which its runs know it.
    const auto* last = before == nullptr ? nullptr : before->get<Instant>("rky_activatedon");
    const auto after = last == nullptr ? by.now : *last + std::chrono::milliseconds{1};
    row.set("rky_activatedon", std::max(by.now, after));
    row.set("rky_activatedby", RowRef{schema::known::systemuser.id, by.user});
    row.set("rky_activatedwith", by.credential.is_nil() ? Value{} : Value{by.credential});
}

/// It takes what the runs will take, and one's own name.
Result<void> check_write(const WriteCheck& write) {
    const auto& row = write.draft.row;
    const auto& builder = write.builder;
    const auto* recurrence = row.get<std::string>("recurrence");
    if (recurrence != nullptr && !parse_recurrence(*recurrence)) {
        return fail(
            Errc::invalid_argument,
            "The column 'recurrence' of 'retentionconfig' must be DAILY, WEEKLY, MONTHLY or "
            "YEARLY, or empty for once."
        );
    }
    const auto* criteria = row.get<std::string>("criteria");
    if (!is_scheduled(row)) {
        if (criteria == nullptr || !builder.services.read_criteria) return {};
        const auto* entity = row.get<std::string>("entitylogicalname");
        ROOKERY_CHECK(check_criteria(
            builder.services, entity == nullptr ? std::string_view{} : *entity, *criteria
        ));
        return {};
    }
    write.needs.need(schema::prv_retain);
    ROOKERY_TRY(const auto terms, retention_terms(builder.services, row));
    for (const auto right : {schema::Right::read, schema::Right::remove}) {
        write.needs.need(*terms.table, right);
    }
    if (!builder.caller.delegate) return {};
    return fail(
        Errc::impersonation_denied,
        "A retention policy is not activated on behalf of another: " +
            std::string(reason(OnBehalf::vault)) + "."
    );
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::retentionconfig,
    .derive = derive,
    .follow = follow,
    .check_write = check_write,
};

}  // namespace rookery::messages::retentionconfig_rules

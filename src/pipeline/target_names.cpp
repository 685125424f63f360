#include "pipeline/target_names.hpp"

#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <functional>

namespace rookery::messages {
namespace {

/// A column of rows that the vault made, which are somebody's without his having named what they lead to.
bool is_of_the_vault(const schema::Column& column) {
    namespace known = schema::known;
    static constexpr const schema::Table* made[] = {
        &known::duplicaterecord,
        &known::bulkdeletefailure,
        &known::syncerror,
        &known::rky_tokenversion,
        &known::rky_tokenpolicy};
    // By its place among the columns of a table: a list asks for each lookup of each row.
    constexpr std::less<const schema::Column*> before;
    return std::ranges::any_of(made, [&](const schema::Table* table) {
        const auto* const first = table->columns.data();
        return !before(&column, first) && before(&column, first + table->columns.size());
    });
}

}  // namespace

Result<std::string> TargetNames::of(const storage::Value& value, const schema::Column& column) {
    const auto* target = std::get_if<storage::RowRef>(&value);
    if (target == nullptr) return std::string{};
    const auto whose = is_of_the_vault(column) ? Whose::readable : Whose::any;
    const std::pair key{*target, whose};
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    ROOKERY_TRY(auto name, look_up(*target, whose));
    return known_.emplace(key, std::move(name)).first->second;
}

bool TargetNames::may_read(const storage::Row& row) const {
    access::Needs needs;
    add_need(needs, schema::Right::read, row);
    const auto decision = builder_.decide(needs);
    if (decision.allowed()) builder_.rely_on(decision);
    return decision.allowed();
}

Result<std::string> TargetNames::look_up(const storage::RowRef& target, Whose whose) {
    namespace known = schema::known;
    const auto& facts = builder_.facts();
    if (target.table == known::systemuser.id) {
        const auto* user = facts.user(target.id);
        return user == nullptr ? std::string{} : user->full_name;
    }
    if (target.table == known::team.id) {
        const auto* team = facts.team(target.id);
        return team == nullptr ? std::string{} : team->name;
    }
    if (target.table == known::businessunit.id) {
        const auto* unit = facts.business_unit(target.id);
        return unit == nullptr ? std::string{} : unit->name;
    }
    const auto* table = schema::table(target.table);
    if (table == nullptr || table->outside) return std::string{};
    const auto* column = table->column(table->primary_name);
    if (column == nullptr || column->type != schema::Type::text) return std::string{};
    ROOKERY_CHECK(builder_.work.spend(cost::row + cost::row_by_index));
    const auto found = builder_.reading.peek(*table, target.id);
    // Another row's damage is for the scrub to tell: it is no reason to keep this one back.
    if (!found && found.error().code == Errc::integrity) return std::string{};
    if (!found) return fail(found.error());
    if (whose == Whose::readable && found->row != nullptr && !may_read(*found->row)) {
        return std::string{};
    }
    const auto* value = found->row == nullptr ? nullptr : found->row->find(column->id);
    const auto* name = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return name == nullptr ? std::string{} : *name;
}

}  // namespace rookery::messages

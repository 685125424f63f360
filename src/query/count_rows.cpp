#include "query/count_rows.hpp"

#include "access/scope.hpp"
#include "audit/log_reader.hpp"
#include "pipeline/made_rows.hpp"
#include "pipeline/needs.hpp"
#include "query/index_order.hpp"
#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <vector>

namespace rookery::messages {
namespace {

using access::Principal;
using access::PrincipalKind;
using access::Scope;

/// Entries between two looks at what work is left.
constexpr std::uint64_t entries_at_once = 1024;

Result<std::uint64_t> count_entries(PlanBuilder& builder, const storage::KeyRange& range) {
    ROOKERY_CHECK(builder.work.spend(cost::probe));
    const auto cursor = builder.view.store()->scan(range, storage::Order::ascending);
    std::uint64_t out = 0;
    for (; cursor->valid(); cursor->next()) {
        if (++out % entries_at_once == 0) {
            ROOKERY_CHECK(builder.work.spend(entries_at_once * entry_cost));
        }
    }
    ROOKERY_CHECK(cursor->status());
    ROOKERY_CHECK(builder.work.spend(out % entries_at_once * entry_cost));
    return out;
}

/// Each once. A record belongs to the unit of its owner, so the records of a unit are those of its principals.
std::vector<Principal> owners_in(const Scope& scope, const access::Facts& facts) {
    auto out = scope.owners;
    const auto in_scope = [&](const Uuid& unit) {
        return std::ranges::binary_search(scope.units, unit);
    };
    if (!scope.units.empty()) {
        for (const auto& one : facts.users().rows()) {
            if (in_scope(one.row.business_unit)) out.push_back({PrincipalKind::user, one.id});
        }
        for (const auto& one : facts.teams().rows()) {
            if (in_scope(one.row.business_unit)) out.push_back({PrincipalKind::team, one.id});
        }
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    for (const auto& also : scope.also) {
        const auto others = owners_in(also, facts);
        std::erase_if(out, [&](const Principal& one) {
            return !std::ranges::binary_search(others, one);
        });
    }
    return out;
}

Result<std::uint64_t> count_of_owners(
    PlanBuilder& builder, const schema::Table& table, const std::vector<Principal>& owners
) {
    std::uint64_t out = 0;
    for (const auto& owner : owners) {
        const auto kind = owner.kind == PrincipalKind::team ? schema::known::team.id
                                                            : schema::known::systemuser.id;
        ROOKERY_TRY(
            const auto found, count_entries(builder, storage::by_owner(table, {kind, owner.id}))
        );
        out += found;
    }
    return out;
}

/// Those of others that are shared with the caller, or with whom he calls for.
Result<std::uint64_t> count_shared(
    PlanBuilder& builder, const schema::Table& table, const Scope& scope,
    const std::vector<Principal>& owners
) {
    auto ids = scope.shared;
    for (const auto& also : scope.also) {
        ids.insert(ids.end(), also.shared.begin(), also.shared.end());
    }
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::uint64_t out = 0;
    for (const auto& id : ids) {
        ROOKERY_CHECK(builder.work.spend(cost::row + cost::row_by_index));
        ROOKERY_TRY(const auto found, builder.reading.peek(table, id));
        if (!found.row) continue;
        const auto facts = facts_of(*found.row);
        const bool counted = facts.owner && std::ranges::binary_search(owners, *facts.owner);
        if (!counted && scope.admits(facts)) ++out;
    }
    return out;
}

/// One by one: of tables that have few rows.
Result<std::uint64_t> count_read(
    PlanBuilder& builder, const schema::Table& table, const Scope& scope
) {
    std::uint64_t out = 0;
    if (table.made) {
        for (const auto& row : made_rows(table)) out += scope.admits(facts_of(*row)) ? 1 : 0;
        return out;
    }
    const auto cursor =
        builder.view.store()->scan(storage::all_rows(table), storage::Order::ascending);
    for (; cursor->valid(); cursor->next()) {
        ROOKERY_CHECK(builder.work.spend(cost::row + cursor->value().size() * cost::row_byte));
        ROOKERY_TRY(
            const auto found,
            builder.reading.decode(table, storage::id_of(cursor->key()), cursor->value())
        );
        if (found.row && scope.admits(facts_of(*found.row))) ++out;
    }
    ROOKERY_CHECK(cursor->status());
    return out;
}

}  // namespace

Result<std::uint64_t> count_rows(PlanBuilder& builder, const schema::Table& table) {
    if (table.of_log) {
        ROOKERY_TRY(
            const auto reader, audit::LogReader::open(builder.view.store(), &builder.keys.details)
        );
        return reader.size();
    }
    const auto scope = access::scope(builder.caller, table, schema::Right::read, builder.facts());
    builder.rely_on(scope);
    if (storage::name_column(table) == nullptr) return count_read(builder, table, scope);
    if (scope.all) return count_entries(builder, storage::by_name(table));
    const auto owners = owners_in(scope, builder.facts());
    ROOKERY_TRY(const auto owned, count_of_owners(builder, table, owners));
    ROOKERY_TRY(const auto shared, count_shared(builder, table, scope, owners));
    return owned + shared;
}

}  // namespace rookery::messages

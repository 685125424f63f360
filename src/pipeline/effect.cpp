#include "pipeline/effect.hpp"

#include "access/effect.hpp"
#include "pipeline/kept_values.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using access::FactChange;
using access::Facts;
using access::RecordChange;

/// As many as an entry names; it says how many there are.
constexpr std::size_t waiting_named_max = 16;

/// The units stay one tree under the root.
Result<void> check_units(
    const PlanBuilder& builder, const Facts& after, const std::vector<FactChange>& changes
) {
    const auto& root = builder.services.root_business_unit;
    for (const auto& change : changes) {
        const auto* unit =
            change.after ? std::get_if<access::BusinessUnit>(&*change.after) : nullptr;
        if (unit == nullptr) continue;
        if (change.id == root && (!unit->parent.is_nil() || unit->disabled)) {
            return fail(
                Errc::built_in_protected,
                "The root business unit cannot be disabled or given a parent."
            );
        }
        const auto range = after.units().range(change.id);
        if (change.id != root && (unit->parent.is_nil() || range.first >= range.end)) {
            return fail(
                Errc::invalid_argument,
                "A business unit's parent must lead to the root business unit."
            );
        }
    }
    return {};
}

Result<void> check_own_way(const PlanBuilder& builder, const Facts& after) {
    for (const auto& person : builder.caller.people()) {
        const auto* was = builder.facts().user(person.user);
        const auto* is = after.user(person.user);
        const bool narrowed = was != nullptr && is != nullptr && was->mode != is->mode;
        if (!narrowed && (!builder.facts().enabled(person.user) || after.enabled(person.user)))
            continue;
        return fail(Errc::access_denied, "Nobody locks himself out.", "ask another administrator");
    }
    return {};
}

/// A principal and the units that a change moves it between.
struct Move {
    access::Principal who;
    Uuid from;
    Uuid to;
};

std::optional<Move> move_of(const Facts& before, const FactChange& change) {
    const auto moved = [&](access::PrincipalKind kind, const auto* was, const auto* is) {
        std::optional<Move> out;
        if (was != nullptr && is != nullptr && was->business_unit != is->business_unit) {
            out = Move{{kind, change.id}, was->business_unit, is->business_unit};
        }
        return out;
    };
    if (!change.after) return std::nullopt;
    const auto* user = std::get_if<access::User>(&*change.after);
    if (user != nullptr) return moved(access::PrincipalKind::user, before.user(change.id), user);
    const auto* team = std::get_if<access::Team>(&*change.after);
    return moved(access::PrincipalKind::team, before.team(change.id), team);
}

/// The records of whoever changes units go with him, all at once.
Result<void> add_moved(
    PlanBuilder& builder, const std::vector<FactChange>& changes, std::vector<RecordChange>& records
) {
    for (const auto& change : changes) {
        const auto move = move_of(builder.facts(), change);
        if (!move) continue;
        for (const auto* table : schema::tables()) {
            if (table->ownership != schema::Ownership::user || !table->has_sealed()) continue;
            ROOKERY_TRY(
                const auto owned,
                builder.reading.children(
                    *table, *table->column("ownerid"), {change.table, change.id}, 1
                )
            );
            if (owned.empty()) continue;
            RecordChange record{table, {}, {}, {}, {}};
            record.before = access::RowFacts{{}, move->who, move->from};
            record.after = access::RowFacts{{}, move->who, move->to};
            for (const auto& column : table->columns) {
                if (column.type == schema::Type::sealed) record.kept.push_back(&column);
            }
            records.push_back(std::move(record));
        }
    }
    return {};
}

/// What older versions hold is read by rights on the record, so it counts with what the record itself had.
Result<void> add_kept_in_versions(const PlanBuilder& builder, std::vector<RecordChange>& records) {
    for (auto& record : records) {
        if (record.id.is_nil()) continue;  // all of somebody's, in every column
        ROOKERY_TRY(
            const auto older, columns_kept_in_versions(builder, {record.table->id, record.id})
        );
        for (const auto* column : older) {
            if (std::ranges::find(record.kept, column) == record.kept.end()) {
                record.kept.push_back(column);
            }
        }
        std::ranges::sort(record.kept, {}, &schema::Column::id);
    }
    return {};
}

/// Whether a change of this kind can let anybody read in clear, or hand that on.
bool can_grant(const FactChange& change) {
    if (!change.after) return false;
    if (const auto* row = std::get_if<access::RolePrivilege>(&*change.after)) {
        const auto* privilege = row->privilege;
        if (privilege == nullptr) return false;
        const bool reads = privilege->table != nullptr && privilege->table->has_sealed() &&
                           privilege->right == schema::Right::read;
        return reads || privilege->name == schema::prv_grant_unmask;
    }
    if (const auto* share = std::get_if<access::Share>(&*change.after)) {
        const auto* table = schema::table(share->table);
        return table != nullptr && table->has_sealed() && share->gives(schema::Right::read);
    }
    if (std::holds_alternative<access::ColumnShare>(*change.after)) return false;
    const auto* row = std::get_if<access::FieldPermission>(&*change.after);
    return row == nullptr || row->unmask != access::UnmaskLevel::none;
}

audit::Event grant_event(const PlanBuilder& builder, std::string_view table, const Uuid& record) {
    auto event = builder.event(audit::Action::grant, audit::Outcome::success);
    event.table = table;
    event.record = record;
    return event;
}

/// Names the principal that a fact gives something to, directly or as its team.
void add_principal(audit::Event& event, const FactChange& change) {
    std::visit(
        [&](const auto& row) {
            if constexpr (requires { row.user; }) {
                event.extras.emplace_back("systemuserid", to_string(row.user));
            }
            if constexpr (requires { row.team; }) {
                event.extras.emplace_back("teamid", to_string(row.team));
            }
            if constexpr (requires { row.role; }) {
                event.extras.emplace_back("roleid", to_string(row.role));
            }
            if constexpr (requires { row.privilege; }) {
                event.extras.emplace_back(
                    "privilegeid", to_string(schema::privilege_id(*row.privilege))
                );
            }
            if constexpr (requires { row.principal; }) {
                const bool team = row.kind == access::PrincipalKind::team;
                event.extras.emplace_back(
                    team ? "teamid" : "systemuserid", to_string(row.principal)
                );
            }
            if constexpr (requires { row.profile; }) {
                event.extras.emplace_back("fieldsecurityprofileid", to_string(row.profile));
            }
        },
        *change.after
    );
}

void add_waiting(audit::Event& event, const std::vector<Uuid>& waiting) {
    if (waiting.empty()) return;
    std::string ids;
    for (std::size_t i = 0; i < std::min(waiting.size(), waiting_named_max); ++i) {
        if (i != 0) ids.push_back(' ');
        ids += to_string(waiting[i]);
    }
    event.extras.emplace_back("waiting", std::uint64_t{waiting.size()});
    event.extras.emplace_back("waiting-credentials", std::move(ids));
}

void record_grants(
    PlanBuilder& builder, const access::Verdict& verdict, const std::vector<FactChange>& changes,
    const std::vector<RecordChange>& records
) {
    // Without anybody who reads more, what was given is the right to give that.
    const auto* what = verdict.gained.empty() ? "grant-unmask" : "unmask";
    for (const auto& change : changes) {
        if (!verdict.by_facts || !can_grant(change)) continue;
        // By its record is a share found.
        const auto* share = std::get_if<access::Share>(&*change.after);
        auto event = share == nullptr
                         ? grant_event(builder, schema::table(change.table)->name, change.id)
                         : grant_event(builder, schema::table(share->table)->name, share->row);
        event.extras.emplace_back("grant", std::string(what));
        add_principal(event, change);
        event.extras.emplace_back("users", std::uint64_t{verdict.gained.size()});
        add_waiting(event, verdict.waiting);
        builder.record(event);
    }
    for (const auto& [at, users] : verdict.by_record) {
        const auto& record = records[at];
        const auto& owner = *record.after->owner;
        const bool team = owner.kind == access::PrincipalKind::team;
        const bool all = record.id.is_nil();
        const auto& principal = team ? schema::known::team : schema::known::systemuser;
        auto event = grant_event(
            builder, all ? principal.name : record.table->name, all ? owner.id : record.id
        );
        event.extras.emplace_back("grant", std::string("unmask"));
        event.extras.emplace_back("ownerid", to_string(owner.id));
        event.extras.emplace_back("users", std::uint64_t{users});
        add_waiting(event, verdict.waiting);
        builder.record(event);
    }
}

bool raises_epoch(const ledger::RowWrite& write) {
    return write.access_fact && !write.guarded_fact;
}

}  // namespace

Result<std::vector<Uuid>> check_effect(PlanBuilder& builder) {
    auto records = builder.take_record_changes();
    std::vector<FactChange> changes;
    for (const auto& write : builder.plan().writes) {
        if (write.access_fact) changes.push_back(builder.view.projection().change_of(write));
    }
    if (changes.empty() && records.empty()) return std::vector<Uuid>{};

    const auto& before = builder.facts();
    const auto after = changes.empty() ? before : before.with(changes);
    if (!builder.caller.system) {
        ROOKERY_CHECK(check_units(builder, after, changes));
        ROOKERY_CHECK(check_own_way(builder, after));
    }
    // Who gains by a team, a role or a unit depends on what is shared, and on what is not.
    if (std::ranges::any_of(builder.plan().writes, raises_epoch)) builder.rely_on_all_shares();
    ROOKERY_CHECK(add_kept_in_versions(builder, records));
    ROOKERY_CHECK(add_moved(builder, changes, records));
    auto verdict = access::judge(builder.caller, {before, after, changes, records, builder.now});
    if (verdict.refusal) return fail(std::move(*verdict.refusal));
    if (verdict.grants) record_grants(builder, verdict, changes, records);
    return std::move(verdict.waiting);
}

}  // namespace rookery::messages

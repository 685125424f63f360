#include "access/decide.hpp"

#include "access/reach.hpp"

#include <algorithm>

namespace rookery::access {
namespace {

using schema::Depth;

std::string_view word(Depth depth) {
    switch (depth) {
        case Depth::basic:
            return "basic";
        case Depth::local:
            return "local";
        case Depth::deep:
            return "deep";
        case Depth::global:
            return "global";
        case Depth::none:
            break;
    }
    return "none";
}

std::string privilege_message(
    const Uuid& caller, const Reach& reach, const schema::Privilege& privilege
) {
    const auto id = to_string(caller);
    std::string out = "Principal user (Id=" + id +
                      ", type=8, roleCount=" + std::to_string(reach.role_count) +
                      ", privilegeCount=" + std::to_string(reach.privilege_count) +
                      ", accessMode=" + std::to_string(static_cast<int>(reach.mode)) +
                      "), is missing " + std::string{privilege.name} +
                      " privilege (Id=" + to_string(schema::privilege_id(privilege)) + ")";
    if (const auto* table = privilege.table; table != nullptr) {
        out += " on OTC=" + std::to_string(table->object_type_code) + " for entity '" +
               std::string{table->name} + "' (LocalizedName='" + std::string{table->display_name} +
               "')";
    }
    return out + ". context.Caller=" + id;
}

std::string row_message(const Uuid& caller, const schema::Privilege& privilege, const Uuid& row) {
    return "Principal with id " + to_string(caller) + " does not have " +
           std::string{schema::name_of(privilege.right).access_word} +
           " right(s) for record with id " + to_string(row) + " of entity " +
           std::string{privilege.table->name};
}

std::string column_message(
    const Uuid& caller,
    std::string_view what,
    const schema::Column& column,
    const schema::Table& table
) {
    return "Caller user with Id " + to_string(caller) + " does not have " + std::string{what} +
           " permissions to a " + std::string{column.display_name} + " secured field on entity " +
           std::string{table.display_name} +
           " table. The requested operation could not be completed.";
}

}  // namespace

/// One call of decide.
class Judge {
  public:
    Judge(const Uuid& caller, const Reach& reach, const Facts& facts, Decision& decision)
        : caller_(caller), reach_(reach), facts_(facts), decision_(decision) {}

    /// False: refused, and the decision says why.
    bool row(const RowNeed& need, bool names_rule) {
        const auto& privilege = *need.privilege;
        const auto* widest = widest_assignment(privilege);
        if (widest == nullptr) {
            return refuse(
                Errc::missing_privilege, privilege_message(caller_, reach_, privilege), &privilege
            );
        }
        if (!need.row || privilege.table == nullptr) {
            if (names_rule) by_role(*widest, privilege);
            return true;
        }
        if (by_ownership(privilege, *need.row, names_rule)) return true;
        if (by_depth(privilege, *need.row, names_rule)) return true;
        return refuse(
            Errc::no_row_access, row_message(caller_, privilege, need.row->id), &privilege
        );
    }

    bool column(const ColumnNeed& need, const schema::Table& table) {
        if (need.column->type != schema::Type::sealed) return true;
        const auto* permission = reach_.column(table.id, need.column->id);
        switch (need.use) {
            case ColumnUse::create:
                if (permission != nullptr && permission->create) return true;
                return refuse(
                    Errc::column_create_denied,
                    column_message(caller_, "create", *need.column, table),
                    nullptr
                );
            case ColumnUse::update:
                if (permission != nullptr && permission->update) return true;
                return refuse(
                    Errc::column_update_denied,
                    column_message(caller_, "update", *need.column, table),
                    nullptr
                );
            case ColumnUse::read:
                break;
        }
        ColumnDecision shown{need.column, ColumnView::hidden, UnmaskLevel::none};
        if (permission != nullptr && permission->read) {
            shown.permitted = permission->unmask;
            const bool asked = need.unmask != UnmaskLevel::none;
            const bool clear = asked && permission->unmask >= need.unmask;
            shown.view = clear ? ColumnView::clear : ColumnView::masked;
        }
        decision_.columns_.push_back(shown);
        return true;
    }

    bool refuse(Errc code, std::string message, const schema::Privilege* missing) {
        decision_.code_ = code;
        decision_.message_ = std::move(message);
        decision_.missing_ = missing;
        decision_.rule_ = Decision::Rule::none;
        decision_.columns_.clear();
        return false;
    }

  private:
    [[nodiscard]] const Assignment* widest_assignment(const schema::Privilege& privilege) const {
        const Assignment* widest = nullptr;
        auto depth = Depth::none;
        for (const auto& assignment : reach_.assignments) {
            const auto given = reach_.depth(assignment, privilege);
            if (given > depth) {
                depth = given;
                widest = &assignment;
            }
        }
        return widest;
    }

    void by_role(const Assignment& assignment, const schema::Privilege& privilege) {
        decision_.rule_ = Decision::Rule::role;
        decision_.rule_id_ = assignment.role;
        decision_.depth_ = reach_.depth(assignment, privilege);
    }

    /// The user owns the row, or a team of his does. A role of a team whose privileges stay with
    /// the team reaches that team's rows only.
    bool by_ownership(const schema::Privilege& privilege, const RowFacts& row, bool names_rule) {
        if (!row.owner) return false;
        const auto& owner = *row.owner;
        const bool by_user = owner.kind == PrincipalKind::user && owner.id == caller_;
        const bool by_team = owner.kind == PrincipalKind::team && reach_.in_team(owner.id);
        if (!by_user && !by_team) return false;
        for (const auto& assignment : reach_.assignments) {
            if (reach_.depth(assignment, privilege) == Depth::none) continue;
            if (!assignment.own && !(by_team && assignment.team == owner.id)) continue;
            if (names_rule) {
                decision_.rule_ = by_user ? Decision::Rule::owner : Decision::Rule::team;
                decision_.rule_id_ = owner.id;
            }
            return true;
        }
        return false;
    }

    bool by_depth(const schema::Privilege& privilege, const RowFacts& row, bool names_rule) {
        UnitRange unit;
        bool looked_up = false;
        for (const auto& assignment : reach_.assignments) {
            const auto depth = reach_.depth(assignment, privilege);
            bool reached = depth == Depth::global;
            if (depth == Depth::local || depth == Depth::deep) {
                if (!looked_up) unit = facts_.units().range(row.owning_unit);
                looked_up = true;
                // A unit that is not there reaches nothing, not even rows that name it.
                const bool here = assignment.unit == row.owning_unit && unit.first < unit.end;
                reached = here || (depth == Depth::deep && assignment.below.contains(unit));
            }
            if (!reached) continue;
            if (names_rule) by_role(assignment, privilege);
            return true;
        }
        return false;
    }

    const Uuid& caller_;
    const Reach& reach_;
    const Facts& facts_;
    Decision& decision_;
};

std::string Decision::rule_path() const {
    switch (rule_) {
        case Rule::owner:
            return "owner";
        case Rule::team:
            return "team:" + to_string(rule_id_);
        case Rule::role:
            return "role:" + to_string(rule_id_) + "/" + std::string{word(depth_)};
        case Rule::none:
            break;
    }
    return "none";
}

ColumnView Decision::view(const schema::Column& column) const {
    if (!allowed_) return ColumnView::hidden;
    if (column.type == schema::Type::digest) return ColumnView::hidden;
    if (column.type != schema::Type::sealed) return ColumnView::clear;
    const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const auto& decided) {
        return decided.column == &column;
    });
    return found == columns_.end() ? ColumnView::hidden : found->view;
}

Decision decide(const Uuid& caller, const Needs& needs, const Facts& facts) {
    Decision decision;
    const auto* reach = facts.reach(caller);
    if (reach == nullptr) {
        decision.code_ = Errc::user_disabled;
        decision.message_ =
            "The user with Id = " + to_string(caller) + " is not a member of the organization.";
        return decision;
    }
    if (!reach->enabled) {
        decision.code_ = Errc::user_disabled;
        decision.message_ = "The specified user(Id = " + to_string(caller) +
                            ") is disabled. Consider enabling this user.";
        return decision;
    }
    Judge judge(caller, *reach, facts, decision);
    if (needs.rows.empty() && !needs.open_to_all) {
        judge.refuse(Errc::access_denied, "Access is denied.", nullptr);
        return decision;
    }
    bool first = true;
    for (const auto& need : needs.rows) {
        if (need.privilege == nullptr) {
            judge.refuse(Errc::access_denied, "Access is denied.", nullptr);
            return decision;
        }
        if (!judge.row(need, first)) return decision;
        first = false;
    }
    for (const auto& need : needs.columns) {
        if (needs.table == nullptr || !judge.column(need, *needs.table)) {
            if (needs.table == nullptr)
                judge.refuse(Errc::access_denied, "Access is denied.", nullptr);
            return decision;
        }
    }
    decision.allowed_ = true;
    return decision;
}

}  // namespace rookery::access

#include "access/decide.hpp"

#include "access/administration.hpp"
#include "access/each_path.hpp"
#include "access/reach.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::access {
namespace {

using schema::Depth;

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
    const Uuid& caller, std::string_view what, const schema::Column& column,
    const schema::Table& table
) {
    return "Caller user with Id " + to_string(caller) + " does not have " + std::string{what} +
           " permissions to a " + std::string{column.display_name} + " secured field on entity " +
           std::string{table.display_name} +
           " table. The requested operation could not be completed.";
}

}  // namespace

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

/// One call of decide, for one person.
class Judge {
 public:
    Judge(const Person& person, const Reach& reach, const Facts& facts, Decision& decision)
        : person_(person), reach_(reach), facts_(facts), decision_(decision) {}

    /// False: refused, and the decision says why.
    bool row(const RowNeed& need, bool names_rule) {
        if (need.privilege == nullptr)
            return refuse(Errc::access_denied, "Access is denied.", nullptr);
        if (!need.except.is_nil() && need.except == person_.user) return true;
        const auto& privilege = *need.privilege;
        const auto* widest = reach_.widest(privilege);
        if (widest == nullptr) {
            return refuse(
                Errc::missing_privilege,
                privilege_message(person_.user, reach_, privilege),
                &privilege
            );
        }
        if (!carries(person_, privilege)) {
            decision_.hint_ =
                "the credential does not carry this right of its user until somebody "
                "who could give it confirms it: rookery token confirm";
            return refuse(
                Errc::missing_privilege,
                privilege_message(person_.user, reach_, privilege),
                &privilege
            );
        }
        if (!need.row || privilege.table == nullptr) {
            if (names_rule) {
                name_rule(
                    {Path::Rule::role,
                     widest->role,
                     widest->role,
                     widest->team,
                     reach_.depth(*widest, privilege)}
                );
            }
            return true;
        }
        const bool reached =
            each_path(person_.user, reach_, facts_, privilege, *need.row, [&](const Path& path) {
                if (names_rule) name_rule(path);
                if (path.rule == Path::Rule::share) {
                    decision_.shares_.push_back(
                        {schema::known::principalobjectaccess.id, path.share}
                    );
                }
                return true;
            });
        if (reached) return true;
        return refuse(
            Errc::no_row_access, row_message(person_.user, privilege, need.row->id), &privilege
        );
    }

    /// `row`: of whose column it is; nothing for a list, and for a row that is not there yet.
    bool column(
        const ColumnNeed& need, const schema::Table& table, const std::optional<Uuid>& row
    ) {
        if (need.column->type != schema::Type::sealed) return true;
        const auto* found = reach_.column(table.id, need.column->id);
        auto held = found == nullptr ? ColumnReach{table.id, need.column->id} : *found;
        if (row) {
            add_shared(held, person_.user, reach_, facts_, *row, [&](const Uuid& share) {
                decision_.shares_.push_back(
                    {schema::known::principalobjectattributeaccess.id, share}
                );
            });
        }
        switch (need.use) {
            case ColumnUse::create:
                if (held.create) return true;
                return refuse(
                    Errc::column_create_denied,
                    column_message(person_.user, "create", *need.column, table),
                    nullptr
                );
            case ColumnUse::update:
                if (held.update) return true;
                return refuse(
                    Errc::column_update_denied,
                    column_message(person_.user, "update", *need.column, table),
                    nullptr
                );
            case ColumnUse::read:
                break;
        }
        ColumnDecision shown{need.column, ColumnView::hidden, UnmaskLevel::none, false};
        if (held.read) {
            shown.unconfirmed = !person_.plaintext && held.unmask != UnmaskLevel::none;
            shown.permitted = person_.plaintext ? held.unmask : UnmaskLevel::none;
            const bool asked = need.unmask != UnmaskLevel::none;
            const bool clear = asked && shown.permitted >= need.unmask;
            shown.view = clear ? ColumnView::clear : ColumnView::masked;
        }
        decision_.columns_.push_back(shown);
        return true;
    }

    bool refuse(Errc code, std::string message, const schema::Privilege* missing) {
        decision_.code_ = code;
        decision_.message_ = std::move(message);
        decision_.missing_ = missing;
        decision_.path_.reset();
        decision_.columns_.clear();
        return false;
    }

 private:
    void name_rule(const Path& path) { decision_.path_ = path; }

    const Person& person_;
    const Reach& reach_;
    const Facts& facts_;
    Decision& decision_;
};

std::string Decision::rule_path() const {
    const auto text = [](const std::optional<Path>& path) -> std::string {
        if (!path) return "none";
        const auto id = text_of(path->id);
        std::string out;
        out.reserve(64);
        switch (path->rule) {
            case Path::Rule::owner:
                return "owner";
            case Path::Rule::team:
                return out.append("team:").append(id.begin(), id.end());
            case Path::Rule::share:
                return out.append("share:").append(id.begin(), id.end());
            case Path::Rule::role:
                break;
        }
        return out.append("role:")
            .append(id.begin(), id.end())
            .append("/")
            .append(word(path->depth));
    };
    if (!allowed_ || !delegated_) return text(path_);
    return text(sender_path_).append("+").append(text(path_));
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

namespace {

/// The row of whose columns it is; nothing when it is of none in particular.
std::optional<Uuid> row_of(const Needs& needs) {
    for (const auto& need : needs.rows) {
        const bool own = need.privilege != nullptr && need.privilege->table == needs.table;
        if (own && need.row && need.privilege->right != schema::Right::create) return need.row->id;
    }
    return std::nullopt;
}

}  // namespace

Decision Decision::alone(const Person& person, const Needs& needs, const Facts& facts) {
    Decision decision;
    const auto* reach = facts.reach(person.user);
    if (reach == nullptr) {
        decision.code_ = Errc::user_disabled;
        decision.message_ = "The user with Id = " + to_string(person.user) +
                            " is not a member of the organization.";
        return decision;
    }
    if (!reach->enabled) {
        decision.code_ = Errc::user_disabled;
        decision.message_ = "The specified user(Id = " + to_string(person.user) +
                            ") is disabled. Consider enabling this user.";
        return decision;
    }
    Judge judge(person, *reach, facts, decision);
    if (needs.rows.empty() && !needs.open_to_all) {
        judge.refuse(Errc::access_denied, "Access is denied.", nullptr);
        return decision;
    }
    bool first = true;
    for (const auto& need : needs.rows) {
        if (!judge.row(need, first)) return decision;
        first = false;
    }
    decision.columns_.reserve(needs.columns.size());
    for (const auto& need : needs.columns) {
        if (needs.table == nullptr || !judge.column(need, *needs.table, row_of(needs))) {
            if (needs.table == nullptr)
                judge.refuse(Errc::access_denied, "Access is denied.", nullptr);
            return decision;
        }
    }
    decision.allowed_ = true;
    return decision;
}

/// Both allowed it, and both were asked about the same columns in the same order.
Decision Decision::both(const Decision& sender, Decision user) {
    user.delegated_ = true;
    user.sender_path_ = sender.path_;
    user.shares_.insert(user.shares_.end(), sender.shares_.begin(), sender.shares_.end());
    for (std::size_t i = 0; i < user.columns_.size(); ++i) {
        auto& column = user.columns_[i];
        const auto& other = sender.columns_[i];
        // Only a credential is in the way where each may see it, confirmed or not.
        const auto may = [](const ColumnDecision& one) {
            return one.unconfirmed || one.permitted != UnmaskLevel::none;
        };
        column.unconfirmed = (column.unconfirmed || other.unconfirmed) && may(column) && may(other);
        column.view = std::min(column.view, other.view);
        column.permitted = std::min(column.permitted, other.permitted);
    }
    return user;
}

Decision decide(const Caller& caller, const Needs& needs, const Facts& facts) {
    const auto people = caller.people();
    auto out = Decision::alone(*people.begin(), needs, facts);
    for (const auto* other = people.begin() + 1; other != people.end() && out.allowed(); ++other) {
        auto one = Decision::alone(*other, needs, facts);
        out = one.allowed() ? Decision::both(out, std::move(one)) : std::move(one);
    }
    return out;
}

}  // namespace rookery::access

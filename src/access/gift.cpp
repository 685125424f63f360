#include "access/gift.hpp"

#include "access/administration.hpp"
#include "access/built_in.hpp"
#include "access/decide.hpp"
#include "access/reach.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>

namespace rookery::access {

using schema::Depth;

namespace {

bool inside(const Facts& facts, const Uuid& unit, const Uuid& root) {
    return facts.units().range(root).contains(facts.units().range(unit));
}

/// An access mode that takes rights away.
bool is_narrow(AccessMode mode) {
    return mode == AccessMode::administrative || mode == AccessMode::read ||
           mode == AccessMode::support;
}

/// Of what somebody has: everything, or what a mark of a credential carries.
enum class Part : std::uint8_t { all, plaintext, administration };

template <class Rows>
bool is_new(const Rows& rows, const Uuid& id) {
    return rows.find(id) == nullptr;
}

}  // namespace

class GiftFinder {
 public:
    GiftFinder(const Uuid& giver, const Facts& before, const Facts& after, Gifts& out)
        : giver_(giver), before_(before), after_(after), out_(out) {}

    void look_at(const FactChange& change) {
        if (!change.after) return;  // what goes gives nothing
        std::visit([&](const auto& row) { given(change.id, row); }, *change.after);
    }

 private:
    void given(const Uuid& id, const User& now) {
        const auto* was = before_.user(id);
        if (was == nullptr) return;
        // Also by moving out of a unit that is disabled.
        const bool enabled =
            (was->disabled && !now.disabled) || (!before_.enabled(id) && after_.enabled(id));
        const bool widened = is_narrow(was->mode) && now.mode != was->mode;
        const bool identified =
            (!now.entra_object.is_nil() && now.entra_object != was->entra_object) ||
            (!now.application.is_nil() && now.application != was->application);
        // What works in the background holds no credential: who lets it go on can act as nobody more.
        if (is_service_user(id) && !widened && !identified) return;
        if (enabled || widened || identified) return everything(id);
        if (now.business_unit != was->business_unit) own_roles(id, now);
    }

    void given(const Uuid& id, const Team& now) {
        const auto* was = before_.team(id);
        if (was == nullptr) return;
        const bool works = !works_before(was->business_unit) && works_now(now.business_unit);
        if (works) all_shares_of(id, true);
        if (works || (!was->can_own() && now.can_own())) profiles_of_team(id);
        if (now.business_unit != was->business_unit || was->can_own() != now.can_own()) {
            roles_of_team(id);
        }
    }

    void given(const Uuid& id, const BusinessUnit& now) {
        const auto* was = before_.business_unit(id);
        if (was == nullptr) return;
        if (was->disabled == now.disabled && was->parent == now.parent) return;
        // Enabled itself, or moved out of what is disabled.
        for (const auto& [user, row] : after_.users().rows()) {
            if ((was->disabled && !now.disabled && inside(after_, row.business_unit, id)) ||
                (!before_.enabled(user) && after_.enabled(user))) {
                everything(user);
            }
        }
        for (const auto& [team, row] : after_.teams().rows()) {
            if (works_before(row.business_unit) || !works_now(row.business_unit)) continue;
            roles_of_team(team);
            profiles_of_team(team);
            all_shares_of(team, true);
        }
        if (now.parent == was->parent) return;
        // Who reads deeply from above reads what moved there.
        const auto above = [&](const Uuid& unit) {
            return unit != id && inside(after_, id, unit) && !inside(before_, id, unit);
        };
        for (const auto& [pair, row] : after_.user_roles().rows()) {
            const auto* holder = after_.user(row.user);
            if (holder != nullptr && above(holder->business_unit)) deep_role(row.role, id);
        }
        for (const auto& [pair, row] : after_.team_roles().rows()) {
            const auto* holder = after_.team(row.team);
            if (holder != nullptr && above(holder->business_unit)) deep_role(row.role, id);
        }
    }

    [[nodiscard]] bool works_before(const Uuid& unit) const { return before_.units().active(unit); }

    [[nodiscard]] bool works_now(const Uuid& unit) const { return after_.units().active(unit); }

    void given(const Uuid& id, const Role& now) {
        const auto* was = before_.role(id);
        if (was == nullptr || was->inherited || !now.inherited) return;
        after_.team_roles().each<&TeamRole::role>(id, [&](const Uuid&, const TeamRole& pair) {
            if (const auto* team = after_.team(pair.team)) role(id, team->business_unit, true);
        });
    }

    void given(const Uuid&, const Profile&) {}

    void given(const Uuid&, const Organization&) {}

    void given(const Uuid& id, const Membership& row) {
        const auto* team = after_.team(row.team);
        if (!is_new(before_.memberships(), id) || team == nullptr) return;
        // What is shared with the team is shared with a giver who is in it, as far as his privileges go.
        const auto* own = before_.reach(giver_);
        const bool with_him = own != nullptr && own->enabled && own->shares_with(row.team);
        shares_of(row.team, true, with_him ? Depth::basic : Depth::global);
        if (!with_him) column_shares_of(row.team);
        if (!team->can_own()) return;
        roles_of_team(row.team);
        profiles_of_team(row.team);
    }

    void given(const Uuid& id, const UserRole& row) {
        if (!is_new(before_.user_roles(), id)) return;
        if (const auto* user = after_.user(row.user)) role(row.role, user->business_unit, true);
    }

    void given(const Uuid& id, const TeamRole& row) {
        if (!is_new(before_.team_roles(), id)) return;
        role_of_team(row.role, row.team);
    }

    void given(const Uuid& id, const UserProfile& row) {
        if (is_new(before_.user_profiles(), id)) profile(row.profile);
    }

    void given(const Uuid& id, const TeamProfile& row) {
        if (is_new(before_.team_profiles(), id)) profile(row.profile);
    }

    void given(const Uuid& id, const RolePrivilege& row) {
        const auto* was = before_.role_privileges().find(id);
        if (row.privilege == nullptr || (was != nullptr && was->depth >= row.depth)) return;
        std::set<std::pair<Uuid, bool>> given;
        const auto give = [&](const Uuid& unit, bool own) {
            if (!given.insert({unit, own}).second) return;
            out_.privileges_.push_back({row.privilege, row.depth, unit, own});
        };
        after_.user_roles().each<&UserRole::role>(row.role, [&](const Uuid&, const UserRole& pair) {
            if (const auto* user = after_.user(pair.user)) give(user->business_unit, true);
        });
        const auto* held = after_.role(row.role);
        after_.team_roles().each<&TeamRole::role>(row.role, [&](const Uuid&, const TeamRole& pair) {
            const auto* team = after_.team(pair.team);
            if (team != nullptr) give(team->business_unit, held == nullptr || held->inherited);
        });
    }

    /// Judged on the row that is shared: who shares it needs each of the rights himself.
    void given(const Uuid&, const Share&) {}

    void given(const Uuid&, const ColumnShare&) {}

    void given(const Uuid& id, const FieldPermission& row) {
        bool held = false;
        after_.user_profiles().each<&UserProfile::profile>(
            row.profile, [&](const Uuid&, const UserProfile&) { held = true; }
        );
        after_.team_profiles().each<&TeamProfile::profile>(
            row.profile, [&](const Uuid&, const TeamProfile&) { held = true; }
        );
        if (!held) return;
        auto given = row;
        const auto* was = before_.field_permissions().find(id);
        const bool same = was != nullptr && was->profile == row.profile &&
                          was->table == row.table && was->column == row.column;
        if (same) {
            given.create = row.create && !was->create;
            given.read = row.read && !was->read;
            given.update = row.update && !was->update;
            // Unmasking counts together with reading.
            const auto had = was->read ? was->unmask : UnmaskLevel::none;
            const auto has = row.read ? row.unmask : UnmaskLevel::none;
            given.unmask = has > had ? has : UnmaskLevel::none;
        }
        out_.columns_.push_back(given);
    }

    /// A new one gives all that its user has; one that is confirmed, what it carries from now on.
    void given(const Uuid& id, const Credential& now) {
        if (now.user == giver_ || now.revoked) return;
        const auto* was = before_.credential(id);
        const bool wider =
            was == nullptr || was->revoked || now.user != was->user || now.expires > was->expires;
        if (wider) return everything(now.user);
        if (now.plaintext && !was->plaintext) everything(now.user, Part::plaintext);
        if (now.administration && !was->administration) everything(now.user, Part::administration);
    }

    void everything(const Uuid& id, Part part = Part::all) {
        if (!whole_.insert({id, part}).second) return;
        part_ = part;
        rights_of(id);
        part_ = Part::all;
    }

    void rights_of(const Uuid& id) {
        const auto* user = after_.user(id);
        if (user == nullptr) return;
        own_roles(id, *user);
        after_.user_profiles().each<&UserProfile::user>(
            id, [&](const Uuid&, const UserProfile& pair) { profile(pair.profile); }
        );
        // Anybody may share a view of his with him: that is in the way of no credential, and keeps nobody disabled.
        all_shares_of(id, false);
        for (const auto& team : after_.teams_of(id)) {
            const auto* row = after_.team(team);
            all_shares_of(team, false);
            if (row == nullptr || !row->can_own()) continue;
            roles_of_team(team);
            profiles_of_team(team);
        }
    }

    /// Which rows they are of is not known here: it takes these rights on every row, of whoever does not share them.
    /// `all`: and not those alone of tables with tokens.
    void shares_of(const Uuid& principal, bool all, Depth depth = Depth::global) {
        if (part_ != Part::all) return;
        after_.shares().each<&Share::principal>(principal, [&](const Uuid&, const Share& share) {
            const auto* table = schema::table(share.table);
            if (table == nullptr || share.over(after_.now())) return;
            if (!all && !table->has_sealed()) return;
            for (const auto& name : schema::right_names) {
                if (!share.gives(name.right)) continue;
                if (!shared_.insert({share.table, name.right, depth}).second) continue;
                out_.privileges_.push_back(
                    {&schema::privilege(*table, name.right), depth, {}, false}
                );
            }
        });
    }

    void column_shares_of(const Uuid& principal) {
        if (part_ != Part::all) return;
        after_.column_shares().each<&ColumnShare::principal>(
            principal,
            [&](const Uuid&, const ColumnShare& share) {
                FieldPermission permission{};
                permission.table = share.table;
                permission.column = share.column;
                permission.read = share.read;
                permission.update = share.update;
                out_.columns_.push_back(permission);
            }
        );
    }

    void all_shares_of(const Uuid& principal, bool all) {
        shares_of(principal, all);
        column_shares_of(principal);
    }

    void own_roles(const Uuid& id, const User& user) {
        for (const auto& held : after_.roles_of_user(id)) role(held, user.business_unit, true);
    }

    void roles_of_team(const Uuid& team) {
        for (const auto& held : after_.roles_of_team(team)) role_of_team(held, team);
    }

    void role_of_team(const Uuid& held, const Uuid& team) {
        const auto* holder = after_.team(team);
        const auto* row = after_.role(held);
        if (holder == nullptr || row == nullptr || !holder->can_own()) return;
        role(held, holder->business_unit, row->inherited);
    }

    void profiles_of_team(const Uuid& team) {
        after_.team_profiles().each<&TeamProfile::team>(
            team, [&](const Uuid&, const TeamProfile& pair) { profile(pair.profile); }
        );
    }

    void role(const Uuid& held, const Uuid& unit, bool own) {
        if (!roles_.insert({held, unit, own, part_}).second) return;
        if (held == system_administrator_role && part_ != Part::plaintext) {
            out_.system_administrator_ = true;
        }
        for (const auto& row : after_.privileges_of(held)) {
            if (row.privilege != nullptr && is_in_part(*row.privilege)) {
                out_.privileges_.push_back({row.privilege, row.depth, unit, own});
            }
        }
    }

    [[nodiscard]] bool is_in_part(const schema::Privilege& privilege) const {
        switch (part_) {
            case Part::all:
                return true;
            case Part::plaintext:
                return privilege.name == schema::prv_grant_unmask;
            case Part::administration:
                return administers(privilege);
        }
        return true;
    }

    void deep_role(const Uuid& held, const Uuid& unit) {
        if (!deep_roles_.insert({held, unit}).second) return;
        for (const auto& row : after_.privileges_of(held)) {
            if (row.privilege != nullptr && row.depth == Depth::deep) {
                out_.privileges_.push_back({row.privilege, row.depth, unit, true});
            }
        }
    }

    void profile(const Uuid& held) {
        if (part_ == Part::administration || !profiles_.insert({held, part_}).second) return;
        after_.field_permissions().each<&FieldPermission::profile>(
            held,
            [&](const Uuid&, const FieldPermission& row) {
                if (part_ == Part::all || row.unmask != UnmaskLevel::none) {
                    out_.columns_.push_back(row);
                }
            }
        );
    }

    const Uuid& giver_;
    const Facts& before_;
    const Facts& after_;
    Gifts& out_;
    Part part_ = Part::all;
    // What was collected already.
    std::set<std::pair<Uuid, Part>> whole_;
    std::set<std::pair<Uuid, Part>> profiles_;
    std::set<std::tuple<Uuid, Uuid, bool, Part>> roles_;
    std::set<std::pair<Uuid, Uuid>> deep_roles_;
    std::set<std::tuple<schema::TableId, schema::Right, Depth>> shared_;
};

namespace {

/// Whether one of the giver's roles has the privilege as wide as the gift.
bool covers(const Assignment& held, Depth depth, const PrivilegeGift& gift, const Facts& facts) {
    if (depth == Depth::global) return true;
    switch (gift.depth) {
        case Depth::basic:
            return depth != Depth::none && (held.own || !gift.own);
        case Depth::local:
            return (depth >= Depth::local && held.unit == gift.unit) ||
                   (depth == Depth::deep && inside(facts, gift.unit, held.unit));
        case Depth::deep:
            return depth == Depth::deep && inside(facts, gift.unit, held.unit);
        case Depth::global:
        case Depth::none:
            break;
    }
    return false;
}

/// Gives nobody anything at this depth.
bool is_empty(const PrivilegeGift& gift) {
    const auto* table = gift.privilege->table;
    const bool only_global = table == nullptr || table->unit_column.empty();
    return gift.depth == Depth::none || (only_global && gift.depth != Depth::global);
}

bool is_unmasking(const FieldPermission& row) { return row.unmask != UnmaskLevel::none; }

/// The giver's rights, as far as his credential carries them.
class Hand {
 public:
    Hand(const Person& person, const Facts& facts)
        : person_(person),
          facts_(facts),
          reach_(facts.reach(person.user)),
          system_administrator_(is_system_administrator(person, facts)) {}

    [[nodiscard]] bool system_administrator() const { return system_administrator_; }

    [[nodiscard]] bool holds(const PrivilegeGift& gift) const {
        if (reach_ == nullptr || !reach_->enabled) return false;
        const auto& privilege = *gift.privilege;
        if (system_administrator_ && is_ordinary(privilege)) return true;
        if (!carries(person_, privilege)) return false;
        return std::ranges::any_of(reach_->assignments, [&](const Assignment& held) {
            return covers(held, reach_->depth(held, privilege), gift, facts_);
        });
    }

    [[nodiscard]] bool holds(const FieldPermission& gift, bool grants) const {
        const auto* column = reach_ == nullptr ? nullptr : reach_->column(gift.table, gift.column);
        const auto held = column == nullptr ? ColumnReach{} : *column;
        const bool all = system_administrator_;
        // Who may give a value in clear gives the mask with it.
        const bool read = all || held.read || (grants && is_unmasking(gift));
        return (!gift.create || all || held.create) && (!gift.update || all || held.update) &&
               (!gift.read || read);
    }

 private:
    const Person& person_;
    const Facts& facts_;
    const Reach* reach_;
    bool system_administrator_;
};

Error not_held(std::string what) {
    return {
        Errc::missing_privilege,
        "Nobody gives what he does not hold: " + std::move(what) + ".",
        "ask somebody who holds it, or a System Administrator",
        {}};
}

}  // namespace

Error grant_needed() {
    return {
        Errc::grant_unmask_denied,
        "This lets somebody read tokens in clear, which needs the privilege " +
            std::string(schema::prv_grant_unmask) + " and never works for oneself.",
        {},
        {}};
}

Gifts::Gifts(
    const Uuid& giver, const Facts& before, const Facts& after, std::span<const FactChange> changes
) {
    GiftFinder finder(giver, before, after, *this);
    for (const auto& change : changes) finder.look_at(change);
}

bool Gifts::plaintext() const {
    return std::ranges::any_of(
               columns_, [](const FieldPermission& row) { return row.read && is_unmasking(row); }
           ) ||
           std::ranges::any_of(privileges_, [](const PrivilegeGift& gift) {
               return gift.privilege->name == schema::prv_grant_unmask && !is_empty(gift);
           });
}

bool Gifts::administration() const {
    return std::ranges::any_of(privileges_, [](const PrivilegeGift& gift) {
        return administers(*gift.privilege) && !is_empty(gift);
    });
}

std::optional<Error> Gifts::beyond(const Person& giver, const Facts& before) const {
    const Hand hand(giver, before);
    const bool grants = may_grant_plaintext(giver, before);
    if (system_administrator_ && !hand.system_administrator()) {
        return not_held("the role System Administrator");
    }
    for (const auto& gift : privileges_) {
        if (is_empty(gift) || hand.holds(gift)) continue;
        if (gift.privilege->name == schema::prv_grant_unmask) return grant_needed();
        return not_held(
            std::string(gift.privilege->name) + " at depth " + std::string(word(gift.depth))
        );
    }
    for (const auto& gift : columns_) {
        if (is_unmasking(gift) && gift.read && !grants) return grant_needed();
        if (hand.holds(gift, grants)) continue;
        const auto* table = schema::table(gift.table);
        const auto* column = table == nullptr ? nullptr : table->column(gift.column);
        if (column == nullptr) continue;  // names no column: gives nothing
        return not_held("a column permission on " + std::string(column->name));
    }
    return std::nullopt;
}

}  // namespace rookery::access

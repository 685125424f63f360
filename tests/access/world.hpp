// A small organization for the access tests:
//
//   root ─┬─ sales ── berlin
//         └─ support
//
// Ids are numbers, so that a failing test prints something that can be read.
#pragma once

#include "access/decide.hpp"
#include "access/facts.hpp"
#include "access/more_rights.hpp"
#include "access/plaintext_gain.hpp"
#include "access/scope.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace rookery::access {

namespace known = schema::known;
using schema::Depth;
using schema::Right;

inline constexpr auto& secret_table = known::msdyn_octwitterhandlesecret;

inline Uuid id_of(std::uint32_t number) {
    Uuid out;
    for (std::size_t i = 0; i < 4; ++i) {
        out.bytes[12 + i] = static_cast<std::uint8_t>(number >> (8 * (3 - i)));
    }
    return out;
}

inline const Uuid root = id_of(1);
inline const Uuid sales = id_of(2);
inline const Uuid berlin = id_of(3);
inline const Uuid support = id_of(4);

inline const Uuid alice = id_of(10);     // in sales
inline const Uuid bob = id_of(11);       // in berlin
inline const Uuid stranger = id_of(12);  // in support
inline const Uuid crew = id_of(20);      // owner team in sales
inline const Uuid guests = id_of(21);    // access team in sales
inline const Uuid helpdesk = id_of(22);  // owner team in support

inline const Uuid role_id = id_of(30);
inline const Uuid other_role = id_of(31);
inline const Uuid profile_id = id_of(40);

inline const schema::Column& token() { return *secret_table.column("msdyn_useraccesstoken"); }

inline const schema::Column& token_secret() {
    return *secret_table.column("msdyn_useraccesstokensecret");
}

/// Facts that a test adds to; every `put` keeps what was there.
class World {
 public:
    World() {
        put(root, BusinessUnit{{}, false, "root"});
        put(sales, BusinessUnit{root, false, "sales"});
        put(berlin, BusinessUnit{sales, false, "berlin"});
        put(support, BusinessUnit{root, false, "support"});
        put(alice, user_in(sales));
        put(bob, user_in(berlin));
        put(stranger, user_in(support));
        put(crew, Team{sales, TeamType::owner, "crew", {}, false});
        put(guests, Team{sales, TeamType::access, "guests", {}, false});
        put(helpdesk, Team{support, TeamType::owner, "helpdesk", {}, false});
        put(role_id, Role{root, "role", true, {}});
        put(other_role, Role{root, "other", true, {}});
        put(profile_id, Profile{"profile"});
    }

    static User user_in(const Uuid& unit) {
        User out;
        out.business_unit = unit;
        return out;
    }

    World& put(const Uuid& id, const Fact& fact) {
        const FactChange change{table_of(fact), id, fact};
        return apply(change);
    }

    World& remove(const schema::Table& table, const Uuid& id) {
        return apply({table.id, id, std::nullopt});
    }

    /// A pair or other row whose id does not matter.
    Uuid add(const Fact& fact) {
        const auto id = id_of(next_++);
        put(id, fact);
        return id;
    }

    World& grant(const Uuid& role, const schema::Table& table, Right right, Depth depth) {
        add(RolePrivilege{role, &schema::privilege(table, right), depth});
        return *this;
    }

    World& grant(const Uuid& role, std::string_view general, Depth depth = Depth::global) {
        add(RolePrivilege{role, schema::privilege(general), depth});
        return *this;
    }

    World& permit(const Uuid& profile, const schema::Column& column, FieldPermission permission) {
        permission.profile = profile;
        permission.table = secret_table.id;
        permission.column = column.id;
        add(permission);
        return *this;
    }

    /// What ends by then is over.
    void ask_at(Instant now) { facts = facts.at(now); }

    /// The changes made since `mark`.
    [[nodiscard]] std::span<const FactChange> since(std::size_t mark) const {
        return std::span{changes_}.subspan(mark);
    }

    [[nodiscard]] std::size_t mark() const { return changes_.size(); }

    Facts facts;

 private:
    World& apply(FactChange change) {
        facts = facts.with(std::span{&change, 1});
        changes_.push_back(std::move(change));
        return *this;
    }

    std::vector<FactChange> changes_;
    std::uint32_t next_ = 1000;
};

inline RowFacts row_of(const Uuid& owner, PrincipalKind kind, const Uuid& unit) {
    return {id_of(900), Principal{kind, owner}, unit};
}

inline Needs needs_on(Right right, const std::optional<RowFacts>& row) {
    Needs out;
    out.table = &secret_table;
    out.need(secret_table, right, row);
    return out;
}

/// The user himself, with all that he has.
inline Decision decide(const Uuid& user, const Needs& needs, const Facts& facts) {
    return decide(Caller::of(user), needs, facts);
}

/// Who gains plaintext by the changes, in whichever way.
inline std::vector<Uuid> unmask_gain(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
) {
    auto out = plaintext_gain(before, after, changes);
    const auto opened = plaintext_opened(before, after, changes);
    out.insert(out.end(), opened.begin(), opened.end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

/// The same by changes that may touch everybody.
inline std::vector<Uuid> unmask_gain(const Facts& before, const Facts& after) {
    std::vector<FactChange> all;
    for (const auto& [id, row] : after.users().rows()) all.push_back({table_of(row), id, row});
    return unmask_gain(before, after, all);
}

}  // namespace rookery::access

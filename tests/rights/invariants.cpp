#include "rights/invariants.hpp"

#include "sync/sync_principal.hpp"
#include "vault/genesis.hpp"

#include <algorithm>

namespace rookery::rights {
namespace {

using schema::Right;

constexpr std::size_t named_max = 4;  // of a difference; the rest is counted

/// "a, b and 3 more"
template <class Items>
std::string list(const Items& items, const Names& names) {
    std::string out;
    std::size_t named = 0;
    for (const auto& item : items) {
        if (named == named_max) break;
        out += (named++ == 0 ? "" : ", ") + names.of(item);
    }
    const auto count = static_cast<std::size_t>(std::distance(items.begin(), items.end()));
    return count > named ? out + " and " + std::to_string(count - named) + " more" : out;
}

template <class Item>
std::set<Item> minus(const std::set<Item>& all, const std::set<Item>& without) {
    std::set<Item> out;
    std::ranges::set_difference(all, without, std::inserter(out, out.end()));
    return out;
}

const schema::Privilege& privilege_of(std::uint16_t id) {
    return *std::ranges::lower_bound(schema::privileges(), id, {}, &schema::Privilege::id);
}

bool unmasks(const ColumnRight& right) {
    return right.use == ColumnUse::unmask_one || right.use == ColumnUse::unmask_all;
}

/// Ordinary privileges are for administrators to give; these two for their holders.
bool ordinary(const schema::Privilege& privilege) {
    return privilege.name != schema::prv_grant_unmask &&
           privilege.name != schema::prv_manage_credentials;
}

class Judge {
 public:
    Judge(
        const State& before, const State& after, std::span<const RowChange> changes,
        const Deed& deed, const Names& names
    )
        : before_(before),
          after_(after),
          changes_(changes),
          deed_(deed),
          names_(names),
          caller_(rights(before.world, deed.caller)) {}

    std::vector<Finding> findings() && {
        if (!deed_.of_the_vault) {
            for (const auto& [user, standing] : after_.users) {
                const auto& was = before_.users.contains(user) ? before_.users.at(user) : nobody_;
                plaintext(user, was, standing);
                gifts(user, was, standing);
                shares(user);
                ways(user);
                if (acts_as(user)) for_himself(user, was, standing);
            }
            credentials();
            identities();
            records();
        }
        administration();
        return std::move(findings_);
    }

 private:
    void find(std::string rule, std::string text) {
        findings_.push_back({std::move(rule), std::move(text)});
    }

    bool grants() const { return holds(caller_, schema::prv_grant_unmask); }

    /// A value that the request brought is no gain: whoever brought it knew it.
    bool brought(const Cell& cell) const {
        if (!deed_.brings.contains({cell.table, cell.column})) return false;
        const auto old = before_.world.records.find(cell.record);
        if (old == before_.world.records.end()) return true;
        const auto value = old->second.values.find(cell.column);
        return value == old->second.values.end() ||
               value->second != after_.world.records.at(cell.record).values.at(cell.column);
    }

    Reach grown(const Reach& was, const Reach& is) const {
        auto out = minus(is, was);
        std::erase_if(out, [&](const Cell& cell) { return brought(cell); });
        return out;
    }

    std::set<PrivilegeRight> gained_privileges(const Rights& was, const Rights& is) const {
        auto out = minus(is.privileges, was.privileges);
        std::erase_if(out, [&](const PrivilegeRight& one) {
            return covered(one, was.privileges, before_.world, after_.world);
        });
        return out;
    }

    void plaintext(const Uuid& user, const Standing& was, const Standing& is) {
        for (const auto sight : sights) {
            const auto at = static_cast<std::size_t>(sight);
            const auto more = grown(was.reach[at], is.reach[at]);
            if (more.empty()) continue;
            const auto what = names_.of(user) + " could read, " + std::string(name(sight)) + ": " +
                              list(more, names_);
            if (!grants()) {
                find("no plaintext without the grant", what);
            } else if (!deed_.grant_event) {
                find("a grant of plaintext is on the log", what);
            }
        }
    }

    /// Himself, or somebody whom he made a credential for that still works.
    bool acts_as(const Uuid& user) const {
        if (user == deed_.caller.user) return true;
        return std::ranges::any_of(after_.world.credentials, [&](const auto& entry) {
            const auto& credential = entry.second;
            return credential.user == user && credential.maker == deed_.caller.user &&
                   live(after_.world, credential, deed_.now);
        });
    }

    void for_himself(const Uuid& user, const Standing& was, const Standing& is) {
        const std::string rule =
            user == deed_.caller.user ? "never for oneself" : "never for whom one acts as";
        for (const auto sight : sights) {
            const auto at = static_cast<std::size_t>(sight);
            const auto says = [&](const std::string& what) {
                find(rule, names_.of(user) + ", " + std::string(name(sight)) + ": " + what);
            };
            const auto more = grown(was.reach[at], is.reach[at]);
            if (!more.empty()) says("could read " + list(more, names_));
            const auto privileges = gained_privileges(was.rights[at], is.rights[at]);
            if (!privileges.empty()) says("has " + list(privileges, names_));
            const auto columns = minus(is.rights[at].columns, was.rights[at].columns);
            if (!columns.empty()) says("may " + list(columns, names_));
            if (is.rights[at].administrator && !was.rights[at].administrator) {
                says("holds System Administrator");
            }
            const auto wider = gained(
                grasp(before_.world, user, sight), before_.world, grasp(after_.world, user, sight)
            );
            if (privileges.empty() && !wider.empty()) says("reaches " + list(wider, names_));
        }
    }

    bool could_give(const PrivilegeRight& right) const {
        if (covered(right, caller_.privileges, before_.world, after_.world)) return true;
        return caller_.administrator && ordinary(privilege_of(right.privilege));
    }

    /// `with_unmask`: reading the column masked comes along with seeing it in clear.
    bool could_give(const ColumnRight& right, bool with_unmask) const {
        if (unmasks(right)) return grants();
        if (covered(right, caller_.columns) || caller_.administrator) return true;
        return right.use == ColumnUse::read && with_unmask && grants();
    }

    /// What of `given` the caller could not give; `kind` begins the rule's name.
    void must_be_his(
        const std::string& kind, const std::string& to, const std::set<PrivilegeRight>& privileges,
        const std::set<ColumnRight>& columns, bool administrator
    ) {
        std::set<PrivilegeRight> too_much, guarded;
        for (const auto& one : privileges) {
            if (could_give(one)) continue;
            (ordinary(privilege_of(one.privilege)) ? too_much : guarded).insert(one);
        }
        if (!too_much.empty()) {
            find(kind + " privileges that one does not hold", to + list(too_much, names_));
        }
        if (!guarded.empty()) {
            find(
                kind + " the grant or credentials without holding them", to + list(guarded, names_)
            );
        }
        std::set<ColumnRight> columns_too_much, in_clear;
        for (const auto& one : columns) {
            const ColumnRight unmask{one.table, one.column, ColumnUse::unmask_one};
            const bool with_unmask = columns.contains(unmask);
            if (could_give(one, with_unmask)) continue;
            (unmasks(one) ? in_clear : columns_too_much).insert(one);
        }
        if (!columns_too_much.empty()) {
            find(kind + " columns that one may not use", to + list(columns_too_much, names_));
        }
        if (!in_clear.empty()) {
            find(kind + " unmasking without the grant", to + list(in_clear, names_));
        }
        if (administrator && !caller_.administrator) {
            find(kind + " System Administrator without holding it", to + "System Administrator");
        }
    }

    void gifts(const Uuid& user, const Standing& was, const Standing& is) {
        for (const auto sight : sights) {
            const auto at = static_cast<std::size_t>(sight);
            must_be_his(
                "nobody gives:",
                names_.of(user) + " has, " + std::string(name(sight)) + ": ",
                gained_privileges(was.rights[at], is.rights[at]),
                minus(is.rights[at].columns, was.rights[at].columns),
                is.rights[at].administrator && !was.rights[at].administrator
            );
        }
    }

    /// A record that is shared with somebody, by a share or by a team that it is shared with.
    void shares(const Uuid& user) {
        for (const auto sight : sights) {
            const auto gained =
                minus(shared(after_.world, user, sight), shared(before_.world, user, sight));
            // Who is enabled has what was shared with him before, which of plain records nobody answers for.
            const bool stood = stands(before_.world, user, sight);
            shared_must_be_his("nobody shares", user, stood ? gained : of_tokens(gained));
            if (!acts_as(user)) continue;
            for (const auto& [record, right] : gained) {
                if (!may(after_.world, user, sight, right, record) ||
                    may(before_.world, user, sight, right, record)) {
                    continue;
                }
                find("never for oneself", names_.of(user) + " shares " + names_.of(record));
            }
        }
    }

    /// Each share is a way by itself: also for whoever has another, and to what holds no token yet.
    void ways(const Uuid& user) {
        for (const auto& [id, share] : after_.world.shares) {
            const auto anew = share.rights & ~rights_of_share(before_.world, id, user);
            if ((anew & rights_of_share(after_.world, id, user)) == 0) continue;
            const auto what = names_.of(share.record) + " is shared with " + names_.of(user);
            if (acts_as(user)) find("never for oneself", what);
            constexpr auto read = schema::name_of(schema::Right::read).access_bit;
            if ((anew & read) == 0 || !in_clear(user, share.record)) continue;
            if (!grants()) find("no way to a token without the grant", what);
        }
    }

    static std::int64_t rights_of_share(const World& world, const Uuid& id, const Uuid& user) {
        const auto share = world.shares.find(id);
        if (share == world.shares.end() || !stands(world, user, Sight::real)) return 0;
        const auto teams = sharing_teams_of(world, user, Sight::real);
        const bool his = share->second.principal == user ||
                         std::ranges::find(teams, share->second.principal) != teams.end();
        return his ? share->second.rights : 0;
    }

    /// Whether he sees some column of the record's table so.
    bool in_clear(const Uuid& user, const Uuid& record) const {
        const auto found = after_.world.records.find(record);
        if (found == after_.world.records.end()) return false;
        const auto columns = rights(after_.world, user, Sight::real).columns;
        return std::ranges::any_of(columns, [&](const ColumnRight& right) {
            return right.table == found->second.table && right.use == ColumnUse::unmask_one;
        });
    }

    /// Those of tables with sealed columns.
    std::set<SharedRight> of_tokens(std::set<SharedRight> all) const {
        std::erase_if(all, [&](const SharedRight& one) {
            const auto found = after_.world.records.find(one.record);
            return found == after_.world.records.end() ||
                   !schema::table(found->second.table)->has_sealed();
        });
        return all;
    }

    void shared_must_be_his(
        const std::string& kind, const Uuid& user, const std::set<SharedRight>& gained
    ) {
        for (const auto& [record, right] : gained) {
            if (caller_.administrator || !before_.world.records.contains(record)) continue;
            if (may(before_.world, deed_.caller, right, record)) continue;
            find(
                kind + " what he may not",
                std::string(schema::name_of(right).access_word) + " on " + names_.of(record) +
                    " with " + names_.of(user)
            );
        }
    }

    /// A way to act as somebody is everything that he has from then on.
    void way_to_act_as(const std::string& kind, const Uuid& user) {
        const auto found = after_.users.find(user);
        if (found == after_.users.end()) return;
        for (const auto sight : sights) {
            const auto& all = found->second.rights[static_cast<std::size_t>(sight)];
            must_be_his(
                kind,
                names_.of(user) + " has, " + std::string(name(sight)) + ": ",
                all.privileges,
                all.columns,
                all.administrator
            );
            shared_must_be_his(kind, user, of_tokens(shared(after_.world, user, sight)));
        }
    }

    void credentials() {
        for (const auto& [id, credential] : after_.world.credentials) {
            const auto old = before_.world.credentials.find(id);
            const bool made = old == before_.world.credentials.end();
            const bool own = credential.user == deed_.caller.user;
            if (made && rights::of_the_vault(credential.user)) {
                find("what is built in stays", "a credential of " + names_.of(credential.user));
            }
            if (made && !own) way_to_act_as("nobody issues:", credential.user);

            const bool plaintext = credential.plaintext && (made || !old->second.plaintext);
            if (plaintext && own) {
                find("a credential for oneself carries no plaintext", names_.of(id));
            } else if (plaintext && !grants()) {
                find(
                    "a credential carries plaintext by the grant only",
                    names_.of(id) + " of " + names_.of(credential.user)
                );
            }
            const bool administration =
                !made && credential.administration && !old->second.administration;
            if (administration) {
                auto powers = all_rights(credential.user);
                std::erase_if(powers, [](const PrivilegeRight& one) {
                    return !administers(privilege_of(one.privilege));
                });
                must_be_his("nobody confirms:", names_.of(id) + " carries: ", powers, {}, false);
            }
        }
    }

    std::set<PrivilegeRight> all_rights(const Uuid& user) const {
        std::set<PrivilegeRight> out;
        const auto found = after_.users.find(user);
        if (found == after_.users.end()) return out;
        for (const auto& one : found->second.rights) {
            out.insert(one.privileges.begin(), one.privileges.end());
        }
        return out;
    }

    /// An identity that leads to a user from now on is a way to act as him.
    void identities() {
        for (const auto& [id, user] : after_.world.users) {
            const auto old = before_.world.users.find(id);
            if (old == before_.world.users.end()) continue;
            const bool leads = (user.application && user.application != old->second.application) ||
                               (user.entra_object && user.entra_object != old->second.entra_object);
            if (!leads) continue;
            if (id != deed_.caller.user) {
                way_to_act_as("nobody maps an identity to:", id);
                continue;
            }
            const auto& own = before_.users.at(id).rights[static_cast<std::size_t>(Sight::latent)];
            if (holds(own, schema::prv_grant_unmask) || std::ranges::any_of(own.columns, unmasks)) {
                find("no identity for oneself who may unmask", names_.of(id));
            }
        }
    }

    /// A message decides on every row it touches, by whatever way it comes to it.
    void records() {
        for (const auto& entry : before_.world.records) {
            const auto& id = entry.first;
            const auto& record = entry.second;
            const auto now = after_.world.records.find(id);
            const auto needs = [&](Right right, std::string_view why) {
                if (may(before_.world, deed_.caller, right, id)) return;
                find(
                    "no row is changed without its own right",
                    names_.of(id) + " " + std::string(why)
                );
            };
            if (now == after_.world.records.end()) {
                needs(Right::remove, "is deleted");
                if (after_.world.retained.contains(id)) retains(id, "is retained");
                continue;
            }
            if (now->second.owner != record.owner) needs(Right::assign, "is assigned");
            if (now->second.active != record.active) needs(Right::write, "changes its state");
            if (now->second.values != record.values) needs(Right::write, "changes a token");
        }
        for (const auto& [id, record] : after_.world.records) {
            if (before_.world.records.contains(id)) continue;
            const auto& create = schema::privilege(*schema::table(record.table), Right::create);
            const bool allowed = std::ranges::any_of(caller_.privileges, [&](const auto& one) {
                return one.privilege == create.id;
            });
            if (!allowed) {
                find("no row is changed without its own right", names_.of(id) + " is created");
            }
            const auto deleted = before_.world.deleted.find(id);
            if (deleted != before_.world.deleted.end()) restored(id, deleted->second, record);
        }
        retained();
    }

    /// What is retained stays as it was until it comes back, with the tokens that it had, or ends.
    void retained() {
        for (const auto& [id, stood] : before_.world.retained) {
            const auto still = after_.world.retained.find(id);
            const auto back = after_.world.records.find(id);
            if (still != after_.world.retained.end()) {
                if (still->second != stood) {
                    find("what is retained stays as it was", names_.of(id) + " is another");
                }
                continue;
            }
            if (back != after_.world.records.end()) {
                if (back->second.table != stood.table || back->second.values != stood.values) {
                    find("what is retained stays as it was", names_.of(id) + " has other tokens");
                }
                retains(id, "comes back");
                restored(id, stood, back->second);
                continue;
            }
            if (after_.world.deleted.contains(id)) {
                find("what is retained stays as it was", names_.of(id) + " lies in the bin");
            }
            if (!holds(caller_, schema::prv_manage_keys)) retains(id, "is purged");
            if (!may_remove_as_it_stood(id, stood)) {
                find("no row is changed without its own right", names_.of(id) + " is purged");
            }
        }
    }

    /// What had an owner who is gone meanwhile is in no unit: Global depth alone reaches it.
    bool may_remove_as_it_stood(const Uuid& id, const Record& stood) const {
        auto then = before_.world;
        if (then.users.contains(stood.owner) || then.teams.contains(stood.owner)) {
            then.records.insert_or_assign(id, stood);
            return may(then, deed_.caller, Right::remove, id);
        }
        const auto& remove = schema::privilege(*schema::table(stood.table), Right::remove);
        return std::ranges::any_of(caller_.privileges, [&](const PrivilegeRight& one) {
            return one.privilege == remove.id && one.depth == schema::Depth::global;
        });
    }

    void retains(const Uuid& id, std::string_view why) {
        if (holds(caller_, schema::prv_retain)) return;
        find(
            "records are retained by whoever may retain any", names_.of(id) + " " + std::string(why)
        );
    }

    /// Made anew for its owner; to another one it is handed as well, from the one that it had.
    void restored(const Uuid& id, const Record& stood, const Record& record) {
        const auto needs = [&](const World& world, Right right, std::string_view why) {
            if (may(world, deed_.caller, right, id)) return;
            find(
                "a record is restored by who could make and hand on what it was and is",
                names_.of(id) + " " + std::string(why)
            );
        };
        needs(after_.world, Right::create, "is made");
        if (record.owner != deed_.caller.user) needs(after_.world, Right::assign, "is another's");
        const auto& old = before_.world;
        const bool gone = !old.users.contains(stood.owner) && !old.teams.contains(stood.owner);
        if (record.owner == stood.owner || gone) return;
        auto then = before_.world;
        then.records.insert_or_assign(id, stood);
        needs(then, Right::create, "was another's");
        needs(then, Right::assign, "is taken");
    }

    void administration() {
        if (somebody_administers(before_) && !somebody_administers(after_)) {
            find("administration does not end", "nobody enabled holds System Administrator");
        }
        if (somebody_grants(before_) && !somebody_grants(after_)) {
            find("administration does not end", "nobody enabled holds prvrkyGrantUnmask");
        }
        if (deed_.of_the_vault) return;
        for (const auto& change : changes_) {
            const auto& row = change.any();
            if (is_fixed(change)) {
                find(
                    "what is built in stays",
                    "a row of " + std::string(row.table->name) + " " + of_row(row)
                );
            }
        }
    }

    std::string of_row(const storage::Row& row) const {
        if (!row.table->intersect) return names_.of(row.id);
        const auto [first, second] = ends_of(row);
        return names_.of(first) + " and " + names_.of(second);
    }

    static bool built_in(const Uuid& id) {
        return rights::of_the_vault(id) || id == messages::system_administrator_role ||
               id == messages::system_role || id == messages::sync_role ||
               id == messages::jobs_role;
    }

    /// The rows of the vault's own users and roles, and the pairs that make them what they are. Who
    /// else holds System Administrator is not built in, nor is whether the sync user is enabled.
    static bool is_fixed(const RowChange& change) {
        const auto& row = change.any();
        const auto& table = row.table->name;
        if (!row.table->intersect) {
            if (!built_in(row.id)) return false;
            const bool works = row.id == messages::sync_user || row.id == messages::jobs_user;
            return !works || !only_enables(change);
        }
        const auto [first, second] = ends_of(row);
        if (table == "roleprivileges") return built_in(first);
        if (table == "teammembership") return rights::of_the_vault(second);
        const bool of_own_role = second == messages::system_role || second == messages::sync_role ||
                                 second == messages::jobs_role;
        // A profile of a built-in user may go with the profile itself.
        if (table == "systemuserprofiles") return rights::of_the_vault(first) && change.after;
        return rights::of_the_vault(first) || of_own_role;
    }

    static bool only_enables(const RowChange& change) {
        if (!change.before || !change.after) return false;
        auto same = *change.before;
        for (const auto* column : {"isdisabled", "modifiedby", "modifiedon"}) {
            const auto* now = change.after->find(column);
            same.set(column, now == nullptr ? storage::Value{} : *now);
        }
        const auto equal = [](const storage::Cell& a, const storage::Cell& b) {
            return a.column == b.column && a.value == b.value;
        };
        return std::ranges::equal(same.cells, change.after->cells, equal);
    }

    const State& before_;
    const State& after_;
    const std::span<const RowChange> changes_;
    const Deed& deed_;
    const Names& names_;
    const Rights caller_;
    const Standing nobody_;
    std::vector<Finding> findings_;
};

template <class Holds>
bool somebody(const State& state, Holds&& has) {
    return std::ranges::any_of(state.users, [&](const auto& entry) {
        return has(entry.second.rights[static_cast<std::size_t>(Sight::real)]);
    });
}

}  // namespace

State state_of(const World& world) {
    State out{world, {}};
    for (const auto& [id, user] : world.users) {
        if (of_the_vault(id)) continue;
        auto& standing = out.users[id];
        for (const auto sight : sights) {
            const auto at = static_cast<std::size_t>(sight);
            standing.reach[at] = reach(world, id, sight);
            standing.rights[at] = rights(world, id, sight);
        }
    }
    return out;
}

std::vector<Finding> judge(
    const State& before, const State& after, std::span<const RowChange> changes, const Deed& deed,
    const Names& names
) {
    return Judge(before, after, changes, deed, names).findings();
}

bool of_the_vault(const Uuid& user) {
    return user == messages::system_user || user == messages::sync_user ||
           user == messages::jobs_user;
}

bool somebody_administers(const State& state) {
    return somebody(state, [](const Rights& rights) { return rights.administrator; });
}

bool somebody_grants(const State& state) {
    return somebody(state, [](const Rights& rights) {
        return holds(rights, schema::prv_grant_unmask);
    });
}

}  // namespace rookery::rights

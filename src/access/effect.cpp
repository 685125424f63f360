#include "access/effect.hpp"

#include "access/administration.hpp"
#include "access/as_if_enabled.hpp"
#include "access/built_in.hpp"
#include "access/gift.hpp"
#include "access/more_rights.hpp"
#include "access/one_person.hpp"
#include "access/touched.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

namespace rookery::access {
namespace {

Error own_rights() {
    return {Errc::access_denied, "Nobody changes his own rights.", "ask another administrator", {}};
}

Error rights_of_a_puppet() {
    return {
        Errc::access_denied,
        "You cannot widen the rights of a user for whom you made a credential that is still valid, "
        "nor of the user who made yours.",
        "ask another administrator, or revoke that credential first and make a new one afterwards",
        {}};
}

Error last_holder(std::string_view what) {
    return {
        Errc::last_administrator,
        "This would leave nobody who is enabled and holds " + std::string(what) + ".",
        "give it to somebody else first",
        {}};
}

/// Users of the same record facts are judged together: an import hands many records to one owner. One that comes to be shown
/// is judged by itself if it is shared.
using RecordKind = std::tuple<
    schema::TableId, std::optional<std::pair<std::optional<Principal>, Uuid>>,
    std::optional<std::pair<std::optional<Principal>, Uuid>>, std::vector<const schema::Column*>,
    Uuid>;

RecordKind kind_of(const RecordChange& record, const Facts& after) {
    const auto facts = [](const std::optional<RowFacts>& row) {
        return row ? std::optional{std::pair{row->owner, row->owning_unit}} : std::nullopt;
    };
    Uuid alone;
    if (!record.before) {
        after.shares().each<&Share::row>(record.id, [&](const Uuid&, const Share&) {
            alone = record.id;
        });
    }
    return {record.table->id, facts(record.before), facts(record.after), record.kept, alone};
}

class Judgement {
 public:
    Judgement(const Person& caller, const Effect& effect)
        : caller_(caller),
          effect_(effect),
          touched_(affected_users(effect.before, effect.after, effect.changes)),
          gifts_(caller.user, effect.before, effect.after, effect.changes) {}

    Verdict run() {
        Verdict out;
        out.gained = plaintext_gain(effect_.before, effect_.after, effect_.changes);
        reach_more_.insert(out.gained.begin(), out.gained.end());
        judge_records(out);
        gaining_ = reach_more_;
        for (const auto& user : plaintext_opened(effect_.before, effect_.after, effect_.changes)) {
            if (gaining_.insert(user).second) out.gained.push_back(user);
        }
        std::ranges::sort(out.gained);
        out.by_facts = gifts_.plaintext() || !out.gained.empty();
        out.grants = out.by_facts || !out.by_record.empty();
        out.refusal = refusal();
        out.waiting = waiting();
        return out;
    }

 private:
    void judge_records(Verdict& out) {
        std::map<RecordKind, std::vector<Uuid>> known;
        for (std::size_t i = 0; i < effect_.records.size(); ++i) {
            const auto& record = effect_.records[i];
            const auto [at, fresh] = known.try_emplace(kind_of(record, effect_.after));
            if (fresh) at->second = plaintext_gain(effect_.before, effect_.after, record);
            if (at->second.empty()) continue;
            out.by_record.push_back({i, at->second.size()});
            reach_more_.insert(at->second.begin(), at->second.end());
        }
    }

    [[nodiscard]] std::optional<Error> refusal() const {
        if (caller_.system) return std::nullopt;
        if (identifies_himself()) return own_rights();
        for (const auto& user : one_person(caller_, effect_.before, effect_.now)) {
            // One more credential for somebody he can act as already gives him nothing.
            const auto& readers = user == caller_.user ? gaining_ : reach_more_;
            if (!readers.contains(user) && !widened(user)) continue;
            return user == caller_.user ? own_rights() : rights_of_a_puppet();
        }
        if (auto error = gifts_.beyond(caller_, effect_.before)) return error;
        if (!gaining_.empty() && !may_grant_plaintext(caller_, effect_.before))
            return grant_needed();
        using Holds = bool(const Uuid&, const Facts&);
        if (ends<Holds>(is_system_administrator)) return last_holder("System Administrator");
        if (ends<Holds>(may_grant_plaintext)) return last_holder(schema::prv_grant_unmask);
        return std::nullopt;
    }

    /// One more way to act as him, as a credential for himself is; that one carries less.
    [[nodiscard]] bool identifies_himself() const {
        return std::ranges::any_of(effect_.changes, [&](const FactChange& change) {
            const auto* is = change.after ? std::get_if<User>(&*change.after) : nullptr;
            const auto* was = effect_.before.user(change.id);
            if (is == nullptr || was == nullptr || change.id != caller_.user) return false;
            return (!is->entra_object.is_nil() && is->entra_object != was->entra_object) ||
                   (!is->application.is_nil() && is->application != was->application);
        });
    }

    [[nodiscard]] std::vector<Uuid> all_users() const {
        std::vector<Uuid> out;
        for (const auto& user : effect_.after.users().rows()) out.push_back(user.id);
        return out;
    }

    [[nodiscard]] bool is_touched(const Uuid& user) const {
        return !touched_ || std::ranges::binary_search(*touched_, user);
    }

    [[nodiscard]] bool widened(const Uuid& user) const {
        if (effect_.changes.empty() || !is_touched(user)) return false;
        if (has_more_rights(user, effect_.before, effect_.after)) return true;
        const std::span one{&user, 1};
        const auto was = as_if_enabled(effect_.before, one);
        const auto is = as_if_enabled(effect_.after, one);
        if (!was && !is) return false;
        return has_more_rights(user, was ? *was : effect_.before, is ? *is : effect_.after);
    }

    /// Whether the last one who `holds` something loses it. The vault's own users do not count.
    template <class Holds>
    [[nodiscard]] bool ends(Holds& holds) const {
        const auto among = [&](const auto& users, const Facts& facts) {
            return std::ranges::any_of(users, [&](const Uuid& user) {
                return !is_built_in_user(user) && holds(user, facts);
            });
        };
        if (effect_.changes.empty()) return false;
        if (touched_ && !among(*touched_, effect_.before)) return false;
        const auto all = all_users();
        return !among(all, effect_.after) && (touched_ || among(all, effect_.before));
    }

    /// Credentials that do not carry what their users gained.
    [[nodiscard]] std::vector<Uuid> waiting() const {
        std::vector<Uuid> out;
        const auto add = [&](const Uuid& user, bool Credential::*carries) {
            for (const auto& id : effect_.after.credentials_of(user)) {
                const auto& credential = *effect_.after.credential(id);
                if (credential.*carries || !is_live(credential, effect_.after, effect_.now))
                    continue;
                out.push_back(id);
            }
        };
        for (const auto& user : gaining_) add(user, &Credential::plaintext);
        if (gifts_.administration()) {
            for (const auto& user : touched_ ? *touched_ : all_users()) {
                if (administers_more(user)) add(user, &Credential::administration);
            }
        }
        std::ranges::sort(out);
        out.erase(std::unique(out.begin(), out.end()), out.end());
        return out;
    }

    [[nodiscard]] bool administers_more(const Uuid& user) const {
        return administers_something(user, effect_.after) &&
               has_more_rights(user, effect_.before, effect_.after);
    }

    const Person& caller_;
    const Effect& effect_;
    const std::optional<std::vector<Uuid>> touched_;
    const Gifts gifts_;
    std::set<Uuid> reach_more_;  // who reads more in clear
    std::set<Uuid> gaining_;     // and whom one more way leads to
};

/// What is a gift to somebody may be none to the other: a credential for himself.
Verdict both(Verdict first, const Verdict& second) {
    if (!first.refusal) first.refusal = second.refusal;
    first.grants = first.grants || second.grants;
    first.by_facts = first.by_facts || second.by_facts;
    std::vector<Uuid> waiting;
    std::ranges::set_union(first.waiting, second.waiting, std::back_inserter(waiting));
    first.waiting = std::move(waiting);
    return first;
}

}  // namespace

Verdict judge(const Caller& caller, const Effect& effect) {
    std::optional<Verdict> out;
    for (const auto& person : caller.people()) {
        auto one = Judgement(person, effect).run();
        out = out ? both(std::move(*out), one) : std::move(one);
    }
    return std::move(*out);
}

}  // namespace rookery::access

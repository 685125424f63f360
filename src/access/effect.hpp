// Effect: what a request would change for anybody, and whether its caller may do that. After decide has
// said who may touch which row, this says what may come of it. A pure function over everything that
// decides: users, teams, roles, units, profiles, credentials, identities, and the records' own facts.
//
//   - Nobody widens his own rights, nor those of a user for whom he made a credential that is live, nor
//     of whoever made the one that he calls with (access/one_person.hpp).
//   - Nobody gives what he does not hold (access/gift.hpp).
//   - Who lets somebody read more in clear needs prvrkyGrantUnmask (access/plaintext_gain.hpp). Values
//     that the request brings are the sender's to give.
//   - Somebody enabled always holds System Administrator, and somebody prvrkyGrantUnmask.
//
// Called by messages with every plan that writes, before the plan is committed.
#pragma once

#include "access/caller.hpp"
#include "access/facts.hpp"
#include "access/plaintext_gain.hpp"
#include "base/result.hpp"

#include <optional>
#include <span>
#include <vector>

namespace rookery::access {

struct Effect {
    const Facts& before;
    const Facts& after;
    std::span<const FactChange> changes;  // lead from before to after
    std::span<const RecordChange> records;
    Instant now;  // credentials that ended by then are not live
};

struct Verdict {
    /// grant_unmask_denied, missing_privilege, access_denied, last_administrator.
    std::optional<Error> refusal;
    /// A grant: somebody reads more in clear, or may hand that on.
    bool grants = false;
    /// The changes of access facts are one, or a part of it.
    bool by_facts = false;
    /// Who reads more in clear by the changes of access facts, or is led to by one more way; ascending.
    std::vector<Uuid> gained;

    /// The records by which somebody does, with how many users; ascending.
    struct ByRecord {
        std::size_t record = 0;  // position in Effect::records
        std::size_t users = 0;
    };

    std::vector<ByRecord> by_record;
    /// Live credentials of those who gained, which do not carry it until they are confirmed.
    std::vector<Uuid> waiting;
};

/// Who calls on behalf of another does what both may do: each is judged as if he had sent it alone.
/// The vault's own SYSTEM user may do everything; what it grants is said like any other's.
[[nodiscard]] Verdict judge(const Caller& caller, const Effect& effect);

}  // namespace rookery::access

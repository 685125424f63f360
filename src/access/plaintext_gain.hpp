// Who reads more in clear after a change. Issuing a credential is reading, and so is handing somebody a
// record, a unit or a role: one rule for all such writes, by comparing what is with what would be.
//
// All of them judge users as they are, and again as if they and all units were enabled: what is got
// while disabled is got.
#pragma once

#include "access/facts.hpp"
#include "access/needs.hpp"

#include <span>
#include <vector>

namespace rookery::access {

/// The users who in `after` may read some sealed column in clear, and for whom one of these is more than
/// it was in `before`:
///   - the unmask level of a sealed column,
///   - the rows they may read of a table with such a column (depth, units, teams that could own),
///   - the ways by which rows of such a table are shared with them to be read, whatever else leads there,
///   - being enabled,
///   - the versions of a token: an application user gets a replaced one for a while alone, a person as long as it is kept.
/// `changes` lead from before to after. Ascending. A unit that is new does not count: no row was in it.
[[nodiscard]] std::vector<Uuid> plaintext_gain(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
);

/// The users who may read some sealed column in clear, and to whom one more way leads:
///   - an identity (Entra object, application),
///   - a valid credential that carries plaintext: a new one, a longer one, one bound to another or no
///     certificate, one that did not carry it.
[[nodiscard]] std::vector<Uuid> plaintext_opened(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
);

/// A record with sealed columns, as it decides who reads it.
struct RecordChange {
    const schema::Table* table = nullptr;
    Uuid id;                         // nil: every record of the owner
    std::optional<RowFacts> before;  // nothing: it was not there, or inactive
    std::optional<RowFacts> after;   // likewise
    /// Sealed columns of which the record, or a version that it keeps, had a value before: also one that the request
    /// replaces, which becomes such a version. What a request brings is not told by it.
    std::vector<const schema::Column*> kept;
};

/// The users who read one of the kept values in clear by what the record is in `after`, and did not.
/// Ascending.
[[nodiscard]] std::vector<Uuid> plaintext_gain(
    const Facts& before, const Facts& after, const RecordChange& record
);

}  // namespace rookery::access

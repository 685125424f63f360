// decide: may this user do this? The one place that answers it, for every message and every column.
// A pure function on ids: no I/O, no clock. Denied by default: what no rule allows is refused.
//
// Who calls on behalf of another may do what both may: each is judged as if he called alone, and the two decisions
// are put together here and nowhere else. A column is shown as the one who may see less of it would.
//
// Procedure (Dataverse: "How access to a record is determined"): the privilege at any depth first;
// then, for a row, ownership by the user or his teams, then the depth of a role measured from its
// holder's unit, then shares of the row. Rights are unioned, no rule denies. Column permission never opens a row.
#pragma once

#include "access/caller.hpp"
#include "access/facts.hpp"
#include "access/needs.hpp"
#include "access/path.hpp"
#include "base/result.hpp"

#include <boost/container/small_vector.hpp>

#include <span>
#include <string>

namespace rookery::access {

enum class ColumnView : std::uint8_t {
    hidden,  // present with null
    masked,  // the constant mask
    clear,
};

struct ColumnDecision {
    const schema::Column* column = nullptr;
    ColumnView view = ColumnView::hidden;
    /// What the caller could have asked for.
    UnmaskLevel permitted = UnmaskLevel::none;
    /// The user might see it in clear; the credential does not carry that.
    bool unconfirmed = false;
};

/// "basic", "local", "deep", "global".
[[nodiscard]] std::string_view word(schema::Depth depth);

/// A row of principalobjectaccess or principalobjectattributeaccess.
struct SharedBy {
    schema::TableId table = 0;
    Uuid id;
};

/// Only `decide` makes one.
class Decision {
 public:
    [[nodiscard]] bool allowed() const { return allowed_; }

    /// Of a refusal. The message is Dataverse's and names no value and no id but those asked about.
    [[nodiscard]] Errc code() const { return code_; }

    [[nodiscard]] const std::string& message() const { return message_; }

    [[nodiscard]] Error error() const { return Error{code_, message_, hint_, {}}; }

    /// The right that a refusal missed, for the log; null when it was none.
    [[nodiscard]] const schema::Privilege* missing() const { return missing_; }

    /// The rule that allowed the first need of `needs.rows`, for the log: "owner", "team:<id>",
    /// "role:<id>/basic|local|deep|global", "share:<id of the user or team>". Of a refusal "none". On behalf of another the sender's rule, "+" and the
    /// other's.
    [[nodiscard]] std::string rule_path() const;

    /// The same as a value, that of the user in whose name it is; null for a refusal, and for what is open to all.
    [[nodiscard]] const std::optional<Path>& path() const { return path_; }

    /// How to show a column of the needs' table: clear unless it is sealed; hidden for a sealed
    /// column that the needs did not name.
    [[nodiscard]] ColumnView view(const schema::Column& column) const;

    /// The sealed columns that were to be read, in the order of the needs.
    [[nodiscard]] std::span<const ColumnDecision> columns() const { return columns_; }

    /// The shares without which it might be another. Of a refusal some of them.
    [[nodiscard]] std::span<const SharedBy> shares() const { return shares_; }

 private:
    Decision() = default;

    friend Decision decide(const Caller& caller, const Needs& needs, const Facts& facts);
    friend class Judge;

    static Decision alone(const Person& person, const Needs& needs, const Facts& facts);
    static Decision both(const Decision& sender, Decision user);

    bool allowed_ = false;
    bool delegated_ = false;
    Errc code_ = Errc::access_denied;
    std::optional<Path> path_;
    std::optional<Path> sender_path_;  // of whoever sent it on behalf of another
    const schema::Privilege* missing_ = nullptr;
    std::string message_;
    std::string hint_;
    boost::container::small_vector<ColumnDecision, 2> columns_;
    std::vector<SharedBy> shares_;
};

/// Refusals: user_disabled (also for a user who is not there), missing_privilege, no_row_access,
/// column_create_denied, column_update_denied. Needs without a row need are refused: whoever asks
/// for nothing forgot to ask. Of the caller's rights, those count that his credential carries.
[[nodiscard]] Decision decide(const Caller& caller, const Needs& needs, const Facts& facts);

}  // namespace rookery::access

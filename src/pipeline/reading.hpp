// Reading: rows and index entries as one request sees them, with a guard for everything it relied
// on. Every row that comes out was verified: its tag is right, it carries the key that led to it, and it is no older copy
// of what was written last, as far as that is remembered.
#pragma once

#include "access/decide.hpp"
#include "base/result.hpp"
#include "crypto/record_sealer.hpp"
#include "pipeline/input.hpp"
#include "pipeline/view.hpp"
#include "storage/row.hpp"
#include "storage/row_codec.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

using KeptPtr = std::shared_ptr<const storage::KeptRow>;

struct Found {
    enum class State : std::uint8_t { absent, live, tombstone };

    State state = State::absent;
    RowPtr row;             // live only
    std::size_t bytes = 0;  // as stored
    KeptPtr kept = {};      // of a tombstone: the row that is kept
};

/// A row that the caller named by its key and was told is not there: for the log, which says why.
struct Withheld {
    storage::RowRef row;
    access::Decision refusal;
};

class Reading {
 public:
    Reading(
        const View& view, const crypto::RowAuthenticator& authenticator,
        const access::Caller& caller
    )
        : view_(view), authenticator_(authenticator), caller_(caller) {
        guards_.view = view.store();
    }

    /// Guarded: the request is stale if this row changes, appears or goes.
    [[nodiscard]] Result<Found> read(const schema::Table& table, const Uuid& id);
    /// The same without a guard, for rows that are only shown in passing (names).
    [[nodiscard]] Result<Found> peek(const schema::Table& table, const Uuid& id) const;
    /// The same from what a cursor over the rows holds.
    [[nodiscard]] Result<Found> decode(
        const schema::Table& table, const Uuid& id, std::string_view stored
    ) const;
    /// The bytes of a row, guarded and unproven but for being no older copy; nothing when it is not there.
    [[nodiscard]] Result<std::optional<std::string>> stored(const storage::RowRef& row);
    /// The live row, or the documented 404.
    [[nodiscard]] Result<RowPtr> live(const schema::Table& table, const Uuid& id);
    /// The row that carries these values, for whoever it may be. Guarded either way.
    [[nodiscard]] Result<RowPtr> find(const schema::Table& table, const KeyValues& key);
    /// The same for the caller: a row that he may neither read nor use with `right` is not there. All
    /// that is decided after this is then the same as for a key that no row has.
    [[nodiscard]] Result<RowPtr> find_for_caller(
        const schema::Table& table, const KeyValues& key, schema::Right right
    );
    /// What `target` names; not_found or, as find_for_caller, key_not_found.
    [[nodiscard]] Result<RowPtr> live(const Target& target, schema::Right right);
    /// Rows of `table` whose `column` leads to `parent`, at most `limit`; guarded against a new one.
    [[nodiscard]] Result<std::vector<RowPtr>> children(
        const schema::Table& table, const schema::Column& column, const storage::RowRef& parent,
        std::size_t limit
    );

    /// The request is stale if any row or entry in the range changes, appears or goes.
    void guard(storage::KeyRange range) { guards_.ranges.push_back(std::move(range)); }

    /// Rows of `table` in this state, at most `limit`; guarded against a new one. Precondition: a table with states.
    [[nodiscard]] Result<std::vector<RowPtr>> in_state(
        const schema::Table& table, std::int64_t state, std::size_t limit
    );

    /// The same of `children` without guards, for what is only shown in passing.
    [[nodiscard]] Result<std::vector<RowPtr>> peek_children(
        const schema::Table& table, const schema::Column& column, const storage::RowRef& parent,
        std::size_t limit
    ) const;

    [[nodiscard]] storage::Guards take_guards() { return std::move(guards_); }

    /// A row was refused because it is not the one that was written last.
    [[nodiscard]] bool found_stale() const { return found_stale_; }

    /// The first that find_for_caller kept back.
    [[nodiscard]] const std::optional<Withheld>& withheld() const { return withheld_; }

 private:
    [[nodiscard]] Result<Found> get(
        const schema::Table& table, const Uuid& id, std::string_view key
    ) const;

    /// What was read last: by this request, which guarded it, or by any part of its change set.
    [[nodiscard]] RecentRows& recent() {
        return view_.recent() == nullptr ? own_recent_ : *view_.recent();
    }

    /// Whether an earlier part of the same change set writes the row.
    [[nodiscard]] bool is_planned(const storage::RowRef& row) const {
        const auto& planned = view_.snapshot().planned;
        return planned && planned->has(row);
    }

    /// `tag`: null when no row is there.
    [[nodiscard]] Result<void> check_fresh(const storage::RowRef& row, const Digest* tag) const;

    [[nodiscard]] Result<std::vector<Uuid>> ids_in(
        const storage::KeyRange& range, std::size_t limit
    ) const;

    const View& view_;
    const crypto::RowAuthenticator& authenticator_;
    const access::Caller& caller_;
    storage::Guards guards_;
    std::optional<Withheld> withheld_;
    RecentRows own_recent_;
    mutable bool found_stale_ = false;
};

/// Fills in what is not stored: a record belongs to the unit of its owner, wherever he is now; of the rows of other tables
/// what the vault says of each.
void derive(storage::Row& row, const access::Facts& facts);

/// "TAB With Id = <guid> Does Not Exist" (404).
[[nodiscard]] Error does_not_exist(const schema::Table& table, const Uuid& id);
/// One text whether the row is missing or the caller may not read it (404).
[[nodiscard]] Error no_such_key(const schema::Table& table);

}  // namespace rookery::messages

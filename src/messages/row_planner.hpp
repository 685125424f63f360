// RowPlanner: what Create, Upsert and their kin would do to rows, as steps: which row is meant, how it would look,
// what that needs, and what stands in its way. One for each request.
#pragma once

#include "messages/duplicate_check.hpp"
#include "pipeline/plan_builder.hpp"
#include "pipeline/step.hpp"
#include "rules/claims.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace rookery::messages {

/// More rows than this in one request are refused: the batch must stay small.
inline constexpr std::size_t rows_changed_max = 1000;

class RowPlanner {
 public:
    explicit RowPlanner(PlanBuilder& builder, Duplicates duplicates = Duplicates::allowed)
        : builder_(builder) {
        if (duplicates == Duplicates::refused) duplicates_.emplace(builder);
    }

    /// A new row. `given` is the id that the URL named, if it did; `key` the key, if it named the row by one.
    [[nodiscard]] Result<Step<Change>> create(
        const schema::Table& table, const Input& input, std::optional<Uuid> given = {},
        const KeyValues* key = nullptr
    );

    /// A create or an update, as the case may be.
    [[nodiscard]] Result<Step<Change>> upsert(
        const Target& target, const Input& input, const Preconditions& preconditions
    );

    /// What must hold of a row that comes back from the recycle bin, with those `beside` it. Errc::restore_key_taken, and
    /// what the rules of its table say.
    [[nodiscard]] Result<void> check_return(
        const Draft& draft, access::Needs& needs, const std::map<storage::RowRef, RowPtr>& beside
    );

    [[nodiscard]] Claims& claims() { return claims_; }

 private:
    [[nodiscard]] Result<Step<Change>> update(
        RowPtr before, const Input& input, const Preconditions& preconditions
    );
    [[nodiscard]] Result<Draft> new_draft(
        const schema::Table& table, const Uuid& id, const Input& input, const KeyValues* key
    );
    /// What depends on other rows.
    [[nodiscard]] Result<void> check_write(
        const storage::Row* before, const Draft& draft, access::Needs& needs
    );
    /// No second row may have the values of an alternate key.
    [[nodiscard]] Result<void> check_keys(const storage::Row* before, const storage::Row& after);

    /// Rows are compared for those alone who may do what they ask for, where nothing else stands in the way of it.
    void look_for_duplicates(Step<Change>& step);

    PlanBuilder& builder_;
    Claims claims_;
    std::optional<DuplicateCheck> duplicates_;
};

/// Errc: duplicate_id for If-None-Match, version_mismatch.
[[nodiscard]] Result<void> check_version(
    const Preconditions& preconditions, const storage::Row& row
);

/// The table has rows of the vault's making alone.
[[nodiscard]] Error not_offered(std::string_view message, const schema::Table& table);

[[nodiscard]] Error duplicate_id();

/// Whether the caller may change the row in these columns, by the rules of its table; null: in any way.
[[nodiscard]] Result<void> check_change(
    const access::Caller& caller, const storage::Row& row, const Input* input
);

}  // namespace rookery::messages

// StoreChecks: what one key of the store must be like, by what one view of the store tells: a row by its tag, its
// sealed values and its index entries, an index entry by the row that it leads to, an outbox entry by itself. `rookery
// verify` goes over a stopped vault with it, the scrub over a running one.
#pragma once

#include "base/result.hpp"
#include "ledger/vault_state.hpp"
#include "pipeline/view.hpp"
#include "storage/row_codec.hpp"
#include "vault/store_report.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rookery::messages {

/// A row or tombstone that is as it was written.
struct CheckedRow {
    const schema::Table* table = nullptr;
    storage::RowRef ref;
    storage::StoredRow stored;
    Digest summand{};                 // in the state digest
    std::uint64_t index_entries = 0;  // that it needs
};

class StoreChecks {
 public:
    /// Both outlive it. What is found goes to the report, and what was looked at is counted there.
    StoreChecks(const View& view, StoreReport& report);

    /// The state row and the log that it was written with. Nothing when it cannot be read, which is in the report.
    [[nodiscard]] std::optional<ledger::VaultState> state();
    /// Of Family::rows. Nothing when it is none, or not as it was written, which is in the report.
    [[nodiscard]] Result<std::optional<CheckedRow>> row(
        std::string_view key, std::string_view value
    );
    /// Of Family::rowidx.
    [[nodiscard]] Result<void> index_entry(std::string_view key, std::string_view value);
    /// Of Family::meta; whether it is an entry of the outbox.
    [[nodiscard]] bool meta(std::string_view key, std::string_view value);

 private:
    [[nodiscard]] Result<void> live_row(const storage::Row& row, std::uint64_t& index_entries);
    [[nodiscard]] Result<void> kept_row(const storage::KeptRow& kept, std::uint64_t& index_entries);
    [[nodiscard]] Result<void> entry_is_there(const storage::Row& row, const std::string& entry);
    void secrets(const storage::Row& row);
    /// The value that the entry must have; nothing when its row does not carry it.
    [[nodiscard]] Result<std::optional<std::string>> value_by_row(
        const storage::RowRef& ref, std::string_view entry
    );

    const View& view_;
    StoreReport& report_;
    const bool older_index_;  // whose entries have no values
};

}  // namespace rookery::messages

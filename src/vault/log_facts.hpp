// LogFacts: what the log says of every row, to be compared with the rows. Gathered in one walk over the
// log, compared in one walk over the rows in the order of their keys; in between it lies in a scratch map
// on disk, so that a vault of any size is checked in the same memory.
#pragma once

#include "audit/event.hpp"
#include "base/result.hpp"
#include "storage/scratch.hpp"
#include "storage/value.hpp"
#include "vault/store_report.hpp"

#include <memory>
#include <optional>

namespace rookery::messages {

class LogFacts {
 public:
    /// `report` outlives it. Errc::io.
    [[nodiscard]] static Result<LogFacts> open(StoreReport& report);

    /// Of the log, in its order.
    void note(std::uint64_t index, const audit::Event& event);

    /// What a row says of itself.
    struct RowFacts {
        storage::RowRef ref;
        std::uint64_t row_version = 0;
        Digest tag{};
        std::uint64_t versionnumber = 0;
    };

    /// After all notes; rows in the order of their keys.
    void compare(const RowFacts& row);

    /// After all rows: rows that the log has and the store has not, and versionnumbers that are twice,
    /// above `newest`, or in another order than the entries of their changes.
    [[nodiscard]] Result<void> conclude(std::uint64_t newest);

 private:
    LogFacts(std::unique_ptr<storage::Scratch> scratch, StoreReport& report)
        : scratch_(std::move(scratch)), report_(&report) {}

    /// The newest entry about a row: of its changes, of all that saw it, or of its re-keys.
    struct Entry {
        std::string row_key;
        std::uint64_t row_version = 0;  // 0: a pair ended
        ByteArray<16> tag{};
        std::uint64_t index = 0;
        Uuid request;         // nil: its place in the log says nothing of when it was
        bool tagged = false;  // entries of format 1 did not always say the tag
    };

    /// Rows that got another tag, each in its place.
    void note_rekey(std::uint64_t index, const audit::Event& event);
    void put(char kind, std::string_view row_key, const Entry& entry);
    [[nodiscard]] std::unique_ptr<storage::Cursor>& cursor_of(char kind);
    /// The entry of `kind` at the cursor, which is opened when it is first asked for.
    std::optional<Entry> at(char kind);
    void step(char kind);
    void row_is_gone(const Entry& entry);

    std::unique_ptr<storage::Scratch> scratch_;
    StoreReport* report_;
    std::unique_ptr<storage::Cursor> changes_;
    std::unique_ptr<storage::Cursor> sightings_;
    std::unique_ptr<storage::Cursor> rekeys_;
    Result<void> failure_;
};

}  // namespace rookery::messages

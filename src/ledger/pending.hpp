// Pending: a request that was decided and planned but is not on the record yet.
//
// It holds everything one request does: the rows it changes, the events that say so, and the reply.
// The reply is out of reach until the ledger has made the rest durable and turned the Pending into a
// Receipt. A refusal and an error are Pendings too. A Pending is never split and never changed.
#pragma once

#include "audit/prepared_event.hpp"
#include "base/clock.hpp"
#include "storage/row_codec.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::ledger {

/// What a request answers with. Made by messages and shown by odata; the ledger only keeps it.
class Reply {
 public:
    virtual ~Reply() = default;
};

/// The replies of several that were joined, each with where its own writes and events begin (change_set.hpp).
class ReplySet final : public Reply {
 public:
    struct Part {
        std::size_t first_write = 0;
        std::size_t first_event = 0;
        std::unique_ptr<Reply> reply;
    };

    explicit ReplySet(std::vector<Part> given) : parts(std::move(given)) {}

    std::vector<Part> parts;
};

class Projection;

/// What the sync outbox is told about a record; never an image of it.
enum class OutboxOperation : std::uint8_t { none, upsert, remove };

/// Parked: the organization refused it for good; it waits for a change or for RetrySync.
enum class OutboxState : std::uint8_t { due, parked };

/// What becomes of an outbox entry, if it is still of this version when the ledger gets there;
/// otherwise it stays as it is.
struct OutboxChange {
    enum class To : std::uint8_t { removed, parked, due };

    storage::RowRef record;
    std::uint64_t versionnumber = 0;
    To to = To::removed;
};

/// One row written or removed by a request.
struct RowWrite {
    storage::RowRef ref;
    storage::EncodedRow encoded;          // live row or tombstone; empty value: the key is removed
    std::vector<std::string> index_puts;  // rowidx keys, empty values
    std::vector<std::string> index_removals;
    ByteArray<32> digest_minus{};  // summand of the row that goes (zero: there was none)
    int live_change = 0;           // 1: a row comes; -1: one goes
    OutboxOperation outbox = OutboxOperation::none;
    std::shared_ptr<const storage::Row>
        fact;  // access facts only: the row after; null when it goes
    bool access_fact = false;
    // Of access facts: plans that rely on it guard its row, and no other is stale.
    bool guarded_fact = false;
    // A row of an access-fact table of which only the tag becomes another one: it counts in the digest of facts, and no
    // decision is stale.
    bool same_fact = false;
    // Only the wrapping of the row's data key changes: no client sees another row, and the row's
    // versionnumber stays in `encoded` as it is.
    bool keeps_versionnumber = false;
    // A later write of the same plan is of the same row: this one gets its versionnumber, which its reply shows, and
    // nothing else.
    bool superseded = false;
};

struct Plan {
    storage::Guards guards;
    std::uint64_t access_epoch = 0;   // of the view it was decided on
    bool relies_on_access = false;    // a success: stale once the access epoch moved
    std::uint32_t keyring_epoch = 0;  // writes and reveals are stale once it moved
    // Whether what it relied on without a guard is still so; null: there is nothing of the kind. Asked on the ledger's thread,
    // by the projection that the batch begins with: of a batch only the last may change it.
    std::function<bool(const Projection&)> still_holds;
    std::optional<Instant> valid_until;  // earliest expiry it relied on, by LogWriter::judged_time
    std::vector<RowWrite> writes;
    std::vector<OutboxChange> outbox_changes;
    std::vector<audit::PreparedEvent> events;  // at least one
    // Which of them say what was looked at to decide it: they stay when nothing of the set is done that it is part of.
    std::vector<std::size_t> looks;
    std::unique_ptr<Reply> reply;
    std::function<void()> on_durable;  // on the ledger's thread; may only wake somebody
};

/// What `other` relied on and its events; nothing of what it would do.
void add_looks(Plan& plan, Plan&& other);

class Pending {
 public:
    explicit Pending(Plan plan) : plan_(std::move(plan)) {}

    Pending(Pending&&) noexcept = default;
    Pending& operator=(Pending&&) noexcept = default;
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;
    ~Pending() = default;

 private:
    friend class Ledger;
    friend class ChangeSet;
    friend class Receipt;
    Plan plan_;
};

/// Proof that a Pending is durable, and sole owner of its reply. Only the ledger makes one.
class Receipt {
 public:
    Receipt(Receipt&&) noexcept = default;
    Receipt& operator=(Receipt&&) noexcept = default;
    Receipt(const Receipt&) = delete;
    Receipt& operator=(const Receipt&) = delete;
    ~Receipt() = default;

    /// Index of the request's first event on the log.
    [[nodiscard]] std::uint64_t log_index() const { return log_index_; }

    /// versionnumber given to the request's `write`-th row.
    [[nodiscard]] std::uint64_t versionnumber(std::size_t write) const {
        return first_versionnumber_ + write;
    }

    [[nodiscard]] std::unique_ptr<Reply> take_reply() && { return std::move(reply_); }

    /// One for each of those that were joined, in their order; itself alone when it is of a single one.
    [[nodiscard]] std::vector<Receipt> parts() &&;

 private:
    friend class Ledger;
    friend class ReceiptForTest;  // defined in tests/odata only: rendering without a store

    Receipt(
        std::uint64_t log_index, std::uint64_t first_versionnumber, std::unique_ptr<Reply> reply
    )
        : log_index_(log_index),
          first_versionnumber_(first_versionnumber),
          reply_(std::move(reply)) {}

    std::uint64_t log_index_;
    std::uint64_t first_versionnumber_;
    std::unique_ptr<Reply> reply_;
};

}  // namespace rookery::ledger

// rekey_step: one step of a re-key, whatever it is of: a key comes into use, what is not under it is counted, gets it some
// rows at a time, and is counted once more over everything. Only if nothing is left does the job succeed.
#pragma once

#include "access/caller.hpp"
#include "jobs/job.hpp"
#include "messages/message.hpp"
#include "messages/rekey_batch.hpp"
#include "messages/rekey_cursor.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace rookery::jobs {

/// What becomes of the rows that are met.
struct RekeyVisitor {
    /// A row that is to be re-keyed. Whether to go on behind it.
    std::function<Result<bool>(const storage::RowRef& row)> row;
    /// As DataKeyVisitor's.
    std::function<bool(const std::optional<storage::RowRef>& row)> damaged;
};

/// What is particular to a kind of re-key.
class RekeyKind {
 public:
    virtual ~RekeyKind() = default;

    /// The version of the key that everything is to be under. Makes nothing yet.
    [[nodiscard]] virtual Result<std::uint32_t> choose() = 0;
    /// That key is in use when it returns, also the second time.
    [[nodiscard]] virtual Result<void> renew() = 0;
    /// Every row that is to be re-keyed, as walk_rows goes.
    [[nodiscard]] virtual Result<bool> walk(
        const messages::View& view, std::string& key, StepBudget& budget,
        const RekeyVisitor& visitor
    ) = 0;
    [[nodiscard]] virtual messages::Message message(messages::RekeyBatch batch) = 0;
    /// For people: of an end with nothing left, and of another one.
    [[nodiscard]] virtual std::string succeeded(std::uint64_t rekeyed) = 0;
    [[nodiscard]] virtual std::string failed(std::uint64_t remaining) = 0;
};

/// `at` is where it goes on and `cursor` what its cursor says, which `kind` works with and sees as it is now. `log_entries`
/// is what the kind puts on the log beside its messages.
[[nodiscard]] Result<JobStep> rekey_step(
    messages::Vault& vault, const access::Caller& caller, const messages::JobProgress& at,
    StepBudget& budget, messages::RekeyCursor& cursor, std::uint64_t& log_entries, RekeyKind& kind
);

}  // namespace rookery::jobs

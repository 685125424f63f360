// Refused: a request that was decided and will not be done, with the entry that says so.
//
// What makes it different from a Pending: mostly nothing of it needs a receipt. It shows nothing and changes
// nothing, so its error may be told before the log knows, or when only a count of it will be on the
// log. A success cannot become one: only PlanBuilder makes them, from an error.
//
// But where rows were looked at to decide it, as a list looks at them, the answer tells of them (a duplicate that was found,
// or that none was before something else failed). Such a one reveals: it is answered by its receipt alone, as a list is, with the
// entries of what was looked at, and is stale with what that relied on.
#pragma once

#include "audit/event.hpp"
#include "base/result.hpp"
#include "ledger/pending.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

namespace rookery {
class Random;
}

namespace rookery::crypto {
struct KeySet;
}

namespace rookery::messages {

class Refused {
 public:
    Refused(Refused&&) noexcept = default;
    Refused& operator=(Refused&&) noexcept = default;
    Refused(const Refused&) = delete;
    Refused& operator=(const Refused&) = delete;
    ~Refused() = default;

    [[nodiscard]] const Error& error() const { return error_; }

    /// It must be on the log before it is answered, however many there are, and is planned again once it is stale.
    [[nodiscard]] bool reveals() const { return looked_.has_value(); }

    /// What was looked at for it, and for those before it that are not done either.
    [[nodiscard]] std::optional<ledger::Plan> take_looked() {
        return std::exchange(looked_, std::nullopt);
    }

    void put_looked(std::optional<ledger::Plan> looked) { looked_ = std::move(looked); }

    /// For the log: the entry, and the error as the reply.
    [[nodiscard]] ledger::Pending pending() &&;

 private:
    friend class PlanBuilder;

    Refused(
        std::shared_ptr<const crypto::KeySet> keys, Random& random, std::uint64_t access_epoch,
        std::uint32_t keyring_epoch, audit::Event event, Error error
    )
        : keys_(std::move(keys)),
          random_(&random),
          access_epoch_(access_epoch),
          keyring_epoch_(keyring_epoch),
          event_(std::move(event)),
          error_(std::move(error)) {}

    std::shared_ptr<const crypto::KeySet> keys_;
    Random* random_;  // of the vault that refuses, which outlives it
    std::uint64_t access_epoch_;
    std::uint32_t keyring_epoch_;
    audit::Event event_;
    Error error_;
    std::optional<ledger::Plan> looked_;
};

/// How planning ends.
using Planned = std::variant<ledger::Pending, Refused>;

}  // namespace rookery::messages

// Refused: a request that was decided and will not be done, with the entry that says so.
//
// What makes it different from a Pending: nothing of it needs a receipt. It reveals nothing and changes
// nothing, so its error may be told before the log knows, or when only a count of it will be on the
// log. A success cannot become one: only PlanBuilder makes them, from an error.
#pragma once

#include "audit/event.hpp"
#include "base/result.hpp"
#include "ledger/pending.hpp"

#include <cstdint>
#include <memory>
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
};

/// How planning ends.
using Planned = std::variant<ledger::Pending, Refused>;

}  // namespace rookery::messages

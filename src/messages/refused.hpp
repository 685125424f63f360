// Refused: a request that was decided and will not be done, with the entry that says so.
//
// What makes it different from a Pending: nothing of it needs a receipt. It reveals nothing and changes
// nothing, so its error may be told before the log knows, or when only a count of it will be on the
// log. A success cannot become one: only Planning makes them, from an error.
#pragma once

#include <cstdint>
#include <utility>
#include <variant>

#include "audit/event.hpp"
#include "base/result.hpp"
#include "ledger/pending.hpp"

namespace rookery {
class Random;
}

namespace rookery::crypto {
class DetailSealer;
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
    friend class Planning;

    Refused(
        const crypto::DetailSealer& details, Random& random, std::uint64_t access_epoch,
        std::uint32_t keyring_epoch, audit::Event event, Error error
    )
        : details_(&details),
          random_(&random),
          access_epoch_(access_epoch),
          keyring_epoch_(keyring_epoch),
          event_(std::move(event)),
          error_(std::move(error)) {}

    // Of the vault that refuses, which outlives it.
    const crypto::DetailSealer* details_;
    Random* random_;
    std::uint64_t access_epoch_;
    std::uint32_t keyring_epoch_;
    audit::Event event_;
    Error error_;
};

/// How planning ends.
using Planned = std::variant<ledger::Pending, Refused>;

}  // namespace rookery::messages

// WorkBudget: what one request may still compute, over all its attempts, and whether anybody waits for it.
//
// What looks at many rows spends from it as it goes, so that a request ends in bounded time whatever
// its query and however often it is planned. One thread at a time.
#pragma once

#include "base/result.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace rookery::messages {

/// What steps cost. A unit is about a nanosecond of one core of the machine that the numbers were
/// measured on, so a second of it is a thousand million.
namespace cost {
inline constexpr std::uint64_t row = 1200;  // walked to, its tag checked, decoded
inline constexpr std::uint64_t row_byte = 1;
inline constexpr std::uint64_t row_passed =
    300;  // walked over: only its kind and versionnumber are looked at
inline constexpr std::uint64_t row_by_index = 1800;  // on top: looked up by its id
inline constexpr std::uint64_t probe = 1500;         // a range of an index is looked for
inline constexpr std::uint64_t term = 15;            // a condition of a filter judged on one row
inline constexpr std::uint64_t text = 100;           // the collation key of a text
inline constexpr std::uint64_t text_byte = 1;
inline constexpr std::uint64_t wide_byte = 70;  // of a text that is not ASCII
inline constexpr std::uint64_t step = 2;        // of matching a pattern, or a range of a class
inline constexpr std::uint64_t sorted = 200;    // a row put into its order
}  // namespace cost

/// What a request is told whose client has gone away.
[[nodiscard]] Error nobody_waits();

class WorkBudget {
 public:
    static constexpr std::uint64_t units_max = 2'500'000'000;

    /// `abandoned`, if any, outlives it: set by another thread once nobody waits for the answer.
    explicit WorkBudget(
        std::uint64_t units = units_max, const std::atomic<bool>* abandoned = nullptr
    )
        : left_(units), abandoned_(abandoned) {}

    /// Errc::too_expensive when this is more than is left; from the second attempt on
    /// Errc::unavailable, since it was the other attempts that took it. Errc::cancelled once the
    /// request is abandoned.
    [[nodiscard]] Result<void> spend(std::uint64_t units);

    [[nodiscard]] std::uint64_t left() const { return left_; }

    /// More was asked for than was left.
    [[nodiscard]] bool exhausted() const { return exhausted_; }

    [[nodiscard]] bool abandoned() const {
        return abandoned_ != nullptr && abandoned_->load(std::memory_order_relaxed);
    }

    /// The request lost a race and is planned once more, with what is left.
    void again() { again_ = true; }

 private:
    std::uint64_t left_;
    bool exhausted_ = false;
    bool again_ = false;
    const std::atomic<bool>* abandoned_;
};

}  // namespace rookery::messages

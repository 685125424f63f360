// The pages of a join: each row once with each of the rows that it is shown with.
#pragma once

#include "base/result.hpp"
#include "pipeline/reply.hpp"
#include "query/pair_position.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::messages {

/// A page begins behind at most so many pairs of one row: they are looked through anew for each page.
inline constexpr std::uint64_t pairs_skipped_max = 100'000;

/// Which pairs are on a page: those of its rows, taken one after the other until it is full. The rows of each link are in the
/// order of their ids.
class PairPage {
 public:
    PairPage(PairPosition start, std::uint64_t most) : start_(std::move(start)), most_(most) {}

    /// The pairs of the next row. False once the page is full. Errc::too_expensive for a page that begins or ends behind too
    /// many pairs of the row.
    [[nodiscard]] Result<bool> take(const ShownRow& row);

    /// How many there are.
    [[nodiscard]] std::uint64_t count() const { return count_; }

    /// Of the first row, those that pages before had.
    [[nodiscard]] std::uint64_t skipped() const { return skipped_; }

    /// Where the next page begins, of rows with these keys; nothing when all pairs of theirs are on this one.
    [[nodiscard]] std::optional<PairPosition> next(const std::vector<std::string>& keys) const;

 private:
    const PairPosition start_;
    const std::uint64_t most_;
    std::uint64_t skipped_ = 0;
    std::uint64_t count_ = 0;
    std::size_t whole_ = 0;  // rows of which all pairs are on this page or on one before
    Uuid row_;               // behind those, if the page ends among its pairs
    PairIds last_;           // the last of them on the page
};

}  // namespace rookery::messages

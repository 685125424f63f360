// IndexOrder: the entries of an index of one column in the order that $orderby has: by its value, either way, and of
// one value by the row's id, ascending both times. Used by one thread, for one list.
#pragma once

#include "base/result.hpp"
#include "storage/store.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::messages {

/// What an entry costs that is walked over without its row, in units of WorkBudget.
inline constexpr std::uint64_t entry_cost = 200;

class IndexOrder {
 public:
    /// So many entries of one value are turned round in memory; more of them are walked the other way, which costs about
    /// as much as walking so many down.
    static constexpr std::size_t turned_max = 16;

    /// `range`: of entries that end in the row's id. `store` outlives it.
    IndexOrder(const storage::StoreView& store, storage::KeyRange range, storage::Order order)
        : store_(store), order_(order), range_(std::move(range)) {}

    struct Entry {
        std::string_view key;
        std::string_view value;
    };

    /// The next entry, valid until the next call; nothing at the end.
    [[nodiscard]] Result<std::optional<Entry>> next();

 private:
    using Next = Result<std::optional<Entry>>;

    [[nodiscard]] Next next_ascending();
    [[nodiscard]] Next next_descending();
    [[nodiscard]] Next first_of_next_value();

    const storage::StoreView& store_;
    const storage::Order order_;
    storage::KeyRange range_;  // that `values_` walks
    std::unique_ptr<storage::Cursor>
        values_;  // null before the first entry, and when its range has shrunk
    std::unique_ptr<storage::Cursor>
        many_;  // through more entries of one value than are turned round
    // Of one value, and of values before, whose memory they are in; the next one is the last of the first `left_`.
    std::array<std::pair<std::string, std::string>, turned_max> turned_;
    std::size_t left_ = 0;
};

}  // namespace rookery::messages

// ModifiedOrder: the entries of the index of modifiedon in the order that $orderby has: by time, either way, and of
// one time by the row's id, ascending both times. Used by one thread, for one list.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "schema/schema.hpp"
#include "storage/store.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::messages {

class ModifiedOrder {
 public:
    /// So many entries of one time are turned round in memory; more of them are walked the other way.
    static constexpr std::size_t turned_max = 64;

    /// `from`: nothing before this time is wanted, in the order that is walked. `store` outlives it.
    ModifiedOrder(
        const storage::StoreView& store, const schema::Table& table, storage::Order order,
        std::optional<Instant> from
    );

    /// The next entry, valid until the next call; nothing at the end.
    [[nodiscard]] Result<std::optional<std::string_view>> next();

 private:
    using Entry = std::optional<std::string_view>;

    [[nodiscard]] Result<Entry> next_ascending();
    [[nodiscard]] Result<Entry> next_descending();
    [[nodiscard]] Result<Entry> first_of_next_time();

    const storage::StoreView& store_;
    const storage::Order order_;
    storage::KeyRange range_;  // that `times_` walks
    std::unique_ptr<storage::Cursor>
        times_;  // null before the first entry, and when its range has shrunk
    std::unique_ptr<storage::Cursor>
        many_;                         // through more entries of one time than are turned round
    std::vector<std::string> turned_;  // of one time, the next one last
    std::string given_;
};

}  // namespace rookery::messages

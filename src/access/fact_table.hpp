// One kind of fact in memory: rows sorted by id, with indexes by the ids that they name. Immutable
// once built; Facts shares it between snapshots until one of its rows changes.
#pragma once

#include "access/fact_rows.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace rookery::access {

template <class T>
struct Stored {
    Uuid id;
    T row;
};

/// Positions of rows by one of their id members; rows where it is nil are left out.
class Index {
  public:
    template <class T>
    void build(const std::vector<Stored<T>>& rows, Uuid T::*member) {
        entries_.clear();
        entries_.reserve(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& key = rows[i].row.*member;
            if (!key.is_nil()) entries_.emplace_back(key, static_cast<std::uint32_t>(i));
        }
        std::sort(entries_.begin(), entries_.end());
    }

    [[nodiscard]] std::span<const std::pair<Uuid, std::uint32_t>> find(const Uuid& key) const {
        const auto from =
            std::lower_bound(entries_.begin(), entries_.end(), std::pair{key, std::uint32_t{0}});
        auto to = from;
        while (to != entries_.end() && to->first == key) ++to;
        return {from, to};
    }

  private:
    std::vector<std::pair<Uuid, std::uint32_t>> entries_;
};

/// `members` are the ids to index by.
template <class T, Uuid T::*... members>
class FactTable {
  public:
    using Row = T;

    [[nodiscard]] const std::vector<Stored<T>>& rows() const { return rows_; }

    [[nodiscard]] const T* find(const Uuid& id) const {
        const auto at = place(id);
        return at == rows_.size() || rows_[at].id != id ? nullptr : &rows_[at].row;
    }

    /// Position in rows(), or rows().size().
    [[nodiscard]] std::size_t position(const Uuid& id) const {
        const auto at = place(id);
        return at == rows_.size() || rows_[at].id != id ? rows_.size() : at;
    }

    /// Calls `use(id, row)` for every row whose `member` is `key`.
    template <Uuid T::*member, class Use>
    void each(const Uuid& key, Use&& use) const {
        for (const auto& [found, at] : index<member>().find(key)) use(rows_[at].id, rows_[at].row);
    }

    /// The only row whose `member` is `key`; null when there is none, and when there are several.
    template <Uuid T::*member>
    [[nodiscard]] const Stored<T>* only(const Uuid& key) const {
        const auto found = index<member>().find(key);
        return found.size() == 1 ? &rows_[found.front().second] : nullptr;
    }

    /// A copy with these rows put (a value) or removed (null); the last change of an id counts.
    [[nodiscard]] FactTable with(std::span<const std::pair<Uuid, const T*>> changes) const {
        FactTable out;
        out.rows_ = rows_;
        for (const auto& [id, row] : changes) {
            const auto at = out.place(id);
            const auto spot = out.rows_.begin() + static_cast<std::ptrdiff_t>(at);
            const bool there = at < out.rows_.size() && out.rows_[at].id == id;
            if (row == nullptr) {
                if (there) out.rows_.erase(spot);
            } else if (there) {
                spot->row = *row;
            } else {
                out.rows_.insert(spot, Stored<T>{id, *row});
            }
        }
        out.reindex();
        return out;
    }

    /// From rows in any order; the last of an id counts. For loading many.
    [[nodiscard]] static FactTable of(std::vector<Stored<T>> rows) {
        FactTable out;
        std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
            return a.id < b.id;
        });
        for (auto& row : rows) {
            if (!out.rows_.empty() && out.rows_.back().id == row.id) out.rows_.pop_back();
            out.rows_.push_back(std::move(row));
        }
        out.reindex();
        return out;
    }

  private:
    template <Uuid T::*wanted>
    static constexpr std::size_t index_of() {
        std::size_t at = 0;
        std::size_t found = sizeof...(members);
        ((found = members == wanted ? at : found, ++at), ...);
        return found;
    }

    template <Uuid T::*member>
    [[nodiscard]] const Index& index() const {
        static_assert(index_of<member>() < sizeof...(members), "not an index of this table");
        return indexes_[index_of<member>()];
    }

    [[nodiscard]] std::size_t place(const Uuid& id) const {
        const auto at = std::lower_bound(
            rows_.begin(),
            rows_.end(),
            id,
            [](const Stored<T>& row, const Uuid& value) { return row.id < value; }
        );
        return static_cast<std::size_t>(at - rows_.begin());
    }

    void reindex() {
        std::size_t at = 0;
        ((indexes_[at++].build(rows_, members)), ...);
        static_cast<void>(at);
    }

    std::vector<Stored<T>> rows_;
    std::array<Index, sizeof...(members)> indexes_;
};

}  // namespace rookery::access

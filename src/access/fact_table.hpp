// One kind of fact in memory: rows by id, with indexes by the ids that they name. Immutable; a
// change gives a new table that shares all rows but the changed ones with the old.
#pragma once

#include "access/fact_rows.hpp"
#include "access/indexed_rows.hpp"

#include <array>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::access {

template <class T>
struct Stored {
    Uuid id;
    T row;

    [[nodiscard]] static const Stored& of(const void* row) {
        return *static_cast<const Stored*>(row);
    }
};

/// All rows of one kind, ascending by id. Valid as long as the table that gave it.
template <class T>
class Rows {
 public:
    class Iterator {
     public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Stored<T>;
        using difference_type = std::ptrdiff_t;
        using pointer = const Stored<T>*;
        using reference = const Stored<T>&;

        Iterator() = default;

        explicit Iterator(IndexedRows::Rows::Iterator at) : at_(at) {}

        reference operator*() const { return Stored<T>::of(at_->value.get()); }

        pointer operator->() const { return &**this; }

        Iterator& operator++() {
            ++at_;
            return *this;
        }

        Iterator operator++(int) {
            const auto old = *this;
            ++*this;
            return old;
        }

        friend bool operator==(const Iterator&, const Iterator&) = default;

     private:
        IndexedRows::Rows::Iterator at_;
    };

    explicit Rows(const IndexedRows::Rows& map) : map_(&map) {}

    [[nodiscard]] Iterator begin() const { return Iterator{map_->begin()}; }

    [[nodiscard]] Iterator end() const { return Iterator{map_->end()}; }

    [[nodiscard]] std::size_t size() const { return map_->size(); }

    [[nodiscard]] bool empty() const { return map_->size() == 0; }

 private:
    const IndexedRows::Rows* map_;
};

/// `members` are the ids to index by. Rows where such an id is nil are not in its index.
template <class T, Uuid T::*... members>
class FactTable {
 public:
    using Row = T;

    [[nodiscard]] Rows<T> rows() const { return Rows<T>{rows_.rows()}; }

    [[nodiscard]] const T* find(const Uuid& id) const {
        const auto* found = rows_.rows().find(id);
        return found == nullptr ? nullptr : &Stored<T>::of(found->get()).row;
    }

    /// Calls `use(id, row)` for every row whose `member` is `key`, ascending by id.
    template <Uuid T::*member, class Use>
    void each(const Uuid& key, Use&& use) const {
        const auto& entries = index<member>();
        const auto end = entries.end();
        for (auto at = entries.lower_bound({key, {}}); at != end && at->key.named == key; ++at) {
            const auto& stored = Stored<T>::of(at->value);
            use(stored.id, stored.row);
        }
    }

    /// The only row whose `member` is `key`; null when there is none, and when there are several.
    template <Uuid T::*member>
    [[nodiscard]] const Stored<T>* only(const Uuid& key) const {
        const auto& entries = index<member>();
        auto at = entries.lower_bound({key, {}});
        if (at == entries.end() || at->key.named != key) return nullptr;
        const auto* found = &Stored<T>::of(at->value);
        ++at;
        return at != entries.end() && at->key.named == key ? nullptr : found;
    }

    /// A table with these rows put (a value) or removed (null); the last change of an id counts.
    [[nodiscard]] FactTable with(const std::vector<std::pair<Uuid, const T*>>& changes) const {
        static constexpr std::array<IndexedRows::NamedBy, sizeof...(members)> named_by{
            [](const void* row) { return Stored<T>::of(row).row.*members; }...};
        std::vector<IndexedRows::Rows::Edit> edits;
        edits.reserve(changes.size());
        for (const auto& [id, row] : changes) {
            edits.push_back({id, std::nullopt});
            if (row != nullptr) {
                edits.back().value = std::make_shared<const Stored<T>>(Stored<T>{id, *row});
            }
        }
        FactTable out;
        out.rows_ = rows_.with(std::move(edits), named_by);
        return out;
    }

 private:
    template <Uuid T::*member>
    [[nodiscard]] const IndexedRows::Index& index() const {
        constexpr auto at = [] {
            std::size_t number = 0;
            std::size_t found = sizeof...(members);
            ((found = members == member ? number : found, ++number), ...);
            return found;
        }();
        static_assert(at < sizeof...(members), "not an index of this table");
        return rows_.index(at);
    }

    IndexedRows rows_;
};

}  // namespace rookery::access

// One kind of fact in memory: rows by id, with indexes by the ids that they name. Immutable; a
// change gives a new table that shares all rows but the changed ones with the old.
#pragma once

#include "access/fact_rows.hpp"
#include "access/sorted_chunks.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <iterator>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace rookery::access {

template <class T>
struct Stored {
    Uuid id;
    T row;
};

/// Each row stays where it is for as long as a table has it.
template <class T>
using RowMap = SortedChunks<Uuid, std::shared_ptr<const Stored<T>>>;

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

        explicit Iterator(typename RowMap<T>::Iterator at) : at_(at) {}

        reference operator*() const { return *at_->value; }

        pointer operator->() const { return at_->value.get(); }

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
        typename RowMap<T>::Iterator at_;
    };

    explicit Rows(const RowMap<T>& map) : map_(&map) {}

    [[nodiscard]] Iterator begin() const { return Iterator{map_->begin()}; }

    [[nodiscard]] Iterator end() const { return Iterator{map_->end()}; }

    [[nodiscard]] std::size_t size() const { return map_->size(); }

    [[nodiscard]] bool empty() const { return map_->size() == 0; }

 private:
    const RowMap<T>* map_;
};

/// `members` are the ids to index by. Rows where such an id is nil are not in its index.
template <class T, Uuid T::*... members>
class FactTable {
 public:
    using Row = T;

    [[nodiscard]] Rows<T> rows() const { return Rows<T>{rows_}; }

    [[nodiscard]] const T* find(const Uuid& id) const {
        const auto* found = rows_.find(id);
        return found == nullptr ? nullptr : &(*found)->row;
    }

    /// Calls `use(id, row)` for every row whose `member` is `key`, ascending by id.
    template <Uuid T::*member, class Use>
    void each(const Uuid& key, Use&& use) const {
        const auto& entries = index<member>();
        const auto end = entries.end();
        for (auto at = entries.lower_bound({key, {}}); at != end && at->key.named == key; ++at) {
            use(at->value->id, at->value->row);
        }
    }

    /// The only row whose `member` is `key`; null when there is none, and when there are several.
    template <Uuid T::*member>
    [[nodiscard]] const Stored<T>* only(const Uuid& key) const {
        const auto& entries = index<member>();
        auto at = entries.lower_bound({key, {}});
        if (at == entries.end() || at->key.named != key) return nullptr;
        const auto* found = at->value;
        ++at;
        return at != entries.end() && at->key.named == key ? nullptr : found;
    }

    /// A table with these rows put (a value) or removed (null); the last change of an id counts.
    /// Never inlined: as one function, all tables' together take a sanitizer's build minutes.
    [[nodiscard, gnu::noinline]] FactTable with(std::vector<std::pair<Uuid, const T*>> changes
    ) const {
        std::stable_sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) {
            return a.first < b.first;
        });
        std::vector<typename RowMap<T>::Edit> edits;
        edits.reserve(changes.size());
        for (const auto& [id, row] : changes) {
            if (!edits.empty() && edits.back().key == id) edits.pop_back();
            edits.push_back({id, std::nullopt});
            if (row != nullptr) {
                edits.back().value = std::make_shared<const Stored<T>>(Stored<T>{id, *row});
            }
        }
        FactTable out;
        out.rows_ = rows_.with(edits);
        std::size_t at = 0;
        ((out.indexes_[at] = indexes_[at].with(index_edits(edits, members)), ++at), ...);
        static_cast<void>(at);
        return out;
    }

 private:
    struct IndexKey {
        Uuid named;
        Uuid id;

        friend auto operator<=>(const IndexKey&, const IndexKey&) = default;
    };

    /// The rows are those that rows_ keeps.
    using Index = SortedChunks<IndexKey, const Stored<T>*>;

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

    /// What edits of the rows mean for the index by `member`.
    [[nodiscard]] std::vector<typename Index::Edit> index_edits(
        const std::vector<typename RowMap<T>::Edit>& edits, Uuid T::*member
    ) const {
        std::vector<typename Index::Edit> out;
        out.reserve(2 * edits.size());
        for (const auto& edit : edits) {
            const auto* old = find(edit.key);
            const auto was = old == nullptr ? Uuid{} : old->*member;
            const auto is = edit.value ? (*edit.value)->row.*member : Uuid{};
            if (!was.is_nil() && was != is) out.push_back({{was, edit.key}, std::nullopt});
            if (!is.is_nil()) out.push_back({{is, edit.key}, edit.value->get()});
        }
        std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
            return a.key < b.key;
        });
        return out;
    }

    RowMap<T> rows_;
    std::array<Index, sizeof...(members)> indexes_;
};

}  // namespace rookery::access

// A sorted map that never changes: an edit gives a new map, which shares with the old one all but
// the chunks that it touched. Looking up is a binary search, first among the chunks, then in one.
//
// An edit copies one chunk and the list of chunks: for n entries about n / chunk_capacity pointers,
// a few hundred at the sizes of an organization. A tree would copy fewer and search slower.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace rookery::access {

/// Key and Value are default-constructible; copying a Value is cheap. Thread-safe to read.
template <class Key, class Value>
class SortedChunks {
 public:
    struct Entry {
        Key key{};
        Value value{};
    };

    /// A value to put, or nothing: the key goes.
    struct Edit {
        Key key{};
        std::optional<Value> value;
    };

    static constexpr std::size_t chunk_capacity = 128;

 private:
    struct Chunk {
        Key first{};  // of its keys, so that the search among chunks stays in one piece of memory
        std::size_t size = 0;  // never 0
        std::shared_ptr<const Entry[]> entries;

        [[nodiscard]] const Entry* begin() const { return entries.get(); }

        [[nodiscard]] const Entry* end() const { return entries.get() + size; }
    };

    using Chunks = std::vector<Chunk>;
    using ChunkAt = typename Chunks::const_iterator;

 public:
    /// Ascending by key. Valid as long as the map that gave it.
    class Iterator {
     public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Entry;
        using difference_type = std::ptrdiff_t;
        using pointer = const Entry*;
        using reference = const Entry&;

        Iterator() = default;

        reference operator*() const { return *entry_; }

        pointer operator->() const { return entry_; }

        Iterator& operator++() {
            if (++entry_ == chunk_->end()) {
                ++chunk_;
                entry_ = chunk_ == end_ ? nullptr : chunk_->begin();
            }
            return *this;
        }

        Iterator operator++(int) {
            const auto old = *this;
            ++*this;
            return old;
        }

        friend bool operator==(const Iterator& a, const Iterator& b) {
            return a.entry_ == b.entry_;
        }

     private:
        friend class SortedChunks;

        Iterator(ChunkAt chunk, ChunkAt end, const Entry* entry)
            : chunk_(chunk), end_(end), entry_(entry) {}

        ChunkAt chunk_{};
        ChunkAt end_{};
        const Entry* entry_ = nullptr;  // null at the end
    };

    [[nodiscard]] Iterator begin() const {
        if (chunks_.empty()) return {};
        return {chunks_.begin(), chunks_.end(), chunks_.front().begin()};
    }

    [[nodiscard]] Iterator end() const { return {}; }

    [[nodiscard]] std::size_t size() const { return size_; }

    /// Null when there is no such key.
    [[nodiscard]] const Value* find(const Key& key) const {
        const auto chunk = place(key);
        if (chunk == chunks_.end()) return nullptr;
        const auto* entry = place(*chunk, key);
        return entry == chunk->end() || entry->key != key ? nullptr : &entry->value;
    }

    /// The first entry whose key is not less.
    [[nodiscard]] Iterator lower_bound(const Key& key) const {
        const auto chunk = place(key);
        if (chunk == chunks_.end()) return {};
        const auto* entry = place(*chunk, key);
        if (entry != chunk->end()) return {chunk, chunks_.end(), entry};
        const auto next = chunk + 1;
        return next == chunks_.end() ? Iterator{} : Iterator{next, chunks_.end(), next->begin()};
    }

    /// Precondition: ascending by key, each key once.
    [[nodiscard]] SortedChunks with(std::span<const Edit> edits) const {
        SortedChunks out;
        out.chunks_.reserve(chunks_.size() + edits.size() / chunk_capacity + 2);
        auto from = chunks_.begin();
        while (!edits.empty()) {
            const auto touched = place(edits.front().key);
            out.chunks_.insert(out.chunks_.end(), from, touched);
            from = touched;
            std::vector<Entry> entries;
            // What would come out nearly empty is joined with its neighbour.
            do {
                from = merge(from, edits, entries);
            } while (entries.size() < chunk_capacity / 4 && from != chunks_.end());
            if (entries.size() < chunk_capacity / 4 && !out.chunks_.empty()) {
                const auto last = std::move(out.chunks_.back());
                out.chunks_.pop_back();
                entries.insert(entries.begin(), last.begin(), last.end());
            }
            out.append(std::move(entries));
        }
        out.chunks_.insert(out.chunks_.end(), from, chunks_.end());
        for (const auto& chunk : out.chunks_) out.size_ += chunk.size;
        return out;
    }

 private:
    /// The chunk that has the key or would get it; the end only when there is no chunk.
    [[nodiscard]] ChunkAt place(const Key& key) const {
        const auto after = std::upper_bound(
            chunks_.begin(),
            chunks_.end(),
            key,
            [](const Key& value, const Chunk& chunk) { return value < chunk.first; }
        );
        return after == chunks_.begin() ? after : after - 1;
    }

    [[nodiscard]] static const Entry* place(const Chunk& chunk, const Key& key) {
        return std::lower_bound(
            chunk.begin(),
            chunk.end(),
            key,
            [](const Entry& entry, const Key& value) { return entry.key < value; }
        );
    }

    /// Appends the chunk's entries, if there is a chunk, with the edits that belong there, and
    /// takes those off the edits. Returns the next chunk.
    ChunkAt merge(ChunkAt chunk, std::span<const Edit>& edits, std::vector<Entry>& out) const {
        const bool some = chunk != chunks_.end();
        const auto next = some ? chunk + 1 : chunk;
        const auto* old = some ? chunk->begin() : nullptr;
        const auto* const end = some ? chunk->end() : nullptr;
        while (!edits.empty() && (next == chunks_.end() || edits.front().key < next->first)) {
            const auto& edit = edits.front();
            while (old != end && old->key < edit.key) out.push_back(*old++);
            if (old != end && old->key == edit.key) ++old;
            if (edit.value) out.push_back({edit.key, *edit.value});
            edits = edits.subspan(1);
        }
        out.insert(out.end(), old, end);
        return next;
    }

    /// In chunks of the same size, as few as will hold them.
    void append(std::vector<Entry> entries) {
        auto pieces = (entries.size() + chunk_capacity - 1) / chunk_capacity;
        auto from = entries.begin();
        for (; pieces > 0; --pieces) {
            const auto left = static_cast<std::size_t>(entries.end() - from);
            const auto size = left / pieces;
            const auto made = std::make_shared<Entry[]>(size);
            const auto to = from + static_cast<std::ptrdiff_t>(size);
            std::move(from, to, made.get());
            from = to;
            chunks_.push_back({made[0].key, size, made});
        }
    }

    Chunks chunks_;
    std::size_t size_ = 0;
};

}  // namespace rookery::access

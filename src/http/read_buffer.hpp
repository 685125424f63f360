// ReadBuffer: received bytes that the parser has not taken yet. They may hold tokens and credentials,
// so what was taken is wiped. One per connection; used by its thread alone.
#pragma once

#include "base/zeroing_allocator.hpp"

#include <cstring>
#include <span>

namespace rookery::http {

class ReadBuffer {
 public:
    explicit ReadBuffer(std::size_t size) : storage_(size) {}

    [[nodiscard]] bool empty() const { return begin_ == end_; }

    [[nodiscard]] std::span<const char> data() const {
        return {storage_.data() + begin_, end_ - begin_};
    }

    /// Free space behind the data, at least `least` bytes: moves the data or grows when needed.
    [[nodiscard]] std::span<char> space(std::size_t least) {
        if (storage_.size() - end_ < least) wipe_taken();
        if (storage_.size() - end_ < least) storage_.resize(end_ + least);
        return {storage_.data() + end_, storage_.size() - end_};
    }

    void put(std::size_t n) { end_ += n; }

    void take(std::size_t n) { begin_ += n; }

    /// Wipes what was taken and moves the rest, if any, to the front.
    void wipe_taken() {
        const auto left = end_ - begin_;
        if (begin_ > 0 && left > 0) std::memmove(storage_.data(), storage_.data() + begin_, left);
        wipe(storage_.data() + left, end_ - left);
        begin_ = 0;
        end_ = left;
    }

 private:
    WipedBuffer storage_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace rookery::http

// FirstKeys: of many sort keys the first so many, to find where a page begins that is asked for by its number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <queue>
#include <string>
#include <utility>

namespace rookery::messages {

class FirstKeys {
 public:
    explicit FirstKeys(std::uint64_t most) : most_(most) {}

    void add(std::string key) {
        if (too_long()) return;
        bytes_ += key.size();
        keys_.push(std::move(key));
        if (keys_.size() <= most_) return;
        bytes_ -= keys_.top().size();
        keys_.pop();
    }

    /// They take more memory than one request may.
    [[nodiscard]] bool too_long() const { return bytes_ > bytes_max; }

    /// The last of them; empty when there are not so many.
    [[nodiscard]] std::string last() const {
        return keys_.size() == most_ ? keys_.top() : std::string{};
    }

 private:
    static constexpr std::size_t bytes_max = std::size_t{1} << 25;

    std::uint64_t most_;
    std::size_t bytes_ = 0;
    std::priority_queue<std::string> keys_;
};

}  // namespace rookery::messages

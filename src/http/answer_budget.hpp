// AnswerBudget: answers that were made and that their clients have not taken yet. A client may take
// minutes over one, as long as it keeps the least pace; the memory of all of them is bounded here.
// Thread-safe.
#pragma once

#include "base/thread_annotations.hpp"
#include "base/uuid.hpp"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>

namespace rookery::http {

class AnswerBudget {
 public:
    /// Smaller answers are not counted: what bounds them is the number of connections.
    static constexpr std::size_t counted_bytes_min = 16U << 10;

    explicit AnswerBudget(std::size_t bytes_max) : state_(std::make_shared<State>(bytes_max)) {}

    /// Whether the sender takes his answers: he holds less than a quarter of the budget.
    [[nodiscard]] bool has_room(const Uuid& sender) const;
    /// Whether all senders together leave room for an answer of many rows.
    [[nodiscard]] bool has_room() const;

    /// Counts an answer of this size until the handle goes; null for a small one.
    [[nodiscard]] std::shared_ptr<void> hold(const Uuid& sender, std::size_t bytes);

    /// Whether much was held and all of it is gone since this was asked last.
    [[nodiscard]] bool drained();

 private:
    struct State {
        explicit State(std::size_t most) : bytes_max(most) {}

        const std::size_t bytes_max;
        std::atomic<std::size_t> bytes{0};
        std::atomic<bool> was_much{false};
        Mutex mutex;
        std::map<Uuid, std::size_t> by_sender ROOKERY_GUARDED_BY(mutex
        );  // those who hold something
    };

    class Held;

    std::shared_ptr<State> state_;  // answers may outlive the service
};

}  // namespace rookery::http

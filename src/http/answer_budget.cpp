#include "http/answer_budget.hpp"

#include <utility>

namespace rookery::http {

class AnswerBudget::Held {
 public:
    Held(std::shared_ptr<State> state, const Uuid& sender, std::size_t bytes)
        : state_(std::move(state)), sender_(sender), bytes_(bytes) {
        const MutexLock lock(state_->mutex);
        state_->by_sender[sender_] += bytes_;
        const auto all = state_->bytes += bytes_;
        if (all > state_->bytes_max / 8) state_->was_much = true;
    }

    ~Held() {
        const MutexLock lock(state_->mutex);
        state_->bytes -= bytes_;
        const auto at = state_->by_sender.find(sender_);
        if ((at->second -= bytes_) == 0) state_->by_sender.erase(at);
    }

    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

 private:
    std::shared_ptr<State> state_;
    Uuid sender_;
    std::size_t bytes_;
};

bool AnswerBudget::has_room(const Uuid& sender) const {
    if (state_->bytes == 0) return true;
    const MutexLock lock(state_->mutex);
    const auto at = state_->by_sender.find(sender);
    return at == state_->by_sender.end() || at->second < state_->bytes_max / 4;
}

bool AnswerBudget::has_room() const { return state_->bytes < state_->bytes_max; }

std::shared_ptr<void> AnswerBudget::hold(const Uuid& sender, std::size_t bytes) {
    if (bytes <= counted_bytes_min) return nullptr;
    return std::make_shared<Held>(state_, sender, bytes);
}

bool AnswerBudget::drained() { return state_->bytes == 0 && state_->was_much.exchange(false); }

}  // namespace rookery::http

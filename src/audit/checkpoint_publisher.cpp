#include "audit/checkpoint_publisher.hpp"

#include "base/integrity_failure.hpp"

namespace rookery::audit {

Result<void> CheckpointPublisher::durable(std::uint64_t size, const Digest& root) {
    const bool smaller = last_ && size < last_->size;
    const bool different = last_ && size == last_->size && root != last_->root;
    contradicted_ = contradicted_ || smaller || different;
    if (contradicted_) {
        return integrity_failure("the log contradicts a checkpoint that was already published");
    }
    durable_ = Durable{size, root};
    return {};
}

std::optional<std::string> CheckpointPublisher::due(Instant now) {
    // A clock that was set back must not silence the publisher until it has caught up.
    const bool recent = signed_at_ && now >= *signed_at_ && now - *signed_at_ < interval_min;
    if (recent) return std::nullopt;
    return final_note(now);
}

std::optional<std::string> CheckpointPublisher::final_note(Instant now) {
    if (key_ == nullptr || contradicted_ || !durable_ || durable_->size == 0) return std::nullopt;
    if (last_ && last_->size == durable_->size) return std::nullopt;
    last_ = merkle::Checkpoint{origin_, durable_->size, durable_->root};
    signed_at_ = now;
    return merkle::sign_checkpoint(*last_, origin_, *key_);
}

}  // namespace rookery::audit

#include "storage/forgotten_keys.hpp"

namespace rookery::storage {

std::uint64_t mark_of(const Store& store) {
    const auto* forgets = dynamic_cast<const ForgetsKeys*>(&store);
    return forgets == nullptr ? 0 : forgets->mark();
}

Result<Forgetting::State> Forgetting::step(Store& store) {
    auto* forgets = dynamic_cast<ForgetsKeys*>(&store);
    if (forgets == nullptr) return State::done;
    if (!begun_) {
        ROOKERY_TRY(begun_, forgets->begin_forgetting(mark_));
        return begun_ ? State::more : State::waits;
    }
    if (at_ < ranges_.size()) {
        ROOKERY_TRY(auto left, forgets->forget_part(ranges_[at_]));
        if (left) {
            ranges_[at_] = std::move(*left);
        } else {
            ++at_;
        }
        return State::more;
    }
    ROOKERY_TRY(const bool forgotten, forgets->has_forgotten(mark_));
    return forgotten ? State::done : State::waits;
}

}  // namespace rookery::storage

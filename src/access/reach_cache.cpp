#include "access/reach_cache.hpp"

#include "access/make_reach.hpp"

#include <vector>

namespace rookery::access {

ReachCache::Slot::Slot(const Slot& other) : known_(other.known_.load(std::memory_order_acquire)) {
    const auto* known = known_.load(std::memory_order_relaxed);
    // The other slot owns it for as long as this takes.
    if (known != nullptr) known->owners.fetch_add(1, std::memory_order_relaxed);
}

ReachCache::Slot::Slot(Slot&& other) noexcept
    : known_(other.known_.load(std::memory_order_relaxed)) {
    other.known_.store(nullptr, std::memory_order_relaxed);
}

ReachCache::Slot& ReachCache::Slot::operator=(const Slot& other) { return *this = Slot{other}; }

ReachCache::Slot& ReachCache::Slot::operator=(Slot&& other) noexcept {
    const auto* old = known_.load(std::memory_order_relaxed);
    known_.store(other.known_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    other.known_.store(old, std::memory_order_relaxed);
    return *this;
}

ReachCache::Slot::~Slot() {
    const auto* known = known_.load(std::memory_order_relaxed);
    if (known != nullptr && known->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        delete known;
    }
}

const Reach* ReachCache::Slot::get() const {
    const auto* known = known_.load(std::memory_order_acquire);
    return known == nullptr ? nullptr : &known->reach;
}

const Reach* ReachCache::Slot::publish(std::unique_ptr<const Known> made) const {
    const Known* present = nullptr;
    // Two threads may have made the same; the first to publish wins.
    if (known_.compare_exchange_strong(
            present, made.get(), std::memory_order_acq_rel, std::memory_order_acquire
        )) {
        present = made.release();
    }
    return &present->reach;
}

ReachCache ReachCache::of(const Facts::Users& users) {
    std::vector<Slots::Edit> edits;
    edits.reserve(users.rows().size());
    for (const auto& user : users.rows()) edits.push_back({user.id, Slot{}});
    ReachCache out;
    out.slots_ = Slots{}.with(edits);
    return out;
}

ReachCache ReachCache::with(std::span<const Uuid> touched, const Facts::Users& users) const {
    std::vector<Slots::Edit> edits;
    edits.reserve(touched.size());
    for (const auto& user : touched) {
        edits.push_back({user, std::nullopt});
        if (users.find(user) != nullptr) edits.back().value.emplace();
    }
    ReachCache out;
    out.slots_ = slots_.with(edits);
    return out;
}

const Reach* ReachCache::get(const Uuid& user, const Facts& facts) const {
    const auto* slot = slots_.find(user);
    if (slot == nullptr) return nullptr;
    if (const auto* known = slot->get(); known != nullptr) return known;
    return slot->publish(std::make_unique<const Known>(make_reach(user, *facts.user(user), facts)));
}

}  // namespace rookery::access

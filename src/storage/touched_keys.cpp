#include "storage/touched_keys.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace rookery::storage {
namespace {

constexpr std::size_t not_guarded = std::numeric_limits<std::size_t>::max();

std::size_t position(Family family) {
    switch (family) {
        case Family::rows:
            return 0;
        case Family::rowidx:
            return 1;
        case Family::log:
        case Family::meta:
            break;
    }
    return not_guarded;
}

}  // namespace

bool TouchedKeys::touched(const KeyRange& range, std::uint64_t since) const {
    const auto family = position(range.family);
    if (family == not_guarded) return true;
    const auto& keys = families_[family];
    for (auto at = keys.lower_bound(range.lower); at != keys.end(); ++at) {
        if (!range.upper.empty() && at->first >= range.upper) return false;
        if (at->second > since) return true;
    }
    return false;
}

bool TouchedKeys::hold(const Guards& guards) const {
    if (guards.empty()) return true;
    if (guards.view == nullptr) return false;
    const auto since = guards.view->sequence();
    if (since < known_since_) return false;
    for (const auto& [family_of_key, key] : guards.keys) {
        const auto family = position(family_of_key);
        // A guard that cannot be checked does not hold.
        if (family == not_guarded) return false;
        const auto at = families_[family].find(key);
        if (at != families_[family].end() && at->second > since) return false;
    }
    return std::ranges::none_of(guards.ranges, [&](const KeyRange& range) {
        return touched(range, since);
    });
}

void TouchedKeys::touch(Family family_of_key, std::string_view key, std::uint64_t sequence) {
    const auto family = position(family_of_key);
    if (family == not_guarded) return;
    auto& keys = families_[family];
    // Many at once come in ascending order: each beside the one before it.
    const bool follows = !making_.empty() && making_.back().family == family;
    const auto known = keys.size();
    const auto at = keys.try_emplace(
        follows ? std::next(making_.back().key) : keys.end(), std::string{key}, sequence
    );
    if (keys.size() != known) {
        making_.push_back({family, at, std::nullopt});
    } else if (at->second != sequence) {
        making_.push_back({family, at, at->second});
        at->second = sequence;
    }
}

void TouchedKeys::keep(std::uint64_t sequence) {
    if (!making_.empty()) kept_.push_back({sequence, std::move(making_)});
    making_.clear();
    while (size() > keys_max_ && !kept_.empty()) forget_oldest();
}

void TouchedKeys::undo() {
    for (const auto& touch : making_) {
        if (touch.before) {
            touch.key->second = *touch.before;
        } else {
            families_[touch.family].erase(touch.key);
        }
    }
    making_.clear();
}

void TouchedKeys::forget_oldest() {
    const auto& oldest = kept_.front();
    for (const auto& touch : oldest.touches) {
        // Touched again since: the later commit removes it.
        if (touch.key->second == oldest.sequence) families_[touch.family].erase(touch.key);
    }
    known_since_ = std::max(known_since_, oldest.sequence);
    kept_.pop_front();
}

void TouchedKeys::forget_before(std::uint64_t sequence) {
    while (!kept_.empty() && kept_.front().sequence <= sequence) forget_oldest();
}

}  // namespace rookery::storage

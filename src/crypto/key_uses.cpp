#include "crypto/key_uses.hpp"

#include <algorithm>

namespace rookery::crypto {

Result<void> KeyUses::take() {
    auto used = used_.load();
    do {
        if (used >= hard_limit) {
            return fail(
                Errc::restricted,
                "The record KEK has been used as often as a key may be, and nothing new is sealed.",
                "make another one: `rookery key rotate`"
            );
        }
        if (used >= reserved_) {
            low_();
            return fail(
                Errc::unavailable,
                "The keyring could not be written in time to count the uses of the record KEK.",
                "try again later"
            );
        }
    } while (!used_.compare_exchange_weak(used, used + 1));
    if (is_low()) low_();
    return {};
}

std::uint64_t KeyUses::next_reservation() const {
    return std::max<std::uint64_t>(reserved_, std::min(used_ + lease, hard_limit));
}

void KeyUses::extend(std::uint64_t reserved) {
    auto now = reserved_.load();
    while (now < reserved && !reserved_.compare_exchange_weak(now, reserved)) {
    }
}

bool KeyUses::is_low() const {
    const auto reserved = reserved_.load();
    return reserved < hard_limit && reserved - std::min<std::uint64_t>(used_, reserved) < lease / 2;
}

}  // namespace rookery::crypto

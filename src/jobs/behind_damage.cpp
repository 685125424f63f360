#include "jobs/behind_damage.hpp"

#include <cstddef>

namespace rookery::jobs {
namespace {

constexpr std::size_t bytes = 64;
constexpr std::size_t bits = bytes * 8;

/// The key as a number, with the n-th power of two added to it. Nothing: there is no such key.
std::optional<std::string> plus_power(std::string key, std::size_t n) {
    unsigned carry = 1U << (n % 8);
    for (auto at = bytes - n / 8; carry != 0; --at) {
        if (at == 0) return std::nullopt;
        const auto sum = static_cast<unsigned char>(key[at - 1]) + carry;
        key[at - 1] = static_cast<char>(sum & 0xffU);
        carry = sum >> 8U;
    }
    return key;
}

}  // namespace

std::optional<std::string> behind_damage(
    const std::string& damaged, const std::function<bool(const std::string& key)>& readable
) {
    auto unreadable = damaged;
    unreadable.resize(bytes, '\0');
    // In ever longer steps until something can be read, and from the last place before that in ever shorter ones.
    std::size_t n = 0;
    while (n < bits) {
        const auto next = plus_power(unreadable, n);
        if (!next) break;
        if (readable(*next)) break;
        unreadable = *next;
        ++n;
    }
    while (n > 0) {
        --n;
        auto next = plus_power(unreadable, n);
        if (next && !readable(*next)) unreadable = std::move(*next);
    }
    auto behind = plus_power(std::move(unreadable), 0);
    if (behind && !readable(*behind)) return std::nullopt;
    return behind;
}

}  // namespace rookery::jobs

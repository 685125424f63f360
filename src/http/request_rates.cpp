#include "http/request_rates.hpp"

#include <algorithm>

namespace rookery::http {

RequestRates::RequestRates(Options options)
    : share_(std::max<std::chrono::nanoseconds>(
          std::chrono::nanoseconds{options.window} / std::max<std::size_t>(options.requests_max, 1),
          std::chrono::nanoseconds{1}
      )),
      window_(share_ * std::max<std::size_t>(options.requests_max, 1)),
      places_max_(std::max<std::size_t>(options.users_max / parts, 1)) {}

std::optional<std::chrono::seconds> RequestRates::take(const Uuid& user, Time now) {
    auto& part = part_of(user);
    const MutexLock lock{part.mutex};
    auto& paid_back = place_of(part, user, now);
    const auto next = std::max(paid_back, now) + share_;
    if (next - now > window_) {
        return std::chrono::ceil<std::chrono::seconds>(next - window_ - now);
    }
    paid_back = next;
    return std::nullopt;
}

std::chrono::nanoseconds RequestRates::pace(
    const Uuid& user, Time now, std::chrono::nanoseconds most
) {
    auto& part = part_of(user);
    const MutexLock lock{part.mutex};
    auto& paid_back = place_of(part, user, now);
    paid_back = std::min(std::max(paid_back, now) + share_, now + window_ + most);
    return std::max(paid_back - now - window_, std::chrono::nanoseconds{0});
}

RequestRates::Time& RequestRates::place_of(Part& part, const Uuid& user, Time now) const {
    const auto found = part.paid_back.find(user);
    if (found != part.paid_back.end()) return found->second;
    if (part.paid_back.size() >= places_max_) {
        std::erase_if(part.paid_back, [&](const auto& place) { return place.second <= now; });
    }
    if (part.paid_back.size() >= places_max_) return part.paid_back_by_others;
    return part.paid_back.emplace(user, now).first->second;
}

}  // namespace rookery::http

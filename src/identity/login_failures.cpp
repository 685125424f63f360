#include "identity/login_failures.hpp"

#include <algorithm>
#include <utility>

namespace rookery::identity {
namespace {

std::int64_t minute_of(Instant now) {
    return std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count();
}

ByteView source_of(ByteView address) {
    if (address.size() == 4) return address;
    if (address.size() == 16) return address.first(8);
    return {};
}

std::uint64_t key_of(ByteView source) {
    if (source.empty()) return ~std::uint64_t{0};
    std::uint64_t key = 0;
    for (const auto byte : source) key = key << 8U | byte;
    // No IPv6 prefix in use but the loopback's begins with 32 zero bits, and no IPv4 source is
    // 0.0.0.0: the two families do not meet.
    return key;
}

}  // namespace

LoginFailures::Verdict LoginFailures::note(ByteView address, Instant now) {
    const std::lock_guard lock{mutex_};
    roll(minute_of(now));
    const auto source = source_of(address);
    const auto key = key_of(source);
    auto found = sources_.find(key);
    if (found == sources_.end()) {
        if (sources_.size() >= options_.sources_max) {
            ++without_source_;
            return Verdict::count;
        }
        found = sources_.emplace(key, Counts{Bytes(source.begin(), source.end()), 0, 0}).first;
    }
    auto& counts = found->second;
    if (counts.single < options_.single_max && single_total_ < options_.single_total_max) {
        ++counts.single;
        ++single_total_;
        return Verdict::log;
    }
    ++counts.counted;
    return Verdict::count;
}

std::vector<LoginFailures::Aggregate> LoginFailures::due(Instant now) {
    const std::lock_guard lock{mutex_};
    roll(minute_of(now));
    return std::exchange(finished_, {});
}

std::vector<LoginFailures::Aggregate> LoginFailures::all() {
    const std::lock_guard lock{mutex_};
    finish_minute();
    return std::exchange(finished_, {});
}

void LoginFailures::put_back(Aggregate aggregate) {
    const std::lock_guard lock{mutex_};
    keep(std::move(aggregate));
}

void LoginFailures::roll(std::int64_t minute) {
    if (minute <= minute_) return;
    finish_minute();
    minute_ = minute;
    single_total_ = 0;
}

void LoginFailures::finish_minute() {
    const Instant start{std::chrono::minutes{minute_}};
    for (auto& [key, counts] : sources_) {
        if (counts.counted > 0) keep({std::move(counts.source), start, counts.counted});
    }
    sources_.clear();
    if (without_source_ > 0) keep({{}, start, std::exchange(without_source_, 0)});
}

void LoginFailures::keep(Aggregate aggregate) {
    const auto same = [&](const Aggregate& other) { return other.source == aggregate.source; };
    // Nobody fetched for a while: names are given up before memory is.
    if (finished_.size() >= options_.sources_max) {
        if (std::ranges::none_of(finished_, same)) aggregate.source.clear();
        const auto found = std::ranges::find_if(finished_, same);
        if (found != finished_.end()) {
            found->count += aggregate.count;
            return;
        }
    }
    finished_.push_back(std::move(aggregate));
}

}  // namespace rookery::identity

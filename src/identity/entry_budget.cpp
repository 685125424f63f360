#include "identity/entry_budget.hpp"

#include <algorithm>
#include <functional>

namespace rookery::identity {
namespace {

std::int64_t minute_of(Instant now) {
    return std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count();
}

}  // namespace

std::size_t EntryBudget::KeyHash::operator()(const Key& key) const noexcept {
    return std::hash<std::string_view>{}(text_of(ByteView{key.bytes}.first(key.size)));
}

EntryBudget::Verdict EntryBudget::note(ByteView source, const Noted& what, Instant now) {
    const MutexLock lock{mutex_};
    auto* const counts = counts_of(source, now);
    if (counts == nullptr) {
        add(without_source_, what, 1);
        return Verdict::count;
    }
    if (counts->single < options_.single_max && single_total_ < options_.single_total_max) {
        ++counts->single;
        ++single_total_;
        return Verdict::log;
    }
    add(counts->counted, what, 1);
    return Verdict::count;
}

void EntryBudget::count(ByteView source, const Noted& what, Instant now) {
    const MutexLock lock{mutex_};
    auto* const counts = counts_of(source, now);
    add(counts == nullptr ? without_source_ : counts->counted, what, 1);
}

std::vector<EntryBudget::Aggregate> EntryBudget::due(Instant now) {
    const MutexLock lock{mutex_};
    roll(minute_of(now));
    return std::exchange(finished_, {});
}

std::vector<EntryBudget::Aggregate> EntryBudget::all() {
    const MutexLock lock{mutex_};
    finish_minute();
    return std::exchange(finished_, {});
}

void EntryBudget::put_back(Aggregate aggregate) {
    const MutexLock lock{mutex_};
    keep(std::move(aggregate));
}

void EntryBudget::add(Aggregate& to, const Noted& what, std::uint64_t count) {
    if (to.count == 0) to.credential = what.credential;
    if (to.credential != what.credential) to.credential = {};
    to.count += count;
    const auto found =
        std::ranges::find(to.codes, what.code, &std::pair<Errc, std::uint64_t>::first);
    if (found == to.codes.end()) {
        to.codes.emplace_back(what.code, count);
    } else {
        found->second += count;
    }
}

void EntryBudget::merge(Aggregate& to, const Aggregate& other) {
    for (const auto& [code, count] : other.codes) add(to, {code, other.credential}, count);
}

EntryBudget::Counts* EntryBudget::counts_of(ByteView source, Instant now) {
    roll(minute_of(now));
    Key key;
    key.size = std::min(source.size(), key.bytes.size());
    std::copy_n(source.begin(), key.size, key.bytes.begin());
    auto found = sources_.find(key);
    if (found == sources_.end()) {
        if (sources_.size() >= options_.sources_max) return nullptr;
        found = sources_.emplace(key, Counts{}).first;
        const auto kept = source.first(key.size);
        found->second.counted.source.assign(kept.begin(), kept.end());
    }
    return &found->second;
}

void EntryBudget::roll(std::int64_t minute) {
    if (minute <= minute_) return;
    finish_minute();
    minute_ = minute;
    single_total_ = 0;
}

void EntryBudget::finish_minute() {
    const auto finish = [&](Aggregate& aggregate) ROOKERY_REQUIRES(mutex_) {
        if (aggregate.count == 0) return;
        aggregate.minute = Instant{std::chrono::minutes{minute_}};
        keep(std::exchange(aggregate, {}));
    };
    for (auto& [key, counts] : sources_) finish(counts.counted);
    sources_.clear();
    finish(without_source_);
}

void EntryBudget::keep(Aggregate aggregate) {
    const auto same = [&](const Aggregate& other) { return other.source == aggregate.source; };
    // Nobody fetched for a while: names are given up before memory is.
    if (finished_.size() >= options_.sources_max) {
        if (std::ranges::none_of(finished_, same)) aggregate.source.clear();
        const auto found = std::ranges::find_if(finished_, same);
        if (found != finished_.end()) return merge(*found, aggregate);
    }
    finished_.push_back(std::move(aggregate));
}

}  // namespace rookery::identity

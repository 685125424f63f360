#include "http/unseal_turns.hpp"

#include <algorithm>

namespace rookery::http {
namespace {

constexpr std::size_t network_bytes = 8;
constexpr std::size_t ipv6_bytes = 16;

bool is_ipv4_inside(ByteView address) {
    const auto zeros = address.first(10);
    return std::ranges::all_of(zeros, [](auto byte) { return byte == 0; }) && address[10] == 0xff &&
           address[11] == 0xff;
}

tl::unexpected<Error> not_now(std::string why) { return fail(Errc::rate_limited, std::move(why)); }

}  // namespace

Bytes source_of(const Peer& peer) {
    auto out = peer.address;
    if (out.size() == ipv6_bytes && !is_ipv4_inside(out)) out.resize(network_bytes);
    return out;
}

UnsealTurns::Turn::Turn(Turn&& other) noexcept
    : turns_(std::exchange(other.turns_, nullptr)),
      kind_(other.kind_),
      source_(std::move(other.source_)),
      since_(other.since_),
      good_(other.good_) {}

UnsealTurns::Turn::~Turn() {
    if (turns_ != nullptr) turns_->end(*this);
}

UnsealTurns::Lane& UnsealTurns::lane_of(Kind kind) {
    return kind == Kind::share ? shares_ : others_;
}

Result<UnsealTurns::Turn> UnsealTurns::begin(Kind kind, Bytes source) {
    const auto now = now_();
    const MutexLock lock(mutex_);
    auto& lane = lane_of(kind);
    if (lane.busy) return not_now("Another attempt to unseal is under way.");
    if (now < lane.free_from) return not_now("One attempt to unseal is taken a second.");
    const auto last = lane.last_in_line.find(source);
    if (last != lane.last_in_line.end() && now < last->second) {
        return not_now("An attempt from this address was just refused: others have their turn.");
    }
    lane.busy = true;
    return Turn(*this, kind, std::move(source), now);
}

void UnsealTurns::end(const Turn& turn) {
    const auto now = now_();
    const MutexLock lock(mutex_);
    auto& lane = lane_of(turn.kind_);
    lane.busy = false;
    lane.free_from = now + pause;
    std::erase_if(lane.last_in_line, [&](const auto& one) { return one.second <= now; });
    if (turn.good_) {
        lane.last_in_line.erase(turn.source_);
        return;
    }
    if (lane.last_in_line.size() >= sources_max) {
        // Who waits no longer anyway is forgotten first.
        lane.last_in_line.erase(std::ranges::min_element(
            lane.last_in_line, {}, [](const auto& one) { return one.second; }
        ));
    }
    const Time::duration least = refused_least;
    lane.last_in_line[turn.source_] = now + std::max(least, refused_times * (now - turn.since_));
}

}  // namespace rookery::http

#include "audit/log_state.hpp"

#include "base/integrity_failure.hpp"

#include <bit>

namespace rookery::audit {
namespace {

constexpr std::uint8_t format = 2;
constexpr std::size_t format_1_rest = 8 + 8 + 16;  // two minima that were always 0, and a boot id

}  // namespace

std::string encode(const LogState& state) { return encode(state, state.frontier.root()); }

std::string encode(const LogState& state, const Digest& root) {
    const auto hashes = static_cast<std::size_t>(std::popcount(state.size()));
    StringWriter out{58 + hashes * 32};
    out.u8(format)
        .u64(state.size())
        .bytes(root)
        .u64(to_ms(state.last_time))
        .u64(state.checkpoint_size.value_or(0))
        .u8(static_cast<std::uint8_t>(hashes));
    state.frontier.each_hash([&](const Digest& hash) { out.bytes(hash); });
    return std::move(out).take();
}

Result<LogState> parse_log_state(std::string_view row) {
    ByteReader in{bytes_of(row)};
    const auto version = in.u8();
    if (in.ok() && version > format) {
        return fail(
            Errc::newer_format,
            "the audit log was written by a newer program",
            "use the version of rookery that wrote it, or a newer one"
        );
    }
    const auto size = in.u64();
    const auto root = in.array<32>();
    const auto last_time = in.u64();
    LogState state;
    if (version == 1) {
        state.checkpoint_size.reset();
        in.bytes(format_1_rest);
    } else {
        state.checkpoint_size = in.u64();
    }
    std::vector<Digest> hashes(in.u8());
    for (auto& hash : hashes) hash = in.array<32>();
    if (!in.done() || version == 0 || last_time > static_cast<std::uint64_t>(INT64_MAX) ||
        state.checkpoint_size.value_or(0) > size) {
        return integrity_failure();
    }
    state.last_time = from_ms(last_time);
    ROOKERY_TRY(state.frontier, merkle::Frontier::from(size, hashes));
    if (state.frontier.root() != root) return integrity_failure();
    return state;
}

}  // namespace rookery::audit

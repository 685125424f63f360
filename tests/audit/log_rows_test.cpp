#include "audit/log_row.hpp"
#include "audit/log_state.hpp"
#include "merkle/hash.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace rookery::audit::log_rows_test {
namespace {

TEST_CASE("keys of entries and checkpoints sort as their numbers", "[audit]") {
    CHECK(entry_key(255) < entry_key(256));
    CHECK(entry_key(UINT64_MAX) < checkpoint_key(0));
    CHECK(checkpoint_key(UINT64_MAX) < state_key());
    CHECK(to_hex(bytes_of(entry_key(0x0102))) == "010000000000000102");
    for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{77}, UINT64_MAX}) {
        CHECK(number_of(entry_prefix, entry_key(n)) == n);
        CHECK(number_of(checkpoint_prefix, checkpoint_key(n)) == n);
        CHECK_FALSE(number_of(entry_prefix, checkpoint_key(n)));
    }
    CHECK_FALSE(number_of(entry_prefix, entry_key(7).substr(0, 8)));
    CHECK_FALSE(number_of(entry_prefix, entry_key(7) + "x"));
    CHECK_FALSE(number_of(entry_prefix, ""));
}

TEST_CASE("an entry's row splits into what it was made of", "[audit]") {
    const Bytes leaf(84, 7);
    const std::vector<Digest> nodes{Digest{1}, Digest{2}};
    const auto value = entry_value(leaf, nodes, bytes_of("core"), bytes_of(""));
    const auto entry = split_entry(value).value();
    CHECK(std::ranges::equal(entry.leaf, leaf));
    REQUIRE(entry.node_count() == 2);
    CHECK(entry.node(0) == nodes[0]);
    CHECK(entry.node(1) == nodes[1]);
    CHECK(text_of(entry.core_row) == "core");
    CHECK(entry.priv_row.empty());
}

TEST_CASE("an entry's row that its lengths do not fill exactly is refused", "[audit]") {
    const std::vector<Digest> nodes{Digest{1}, Digest{2}};
    const auto value = entry_value(Bytes(84, 7), nodes, bytes_of("core"), bytes_of("priv"));
    for (std::size_t n = 0; n < value.size(); ++n) CHECK_FALSE(split_entry(value.substr(0, n)));
    CHECK_FALSE(split_entry(value + "x"));
    CHECK_FALSE(split_entry(entry_value(Bytes(84, 7), {}, bytes_of("core"), bytes_of("priv"))));
    auto lengthened = value;
    lengthened[84 + 1 + 64] = '\x7F';  // core length above the row's
    CHECK_FALSE(split_entry(lengthened));
}

LogState example_state(std::uint64_t size) {
    LogState state;
    for (std::uint64_t i = 0; i < size; ++i) {
        const auto byte = static_cast<std::uint8_t>(i);
        state.frontier.append(merkle::hash_leaf(ByteView{&byte, 1}));
    }
    state.last_time = from_ms(1700000000000);
    state.checkpoint_size = size / 2;
    return state;
}

TEST_CASE("the state row reads back as it was written", "[audit]") {
    for (const std::uint64_t size : {0U, 1U, 2U, 7U, 8U, 100U}) {
        CHECK(parse_log_state(encode(example_state(size))).value() == example_state(size));
    }
}

/// A row of format 1, which had two minima that were always 0 and a boot id, and no checkpoint size.
std::string format_1_row(const LogState& state) {
    const auto hashes = state.frontier.hashes();
    StringWriter out;
    out.u8(1).u64(state.size()).bytes(state.frontier.root()).u64(to_ms(state.last_time));
    out.u64(0).u64(0).bytes(Bytes(16, 5)).u8(static_cast<std::uint8_t>(hashes.size()));
    for (const auto& hash : hashes) out.bytes(hash);
    return std::move(out).take();
}

TEST_CASE("a state row of format 1 is read, and says nothing of checkpoints", "[audit]") {
    for (const std::uint64_t size : {0U, 1U, 7U, 100U}) {
        auto expected = example_state(size);
        expected.checkpoint_size.reset();
        CHECK(parse_log_state(format_1_row(example_state(size))).value() == expected);
    }
    const auto row = format_1_row(example_state(7));
    for (std::size_t n = 0; n < row.size(); ++n) CHECK_FALSE(parse_log_state(row.substr(0, n)));
    CHECK_FALSE(parse_log_state(row + "x"));
    auto other = row;
    other[0] = 2;
    CHECK_FALSE(parse_log_state(other));
}

TEST_CASE(
    "a flipped byte of the state row is found, but for what is compared elsewhere", "[audit]"
) {
    const auto row = encode(example_state(11));
    for (std::size_t i = 0; i < row.size(); ++i) {
        auto bad = row;
        bad[i] = static_cast<char>(bad[i] ^ 1);
        const bool time = i >= 41 && i < 49;  // compared with the last leaf by check_start
        const bool checkpoint = i == 56;      // 4 instead of 5: compared with the checkpoints
        const auto state = parse_log_state(bad);
        if (state.has_value() != (time || checkpoint)) FAIL("byte " << i);
        const auto code = i == 0 ? Errc::newer_format : Errc::integrity;  // 3 instead of 2
        if (!state) CHECK(state.error().code == code);
    }
    for (std::size_t n = 0; n < row.size(); ++n) CHECK_FALSE(parse_log_state(row.substr(0, n)));
    CHECK_FALSE(parse_log_state(row + "x"));
}

TEST_CASE("a state row whose checkpoint covers more than the log has is refused", "[audit]") {
    auto state = example_state(11);
    state.checkpoint_size = 11;
    CHECK(parse_log_state(encode(state)).value() == state);
    state.checkpoint_size = 12;
    CHECK(parse_log_state(encode(state)).error().code == Errc::integrity);
}

TEST_CASE("a state row of a newer program is told apart from a damaged one", "[audit]") {
    auto row = encode(example_state(3));
    row[0] = 3;
    CHECK(parse_log_state(row).error().code == Errc::newer_format);
    row[0] = 0;
    CHECK(parse_log_state(row).error().code == Errc::integrity);
}

}  // namespace
}  // namespace rookery::audit::log_rows_test

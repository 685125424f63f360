#include "audit/handover.hpp"

#include "audit/log_row.hpp"
#include "audit/support.hpp"
#include "merkle/checkpoint.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace rookery;
using namespace rookery::audit;
using namespace rookery::audit::test;

namespace {

Handover example() {
    Handover out;
    out.vault = *Uuid::parse("a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf");
    out.from = "vault.example/audit/n1";
    out.to = "vault.example/audit/n1.20261129T040506Z";
    out.size = 42;
    for (std::size_t i = 0; i < out.root.size(); ++i)
        out.root[i] = static_cast<std::uint8_t>(0x40 + i);
    out.seen_size = 57;
    for (std::size_t i = 0; i < out.root.size(); ++i) {
        out.seen_root[i] = static_cast<std::uint8_t>(0x80 + i);
    }
    out.time = *parse_iso8601("2026-11-29T04:05:06Z");
    return out;
}

}  // namespace

TEST_CASE("a hand-over is read as it was signed, by the key of the old name alone", "[audit]") {
    const auto key = log_key();
    const auto text = sign_handover(example(), key);
    const auto read = read_handover(text, key.public_key());
    REQUIRE(read);
    CHECK(*read == example());
    CHECK_FALSE(read_handover(text, log_key(1).public_key()));
    // The same words under another of the log's names.
    const auto other = merkle::sign_note(handover_body(example()), example().to + "#handover", key);
    CHECK_FALSE(read_handover(other, key.public_key()));
    CHECK_FALSE(merkle::verify_checkpoint(text, {example().from, key.public_key()}));
}

TEST_CASE("the hand-over of the page is the one that is written", "[audit]") {
    std::ifstream file(std::string(ROOKERY_SOURCE_DIR) + "/docs/formats/handover.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    CHECK(page.find(sign_handover(example(), log_key())) != std::string::npos);
}

TEST_CASE("a hand-over of a log that was filled in says what the rows are as of", "[audit]") {
    const auto key = log_key();
    auto refilled = example();
    refilled.size = 57;
    refilled.root = refilled.seen_root;
    refilled.rows_size = 42;
    const auto text = sign_handover(refilled, key);
    const auto read = read_handover(text, key.public_key());
    REQUIRE(read);
    CHECK(*read == refilled);
    std::ifstream file(std::string(ROOKERY_SOURCE_DIR) + "/docs/formats/handover.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    INFO(text);
    CHECK(page.find(text) != std::string::npos);

    Handovers all;
    REQUIRE(all.add(handover_key(57), text, key.public_key()));
    for (const auto& [index, put_back] : std::initializer_list<std::pair<std::uint64_t, bool>>{
             {41, false}, {42, true}, {56, true}, {57, false}}) {
        INFO(index);
        CHECK(all.is_put_back(index) == put_back);
    }
    auto next = refilled;
    next.from = refilled.to;
    next.to = "vault.example/audit/n1.20270101T000000Z";
    next.size = next.seen_size = 80;
    for (const auto rows : {std::uint64_t{56}, std::uint64_t{57}}) {
        auto both = all;
        next.rows_size = rows;
        const auto added = both.add(handover_key(80), sign_handover(next, key), key.public_key());
        CHECK(added.has_value() == (rows == 57));
    }
}

TEST_CASE("a hand-over of either version with the lines of the other is none", "[audit]") {
    const auto key = log_key();
    auto handover = example();
    const auto signed_as = [&](std::string body) {
        return merkle::sign_note(body, handover.from + "#handover", key);
    };
    auto body = handover_body(handover);
    REQUIRE(read_handover(signed_as(body), key.public_key()));
    body.replace(0, 3, "sv2");
    CHECK_FALSE(read_handover(signed_as(body), key.public_key()));
    handover.rows_size = 12;
    body = handover_body(handover);
    REQUIRE(read_handover(signed_as(body), key.public_key()));
    body.replace(0, 3, "sv1");
    CHECK_FALSE(read_handover(signed_as(body), key.public_key()));
    for (const auto rows : {handover.size, handover.size + 1}) {
        handover.rows_size = rows;
        CHECK_FALSE(read_handover(sign_handover(handover, key), key.public_key()));
    }
}

TEST_CASE("a hand-over with another byte, one fewer or one more is none", "[audit]") {
    const auto key = log_key();
    const auto text = sign_handover(example(), key);
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto other = text;
        other[i] = static_cast<char>(other[i] ^ 1);
        CHECK_FALSE(read_handover(other, key.public_key()));
        CHECK_FALSE(read_handover(text.substr(0, i), key.public_key()));
    }
    CHECK_FALSE(read_handover(text + "\n", key.public_key()));
    CHECK(read_handover("sv3.handover\n", key.public_key()).error().code == Errc::newer_format);
}

TEST_CASE("a hand-over that says what no vault does is none, whoever signed it", "[audit]") {
    const auto key = log_key();
    auto handover = example();
    SECTION("to itself") { handover.to = handover.from; }
    SECTION("knowing of less than there is") { handover.seen_size = 41; }
    SECTION("two roots of one size") { handover.seen_size = 42; }
    SECTION("a name that is none") { handover.to = "two words"; }
    CHECK_FALSE(read_handover(sign_handover(handover, key), key.public_key()));
}

TEST_CASE("hand-overs go on from each other, and no name comes again", "[audit]") {
    const auto key = log_key();
    Handovers all;
    auto first = example();
    REQUIRE(all.add(handover_key(42), sign_handover(first, key), key.public_key()));
    auto second = first;
    second.from = first.to;
    second.to = "vault.example/audit/n1.20270101T000000Z";
    second.size = 50;
    second.seen_size = 57;
    SECTION("as they should") {
        REQUIRE(all.add(handover_key(50), sign_handover(second, key), key.public_key()));
        CHECK(all.lead_to(second.to));
        CHECK_FALSE(all.lead_to(first.to));
        CHECK(all.first(second.to) == first.from);
        CHECK(all.at(42, second.to) == first.from);
        CHECK(all.at(43, second.to) == first.to);
        CHECK(all.at(50, second.to) == first.to);
        CHECK(all.at(51, second.to) == second.to);
        REQUIRE(all.that_ended(first.to) != nullptr);
        CHECK(all.that_ended(second.to) == nullptr);
    }
    SECTION("from another name") {
        second.from = "vault.example/audit/n2";
        CHECK_FALSE(all.add(handover_key(50), sign_handover(second, key), key.public_key()));
    }
    SECTION("back to the first name") {
        second.to = first.from;
        CHECK_FALSE(all.add(handover_key(50), sign_handover(second, key), key.public_key()));
    }
    SECTION("in another row") {
        CHECK_FALSE(all.add(handover_key(51), sign_handover(second, key), key.public_key()));
    }
    SECTION("of no more entries") {
        second.size = 42;
        CHECK_FALSE(all.add(handover_key(42), sign_handover(second, key), key.public_key()));
    }
}

TEST_CASE("the next name of a log is its first one with the time", "[audit]") {
    const auto now = *parse_iso8601("2026-11-29T04:05:06Z");
    CHECK(next_origin("vault.example/audit/n1", now) == "vault.example/audit/n1.20261129T040506Z");
    const std::string longest(merkle::origin_bytes_max, 'a');
    CHECK(merkle::is_key_name(next_origin(longest, now)));
}

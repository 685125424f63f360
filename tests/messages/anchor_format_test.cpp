// The text of an anchor: one spelling, one signer, and nothing that passes for it.
#include "vault/anchor.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace anchor_format_test {

using namespace rookery;
using namespace rookery::messages;

namespace {

crypto::SigningKey key_of(std::uint8_t first) {
    ByteArray<32> seed{};
    for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(first + i);
    return crypto::SigningKey::from_seed(crypto::SigningSeed::copy_of(seed));
}

const Uuid vault = *Uuid::parse("a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf");
const std::string origin = "vault.example/audit/n1";

/// The state row of docs/formats/vault-state.md.
ledger::VaultState state() {
    ledger::VaultState out;
    out.access_epoch = 5;
    out.versionnumber = 9;
    out.live_rows = 1;
    out.keyring_epoch = 1;
    out.log_size = 42;
    for (std::size_t i = 0; i < 32; ++i) out.log_root[i] = static_cast<std::uint8_t>(0x40 + i);
    const auto hex = from_hex("abf7c21e7cb7ef4214d9afe1282502f94f2bb7ba37718c017382d44e67f6b073");
    Digest summand{};
    std::ranges::copy(*hex, summand.begin());
    out.digest.add(summand);
    out.fact_digest.add(summand);
    return out;
}

merkle::VerifierKey log_key() { return {origin, key_of(0).public_key()}; }

std::string example() {
    const auto time = *parse_iso8601("2026-11-29T04:05:06Z") + std::chrono::milliseconds{7};
    return sign_anchor(anchor_of(vault, origin, state(), time), key_of(0));
}

AnchorFault fault_of(std::string_view text) {
    const auto read = read_anchor(text, vault, log_key());
    REQUIRE_FALSE(read);
    return read.error();
}

}  // namespace

TEST_CASE("an anchor is what its page shows", "[messages]") {
    const std::string shown =
        "sv1.anchor\n"
        "vault a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf\n"
        "origin vault.example/audit/n1\n"
        "log 42 QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8=\n"
        "keyring 1\n"
        "rows pemYDFMXYF0gGuFobNiTCBnRK9KYLojT6/nWJbcQeDc=\n"
        "time 2026-11-29T04:05:06Z\n"
        "\n"
        "\xE2\x80\x94 vault.example/audit/n1#anchor "
        "vHR785Py5yf3/X9g3gSMFp1TKSkCaILdYjXfNF+facvy62aWwMragRgo8+q4Pi4/"
        "QE46YaQKRGC/854A1UeUd6LDzgM=\n";
    CHECK(example() == shown);
    const auto read = read_anchor(shown, vault, log_key());
    REQUIRE(read);
    CHECK(*read == anchor_of(vault, origin, state(), *parse_iso8601("2026-11-29T04:05:06Z")));
}

TEST_CASE("no byte of an anchor can be changed, and none be cut or added", "[messages]") {
    const auto text = example();
    const auto signature = text.rfind(' ') + 1;
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const auto bit : {1, 32}) {
            auto changed = text;
            changed[at] = static_cast<char>(changed[at] ^ bit);
            INFO(at << " " << bit);
            CHECK_FALSE(read_anchor(changed, vault, log_key()));
        }
    }
    for (std::size_t size = 0; size < text.size(); ++size) {
        CHECK_FALSE(read_anchor(std::string_view{text}.substr(0, size), vault, log_key()));
    }
    CHECK(signature < text.size());
    CHECK(fault_of(text + "\n") == AnchorFault::damaged);
    CHECK(fault_of(" " + text) == AnchorFault::damaged);
    CHECK(fault_of(text + std::string(anchor_bytes_max, 'x')) == AnchorFault::damaged);
    CHECK(fault_of("") == AnchorFault::damaged);
}

TEST_CASE("a line that is spelt otherwise is refused, however it is signed", "[messages]") {
    const auto right = anchor_body(anchor_of(vault, origin, state(), from_ms(0)));
    const auto with = [&](std::string_view from, std::string_view to) {
        auto body = right;
        const auto at = body.find(from);
        REQUIRE(at != std::string::npos);
        body.replace(at, from.size(), to);
        return merkle::sign_note(body, origin + "#anchor", key_of(0));
    };
    CHECK(read_anchor(with("keyring 1", "keyring 1"), vault, log_key()));
    for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
             {"log 42", "log 042"},
             {"log 42", "log +42"},
             {"log 42", "log  42"},
             {"log 42", "log 18446744073709551616"},
             {"keyring 1", "keyring 01"},
             {"keyring 1\n", ""},
             {"vault a0a1", "vault A0A1"},
             {"sv1.anchor\n", "sv1.anchor \n"},
             {"time 1970-01-01T00:00:00Z", "time 1970-01-01"},
             {"time 1970-01-01T00:00:00Z\n", "time 1970-01-01T00:00:00Z\nmore 1\n"},
         }) {
        INFO(to);
        CHECK(fault_of(with(from, to)) == AnchorFault::damaged);
    }
}

TEST_CASE(
    "an anchor of another vault, another log and a later format is each told apart", "[messages]"
) {
    auto anchor = anchor_of(vault, origin, state(), from_ms(0));
    const auto other = *Uuid::parse("00112233-4455-6677-8899-aabbccddeeff");
    CHECK(read_anchor(example(), other, log_key()).error() == AnchorFault::foreign);
    CHECK(fault_of(sign_anchor(anchor, key_of(1))) == AnchorFault::damaged);
    anchor.origin = "vault.example/audit/n2";
    CHECK(fault_of(sign_anchor(anchor, key_of(0))) == AnchorFault::damaged);
    CHECK(fault_of("sv2.anchor\nwhatever comes then") == AnchorFault::newer);
    CHECK(fault_of("sv10.anchor\n") == AnchorFault::newer);
    for (const auto* text :
         {"sv0.anchor\n", "sv1.anchor\n", "sv.anchor\n", "svx.anchor\n", "sv2.anchors\n"}) {
        CHECK(fault_of(text) == AnchorFault::damaged);
    }
}

TEST_CASE("an anchor passes for no checkpoint, and a checkpoint for no anchor", "[messages]") {
    const auto anchor = anchor_of(vault, origin, state(), from_ms(0));
    const auto body = anchor_body(anchor);
    CHECK_FALSE(merkle::parse_note_body(body));
    // Even signed under the name of the other.
    CHECK_FALSE(merkle::verify_checkpoint(merkle::sign_note(body, origin, key_of(0)), log_key()));
    const merkle::Checkpoint checkpoint{origin, 42, anchor.log_root};
    CHECK(
        fault_of(merkle::sign_checkpoint(checkpoint, origin + "#anchor", key_of(0))) ==
        AnchorFault::damaged
    );
    CHECK(fault_of(merkle::sign_note(body, origin, key_of(0))) == AnchorFault::damaged);
}

TEST_CASE("the longest origin of a log leaves room for the anchor's key name", "[messages]") {
    const std::string longest(merkle::origin_bytes_max, 'o');
    const auto text = sign_anchor(anchor_of(vault, longest, state(), from_ms(0)), key_of(0));
    CHECK(read_anchor(text, vault, {longest, key_of(0).public_key()}));
}

TEST_CASE(
    "the digest of an anchor differs with every part of what the rows add up to", "[messages]"
) {
    const auto same = rows_digest(vault, state());
    const auto changed = [](auto how) {
        auto out = state();
        how(out);
        return rows_digest(vault, out);
    };
    Digest one{};
    one[31] = 1;
    CHECK(changed([](auto& s) { ++s.access_epoch; }) != same);
    CHECK(changed([](auto& s) { ++s.versionnumber; }) != same);
    CHECK(changed([](auto& s) { ++s.live_rows; }) != same);
    CHECK(changed([&](auto& s) { s.digest.add(one); }) != same);
    CHECK(changed([&](auto& s) { s.fact_digest.add(one); }) != same);
    CHECK(changed([&](auto& s) { s.outbox_digest.add(one); }) != same);
    CHECK(rows_digest(Uuid{}, state()) != same);
    // What a checkpoint or a change of keys alone writes is none of it.
    CHECK(changed([](auto& s) { ++s.checkpoint_size; }) == same);
    CHECK(changed([](auto& s) { ++s.keyring_epoch; }) == same);
}

}  // namespace anchor_format_test

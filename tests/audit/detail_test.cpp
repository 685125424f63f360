#include "audit/cbor.hpp"
#include "audit/core_section.hpp"
#include "audit/detail_row.hpp"
#include "audit/leaf.hpp"
#include "audit/prepared_event.hpp"
#include "audit/priv_section.hpp"
#include "crypto/pseudonyms.hpp"
#include "merkle/hash.hpp"
#include "support.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace rookery::audit::detail_test {
namespace {

using test::LogBuilder;

// The example of docs/formats/audit-log.md; three CBOR encoders of other authors agree with it.
constexpr std::string_view example_core =
    "b600010150101112131415161718191a1b1c1d1e1f021b0000018bcfe5687b03626e31040105010600078402676167"
    "656e742d370348c0c1c2c3c4c5c6c708820165616c69636509676167656e742d370a50202122232425262728292a2b"
    "2c2d2e2f0b71526574726965766555736572546f6b656e0c686d2d3030303030310d6c747769747465725f75736572"
    "0e50101112131415161718191a1b1c1d1e1f0f8202031002118205051382070314836b706f6c2d64656661756c7404"
    "637231321748d0d1d2d3d4d5d6d7181850606c6509a6823bab794a9eaa720b2def";
constexpr std::string_view example_priv =
    "a800010144c000020a0219c500046c73762d6167656e742f312e30066e7363686564756c656420706f737408503031"
    "32333435363738393a3b3c3d3e3f0b677661756c742d610c191092";
constexpr std::string_view example_core_commit =
    "e6aba96b2681c5f3a4da1ff093e99e14f80a7d9ae322281bd965cd3fa8602763";
constexpr std::string_view example_priv_commit =
    "87710382bfe8d47d013a4f3d4a6da95b23a18e24042d1dc69ee7b91fcf8f758f";

// Bound to index 42, by Python's SHA-256.
constexpr std::string_view example_bound =
    "fe399747d8abbe701fbde026d9b345675b4a13c600bc44cb1be2db20499ca24b";

template <std::size_t N>
ByteArray<N> counting(std::uint8_t first) {
    ByteArray<N> out{};
    for (std::size_t i = 0; i < N; ++i) out[i] = static_cast<std::uint8_t>(first + i);
    return out;
}

/// The leaf that the writer makes for it.
Leaf leaf_of(const PreparedEvent& event, std::uint64_t index = 7) {
    Leaf leaf;
    leaf.index = index;
    leaf.core_commit = bind_core(index, event.core_commit);
    leaf.priv_commit = event.priv_commit;
    return leaf;
}

Event example_event() {
    Event event;
    event.id = Uuid{counting<16>(0x10)};
    event.time = from_ms(1700000000123);
    event.node = "n1";
    event.action = Action::retrieve;
    event.outcome = Outcome::success;
    event.actor = {ActorType::agent, "agent-7", AuthMethod::client_certificate, counting<8>(0xC0)};
    event.on_behalf_of = Delegator{ActorType::human, "alice"};
    event.agent = "agent-7";
    event.correlation = Uuid{counting<16>(0x20)};
    event.message = "RetrieveUserToken";
    event.client_request_id = "m-000001";
    event.table = "twitter_user";
    event.record = Uuid{counting<16>(0x10)};
    event.columns = {2, 3};
    event.release = ReleaseMode::sealed_to_agent;
    event.row_versions = RowVersions{5, 5};
    event.key_versions = KeyVersions{7, 3};
    event.rule = Rule{"pol-default", 4, "r12"};
    event.source = counting<8>(0xD0);
    event.row_tag.emplace();
    std::ranges::copy(from_hex("606c6509a6823bab794a9eaa720b2def").value(), event.row_tag->begin());
    event.priv.source_address = {192, 0, 2, 10};
    event.priv.source_port = std::uint16_t{50432};
    event.priv.user_agent = "sv-agent/1.0";
    event.priv.justification = "scheduled post";
    event.priv.session = Uuid{counting<16>(0x30)};
    event.priv.host = "vault-a";
    event.priv.process = std::uint64_t{4242};
    return event;
}

Event full_event() {
    auto event = example_event();
    event.outcome = Outcome::denied;
    event.reason = Reason::policy;
    event.release = ReleaseMode::masked;
    event.value_changes = {
        {3, 1, std::nullopt, counting<16>(1)}, {4, 1, counting<16>(2), counting<16>(3)}};
    event.related = std::uint64_t{41};
    event.count = std::uint64_t{0};
    event.extras = {
        {"to", Bytes{1, 2, 3}}, {"count", std::uint64_t{7}}, {"message", std::string{"Assign"}}};
    event.actor_name = counting<8>(0xE0);
    event.record_name = counting<8>(0xF0);
    event.unknown = {{28, from_hex("820102").value()}, {300, from_hex("f6").value()}};
    event.priv.forwarded = {"10.0.0.1", "proxy\n[x]"};
    event.priv.tls = TlsInfo{0x0304, counting<32>(9)};
    event.priv.ticket = "T-1";
    event.priv.request_digest = counting<32>(8);
    event.priv.error_detail = "row tag";
    event.priv.unknown = {{13, from_hex("00").value()}};
    return event;
}

TEST_CASE("the example event has its published bytes, commitments and leaf hash", "[audit]") {
    const auto event = example_event();
    const auto core = encode_core(event);
    const auto priv = encode_priv(event.priv);
    CHECK(core.size() == 221);
    CHECK(priv.size() == 74);
    CHECK(to_hex(core) == example_core);
    CHECK(to_hex(priv) == example_priv);
    const auto core_commit = commitment(Section::core, counting<32>(0x00), core);
    const auto priv_commit = commitment(Section::priv, counting<32>(0x80), priv);
    CHECK(to_hex(core_commit) == example_core_commit);
    CHECK(to_hex(priv_commit) == example_priv_commit);
    // Format 1, which has the commitment as it is, and format 2.
    Leaf leaf{1, Leaf::Kind::event, 42, from_ms(1700000000125), core_commit, priv_commit};
    const auto bytes = encode(leaf);
    CHECK(
        to_hex(bytes) == "01010000000000000000002a0000018bcfe5687d" +
                             std::string{example_core_commit} + std::string{example_priv_commit}
    );
    CHECK(
        to_hex(merkle::hash_leaf(bytes)) ==
        "73c5a49390c53e6cd698af684e883cc15b765181a95c3ebcacc363d4f289f70c"
    );
    leaf.format = 2;
    leaf.core_commit = bind_core(42, core_commit);
    CHECK(
        to_hex(encode(leaf)) == "02010000000000000000002a0000018bcfe5687d" +
                                    std::string{example_bound} + std::string{example_priv_commit}
    );
    CHECK(
        to_hex(merkle::hash_leaf(encode(leaf))) ==
        "94d40a817e29e44ee7921b83a1b1a2218f5d6395ad880d0b88aede9f10640c90"
    );
}

TEST_CASE("an event reads back as it was written", "[audit]") {
    for (const auto& event : {example_event(), full_event(), test::retrieve_event(4)}) {
        auto read = decode_core(encode_core(event)).value();
        read.priv = decode_priv(encode_priv(event.priv)).value();
        auto expected = event;
        // The profile's order of text keys.
        std::ranges::sort(expected.extras, [](const auto& a, const auto& b) {
            return std::pair{a.first.size(), a.first} < std::pair{b.first.size(), b.first};
        });
        CHECK(read == expected);
        // And what was read encodes to the same bytes, unknown fields included.
        CHECK(encode_core(read) == encode_core(event));
        CHECK(encode_priv(read.priv) == encode_priv(event.priv));
    }
}

TEST_CASE("a priv section without fields is empty", "[audit]") {
    CHECK(encode_priv({}).empty());
    CHECK(decode_priv({}).value() == PrivDetail{});
}

TEST_CASE("a cut section is refused", "[audit]") {
    const auto core = encode_core(full_event());
    const auto priv = encode_priv(full_event().priv);
    for (std::size_t n = 0; n < core.size(); ++n) {
        if (decode_core(ByteView{core}.first(n))) FAIL("core cut at " << n);
    }
    for (std::size_t n = 1; n < priv.size(); ++n) {
        if (decode_priv(ByteView{priv}.first(n))) FAIL("priv cut at " << n);
    }
}

TEST_CASE("a section with a missing or mistyped field is refused", "[audit]") {
    const auto core = decode_cbor(encode_core(full_event())).value();
    const auto& fields = *core.as<CborMap>();
    const std::set<std::uint64_t> required{0, 1, 2, 3, 4, 5, 6, 7, 10};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto key = *fields[i].key.as<std::uint64_t>();
        INFO("key " << key);
        auto without = fields;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(decode_core(encode_cbor({without})).has_value() == !required.contains(key));
        if (key > 27) continue;  // an unknown field may have any type
        auto mistyped = fields;
        mistyped[i].value = CborValue{};
        CHECK_FALSE(decode_core(encode_cbor({mistyped})));
    }
    const auto priv = decode_cbor(encode_priv(full_event().priv)).value();
    const auto& priv_fields = *priv.as<CborMap>();
    for (std::size_t i = 0; i + 1 < priv_fields.size(); ++i) {
        auto mistyped = priv_fields;
        mistyped[i].value = CborValue{};
        CHECK_FALSE(decode_priv(encode_cbor({mistyped})));
    }
}

TEST_CASE("columns out of order or twice are refused, and sorted when written", "[audit]") {
    auto event = example_event();
    event.columns = {9, 2, 9, 4};
    const auto written = encode_core(event);
    CHECK(decode_core(written).value().columns == std::vector<std::uint64_t>{2, 4, 9});
    auto map = *decode_cbor(written).value().as<CborMap>();
    for (auto& [key, value] : map) {
        if (*key.as<std::uint64_t>() == 15) {
            value = CborValue{CborArray{{std::uint64_t{4}}, {std::uint64_t{2}}}};
        }
    }
    CHECK_FALSE(decode_core(encode_cbor({map})));
}

TEST_CASE("a section of a newer schema is told apart from a damaged one", "[audit]") {
    auto core = from_hex(example_core).value();
    REQUIRE(core[2] == 1);
    core[2] = 2;
    CHECK(decode_core(core).error().code == Errc::newer_format);
    core[2] = 0;
    CHECK(decode_core(core).error().code == Errc::integrity);
}

TEST_CASE("texts of a request are made UTF-8 and cut at their limits", "[audit]") {
    Event event = example_event();
    event.client_request_id = std::string(127, 'a') + "\xE2\x82\xAC";
    event.priv.user_agent = "bad\xFF" + std::string(1000, 'x');
    event.priv.forwarded.assign(20, std::string(500, 'f'));
    event.priv.justification = std::string(5000, 'j');
    event.priv.source_address = {1, 2, 3};
    const auto core = decode_core(encode_core(event)).value();
    CHECK(core.client_request_id == std::string(127, 'a'));
    const auto priv = decode_priv(encode_priv(event.priv)).value();
    CHECK(priv.user_agent.size() == 256);
    CHECK(priv.user_agent.starts_with("bad\xEF\xBF\xBD"));
    CHECK(priv.forwarded.size() == 8);
    CHECK(priv.justification.size() == 1024);
    CHECK(priv.source_address.empty());
}

TEST_CASE(
    "an event with too much in its lists keeps its columns and says what it left out", "[audit]"
) {
    Event event = example_event();
    event.columns.clear();
    for (std::uint64_t i = 0; i < 40; ++i) event.columns.push_back(i);
    for (int i = 0; i < 400; ++i) {
        event.extras.emplace_back("privilege" + std::to_string(i), std::string(20, 'p'));
    }
    const auto bytes = encode_core(event);
    CHECK(bytes.size() <= cbor_bytes_max);
    const auto read = decode_core(bytes).value();
    CHECK(read.columns == event.columns);
    const auto clipped =
        std::ranges::find(read.extras, "clipped", [](const auto& e) { return e.first; });
    REQUIRE(clipped != read.extras.end());
    const auto left_out = std::get<std::uint64_t>(clipped->second);
    CHECK(left_out + read.extras.size() - 1 == 400);
    CHECK(read.extras.size() > 100);

    event.columns.assign(10000, 0);
    for (std::uint64_t i = 0; i < 10000; ++i) event.columns[i] = i + 1000;
    const auto columns_only = decode_core(encode_core(event)).value();
    CHECK(columns_only.columns.size() > 1000);
    REQUIRE(columns_only.extras.size() == 1);
    CHECK(
        std::get<std::uint64_t>(columns_only.extras[0].second) ==
        400 + 10000 - columns_only.columns.size()
    );
}

TEST_CASE("the longest texts of all fields together still fit", "[audit]") {
    Event event = full_event();
    const std::string long_text(6000, 't');
    event.node = event.agent = event.actor.id = event.on_behalf_of->id = long_text;
    event.message = event.table = event.client_request_id = long_text;
    event.rule = Rule{long_text, 1, long_text};
    event.priv.user_agent = event.priv.justification = event.priv.ticket = long_text;
    event.priv.error_detail = event.priv.host = long_text;
    event.priv.forwarded.assign(8, long_text);
    const auto core = decode_core(encode_core(event));
    REQUIRE(core);
    CHECK(core->columns == event.columns);
    CHECK(decode_priv(encode_priv(event.priv)));
}

TEST_CASE("of equal extra keys the first stays", "[audit]") {
    Event event = example_event();
    event.extras = {{"a", std::uint64_t{1}}, {"b", std::uint64_t{2}}, {"a", std::uint64_t{3}}};
    const auto read = decode_core(encode_core(event)).value();
    REQUIRE(read.extras.size() == 2);
    CHECK(std::get<std::uint64_t>(read.extras[0].second) == 1);
}

TEST_CASE("a prepared event opens to what was prepared", "[audit]") {
    LogBuilder log;
    const auto event = full_event();
    const auto prepared = prepare(event, log.sealer, log.random);
    CHECK(prepared.action == event.action);
    const auto core =
        open_section(Section::core, prepared.core_row, leaf_of(prepared), &log.sealer).value();
    const auto priv =
        open_section(Section::priv, prepared.priv_row, leaf_of(prepared), &log.sealer).value();
    CHECK(core.bytes == encode_core(event));
    CHECK(priv.bytes == encode_priv(event.priv));
    CHECK(core.event == event.id);
    CHECK(core.salt != priv.salt);
    CHECK(parse_detail_row(prepared.core_row).value().day == 19675);  // 2023-11-14
}

TEST_CASE(
    "equal events have different commitments, since every section has its own salt", "[audit]"
) {
    LogBuilder log;
    const auto first = prepare(example_event(), log.sealer, log.random);
    const auto second = prepare(example_event(), log.sealer, log.random);
    CHECK(first.core_commit != second.core_commit);
    CHECK(first.priv_commit != second.priv_commit);
}

TEST_CASE("an event without an id gets one", "[audit]") {
    LogBuilder log;
    auto event = example_event();
    event.id = Uuid{};
    const auto prepared = prepare(event, log.sealer, log.random);
    const auto core =
        open_section(Section::core, prepared.core_row, leaf_of(prepared), &log.sealer).value();
    const auto read = decode_core(core.bytes).value();
    CHECK_FALSE(read.id.is_nil());
    CHECK(read.id == core.event);
}

TEST_CASE("a sealed detail row shows nothing of the event", "[audit]") {
    LogBuilder log;
    const auto prepared = prepare(example_event(), log.sealer, log.random);
    const auto contains = [](const Bytes& row, std::string_view text) {
        return text_of(row).find(text) != std::string_view::npos;
    };
    CHECK_FALSE(contains(prepared.core_row, "agent-7"));
    CHECK_FALSE(contains(prepared.core_row, "twitter_user"));
    CHECK_FALSE(contains(prepared.priv_row, "scheduled"));
}

TEST_CASE(
    "every flipped byte of a detail row is found, the day of one in clear by its event", "[audit]"
) {
    LogBuilder log;
    const auto sealed = prepare(full_event(), log.sealer, log.random);
    auto clear_event = test::retrieve_event(1);
    clear_event.action = Action::unseal_attempt;
    const auto clear = prepare_clear(clear_event, log.random).value();
    const auto check = [&](const Event& event, Section section, const Bytes& row, const Leaf& leaf
                       ) {
        const auto good = open_section(section, row, leaf, &log.sealer);
        REQUIRE(good);
        REQUIRE(belongs_to(*good, event));
        for (std::size_t i = 0; i < row.size(); ++i) {
            const bool unread_day = row[1] == 0 && i >= 2 && i < 6;  // of a row in clear
            auto bad = row;
            bad[i] ^= 0x01;
            const auto opened = open_section(section, bad, leaf, &log.sealer);
            if (opened.has_value() != unread_day) FAIL("byte " << i);
            if (opened && belongs_to(*opened, event)) FAIL("byte " << i);
            if (!opened && opened.error().code != Errc::integrity) FAIL("byte " << i);
        }
        for (std::size_t n = 0; n < row.size(); ++n) {
            if (open_section(section, ByteView{row}.first(n), leaf, &log.sealer)) FAIL("cut " << n);
        }
    };
    check(full_event(), Section::core, sealed.core_row, leaf_of(sealed));
    check(full_event(), Section::priv, sealed.priv_row, leaf_of(sealed));
    check(clear_event, Section::core, clear.core_row, leaf_of(clear));
    check(clear_event, Section::priv, clear.priv_row, leaf_of(clear));
}

TEST_CASE("a section opens only under its own commitment, section and vault", "[audit]") {
    LogBuilder log;
    LogBuilder other;
    other.append_genesis();  // its random stream moves on
    const auto event = full_event();
    const auto prepared = prepare(event, log.sealer, log.random);
    auto swapped = leaf_of(prepared);
    std::swap(swapped.core_commit, swapped.priv_commit);
    CHECK_FALSE(open_section(Section::core, prepared.core_row, swapped, &log.sealer));
    CHECK_FALSE(open_section(Section::priv, prepared.priv_row, swapped, &log.sealer));
    swapped.core_commit = prepared.priv_commit;
    CHECK_FALSE(open_section(Section::core, prepared.core_row, swapped, &log.sealer));
    CHECK_FALSE(open_section(Section::priv, prepared.core_row, leaf_of(prepared), &log.sealer));
    crypto::Keyring keyring =
        crypto::Keyring::create(test::uuid_number(1), log.random, test::start_time);
    crypto::DetailSealer stranger{keyring, test::origin, log.random};
    CHECK_FALSE(open_section(Section::core, prepared.core_row, leaf_of(prepared), &stranger));
    crypto::DetailSealer elsewhere{log.keyring, "vault.example/audit/n2", log.random};
    CHECK_FALSE(open_section(Section::core, prepared.core_row, leaf_of(prepared), &elsewhere));
    CHECK(
        open_section(Section::core, prepared.core_row, leaf_of(prepared), nullptr).error().code ==
        Errc::unavailable
    );
}

TEST_CASE("details open at the index that the leaf binds them to, and at no other", "[audit]") {
    LogBuilder log;
    const auto prepared = prepare(example_event(), log.sealer, log.random);
    const auto opens = [&](const Leaf& leaf) {
        return open_section(Section::core, prepared.core_row, leaf, &log.sealer).has_value();
    };
    const auto leaf = leaf_of(prepared, 7);
    CHECK(opens(leaf));
    auto moved = leaf;
    moved.index = 8;
    CHECK_FALSE(opens(moved));
    // Whoever has no key cannot make what the other index would take: the commitment is in no leaf.
    moved.core_commit = bind_core(8, leaf.core_commit);
    CHECK_FALSE(opens(moved));
    CHECK(opens(leaf_of(prepared, 8)));
    auto format_1 = leaf;
    format_1.format = 1;
    CHECK_FALSE(opens(format_1));
    format_1.core_commit = prepared.core_commit;
    CHECK(opens(format_1));
    format_1.format = 2;
    CHECK_FALSE(opens(format_1));
}

TEST_CASE("what a leaf binds depends on the index and on the details", "[audit]") {
    const auto details = counting<32>(1);
    CHECK(bind_core(7, details) == bind_core(7, details));
    CHECK(bind_core(7, details) != bind_core(8, details));
    CHECK(bind_core(7, details) != bind_core(7, counting<32>(2)));
    CHECK(bind_core(0, details) != details);
    CHECK(core_commit_in({1, Leaf::Kind::event, 7, {}, {}, {}}, details) == details);
    CHECK(core_commit_in({2, Leaf::Kind::event, 7, {}, {}, {}}, details) == bind_core(7, details));
}

TEST_CASE("only the genesis and an attempt to unseal may be written in clear", "[audit]") {
    LogBuilder log;
    for (int code = 0; code < 256; ++code) {
        const auto action = static_cast<Action>(code);
        const std::set<int> allowed{48, 80};
        CHECK(may_be_clear(action) == allowed.contains(code));
        auto event = example_event();
        event.action = action;
        CHECK(prepare_clear(event, log.random).has_value() == allowed.contains(code));
    }
}

TEST_CASE("names of codes are unique and every listed code has one", "[audit]") {
    std::set<std::string_view> names;
    int count = 0;
    for (int code = 0; code < 256; ++code) {
        const auto text = name(static_cast<Action>(code));
        if (text.empty()) continue;
        ++count;
        names.insert(text);
    }
    CHECK(count == 65);
    CHECK(names.size() == 65);
    CHECK(name(Action::remove) == "delete");
    CHECK(name(Outcome::denied) == "denied");
    CHECK(name(Reason::row_tag) == "row-tag");
    CHECK(name(ReleaseMode::masked) == "masked");
    CHECK(name(static_cast<Reason>(200)).empty());
}

TEST_CASE("the value hash of the example token is the published one", "[audit]") {
    // Pseudonym key 00..1f, vault a0..af, table twitter_user, column access_token.
    class Counting final : public Random {
     public:
        void fill(std::span<std::uint8_t> out) override {
            for (auto& byte : out) byte = next_++;
        }

     private:
        // The pseudonym key is the third that a new keyring draws: 64 bytes come before it.
        std::uint8_t next_ = 192;
    };

    Counting random;
    const auto keyring =
        crypto::Keyring::create(Uuid{counting<16>(0xA0)}, random, test::start_time);
    const crypto::Pseudonyms pseudonyms{keyring};
    // The access token of Twitter's public documentation of OAuth 1.0a; it opens nothing.
    const auto token = SecretBytes::copy_of(std::string_view{
        "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"});
    CHECK(
        to_hex(pseudonyms.value_hash("twitter_user", "access_token", token)) ==
        "4f151f7eb166854156f3193ec072db2c"
    );
}

}  // namespace
}  // namespace rookery::audit::detail_test

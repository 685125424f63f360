#include "crypto/root_slots.hpp"

#include "crypto/key_file.hpp"
#include "crypto/support.hpp"

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

constexpr std::string_view words = "correct horse battery staple";

SecretBytes passphrase(std::string_view text = words) { return SecretBytes::copy_of(text); }

KeyFileSecret key_file_secret(std::uint8_t first = 0x40) {
    return KeyFileSecret::copy_of(span_of(first, 32));
}

template <class T>
Errc error_of(const Result<T>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().code;
}

RootSlots with_key_file() {
    RootSlots slots(vault_id);
    CountingRandom random;
    REQUIRE(slots.add_key_file(root_key(), 1, key_file_secret(), "usb", random, epoch_2026));
    return slots;
}

/// One passphrase slot at floor cost, made once: hashing takes a tenth of a second.
const Bytes& passphrase_file() {
    static const Bytes file = [] {
        RootSlots slots(vault_id);
        CountingRandom random;
        REQUIRE(slots.add_passphrase(
            root_key(), 7, passphrase(), passphrase_cost_floor, "safe", random, epoch_2026
        ));
        return slots.serialise();
    }();
    return file;
}

// Offsets in a file with one passphrase slot labelled "safe".
constexpr std::size_t slot_at = 1 + 2 + 4;
constexpr std::size_t params_at = slot_at + 1 + 1 + 2 + 4 + 8 + 2 + 4 + 2;
constexpr std::size_t ops_at = params_at + 1;
constexpr std::size_t mem_at = ops_at + 4;
constexpr std::size_t salt_at = mem_at + 8;

}  // namespace

TEST_CASE("slot keys agree with the vector", "[crypto]") {
    const auto secret = SlotSecret::copy_of(span_of(0, 32));
    CHECK(
        to_hex(bytes_in(derive_slot_key(secret, "sv1.slot.pass", vault_id, 1))) ==
        "53886ce64cdeeb643c5b234b23c0a6cf27cee5bf4530b9d1e89729a963eab908"
    );
    CHECK(
        to_hex(bytes_in(derive_slot_key(secret, "sv1.slot.file", vault_id, 2))) ==
        "a6ad34f8d96237644d819e90acb5ec89436d49e39f71d9af6e015d093d49da79"
    );
}

TEST_CASE("stretching agrees with the Argon2id vector", "[crypto]") {
    ByteArray<16> salt{};
    for (std::uint8_t i = 0; i < 16; ++i) salt[i] = i;
    const auto secret = stretch_passphrase(passphrase(), passphrase_cost_floor, salt);
    REQUIRE(secret);
    CHECK(
        to_hex(bytes_in(*secret)) ==
        "0d1a3c6523c8f06e4e0af9c515aa5b5448cfebd6838f2d52c3d8b6ef8ddc3c2e"
    );
    // tests/vectors/pages_test.py
    const auto slot_key = derive_slot_key(*secret, "sv1.slot.pass", vault_id, 1);
    CHECK(
        to_hex(bytes_in(slot_key)) ==
        "2fd293c9d5091fedfff81ba901721a78674b8774fb8fac7974012e8228dc45a5"
    );
    CHECK(to_hex(key_id(slot_key)) == "3c54ccc9129a6802");
}

TEST_CASE("the cost of a passphrase stays within its bounds", "[crypto]") {
    const ByteArray<16> salt{};
    const auto [ops, mem] = GENERATE(table<std::uint32_t, std::uint64_t>({
        {2, 64U << 20},
        {3, (64U << 20) - 1},
        {17, 64U << 20},
        {3, (std::uint64_t{4} << 30) + 1},
        {0, 0},
        {UINT32_MAX, UINT64_MAX},
    }));
    CHECK(error_of(stretch_passphrase(passphrase(), {ops, mem}, salt)) == Errc::out_of_range);
}

TEST_CASE("the cost follows the machine's memory and never falls below the floor", "[crypto]") {
    CHECK(passphrase_cost_for(std::uint64_t{8} << 30) == passphrase_cost_default);
    CHECK(passphrase_cost_for(std::uint64_t{2} << 30) == passphrase_cost_default);
    CHECK(passphrase_cost_for((std::uint64_t{2} << 30) - 1).memory_bytes == 512U << 20);
    CHECK(passphrase_cost_for(300U << 20).memory_bytes == 128U << 20);
    CHECK(passphrase_cost_for(0).memory_bytes == passphrase_cost_floor.memory_bytes);
    CHECK(passphrase_cost_for(0).operations >= passphrase_cost_floor.operations);
    CHECK(passphrase_cost_here().memory_bytes >= passphrase_cost_floor.memory_bytes);
}

TEST_CASE("a passphrase has 16 characters, no control characters and is UTF-8", "[crypto]") {
    const std::string long_passphrase(1025, 'x');
    const std::string longest(1024, 'x');
    const auto [text, good] = GENERATE_COPY(table<std::string, bool>({
        {"sixteen chars ok", true},
        {"fifteen chars..", false},
        {"", false},
        {"\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6", false},
        {"\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6 eight more", true},
        {"a trailing newline\n", false},
        {"a tab\tin the middle", false},
        {"delete at the end.\x7F", false},
        {"a C1 control here \xC2\x85", false},
        {"no-break space ok \xC2\xA0", true},
        {"not UTF-8 at all, \xFF\xFE", false},
        {"cut in a character \xC2", false},
        {longest, true},
        {long_passphrase, false},
    }));
    INFO(text);
    const auto checked = check_passphrase(passphrase(text));
    CHECK(checked.has_value() == good);
    if (!checked) CHECK(checked.error().code == Errc::invalid_argument);
}

TEST_CASE("a weak passphrase makes no slot", "[crypto]") {
    RootSlots slots(vault_id);
    CountingRandom random;
    CHECK(
        error_of(slots.add_passphrase(
            root_key(), 1, passphrase("short"), passphrase_cost_floor, "", random, epoch_2026
        )) == Errc::invalid_argument
    );
    CHECK(
        error_of(slots.add_passphrase(
            root_key(), 1, passphrase(), {2, 64U << 20}, "", random, epoch_2026
        )) == Errc::out_of_range
    );
    CHECK(slots.slots().empty());
}

TEST_CASE("each slot opens the root key with its own secret", "[crypto]") {
    auto slots = RootSlots::parse(passphrase_file(), vault_id);
    REQUIRE(slots);
    CountingRandom random(99);
    const auto second =
        slots->add_key_file(root_key(), 7, key_file_secret(), "usb", random, epoch_2026);
    REQUIRE(second);
    CHECK(*second == 2);
    const auto back = RootSlots::parse(slots->serialise(), vault_id);
    REQUIRE(back);
    REQUIRE(back->slots().size() == 2);
    CHECK(back->slots()[0].label == "safe");
    CHECK(back->slots()[0].created == epoch_2026);
    const auto by_passphrase = back->open_with_passphrase(passphrase());
    REQUIRE(by_passphrase);
    CHECK(by_passphrase->generation == 7);
    CHECK(by_passphrase->slot == 1);
    CHECK(bytes_in(by_passphrase->key) == span_of(0, 32));
    const auto by_file = back->open_with_key_file(key_file_secret());
    REQUIRE(by_file);
    CHECK(by_file->slot == 2);
    CHECK(bytes_in(by_file->key) == span_of(0, 32));
}

TEST_CASE("a wrong secret is told apart from a damaged slot", "[crypto]") {
    const auto slots = RootSlots::parse(passphrase_file(), vault_id);
    const auto wrong = slots->open_with_passphrase(passphrase("correct horse battery stapler"));
    CHECK(error_of(wrong) == Errc::wrong_secret);
    CHECK_FALSE(wrong.error().hint.empty());
    CHECK(error_of(slots->open_with_passphrase({})) == Errc::wrong_secret);
    CHECK(error_of(slots->open_with_passphrase(passphrase("short"))) == Errc::wrong_secret);
    const auto files = with_key_file();
    CHECK(error_of(files.open_with_key_file(key_file_secret(0x41))) == Errc::wrong_secret);
    CHECK(error_of(files.open_with_passphrase(passphrase())) == Errc::not_found);
    CHECK(error_of(slots->open_with_key_file(key_file_secret())) == Errc::not_found);
}

TEST_CASE("a slot opens only in its vault", "[crypto]") {
    const auto moved = RootSlots::parse(with_key_file().serialise(), other_vault);
    REQUIRE(moved);
    CHECK(error_of(moved->open_with_key_file(key_file_secret())) == Errc::wrong_secret);
}

TEST_CASE("no flipped bit of a slot file opens a root key", "[crypto]") {
    const auto file = with_key_file().serialise();
    std::size_t opened = 0;
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        auto changed = file;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
        const auto slots = RootSlots::parse(changed, vault_id);
        opened += slots && slots->open_with_key_file(key_file_secret());
    }
    CHECK(opened == 0);
}

TEST_CASE("a slot file of any other length is refused", "[crypto]") {
    auto file = with_key_file().serialise();
    std::size_t accepted = 0;
    for (std::size_t size = 0; size < file.size(); ++size) {
        accepted += RootSlots::parse(ByteView{file}.first(size), vault_id).has_value();
    }
    file.push_back(0);
    accepted += RootSlots::parse(file, vault_id).has_value();
    CHECK(accepted == 0);
}

TEST_CASE("a changed cost is refused before any hashing", "[crypto]") {
    auto file = passphrase_file();
    SECTION("operations above the ceiling") { file[ops_at + 3] = 17; }
    SECTION("operations beyond all bounds") { file[ops_at] = 0xFF; }
    SECTION("operations below the floor") { file[ops_at + 3] = 2; }
    SECTION("memory above the ceiling") { file[mem_at + 3] = 2; }
    SECTION("memory beyond all bounds") { file[mem_at] = 0xFF; }
    SECTION("memory below the floor") { file[mem_at + 4] = 1; }
    const auto slots = RootSlots::parse(file, vault_id);
    REQUIRE(slots);
    CHECK(error_of(slots->open_with_passphrase(passphrase())) == Errc::out_of_range);
}

TEST_CASE("a changed salt, cost within bounds or generation does not open", "[crypto]") {
    auto file = passphrase_file();
    auto expected = Errc::wrong_secret;
    SECTION("salt") { file[salt_at] ^= 1; }
    SECTION("one more pass") { file[ops_at + 3] = 4; }
    SECTION("older root generation") {
        file[slot_at + 7] = 6;
        expected = Errc::integrity;
    }
    SECTION("label") {
        file[params_at - 3] ^= 1;
        expected = Errc::integrity;
    }
    const auto slots = RootSlots::parse(file, vault_id);
    REQUIRE(slots);
    CHECK(error_of(slots->open_with_passphrase(passphrase())) == expected);
}

TEST_CASE("a damaged slot does not keep another from opening", "[crypto]") {
    auto slots = with_key_file();
    CountingRandom random(50);
    REQUIRE(slots.add_key_file(root_key(), 1, key_file_secret(), "spare", random, epoch_2026));
    auto file = slots.serialise();
    file[3 + 4 + 7] ^= 0x40;  // the first slot's root generation
    const auto damaged = RootSlots::parse(file, vault_id);
    REQUIRE(damaged);
    const auto opened = damaged->open_with_key_file(key_file_secret());
    REQUIRE(opened);
    CHECK(opened->slot == 2);
}

TEST_CASE("slots of another format or kind are refused as newer", "[crypto]") {
    auto file = with_key_file().serialise();
    SECTION("file format") { file[0] = 2; }
    SECTION("slot format") { file[slot_at] = 2; }
    SECTION("shares") { file[slot_at + 1] = 3; }
    SECTION("systemd credential") { file[slot_at + 1] = 5; }
    SECTION("unheard of") { file[slot_at + 1] = 200; }
    CHECK(error_of(RootSlots::parse(file, vault_id)) == Errc::newer_format);
}

TEST_CASE("a malformed slot file is refused", "[crypto]") {
    auto file = with_key_file().serialise();
    SECTION("file format 0") { file[0] = 0; }
    SECTION("slot format 0") { file[slot_at] = 0; }
    SECTION("slot type 0") { file[slot_at + 1] = 0; }
    SECTION("slot id 0") { file[slot_at + 3] = 0; }
    SECTION("too many slots") { file[1] = 1; }
    SECTION("a slot counted that is not there") { file[2] = 2; }
    SECTION("huge slot") { file[3] = 0xFF; }
    SECTION("a passphrase's type with a key file's parameters") { file[slot_at + 1] = 1; }
    SECTION("label that is not UTF-8") { file[slot_at + 18] = 0xFF; }
    CHECK(error_of(RootSlots::parse(file, vault_id)) == Errc::integrity);
}

TEST_CASE("two slots of one id are refused", "[crypto]") {
    auto slots = with_key_file();
    CountingRandom random;
    REQUIRE(slots.add_key_file(root_key(), 1, key_file_secret(1), "usb", random, epoch_2026));
    auto file = slots.serialise();
    const auto one = with_key_file().serialise().size() - 3;
    file[3 + one + 4 + 3] = 1;
    CHECK(error_of(RootSlots::parse(file, vault_id)) == Errc::integrity);
}

TEST_CASE("a removed slot is gone, and the last one stays", "[crypto]") {
    auto slots = with_key_file();
    CountingRandom random(50);
    CHECK(error_of(slots.remove(1)) == Errc::bad_state);
    REQUIRE(slots.add_key_file(root_key(), 1, key_file_secret(1), "spare", random, epoch_2026));
    CHECK(error_of(slots.remove(3)) == Errc::not_found);
    REQUIRE(slots.remove(1));
    CHECK(error_of(slots.open_with_key_file(key_file_secret())) == Errc::wrong_secret);
    CHECK(slots.open_with_key_file(key_file_secret(1)));
    // Ids are not used again: an old slot row can never stand for a new one.
    CHECK(*slots.add_key_file(root_key(), 1, key_file_secret(2), "next", random, epoch_2026) == 3);
}

TEST_CASE("a label has at most 64 bytes of UTF-8, and a file at most 64 slots", "[crypto]") {
    RootSlots slots(vault_id);
    CountingRandom random;
    const auto add = [&](std::string_view label) {
        return slots.add_key_file(root_key(), 1, key_file_secret(), label, random, epoch_2026);
    };
    CHECK(error_of(add(std::string(65, 'x'))) == Errc::invalid_argument);
    CHECK(error_of(add("\xFF")) == Errc::invalid_argument);
    for (int i = 0; i < 64; ++i) REQUIRE(add(std::string(64, 'x')));
    CHECK(error_of(add("")) == Errc::out_of_range);
    CHECK(RootSlots::parse(slots.serialise(), vault_id));
}

#include "crypto/passphrase_slot.hpp"

#include "crypto/root_slots.hpp"
#include "crypto/support.hpp"

namespace passphrase_slot_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

constexpr std::string_view words = "correct horse battery staple";

SecretBytes passphrase(std::string_view text = words) { return SecretBytes::copy_of(text); }

template <class T>
Errc error_of(const Result<T>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().code;
}

}  // namespace

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

}  // namespace passphrase_slot_test

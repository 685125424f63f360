#include "base/secret.hpp"

#include "base/secret_arena.hpp"
#include "base/zeroing_allocator.hpp"

#include <catch2/catch.hpp>

#include <ostream>
#include <string>
#include <type_traits>

namespace secret_test {

using namespace rookery;

namespace {

struct One;
struct Other;
using OneKey = Key<One>;

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};

// The type rules: they are the specification.
static_assert(!std::is_copy_constructible_v<OneKey> && !std::is_copy_assignable_v<OneKey>);
static_assert(std::is_nothrow_move_constructible_v<OneKey>);
static_assert(std::is_nothrow_move_constructible_v<SecretBytes>);
static_assert(!std::is_default_constructible_v<OneKey>);
static_assert(!std::equality_comparable<OneKey> && !std::equality_comparable<SecretBytes>);
static_assert(!std::is_convertible_v<OneKey, Key<Other>> && !std::is_constructible_v<Key<Other>, OneKey>);
static_assert(!Printable<OneKey> && !Printable<SecretBytes>);
static_assert(!std::is_convertible_v<SecretBytes, std::string> && !std::is_convertible_v<SecretBytes, ByteView>);
static_assert(!std::is_constructible_v<std::string, SecretBytes>);
static_assert(!std::is_convertible_v<std::size_t, SecretBytes>);

std::string text_in(const SecretBytes& secret) {
    return secret.expose([](ByteView bytes) { return std::string{text_of(bytes)}; });
}

class OnesRandom final : public Random {
 public:
    void fill(std::span<std::uint8_t> out) override {
        for (auto& byte : out) byte = 1;
    }
};

/// A raw look at memory that its owner has given up or moved from.
Bytes bytes_at(const void* memory, std::size_t size) {
    Bytes out(size);
    std::memcpy(out.data(), memory, size);
    return out;
}

}  // namespace

TEST_CASE("wipe overwrites everything", "[base]") {
    ByteArray<5> memory{1, 2, 3, 4, 5};
    wipe(memory.data(), 3);
    CHECK(memory == ByteArray<5>{0, 0, 0, 4, 5});
    wipe(nullptr, 0);
}

TEST_CASE("constant-time comparison compares content and length", "[base]") {
    CHECK(constant_time_equal(bytes_of("abc"), bytes_of("abc")));
    CHECK_FALSE(constant_time_equal(bytes_of("abc"), bytes_of("abd")));
    CHECK_FALSE(constant_time_equal(bytes_of("abc"), bytes_of("Abc")));
    CHECK_FALSE(constant_time_equal(bytes_of("abc"), bytes_of("ab")));
    CHECK(constant_time_equal({}, {}));
}

TEST_CASE("secret bytes start as zeros and hold what they were given", "[base]") {
    CHECK(text_in(SecretBytes(3)) == std::string(3, '\0'));
    CHECK(text_in(SecretBytes::copy_of("token")) == "token");
    CHECK(SecretBytes().empty());
    CHECK(SecretBytes(0).empty());
    CHECK(SecretBytes::copy_of("").clone().empty());
    const auto original = SecretBytes::copy_of("token");
    CHECK(text_in(original.clone()) == "token");
    CHECK(text_in(SecretBytes::copy_of(std::string(10000, 'x'))) == std::string(10000, 'x'));
}

TEST_CASE("moving secret bytes leaves nothing behind", "[base]") {
    auto from = SecretBytes::copy_of("token");
    auto to = std::move(from);
    CHECK(from.empty());  // NOLINT(bugprone-use-after-move): the rule under test
    CHECK(text_in(to) == "token");
    auto other = SecretBytes::copy_of("another");
    other = std::move(to);
    CHECK(text_in(other) == "token");
    auto& same = other;
    other = std::move(same);
    CHECK(text_in(other) == "token");
}

TEST_CASE("secret bytes grow by appending, also from themselves", "[base]") {
    SecretBytes secret;
    std::string expected;
    for (int i = 0; i < 500; ++i) {
        secret.append(bytes_of("0123456789"));
        expected += "0123456789";
    }
    CHECK(text_in(secret) == expected);
    secret.append({});
    CHECK(secret.size() == 5000);
    auto twice = SecretBytes::copy_of(std::string(60, 'a'));
    twice.expose([&](ByteView bytes) { twice.append(bytes); });
    CHECK(text_in(twice) == std::string(120, 'a'));
}

TEST_CASE("shrinking wipes what is cut off", "[base]") {
    auto secret = SecretBytes::copy_of("token-secret");
    const std::uint8_t* data = nullptr;
    secret.expose([&](ByteView bytes) { data = bytes.data(); });
    secret.shrink(5);
    CHECK(text_in(secret) == "token");
    CHECK(bytes_at(data + 5, 7) == Bytes(7));
    secret.shrink(0);
    CHECK(secret.empty());
}

TEST_CASE("released secret bytes are wiped before the cell is used again", "[base]") {
    const std::uint8_t* data = nullptr;
    {
        const auto secret = SecretBytes::copy_of("token");
        secret.expose([&](ByteView bytes) { data = bytes.data(); });
    }
    CHECK(bytes_at(data, 64) == Bytes(64));
}

TEST_CASE("a key that was moved from is zero", "[base]") {
    OnesRandom random;
    auto from = OneKey::random(random);
    const auto to = std::move(from);
    from.expose([](ByteView bytes) { CHECK(bytes_at(bytes.data(), 32) == Bytes(32)); });
    to.expose([](ByteView bytes) { CHECK(bytes_at(bytes.data(), 32) == Bytes(32, 1)); });
    to.clone().expose([](ByteView bytes) { CHECK(bytes_at(bytes.data(), 32) == Bytes(32, 1)); });
}

TEST_CASE("a destroyed key is wiped", "[base]") {
    alignas(OneKey) std::byte memory[sizeof(OneKey)];
    OnesRandom random;
    auto* key = new (memory) OneKey(OneKey::random(random));
    CHECK(bytes_at(memory, 32) == Bytes(32, 1));
    key->~OneKey();
    CHECK(bytes_at(memory, 32) == Bytes(32));
}

TEST_CASE("a key is filled in place", "[base]") {
    const auto key = OneKey::filled_by([](std::span<std::uint8_t, 32> out) { out[31] = 9; });
    key.expose([](ByteView bytes) { CHECK(bytes[31] == 9); });
}

TEST_CASE("a zeroing allocator wipes what it frees", "[base]") {
    ZeroingAllocator<char> allocator;
    // Freed memory may be reused for book-keeping at its start; a large block's middle is left alone.
    char* const memory = allocator.allocate(4096);
    std::memset(memory, 'x', 4096);
    wipe(memory, 4096);
    CHECK(bytes_at(memory, 4096) == Bytes(4096));
    allocator.deallocate(memory, 4096);
    WipedBuffer buffer;
    for (int i = 0; i < 10000; ++i) buffer.push_back('y');
    CHECK(std::string(buffer.begin(), buffer.end()) == std::string(10000, 'y'));
}

}  // namespace secret_test

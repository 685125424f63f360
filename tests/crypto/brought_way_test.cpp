// What people bring to a running server: by the members of each kind, and never by a file of the server's.
#include "crypto/brought_way.hpp"

#include "crypto/key_file.hpp"
#include "crypto/root_slots.hpp"
#include "crypto/share_slot.hpp"
#include "crypto/slot_kinds.hpp"
#include "crypto/support.hpp"
#include "support/brought.hpp"

#include <set>

namespace brought_way_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;
using rookery::test::brought;

namespace {

const std::string a_key(64, 'a');

}  // namespace

TEST_CASE("no two kinds are brought by one member", "[crypto]") {
    std::set<std::string_view> seen;
    for (const auto* kind : slot_kinds) {
        CAPTURE(kind->name);
        if (kind->bring == nullptr) {
            CHECK(kind->members.secret.empty());
            continue;
        }
        CHECK(seen.insert(kind->members.secret).second);
        CHECK(member_of_kind(kind->members.secret).kind == kind);
        CHECK_FALSE(member_of_kind(kind->members.secret).word);
        if (kind->members.word.empty()) continue;
        CHECK(seen.insert(kind->members.word).second);
        CHECK(member_of_kind(kind->members.word).kind == kind);
        CHECK(member_of_kind(kind->members.word).word);
    }
    CHECK(member_of_kind("").kind == nullptr);
    CHECK(member_of_kind("keyfile").kind == nullptr);
}

TEST_CASE("a key that is brought is 64 hex digits", "[crypto]") {
    CHECK(offer_of(brought("KeyFile", a_key), {}));
    CHECK(offer_of(brought("Credential", a_key), {}));
    for (const auto& text :
         {a_key.substr(1), a_key + "a", a_key.substr(1) + "g", a_key.substr(1) + "\n"}) {
        CAPTURE(text);
        const auto offer = offer_of(brought("KeyFile", text), {});
        REQUIRE_FALSE(offer);
        CHECK(offer.error().code == Errc::invalid_argument);
        CHECK(offer.error().message.find(text) == std::string::npos);
    }
    SecretBytes text = key_text(KeyFileSecret::copy_of(Bytes(32, 0xAB)));
    CHECK(
        text.expose([](ByteView bytes) { return std::string(text_of(bytes)); }).substr(0, 4) ==
        "abab"
    );
    CHECK(key_from_text(text));
}

TEST_CASE("what is brought is bounded before anything is computed with it", "[crypto]") {
    const auto code = [](BroughtWay way) {
        const auto offer = offer_of(std::move(way), {});
        return offer ? Errc::internal : offer.error().code;
    };
    CHECK(code({}) == Errc::invalid_argument);
    CHECK(code(brought("Passphrase", "")) == Errc::invalid_argument);
    CHECK(code(brought("Passphrase", std::string(1025, 'p'))) == Errc::invalid_argument);
    CHECK(code(brought({{"Passphrase", "a"}, {"Passphrase", "b"}})) == Errc::invalid_argument);
    CHECK(
        code(brought({{"Passphrase", "a"}, {"KeyFile", a_key}, {"Credential", a_key}})) ==
        Errc::invalid_argument
    );
    CHECK(code(brought({{"Passphrase", "a"}, {"NewShares", "2/3"}})) == Errc::invalid_argument);
    CHECK(code(brought("NewShares", "17/17")) == Errc::invalid_argument);
    CHECK(code(brought("NewShares", std::string(256, '1'))) == Errc::invalid_argument);
    CHECK(code(brought({{"Shares", "svs1"}, {"NewShares", "2/3"}})) == Errc::invalid_argument);
    CHECK(code(brought("TokenPin", "1234")) == Errc::unsupported);
    BroughtWay many;
    many.parts.push_back({&share_slot, {}});
    for (int i = 0; i < 17; ++i) {
        many.parts[0].brought.secrets.push_back(SecretBytes::copy_of("svs1"));
    }
    CHECK(code(std::move(many)) == Errc::invalid_argument);
    BroughtWay pair;
    pair.parts.push_back({&pair_slot, {}});
    CHECK(code(std::move(pair)) == Errc::invalid_argument);
}

TEST_CASE(
    "shares that are made for whoever asked lie in no file, and open their slot", "[crypto]"
) {
    SystemRandom random;
    RootSlots slots(Uuid::random(random));
    const auto root = RootKey::random(random);
    const auto offer = offer_of(brought("NewShares", "2/3"), {});
    REQUIRE(offer);
    CHECK((*offer)->made().empty());
    REQUIRE(slots.add(root, 1, **offer, "board", random, from_ms(1)));
    const auto texts = (*offer)->made();
    REQUIRE(texts.size() == 3);
    BroughtWay two;
    two.parts.push_back({&share_slot, {}});
    two.parts[0].brought.secrets.push_back(texts[2].clone());
    two.parts[0].brought.secrets.push_back(texts[0].clone());
    CHECK(slots.open(**offer_of(std::move(two), {})));
}

TEST_CASE("shares that came from a server are written as one, or not at all", "[crypto]") {
    const TempFolder folder;
    SystemRandom random;
    RootSlots slots(Uuid::random(random));
    const auto offer = offer_of(brought("NewShares", "2/2"), {});
    REQUIRE(slots.add(RootKey::random(random), 1, **offer, "board", random, from_ms(1)));
    auto texts = (*offer)->made();
    REQUIRE(write_shares(texts, folder.file("to")));
    CHECK_FALSE(write_shares(texts, folder.file("to")));  // nothing is replaced
    std::filesystem::remove_all(folder.file("to"));
    texts.push_back(SecretBytes::copy_of("svs1nothing"));
    CHECK(write_shares(texts, folder.file("to")).error().code == Errc::wrong_secret);
    CHECK(std::filesystem::is_empty(folder.file("to")));
}

}  // namespace brought_way_test

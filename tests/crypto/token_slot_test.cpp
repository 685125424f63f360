// Slots that a key in a PKCS#11 token opens: with SoftHSM, as an operator sets it up.
#include "crypto/root_slots.hpp"
#include "crypto/slot_kinds.hpp"
#include "crypto/soft_token.hpp"
#include "crypto/support.hpp"
#include "crypto/token_module.hpp"

#include <sodium.h>

namespace token_slot_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

std::unique_ptr<SlotOffer> offer_of(
    const std::string& pin, const std::string& key = {}, const std::string& module = soft_module
) {
    SlotGiven given;
    given.path = module;
    given.word = key;
    given.secrets.push_back(SecretBytes::copy_of(pin));
    auto offer = token_slot.offer(std::move(given));
    REQUIRE(offer);
    return std::move(*offer);
}

Result<std::uint16_t> add(RootSlots& slots, const SlotOffer& offer) {
    SystemRandom random;
    return slots.add(root_key(), 7, offer, offer.label(), random, epoch_2026);
}

template <class T>
Error error_in(const Result<T>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error();
}

}  // namespace

TEST_CASE("a slot is made with a token's key and opened with the token and its PIN", "[crypto]") {
    const auto& tokens = SoftTokens::instance();
    tokens.make_token("opens");
    tokens.make_key("opens", "01");
    RootSlots slots(vault_id);
    const auto made_with = offer_of(SoftTokens::pin, "opens:01");
    CHECK(made_with->label() == "opens");
    REQUIRE(add(slots, *made_with));
    const auto opened = slots.open(*offer_of(SoftTokens::pin));
    REQUIRE(opened);
    CHECK(bytes_in(opened->key) == bytes_in(root_key()));
    const auto told = token_slot.describe(slots.slots().front().params);
    CHECK(told.find("PKCS#11 token 'opens' with serial number ") == 0);
    CHECK(told.find("key 01") != std::string::npos);
}

TEST_CASE("a slot's secret is another for another vault, salt and key", "[crypto]") {
    const auto& tokens = SoftTokens::instance();
    tokens.make_token("differs");
    tokens.make_key("differs", "0a");
    tokens.make_key("differs", "0b");
    const auto offer = offer_of(SoftTokens::pin, "differs:0a");
    SystemRandom random;
    const auto params = offer->new_params(random);
    const auto more = offer->new_params(random);
    const auto other_key = offer_of(SoftTokens::pin, "differs:0b")->new_params(random);
    REQUIRE((params && more && other_key));
    const auto secret_of = offer->read();
    REQUIRE(secret_of);
    const auto bytes = [&](const Uuid& vault, const Bytes& of) {
        const auto secret = (*secret_of)(vault, of);
        REQUIRE(secret);
        return bytes_in(*secret);
    };
    const auto one = bytes(vault_id, *params);
    CHECK(bytes(vault_id, *params) == one);
    CHECK(bytes(Uuid::from_bytes(Bytes(16, 1)), *params) != one);
    CHECK(bytes(vault_id, *more) != one);
    CHECK(bytes(vault_id, *other_key) != one);
}

TEST_CASE("a wrong PIN is named, and tried once however many slots there are", "[crypto]") {
    const auto& tokens = SoftTokens::instance();
    tokens.make_token("pins");
    tokens.make_key("pins", "01");
    RootSlots slots(vault_id);
    for (int i = 0; i < 8; ++i) REQUIRE(add(slots, *offer_of(SoftTokens::pin, "pins:01")));
    const auto wrong = offer_of("654321");
    const auto refused = error_in(slots.open(*wrong));
    CHECK(refused.code == Errc::wrong_secret);
    CHECK(refused.message == "the PIN of the token is wrong");
    CHECK(slots.opened_by(*wrong).empty());
    // A token locks itself after a few: this one did not.
    CHECK(slots.open(*offer_of(SoftTokens::pin)));
}

TEST_CASE("label and serial number both have to be the token's", "[crypto]") {
    const auto& tokens = SoftTokens::instance();
    tokens.make_token("twin");
    tokens.make_key("twin", "01");
    const auto serial = serial_of_token(soft_module, "twin");
    REQUIRE(serial);
    const auto pin = SecretBytes::copy_of(SoftTokens::pin);
    const Bytes id{1};
    const auto input = bytes_of("input");
    CHECK(token_hmac(soft_module, pin, {"twin", *serial, id}, input));
    const auto another = error_in(token_hmac(soft_module, pin, {"twin", "0000", id}, input));
    CHECK(another.code == Errc::wrong_secret);
    CHECK(
        another.message.find("is another one: its serial number is " + *serial) != std::string::npos
    );
    CHECK(
        error_in(token_hmac(soft_module, pin, {"gone", *serial, id}, input)).code == Errc::not_found
    );
    tokens.make_token("twin");
    CHECK(error_in(serial_of_token(soft_module, "twin")).code == Errc::invalid_argument);
    CHECK(token_hmac(soft_module, pin, {"twin", *serial, id}, input));
}

TEST_CASE("a key that is not there, there twice or could leave its token is refused", "[crypto]") {
    const auto& tokens = SoftTokens::instance();
    tokens.make_token("keys");
    tokens.make_key("keys", "01");
    tokens.make_key("keys", "02", "--usage-sign --extractable");
    tokens.make_key("keys", "04");
    tokens.make_key("keys", "04");
    RootSlots slots(vault_id);
    const auto refused = [&](const char* id) {
        return error_in(add(slots, *offer_of(SoftTokens::pin, std::string("keys:") + id))).code;
    };
    CHECK(refused("02") == Errc::bad_permissions);
    CHECK(refused("04") == Errc::not_found);
    CHECK(refused("99") == Errc::not_found);
    CHECK(add(slots, *offer_of(SoftTokens::pin, "keys:01")));
}

TEST_CASE("what is no module, or could be anybody's, is not loaded", "[crypto]") {
    const TempFolder folder;
    CHECK(error_in(load_token_module("libsofthsm2.so")).code == Errc::usage);
    CHECK(error_in(load_token_module(folder.file("none.so"))).code == Errc::not_found);
    const auto text = folder.file("text.so");
    write_file(text, "no library", std::filesystem::perms::owner_read);
    CHECK(error_in(load_token_module(text)).code == Errc::io);
    const auto shared = folder.file("shared.so");
    write_file(shared, "", std::filesystem::perms::all);
    std::filesystem::permissions(shared, std::filesystem::perms::all);
    CHECK(error_in(load_token_module(shared)).code == Errc::bad_permissions);
    CHECK(load_token_module(soft_module));
}

TEST_CASE(
    "a token is offered with one PIN, and a key by its token's label and its id", "[crypto]"
) {
    SlotGiven none;
    none.path = soft_module;
    CHECK(error_in(token_slot.offer(std::move(none))).code == Errc::usage);
    SystemRandom random;
    const auto long_label = std::string(33, 'a') + ":01";
    for (const std::string key :
         {"", "token", "token:", ":01", "token:0", "token:xy", long_label.c_str()}) {
        CAPTURE(key);
        CHECK(error_in(offer_of(SoftTokens::pin, key)->new_params(random)).code == Errc::usage);
    }
}

}  // namespace token_slot_test

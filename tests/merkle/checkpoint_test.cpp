#include "merkle/checkpoint.hpp"

#include "merkle/hashes.hpp"

#include <catch2/catch.hpp>

namespace rookery::merkle::checkpoint_test {
namespace {

// Vectors of docs/formats/checkpoint.md.
constexpr std::string_view example_key =
    "vault.example/audit/n1+595a887a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr std::string_view example_note =
    "vault.example/audit/n1\n"
    "70000\n"
    "Jb0OklGvGU6ExMejZEBAA4kg/aSzfPcnwAM/LUW6zPQ=\n"
    "\n"
    "\xE2\x80\x94 vault.example/audit/n1 "
    "WVqIenaWBV9r38ULKQywZU21K3A/"
    "AQN8FlKai51XFWCCT0Tme9W6KebCue1QYHtzcrD5UTJP52QBOqq9Fjih+D8Nkg8=\n";

crypto::SigningKey example_signer(std::uint8_t first = 0) {
    ByteArray<32> seed{};
    for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(first + i);
    return crypto::SigningKey::from_seed(crypto::SigningSeed::copy_of(seed));
}

Checkpoint example_checkpoint() {
    Checkpoint out{"vault.example/audit/n1", 70000, {}};
    const auto root = from_base64("Jb0OklGvGU6ExMejZEBAA4kg/aSzfPcnwAM/LUW6zPQ=").value();
    std::memcpy(out.root.data(), root.data(), root.size());
    return out;
}

TEST_CASE("the example checkpoint is signed byte for byte and verifies", "[merkle]") {
    const auto signer = example_signer();
    const auto key = parse_verifier_key(example_key).value();
    CHECK(key.key == signer.public_key());
    CHECK(format_verifier_key({"vault.example/audit/n1", signer.public_key()}) == example_key);
    CHECK(sign_checkpoint(example_checkpoint(), "vault.example/audit/n1", signer) == example_note);
    CHECK(verify_checkpoint(example_note, key).value() == example_checkpoint());
}

TEST_CASE("signing the same checkpoint twice gives the same note", "[merkle]") {
    const auto signer = example_signer(9);
    CHECK(
        sign_checkpoint(example_checkpoint(), "a", signer) ==
        sign_checkpoint(example_checkpoint(), "a", signer)
    );
}

TEST_CASE("a note with any bit changed is refused", "[merkle]") {
    const auto key = parse_verifier_key(example_key).value();
    for (std::size_t i = 0; i < example_note.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string note{example_note};
            note[i] = static_cast<char>(note[i] ^ (1 << bit));
            const auto result = verify_checkpoint(note, key);
            if (result || result.error().code != Errc::integrity)
                FAIL("byte " << i << " bit " << bit);
        }
    }
}

TEST_CASE("a note cut anywhere or lengthened is refused", "[merkle]") {
    const auto key = parse_verifier_key(example_key).value();
    for (std::size_t n = 0; n < example_note.size(); ++n) {
        if (verify_checkpoint(example_note.substr(0, n), key)) FAIL("cut at " << n);
    }
    CHECK_FALSE(verify_checkpoint(std::string{example_note} + "\n", key));
    CHECK_FALSE(verify_checkpoint(std::string{example_note} + "x", key));
    CHECK_FALSE(verify_checkpoint("\n" + std::string{example_note}, key));
    CHECK_FALSE(verify_checkpoint(std::string{example_note} + std::string(note_bytes_max, 'x'), key)
    );
}

TEST_CASE("another key, name or origin does not verify", "[merkle]") {
    const auto stranger = example_signer(1);
    CHECK_FALSE(verify_checkpoint(example_note, {"vault.example/audit/n1", stranger.public_key()}));
    CHECK_FALSE(
        verify_checkpoint(example_note, {"vault.example/audit/n2", example_signer().public_key()})
    );
    // Signed under the right key and name, but for somebody else's log.
    auto other = example_checkpoint();
    other.origin = "vault.example/audit/n2";
    const auto note = sign_checkpoint(other, "vault.example/audit/n1", example_signer());
    CHECK_FALSE(verify_checkpoint(note, parse_verifier_key(example_key).value()));
}

TEST_CASE("signatures of other keys are ignored, a bad one of this key is not", "[merkle]") {
    const auto key = parse_verifier_key(example_key).value();
    const auto line_of = [](const std::string& note) { return note.substr(note.find("\n\n") + 2); };
    const auto witness =
        line_of(sign_checkpoint(example_checkpoint(), "witness.example/w1", example_signer(0x20)));
    CHECK(verify_checkpoint(std::string{example_note} + witness, key));
    // A line with this key's name and id and a signature of the wrong kind.
    const auto forged = "\xE2\x80\x94 vault.example/audit/n1 " +
                        to_base64(from_hex("595a887a" + std::string(128, '0')).value()) + "\n";
    CHECK_FALSE(verify_checkpoint(std::string{example_note} + forged, key));
    std::string many{example_note};
    for (std::size_t i = 1; i < note_signatures_max; ++i) many += witness;
    CHECK(verify_checkpoint(many, key));
    CHECK_FALSE(verify_checkpoint(many + witness, key));
}

TEST_CASE("a checkpoint body has exactly one spelling", "[merkle]") {
    const std::string root = "Jb0OklGvGU6ExMejZEBAA4kg/aSzfPcnwAM/LUW6zPQ=";
    REQUIRE(parse_note_body("o\n7\n" + root + "\n"));
    CHECK(parse_note_body("o\n0\n" + root + "\n"));
    CHECK(parse_note_body("o\n18446744073709551615\n" + root + "\n").value().size == UINT64_MAX);
    const auto body = GENERATE_COPY(
        as<std::string>{},
        "",
        "o",
        "o\n7\n",
        "o\n07\n" + root + "\n",
        "o\n+7\n" + root + "\n",
        "o\n-7\n" + root + "\n",
        "o\n7 \n" + root + "\n",
        "o\n\n" + root + "\n",
        "o\n18446744073709551616\n" + root + "\n",
        "o\n7\n" + root,
        "o\n7\n" + root + "\nextension\n",
        "\n7\n" + root + "\n",
        "o o\n7\n" + root + "\n",
        "o+o\n7\n" + root + "\n",
        "o\n7\n" + root.substr(1) + "\n",
        "o\n7\nJb0OklGvGU6ExMejZEBAA4kg/aSzfPcnwAM/LUW6zPR=\n",
        "o\n7\nAAAA\n",
        "o\r\n7\r\n" + root + "\r\n"
    );
    INFO(body);
    const auto parsed = parse_note_body(body);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Errc::integrity);
}

TEST_CASE("a verifier key is refused unless id, algorithm and length are right", "[merkle]") {
    CHECK(parse_verifier_key(std::string{example_key} + "\n"));
    const auto text = GENERATE(
        "",
        "name",
        "name+595a887a",
        "+595a887a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "vault.example/audit/n2+595a887a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "vault.example/audit/n1+595A887A+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "vault.example/audit/n1+595a887b+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "vault.example/audit/n1+595a887a+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        "vault.example/audit/n1+595a887a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTE=",
        "vault.example/audit/n1+595a887a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n\n",
        "vault example+595a887a+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    );
    INFO(text);
    const auto parsed = parse_verifier_key(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Errc::malformed);
    CHECK_FALSE(parsed.error().hint.empty());
}

}  // namespace
}  // namespace rookery::merkle::checkpoint_test

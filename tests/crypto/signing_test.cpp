#include "crypto/signing.hpp"

#include "crypto/support.hpp"

namespace signing_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

TEST_CASE("signatures agree with RFC 8032, tests 1 and 2", "[crypto]") {
    const auto first = SigningKey::from_seed(SigningSeed::copy_of(
        hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    ));
    CHECK(
        to_hex(first.public_key()) ==
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    );
    CHECK(
        to_hex(first.sign({})) ==
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
        "f9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    );
    const auto second = SigningKey::from_seed(SigningSeed::copy_of(
        hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    ));
    const Bytes message{0x72};
    CHECK(
        to_hex(second.sign(message)) ==
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
        "f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00"
    );
}

TEST_CASE("a signature holds for its message and key only", "[crypto]") {
    const auto key = SigningKey::from_seed(SigningSeed::copy_of(span_of(0, 32)));
    const auto other = SigningKey::from_seed(SigningSeed::copy_of(span_of(1, 32)));
    const auto message = bytes_of("checkpoint");
    const auto signature = key.sign(message);
    CHECK(verify_signature(key.public_key(), message, signature));
    CHECK_FALSE(verify_signature(other.public_key(), message, signature));
    CHECK_FALSE(verify_signature(key.public_key(), bytes_of("checkpoinu"), signature));
    CHECK_FALSE(verify_signature(key.public_key(), message, ByteView{signature}.first(63)));
    CHECK_FALSE(verify_signature(key.public_key(), message, {}));
    CHECK_FALSE(verify_signature(PublicKey{}, message, signature));
    std::size_t accepted = 0;
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        auto changed = signature;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
        accepted += verify_signature(key.public_key(), message, changed);
    }
    CHECK(accepted == 0);
}

TEST_CASE("the keyring's signing key is the one that its seed makes", "[crypto]") {
    const auto ring = counting_keyring();
    const auto key = SigningKey::from_seed(ring.active<Purpose::log_signing>().key);
    const auto same = SigningKey::from_seed(SigningSeed::copy_of(span_of(9 * 32 % 256, 32)));
    CHECK(key.public_key() == same.public_key());
}

}  // namespace signing_test

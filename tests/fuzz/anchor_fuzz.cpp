// libFuzzer target for anchors: whatever lies in the file, what is taken is exactly what is written.
#include "vault/anchor.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using namespace rookery;

const crypto::SigningKey& key() {
    static const auto key = crypto::SigningKey::from_seed(crypto::SigningSeed::copy_of(Digest{}));
    return key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rookery::messages;
    const merkle::VerifierKey log_key{"vault.test/audit/n1", key().public_key()};
    const std::string text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(read_anchor(text, Uuid{}, log_key));
    // Nobody signs by chance: what lies behind the signature is reached by signing it.
    const auto note = merkle::sign_note(text, log_key.name + "#anchor", key());
    const auto read = read_anchor(note, Uuid{}, log_key);
    if (read && sign_anchor(*read, key()) != note) __builtin_trap();
    return 0;
}

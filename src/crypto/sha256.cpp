// OpenSSL 3.0 allocates a state for each digest of its EVP interface; a retrieve takes eleven digests. The
// functions for this one algorithm are deprecated there for the sake of providers, and need none.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/sha256.hpp"

#include <openssl/sha.h>
#include <sodium.h>

#include <stdexcept>

namespace rookery::crypto {
namespace {

void check(int result) {
    if (result != 1) throw std::runtime_error("OpenSSL: SHA-256 failed");
}

/// Holds the end of what was hashed, which may be secret.
struct State {
    State() { check(SHA256_Init(&value)); }

    ~State() { sodium_memzero(&value, sizeof value); }

    State(const State&) = delete;
    State& operator=(const State&) = delete;

    SHA256_CTX value{};
};

}  // namespace

Digest sha256(ByteView bytes) { return sha256({bytes}); }

Digest sha256(std::initializer_list<ByteView> parts) {
    State state;
    for (const auto part : parts) check(SHA256_Update(&state.value, part.data(), part.size()));
    Digest out{};
    check(SHA256_Final(out.data(), &state.value));
    return out;
}

struct Sha256::Inside {
    State state;
};

Sha256::Sha256() : inside_(std::make_unique<Inside>()) {}

Sha256::~Sha256() = default;

void Sha256::add(ByteView bytes) {
    check(SHA256_Update(&inside_->state.value, bytes.data(), bytes.size()));
}

Digest Sha256::digest() {
    Digest out{};
    check(SHA256_Final(out.data(), &inside_->state.value));
    check(SHA256_Init(&inside_->state.value));
    return out;
}

}  // namespace rookery::crypto

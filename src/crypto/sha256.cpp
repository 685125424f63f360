#include "crypto/sha256.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace rookery::crypto {
namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

using ContextPtr = std::unique_ptr<EVP_MD_CTX, FreeContext>;

void check(int result) {
    if (result != 1) throw std::runtime_error("OpenSSL: SHA-256 failed");
}

/// Fetched once: a fetch per digest costs several times the digest. Never freed, since threads may
/// outlive static objects.
const EVP_MD* algorithm() {
    static const EVP_MD* const fetched = [] {
        const auto* md = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
        if (md == nullptr) throw std::runtime_error("OpenSSL has no SHA-256");
        return md;
    }();
    return fetched;
}

ContextPtr new_context() {
    ContextPtr context{EVP_MD_CTX_new()};
    if (context == nullptr) throw std::bad_alloc();
    check(EVP_DigestInit_ex2(context.get(), algorithm(), nullptr));
    return context;
}

Digest finish(EVP_MD_CTX* context) {
    Digest out{};
    check(EVP_DigestFinal_ex(context, out.data(), nullptr));
    // Ready for the next one: keeps the algorithm's state allocated.
    check(EVP_DigestInit_ex2(context, nullptr, nullptr));
    return out;
}

EVP_MD_CTX* thread_context() {
    thread_local const ContextPtr context = new_context();
    return context.get();
}

}  // namespace

Digest sha256(ByteView bytes) { return sha256({bytes}); }

Digest sha256(std::initializer_list<ByteView> parts) {
    auto* const context = thread_context();
    for (const auto part : parts) check(EVP_DigestUpdate(context, part.data(), part.size()));
    return finish(context);
}

}  // namespace rookery::crypto

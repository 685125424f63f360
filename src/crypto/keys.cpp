#include "crypto/keys.hpp"

#include "crypto/hash.hpp"

namespace rookery::crypto {

KeyId key_id(ByteView key) {
    const auto digest = KeyedHash(key).lp("sv1.kid").digest();
    KeyId out{};
    std::memcpy(out.data(), digest.data(), out.size());
    return out;
}

}  // namespace rookery::crypto

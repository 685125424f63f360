#include "crypto/pseudonyms.hpp"

#include "crypto/hash.hpp"

namespace rookery::crypto {
namespace {

template <std::size_t N>
ByteArray<N> first(const Digest& digest) {
    ByteArray<N> out{};
    std::memcpy(out.data(), digest.data(), N);
    return out;
}

}  // namespace

ByteArray<16> Pseudonyms::value_hash(
    std::string_view table, std::string_view column, const SecretBytes& value
) const {
    return first<16>(value.expose([&](ByteView bytes) {
        return KeyedHash(keyring_.active<Purpose::pseudonym>().key)
            .lp("sv1.amac")
            .bytes(keyring_.vault().bytes)
            .lp(table)
            .lp(column)
            .lp(bytes)
            .digest();
    }));
}

ByteArray<8> Pseudonyms::source_pseudonym(ByteView address) const {
    return first<8>(KeyedHash(keyring_.active<Purpose::pseudonym>().key)
                        .lp("sv1.srch")
                        .bytes(keyring_.vault().bytes)
                        .lp(address)
                        .digest());
}

}  // namespace rookery::crypto

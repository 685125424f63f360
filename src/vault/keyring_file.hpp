// KeyringFile: writes the data directory's keyring while the vault is open. For that the ring key stays in locked memory
// when the root key has gone: with it and the disk one can put other keys in the place of these, and in this process
// all of them lie beside it anyway. A new way in needs the root key, and so somebody who offers one of the old ones.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret_box.hpp"
#include "crypto/keyring.hpp"
#include "vault/data_directory.hpp"

#include <cstdint>

namespace rookery::messages {

class KeyringFile {
 public:
    KeyringFile(const crypto::RootKey& root, std::uint32_t root_generation)
        : ring_(crypto::derive_ring_key(root)), root_generation_(root_generation) {}

    /// Durable when it returns. Errc: see DataDirectory::write_keyring.
    [[nodiscard]] Result<void> write(
        const crypto::Keyring& keyring, const DataDirectory& directory, Random& random
    ) const {
        return directory.write_keyring(keyring.seal(*ring_, root_generation_, random));
    }

 private:
    SecretBox<crypto::RingKey> ring_;
    std::uint32_t root_generation_;
};

}  // namespace rookery::messages

// What a token behind a PKCS#11 module is used for: an HMAC-SHA256 that it computes with a key that never leaves it.
//
// A module is a shared library that runs inside this process: whoever may write its file may do what the process may,
// so it has to be root's or this user's, and nobody else's to write. It is loaded once and stays loaded; it is
// initialized for one use and finalized after it, so that no session of ours outlives that. One use at a time in the
// process.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/keys.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace rookery::crypto {

/// A key, and the token that it is in. Label and serial number are compared without the blanks that PKCS#11 fills
/// them up with.
struct TokenKey {
    std::string token_label;   // 1 to 32 bytes
    std::string token_serial;  // 1 to 16 bytes
    Bytes id;                  // CKA_ID, 1 to 64 bytes
};

/// Loads the module without using it, for a process that may not be able to later. Errc::bad_permissions for a file that
/// others may write, Errc::not_found, Errc::io when it is none.
[[nodiscard]] Result<void> load_token_module(const std::filesystem::path& module);

/// The serial number of the one token with this label. Errc::not_found, and invalid_argument for two of them; those of
/// load_token_module; Errc::io for what a module says that it should not.
[[nodiscard]] Result<std::string> serial_of_token(
    const std::filesystem::path& module, std::string_view label
);

/// HMAC-SHA256 over `input` under the key: CKM_SHA256_HMAC. Errc::not_found when there is no such token or key;
/// Errc::wrong_secret for another token of that label, and for a wrong PIN; Errc::bad_state when the PIN is locked, or
/// one wrong try would lock it: then it is not tried; Errc::bad_permissions for a key that could leave its token or may
/// not sign; Errc::io for everything else that a module says, by its number.
[[nodiscard]] Result<SlotSecret> token_hmac(
    const std::filesystem::path& module, const SecretBytes& pin, const TokenKey& key, ByteView input
);

}  // namespace rookery::crypto

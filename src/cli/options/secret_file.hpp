// Small files that hold one secret: bearer tokens, passphrases. Read and written so that nobody
// else on the machine sees them and nobody else's symbolic link leads elsewhere.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::cli {

/// The one line that it holds, of at most 1024 bytes. `-` is standard input, /dev/fd/N and /dev/stdin are what a shell
/// makes of `<(…)` and of a pipe: each is read once, to its end, and the same to everybody who asks again. The
/// errors of read_private_file; Errc::usage when it holds anything else.
[[nodiscard]] Result<SecretBytes> read_secret_file(
    const std::filesystem::path& path, PrivateFileKind kind = PrivateFileKind::handed_over
);

/// A file's name, as systemd's: not a path.
[[nodiscard]] bool is_credential_name(std::string_view name);

/// What to do when a credential is missing or misspelt, for people.
inline constexpr std::string_view credential_hint =
    "name it as LoadCredential= or LoadCredentialEncrypted= in the unit does";

/// The file of the systemd credential of this name; read it as PrivateFileKind::systemd_credential.
/// Errc::usage when it is no name or $CREDENTIALS_DIRECTORY is not set, Errc::not_found.
[[nodiscard]] Result<std::filesystem::path> credential_file(const std::string& name);

/// read_secret_file of credential_file, with the errors of both.
[[nodiscard]] Result<SecretBytes> read_credential(const std::string& name);

/// A new file of mode 0600 holding `before`, the secret and a line end;
/// durable when it returns. Errc::in_use when the name exists.
[[nodiscard]] Result<void> write_secret_file(
    const std::filesystem::path& path, const SecretBytes& secret, std::string_view before = {}
);

/// Where an option makes a file and something has its name: nothing is ever replaced. Errc::duplicate_key, and so the
/// exit code of a conflict.
[[nodiscard]] tl::unexpected<Error> exists_already(const std::filesystem::path& path);

/// A new file of mode 0600 that a secret will go into: it is there, open and empty, before the secret exists, so that
/// none is made that cannot be kept, and gone again when none came.
class SecretFilePlace {
 public:
    /// Errc::duplicate_key when anything of that name exists, Errc::io.
    [[nodiscard]] static Result<SecretFilePlace> reserve(std::filesystem::path path);

    SecretFilePlace(SecretFilePlace&& other) noexcept
        : path_(std::exchange(other.path_, {})), file_(std::move(other.file_)) {}

    SecretFilePlace& operator=(SecretFilePlace&&) = delete;
    SecretFilePlace(const SecretFilePlace&) = delete;
    SecretFilePlace& operator=(const SecretFilePlace&) = delete;
    ~SecretFilePlace();

    /// The secret and a line end, durable when this returns. Errc::io, and then the file is gone.
    [[nodiscard]] Result<void> fill(const SecretBytes& secret) &&;

 private:
    SecretFilePlace(std::filesystem::path path, Descriptor file)
        : path_(std::move(path)), file_(std::move(file)) {}

    std::filesystem::path path_;  // empty once it is filled
    Descriptor file_;
};

/// A bearer token: read_secret_file of visible ASCII without blanks. Errc::usage otherwise.
[[nodiscard]] Result<SecretBytes> read_token_file(const std::filesystem::path& path);

}  // namespace rookery::cli

#include "cli/options/secret_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace rookery::cli {
namespace {

constexpr std::size_t secret_bytes_max = 1024;

/// Of the one line that is there; 0 when there is more.
std::size_t line_length(ByteView content) {
    const auto text = text_of(content);
    auto line = text.substr(0, text.find('\n'));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const auto rest = text.substr(std::min(text.size(), text.find_first_of("\r\n")));
    return rest.find_first_not_of("\r\n") == std::string_view::npos ? line.size() : 0;
}

}  // namespace

Result<SecretBytes> read_secret_file(const std::filesystem::path& path, PrivateFileKind kind) {
    auto secret = read_private_file(path, secret_bytes_max + 2, kind);
    if (!secret && secret.error().code != Errc::too_large) return secret;
    const auto length = secret ? secret->expose(line_length) : 0;
    if (length == 0 || length > secret_bytes_max) {
        return fail(
            Errc::usage,
            fmt::format(
                "{} must hold one line of at most {} bytes", path.string(), secret_bytes_max
            )
        );
    }
    secret->shrink(length);
    return secret;
}

bool is_credential_name(std::string_view name) {
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos;
}

Result<std::filesystem::path> credential_file(const std::string& name) {
    if (!is_credential_name(name)) {
        return fail(
            Errc::usage,
            fmt::format("'{}' is no name of a systemd credential", name),
            std::string{credential_hint}
        );
    }
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || *folder != '/') {
        return fail(
            Errc::usage,
            fmt::format(
                "there is no systemd credential {}: $CREDENTIALS_DIRECTORY is not set", name
            ),
            "LoadCredential= or LoadCredentialEncrypted= in the unit sets it"
        );
    }
    auto file = std::filesystem::path{folder} / name;
    std::error_code error;
    if (std::filesystem::symlink_status(file, error).type() ==
        std::filesystem::file_type::not_found) {
        return fail(
            Errc::not_found,
            fmt::format("there is no systemd credential {} in {}", name, folder),
            std::string{credential_hint}
        );
    }
    return file;
}

Result<SecretBytes> read_credential(const std::string& name) {
    ROOKERY_TRY(const auto file, credential_file(name));
    return read_secret_file(file, PrivateFileKind::systemd_credential);
}

Result<void> write_secret_file(
    const std::filesystem::path& path, const SecretBytes& secret, std::string_view before
) {
    auto text = SecretBytes::copy_of(before);
    secret.expose([&](ByteView bytes) { text.append(bytes); });
    text.append(bytes_of("\n"));
    return text.expose([&](ByteView bytes) {
        return create_file(path, bytes, FileMode::owner_only);
    });
}

Result<SecretFilePlace> SecretFilePlace::reserve(std::filesystem::path path) {
    if (auto made = create_file(path, {}, FileMode::owner_only); !made) {
        if (made.error().code != Errc::in_use) return fail(made.error());
        return fail(
            Errc::in_use,
            fmt::format("{} exists already", path.string()),
            "remove it first, or name another file"
        );
    }
    return SecretFilePlace(std::move(path));
}

SecretFilePlace::~SecretFilePlace() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

Result<void> SecretFilePlace::fill(const SecretBytes& secret) && {
    auto text = SecretBytes::copy_of(std::string_view{});
    secret.expose([&](ByteView bytes) { text.append(bytes); });
    text.append(bytes_of("\n"));
    ROOKERY_CHECK(text.expose([&](ByteView bytes) {
        return replace_file(path_, bytes, FileMode::owner_only);
    }));
    path_.clear();
    return {};
}

Result<SecretBytes> read_token_file(const std::filesystem::path& path) {
    ROOKERY_TRY(auto token, read_secret_file(path));
    const bool plausible = token.expose([](ByteView bytes) {
        return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t c) {
            return c > 0x20 && c < 0x7F;
        });
    });
    if (!plausible) {
        return fail(Errc::usage, fmt::format("{} does not hold one token", path.string()));
    }
    return token;
}

}  // namespace rookery::cli

#include "cli/options/secret_file.hpp"

#include "cli/options/credential_shape.hpp"
#include "cli/options/environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

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

/// The number that a path stands for by its form alone: whether it is open shows when it is read.
std::optional<int> descriptor_of(const std::string& path) {
    if (path == "-" || path == "/dev/stdin") return STDIN_FILENO;
    for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
        if (!path.starts_with(folder)) continue;
        int fd = -1;
        const auto* const last = path.data() + path.size();
        const auto [end, error] = std::from_chars(path.data() + folder.size(), last, fd);
        if (error == std::errc{} && end == last && fd >= 0) return fd;
    }
    return std::nullopt;
}

/// What a stream held when it was read: every connection of a command wants the token, and a pipe gives it once.
Result<SecretBytes> read_stream_once(int fd, const std::filesystem::path& path) {
    static std::mutex mutex;
    static std::map<int, SecretBytes> all;
    const std::scoped_lock lock(mutex);
    auto found = all.find(fd);
    if (found == all.end()) {
        const auto name = path == "-" ? std::filesystem::path{"standard input"} : path;
        ROOKERY_TRY(auto content, read_private_stream(fd, name, secret_bytes_max + 2));
        found = all.emplace(fd, std::move(content)).first;
    }
    return found->second.expose([](ByteView bytes) { return SecretBytes::copy_of(bytes); });
}

}  // namespace

Result<SecretBytes> read_secret_file(const std::filesystem::path& path, PrivateFileKind kind) {
    const auto fd = descriptor_of(path.string());
    auto secret =
        fd ? read_stream_once(*fd, path) : read_private_file(path, secret_bytes_max + 2, kind);
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
            "that is no name of a systemd credential: it is empty or a path",
            std::string{credential_hint}
        );
    }
    // The passphrase itself may have been written where its name belongs, also in the configuration.
    const bool suspect = shape_of(name, Takes::id).suspicion != Suspicion::none;
    const auto shown = suspect ? std::string{"of that name"} : name;
    ROOKERY_TRY(const auto folder, value_of(Variable::credentials_directory));
    if (!folder.starts_with('/')) {
        return fail(
            Errc::usage,
            fmt::format(
                "there is no systemd credential {}: $CREDENTIALS_DIRECTORY is not set", shown
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
            fmt::format("there is no systemd credential {} in {}", shown, folder),
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

tl::unexpected<Error> exists_already(const std::filesystem::path& path) {
    return fail(
        Errc::duplicate_key,
        fmt::format("{} exists already", path.string()),
        "remove it first, or name another file"
    );
}

Result<SecretFilePlace> SecretFilePlace::reserve(std::filesystem::path path) {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    Descriptor file(::open(path.c_str(), flags, 0600));
    if (!file.ok() && errno == EEXIST) return exists_already(path);
    if (!file.ok()) return io_error("cannot create", path, errno);
    SecretFilePlace place(std::move(path), std::move(file));
    if (::fchmod(place.file_.get(), 0600) != 0) {
        return io_error("cannot protect", place.path_, errno);
    }
    return place;
}

SecretFilePlace::~SecretFilePlace() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

Result<void> SecretFilePlace::fill(const SecretBytes& secret) && {
    auto text = SecretBytes::copy_of(std::string_view{});
    secret.expose([&](ByteView bytes) { text.append(bytes); });
    text.append(bytes_of("\n"));
    const int error = text.expose([&](ByteView bytes) {
        while (!bytes.empty()) {
            const auto n = ::write(file_.get(), bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return n == 0 ? EIO : errno;
            bytes = bytes.subspan(static_cast<std::size_t>(n));
        }
        return ::fsync(file_.get()) == 0 ? 0 : errno;
    });
    if (error != 0) return io_error("cannot write", path_, error);

    struct stat facts {};

    if (::fstat(file_.get(), &facts) != 0 || facts.st_nlink == 0) {
        return fail(Errc::io, fmt::format("{} was removed meanwhile", path_.string()));
    }
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

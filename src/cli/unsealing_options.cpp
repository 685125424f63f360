#include "cli/unsealing_options.hpp"

#include "cli/console.hpp"
#include "cli/secret_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sys/stat.h>

namespace rookery::cli {

void add_unsealing_options(Command command, UnsealingOptions& options) {
    const auto key_file =
        command.add_option("--key-file", options.key_file, "Key file that opens the vault");
    const auto passphrase_file = command.add_option(
        "--passphrase-file", options.passphrase_file, "File with the passphrase, mode 0600 or 0400"
    );
    const auto credential = command.add_option(
        "--credential", options.credential, "Passphrase as systemd credential of this name"
    );
    const auto ask = command.add_flag(
        "--passphrase", options.ask, "Ask for the passphrase on the terminal (the default)"
    );
    key_file.excludes(passphrase_file).excludes(credential).excludes(ask);
    passphrase_file.excludes(credential).excludes(ask);
    credential.excludes(ask);
    for (const auto& option : {key_file, passphrase_file, credential, ask})
        option.group("Unsealing");
}

Result<messages::Unsealing> resolve_unsealing(const UnsealingOptions& options) {
    messages::Unsealing out;
    if (!options.key_file.empty()) {
        out.key_file = options.key_file;
        return out;
    }
    if (!options.passphrase_file.empty()) {
        ROOKERY_TRY(out.passphrase, read_secret_file(options.passphrase_file));
        return out;
    }
    if (!options.credential.empty()) {
        ROOKERY_TRY(out.passphrase, read_credential(options.credential));
        return out;
    }
    ROOKERY_TRY(out.passphrase, ask_secret("Passphrase of the vault: "));
    return out;
}

bool lies_inside(const std::filesystem::path& file, const std::filesystem::path& data) {
    std::error_code ignored;
    const auto folder = std::filesystem::weakly_canonical(data, ignored);
    const auto place = std::filesystem::weakly_canonical(file, ignored);
    const auto [end, rest] =
        std::mismatch(folder.begin(), folder.end(), place.begin(), place.end());
    return end == folder.end() && rest != place.end();
}

bool on_same_file_system(const std::filesystem::path& a, const std::filesystem::path& b) {
    struct stat first {};

    struct stat second {};

    return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 &&
           first.st_dev == second.st_dev;
}

std::string key_file_warning(
    const std::filesystem::path& key_file, const std::filesystem::path& data
) {
    if (!on_same_file_system(key_file, data)) return {};
    return fmt::format(
        "the key file {} is on the same file system as the data: whoever takes the disk has both",
        key_file.string()
    );
}

}  // namespace rookery::cli

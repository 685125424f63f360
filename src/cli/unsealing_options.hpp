// How the operator names what opens a vault: the options of commands that hold the data folder
// themselves, and the configuration's [unseal].
#pragma once

#include "base/result.hpp"
#include "cli/command_line.hpp"
#include "vault/vault.hpp"

#include <filesystem>
#include <string>

namespace rookery::cli {

struct UnsealingOptions {
    std::filesystem::path key_file;
    std::filesystem::path passphrase_file;
    std::string credential;  // a passphrase: a file's name below $CREDENTIALS_DIRECTORY
    bool ask = false;        // the passphrase, on the terminal
};

/// --key-file, --passphrase-file, --credential, --passphrase; at most one.
void add_unsealing_options(Command command, UnsealingOptions& options);

/// Without any of them it asks on the terminal. Errc::usage, and those of read_secret_file.
[[nodiscard]] Result<messages::Unsealing> resolve_unsealing(const UnsealingOptions& options);

/// What is wrong with the place of this key file, for people; empty when nothing is.
[[nodiscard]] std::string key_file_warning(
    const std::filesystem::path& key_file, const std::filesystem::path& data
);

/// False when one of the two is not there.
[[nodiscard]] bool on_same_file_system(
    const std::filesystem::path& a, const std::filesystem::path& b
);

/// Is `file` in the folder `data` or below it? Links are followed.
[[nodiscard]] bool lies_inside(
    const std::filesystem::path& file, const std::filesystem::path& data
);

}  // namespace rookery::cli

// What a development vault begins with: six callers with different rights, one application, three
// handles and three records with tokens that are obviously made up. Ids are kept beside the data,
// so that a kept vault is reopened with new tokens for the same callers.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "vault/vault.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace rookery::cli {

struct DemoHandle {
    Uuid id;
    std::string name;              // "@rookery_demo"
    std::string unique_handle_id;  // what agents ask for
};

struct DemoNamed {
    Uuid id;
    std::string name;
};

struct Demo {
    std::map<std::string, Uuid> users;  // admin, security, auditor, agent, reader, stranger
    std::map<std::string, Uuid> teams;
    std::map<std::string, Uuid> business_units;
    std::vector<DemoNamed> applications;
    std::vector<DemoHandle> handles;
    std::vector<Uuid> records;
    std::vector<Uuid> credentials;  // made last time; ended when new ones are made
};

/// Presets and demo rows in a vault that has neither. `admin`, `security` and so on are created by
/// SYSTEM; the records by `security`, who may write tokens and not read them.
[[nodiscard]] Result<Demo> create_demo(messages::Vault& vault);

/// Demo ids as a file beside the data; nothing in it is secret.
[[nodiscard]] Result<void> save_demo(const Demo& demo, const std::filesystem::path& file);
/// Errc::not_found, Errc::usage when it is not what save_demo wrote.
[[nodiscard]] Result<Demo> load_demo(const std::filesystem::path& file);

}  // namespace rookery::cli

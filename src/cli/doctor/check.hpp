// One check of `rookery doctor`: what it is called, and a function that looks and changes nothing.
#pragma once

#include "base/result.hpp"
#include "cli/config/config.hpp"
#include "cli/doctor/machine.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace rookery::cli {

enum class Health : std::uint8_t {
    ok,
    warn,     // it works, and is worse than it could be
    fail,     // the server does not start, or something is less safe than it promises
    skipped,  // nothing to look at, or not from here
};

struct Diagnosis {
    Health health = Health::ok;
    std::string found;
    std::string advice = {};  // what to do, and where it can be what to type; of warn and fail
};

/// What is looked at. Without a configuration its defaults are there, and `config_file` is empty.
struct Subject {
    const Machine& machine;
    std::filesystem::path config_file;
    std::optional<Error> config_error;  // why it could not be understood
    Config config;
    std::filesystem::path data;   // empty: nobody named one
    std::optional<pid_t> server;  // that holds the data directory

    /// As /proc names it: the server, or without one this program, which the same shell started.
    [[nodiscard]] std::string process() const { return server ? std::to_string(*server) : "self"; }
};

struct Check {
    std::string_view name;
    Diagnosis (*look)(const Subject& subject);
};

// The rows of each source, in the order in which they are shown. A new check is a function and a row in one of them.
[[nodiscard]] std::span<const Check> machine_checks();
[[nodiscard]] std::span<const Check> configuration_checks();
[[nodiscard]] std::span<const Check> data_checks();
[[nodiscard]] std::span<const Check> tls_checks();
[[nodiscard]] std::span<const Check> recovery_checks();

[[nodiscard]] inline Diagnosis healthy(std::string found) {
    return {.health = Health::ok, .found = std::move(found)};
}

[[nodiscard]] inline Diagnosis warned(std::string found, std::string advice) {
    return {.health = Health::warn, .found = std::move(found), .advice = std::move(advice)};
}

[[nodiscard]] inline Diagnosis failed_check(std::string found, std::string advice) {
    return {.health = Health::fail, .found = std::move(found), .advice = std::move(advice)};
}

[[nodiscard]] inline Diagnosis failed_check(const Error& error) {
    return failed_check(error.message, error.hint);
}

[[nodiscard]] inline Diagnosis left_out(std::string why) {
    return {.health = Health::skipped, .found = std::move(why)};
}

/// A credential of systemd, which nobody sees outside the unit that it is handed to.
[[nodiscard]] Diagnosis look_at_credential(const std::string& name);

}  // namespace rookery::cli

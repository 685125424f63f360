#include "cli/config/config.hpp"

#include "base/clock.hpp"
#include "base/https_url.hpp"
#include "cli/config/endpoint.hpp"
#include "cli/config/sync_options.hpp"
#include "cli/config/toml_text.hpp"
#include "cli/options/secret_file.hpp"
#include "crypto/slot_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <variant>

namespace rookery::cli {
namespace {

using ConfigMember = std::variant<
    std::string Config::*, std::filesystem::path Config::*, bool Config::*, std::int64_t Config::*,
    std::vector<std::string> Config::*, std::map<std::string, std::string> Config::*,
    const crypto::SlotOption*>;  // of Config::unseal

struct ConfigOption {
    std::string name;
    ConfigMember member;
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::string_view choices = {};  // separated by blanks
    bool required = false;
    bool credential = false;  // the name of a systemd credential
};

constexpr std::int64_t mib = 1 << 20;
constexpr std::int64_t pib = mib << 30;

// clang-format off
const ConfigOption options[] = {
    {.name = "data", .member = &Config::data, .required = true},

    {.name = "disk.open_bytes", .member = &Config::disk_open_bytes, .min = 64 * mib, .max = pib},
    {.name = "disk.open_percent", .member = &Config::disk_open_percent, .min = 0, .max = 50},
    {.name = "disk.new_data_bytes", .member = &Config::disk_new_data_bytes, .min = 32 * mib, .max = pib},
    {.name = "disk.answer_bytes", .member = &Config::disk_answer_bytes, .min = 16 * mib, .max = pib},
    {.name = "disk.reserve_bytes", .member = &Config::disk_reserve_bytes, .min = 16 * mib, .max = 1024 * mib},

    {.name = "server.listen", .member = &Config::listen},
    {.name = "server.public_url", .member = &Config::public_url},
    {.name = "server.io_threads", .member = &Config::io_threads, .min = 0, .max = 256},
    {.name = "server.worker_threads", .member = &Config::worker_threads, .min = 0, .max = 256},

    {.name = "tls.certificate", .member = &Config::tls_certificate},
    {.name = "tls.key", .member = &Config::tls_key},
    {.name = "tls.key_credential", .member = &Config::tls_key_credential, .credential = true},
    {.name = "tls.allow_1_2", .member = &Config::tls_allow_1_2},

    {.name = "limits.connections", .member = &Config::limit_connections, .min = 1, .max = 1'000'000},
    {.name = "limits.requests", .member = &Config::limit_requests, .min = 1, .max = 1'000'000},
    {.name = "limits.user_requests", .member = &Config::limit_user_requests, .min = 1, .max = 1'000'000'000},
    {.name = "limits.user_requests_seconds", .member = &Config::limit_user_requests_seconds, .min = 1, .max = 3600},
    {.name = "limits.user_refusals_logged", .member = &Config::limit_user_refusals_logged, .min = 1, .max = 100'000},
    {.name = "limits.all_refusals_logged", .member = &Config::limit_all_refusals_logged, .min = 1, .max = 1'000'000},
    {.name = "limits.header_bytes", .member = &Config::limit_header_bytes, .min = 1024, .max = mib},
    {.name = "limits.body_bytes", .member = &Config::limit_body_bytes, .min = 4096, .max = 128 * mib},
    {.name = "limits.unauthenticated_body_bytes", .member = &Config::limit_unauthenticated_body_bytes, .min = 0, .max = mib},
    {.name = "limits.all_bodies_bytes", .member = &Config::limit_all_bodies_bytes, .min = mib, .max = 4096 * mib},
    {.name = "limits.all_answers_bytes", .member = &Config::limit_all_answers_bytes, .min = mib, .max = 4096 * mib},
    {.name = "limits.bytes_per_second", .member = &Config::limit_bytes_per_second, .min = 1, .max = 1024 * mib},
    {.name = "limits.handshake_seconds", .member = &Config::limit_handshake_seconds, .min = 1, .max = 300},
    {.name = "limits.header_seconds", .member = &Config::limit_header_seconds, .min = 1, .max = 300},
    {.name = "limits.body_seconds", .member = &Config::limit_body_seconds, .min = 1, .max = 3600},
    {.name = "limits.write_seconds", .member = &Config::limit_write_seconds, .min = 1, .max = 3600},
    {.name = "limits.idle_seconds", .member = &Config::limit_idle_seconds, .min = 1, .max = 3600},
    {.name = "limits.shutdown_seconds", .member = &Config::limit_shutdown_seconds, .min = 1, .max = 300},

    {.name = "ledger.queue_events", .member = &Config::ledger_queue_events, .min = 16, .max = 1'000'000},
    {.name = "ledger.queue_bytes", .member = &Config::ledger_queue_bytes, .min = mib, .max = 1024 * mib},
    {.name = "ledger.batch_events", .member = &Config::ledger_batch_events, .min = 1, .max = 100'000},
    {.name = "ledger.batch_bytes", .member = &Config::ledger_batch_bytes, .min = 64 << 10, .max = 256 * mib},
    {.name = "ledger.deadline_milliseconds", .member = &Config::ledger_deadline_milliseconds, .min = 50, .max = 60'000},

    {.name = "unseal.start", .member = &Config::unseal_start, .choices = "auto sealed"},

    {.name = "anchor.file", .member = &Config::anchor_file},
    {.name = "anchor.command", .member = &Config::anchor_command},

    {.name = "audit.confirmed_time", .member = &Config::audit_confirmed_time},

    {.name = "memory.allow_unlocked", .member = &Config::memory_allow_unlocked},
    {.name = "memory.allow_swap", .member = &Config::memory_allow_swap},

    {.name = "process.filter_system_calls", .member = &Config::process_filter_system_calls},

    {.name = "sync.url", .member = &Config::sync_url},
    {.name = "sync.authorities", .member = &Config::sync_authorities, .max = 16},
    {.name = "sync.client_id", .member = &Config::sync_client_id},
    {.name = "sync.client_secret_file", .member = &Config::sync_client_secret_file},
    {.name = "sync.client_secret_credential", .member = &Config::sync_client_secret_credential, .credential = true},
    {.name = "sync.ca_file", .member = &Config::sync_ca_file},
    {.name = "sync.parallel", .member = &Config::sync_parallel, .min = 1, .max = 32},
    {.name = "sync.requests_per_second", .member = &Config::sync_requests_per_second, .min = 1, .max = 1000},
    {.name = "sync.connect_seconds", .member = &Config::sync_connect_seconds, .min = 1, .max = 300},
    {.name = "sync.request_seconds", .member = &Config::sync_request_seconds, .min = 1, .max = 600},
    {.name = "sync.owners", .member = &Config::sync_owners, .max = 10'000},

    {.name = "jobs.share_percent", .member = &Config::jobs_share_percent, .min = 1, .max = 100},
    {.name = "jobs.scrub_interval_days", .member = &Config::jobs_scrub_interval_days, .min = 0, .max = 365},
    {.name = "jobs.rotate_keys_interval_days", .member = &Config::jobs_rotate_keys_interval_days, .min = 0, .max = 3650},
    {.name = "jobs.rotate_keys_after_uses", .member = &Config::jobs_rotate_keys_after_uses, .min = 0, .max = 4'000'000'000},

    {.name = "tokens.keep_versions", .member = &Config::tokens_keep_versions, .min = 1, .max = 100},
    {.name = "tokens.keep_days", .member = &Config::tokens_keep_days, .min = 1, .max = 3650},
    {.name = "tokens.grace_hours", .member = &Config::tokens_grace_hours, .min = 0, .max = 8760},
    {.name = "tokens.rotation_days", .member = &Config::tokens_rotation_days, .min = 0, .max = 3650},
    {.name = "recycle_bin.days", .member = &Config::recycle_bin_days, .min = 0, .max = 30},
    {.name = "retention.enabled", .member = &Config::retention_enabled},

    {.name = "backup.directory", .member = &Config::backup_directory},
    {.name = "backup.keep", .member = &Config::backup_keep, .min = 1, .max = 1000},
    {.name = "backup.interval_hours", .member = &Config::backup_interval_hours, .min = 0, .max = 8760},

    {.name = "log.level", .member = &Config::log_level, .choices = "error warning info debug"},
    {.name = "log.format", .member = &Config::log_format, .choices = "text json"},
};

// clang-format on

constexpr std::string_view unseal_section = "unseal.";

/// These, and in [unseal] what the slot kinds take.
const std::vector<ConfigOption>& all_options() {
    using Form = crypto::SlotOption::Form;
    constexpr auto secrets_max = static_cast<std::int64_t>(crypto::SlotOption::secrets_max);
    static const auto all = [] {
        std::vector<ConfigOption> out(std::begin(options), std::end(options));
        for (const auto* kind : crypto::slot_kinds) {
            for (const auto& option : kind->options) {
                const auto form = option.form;
                if (option.about.empty() || form == Form::prompt || form == Form::prompts) continue;
                out.push_back(
                    {.name = std::string(unseal_section) + std::string(option.name),
                     .member = &option,
                     .max = form == Form::secret_files ? secrets_max : 0,
                     .credential = form == Form::credential || form == Form::credential_file}
                );
            }
        }
        return out;
    }();
    return all;
}

/// One loader per type of option; the message is what the value must be.
struct Load {
    const toml::node& node;
    const ConfigOption& option;
    Config& config;

    std::string operator()(std::string Config::*member) const { return text(config.*member); }

    std::string operator()(std::filesystem::path Config::*member) const {
        return absolute_path(config.*member);
    }

    std::string operator()(const crypto::SlotOption* offered) const {
        auto& values = config.unseal[std::string(offered->name)];
        if (offered->form == crypto::SlotOption::Form::pair) {
            if (node.value_exact<bool>() != true) return "must be true, or not be there";
            values.emplace_back("true");
            return {};
        }
        if (option.max > 0) return absolute_paths(values);
        return option.credential ? text(values.emplace_back())
                                 : absolute_path(values.emplace_back());
    }

    [[nodiscard]] std::string absolute_paths(std::vector<std::string>& to) const {
        const auto refuse = [&] {
            return fmt::format("must be a list of 1 to {} absolute paths", option.max);
        };
        const auto* list = node.as_array();
        if (list == nullptr || list->empty() ||
            list->size() > static_cast<std::size_t>(option.max)) {
            return refuse();
        }
        for (const auto& one : *list) {
            auto path = one.value_exact<std::string>();
            if (!path || !path->starts_with('/')) return refuse();
            to.push_back(std::move(*path));
        }
        return {};
    }

    [[nodiscard]] std::string text(std::string& to) const {
        const auto value = node.value_exact<std::string>();
        if (!value || value->empty()) return "must be a text that is not empty";
        if (!option.choices.empty()) {
            const auto spaced = fmt::format(" {} ", option.choices);
            if (value->find(' ') != std::string::npos ||
                spaced.find(fmt::format(" {} ", *value)) == std::string::npos) {
                return fmt::format("must be one of: {}", option.choices);
            }
        }
        if (option.credential && !is_credential_name(*value)) {
            return "must be the name of a systemd credential, not a path";
        }
        to = *value;
        return {};
    }

    template <class Path>
    [[nodiscard]] std::string absolute_path(Path& to) const {
        const auto value = node.value_exact<std::string>();
        if (!value || value->empty() || value->front() != '/') return "must be an absolute path";
        to = *value;
        return {};
    }

    std::string operator()(bool Config::*member) const {
        const auto value = node.value_exact<bool>();
        if (!value) return "must be true or false";
        config.*member = *value;
        return {};
    }

    std::string operator()(std::int64_t Config::*member) const {
        const auto value = node.value_exact<std::int64_t>();
        if (!value || *value < option.min || *value > option.max) {
            return fmt::format("must be a whole number from {} to {}", option.min, option.max);
        }
        config.*member = *value;
        return {};
    }

    std::string operator()(std::vector<std::string> Config::*member) const {
        const auto refuse = [&] {
            return fmt::format("must be a list of at most {} texts that are not empty", option.max);
        };
        const auto* list = node.as_array();
        if (list == nullptr || list->size() > static_cast<std::size_t>(option.max)) return refuse();
        std::vector<std::string> texts;
        for (const auto& one : *list) {
            auto text = one.value_exact<std::string>();
            if (!text || text->empty()) return refuse();
            texts.push_back(std::move(*text));
        }
        config.*member = std::move(texts);
        return {};
    }

    std::string operator()(std::map<std::string, std::string> Config::*member) const {
        const auto refuse = [&] {
            return fmt::format("must be a table of at most {} names with texts", option.max);
        };
        const auto* rows = node.as_table();
        if (rows == nullptr || rows->size() > static_cast<std::size_t>(option.max)) return refuse();
        std::map<std::string, std::string> texts;
        for (const auto& [key, one] : *rows) {
            auto text = one.value_exact<std::string>();
            if (!text) return refuse();
            texts.emplace(key.str(), std::move(*text));
        }
        config.*member = std::move(texts);
        return {};
    }
};

/// Edit distance, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto above = row[j];
            row[j] =
                std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

std::string nearest(std::string_view name) {
    const auto best = std::ranges::min_element(all_options(), {}, [&](const ConfigOption& option) {
        return distance(name, option.name);
    });
    return distance(name, best->name) <= 4 ? fmt::format("did you mean {}?", best->name)
                                           : "config/rookery.toml lists every option";
}

Result<void> load_table(
    const toml::table& table, const std::string& section, std::string_view file, Config& config
) {
    for (const auto& [key, node] : table) {
        const auto name =
            section.empty() ? std::string{key.str()} : fmt::format("{}.{}", section, key.str());
        const auto option = std::ranges::find(all_options(), name, &ConfigOption::name);
        if (option == all_options().end()) {
            const bool is_section = section.empty() && node.is_table() &&
                                    std::ranges::any_of(all_options(), [&](const ConfigOption& o) {
                                        return o.name.starts_with(name + ".");
                                    });
            if (!is_section) {
                return fail(
                    Errc::usage,
                    fmt::format("{}: unknown option {}", position(file, node), name),
                    nearest(name)
                );
            }
            ROOKERY_CHECK(load_table(*node.as_table(), name, file, config));
            continue;
        }
        if (const auto problem = std::visit(Load{node, *option, config}, option->member);
            !problem.empty()) {
            return fail(
                Errc::usage,
                fmt::format("{}: {} {}", position(file, node), name, problem),
                std::string{option->credential ? credential_hint : std::string_view{}}
            );
        }
    }
    return {};
}

/// "unseal.key_file, unseal.passphrase_file and unseal.credential"
std::string names_of_unseal() {
    std::vector<std::string_view> names;
    for (const auto& option : all_options()) {
        if (std::holds_alternative<const crypto::SlotOption*>(option.member)) {
            names.push_back(option.name);
        }
    }
    const auto last = names.back();
    names.pop_back();
    return fmt::format("{} and {}", fmt::join(names, ", "), last);
}

/// Kinds of which an option is given; two options of one kind that are no parts are two. A token's module alone is none: it
/// waits for a PIN that somebody brings.
std::size_t ways_to_unseal(const Config& config) {
    std::size_t out = 0;
    for (const auto* kind : crypto::slot_kinds) {
        std::size_t parts = 0;
        for (const auto& option : kind->options) {
            const bool pair = option.form == crypto::SlotOption::Form::pair;
            const bool module = option.part && option.form == crypto::SlotOption::Form::path;
            if (pair || module || !config.unseal.contains(std::string(option.name))) continue;
            ++(option.part ? parts : out);
        }
        out += parts > 0 ? 1 : 0;
    }
    return out;
}

/// Rules between options.
Result<void> check_together(const Config& config, std::string_view file) {
    const auto refuse = [&](std::string message, std::string hint = {}) {
        return fail(Errc::usage, fmt::format("{}: {}", file, message), std::move(hint));
    };
    if (config.data.empty())
        return refuse("data is missing: the directory that `rookery init` made");
    if (const auto ways = ways_to_unseal(config);
        ways > (config.unseal.contains("both") ? 2U : 1U)) {
        return refuse("give one of " + names_of_unseal() + ", or two and unseal.both");
    }
    const auto tls_keys =
        (config.tls_key.empty() ? 0 : 1) + (config.tls_key_credential.empty() ? 0 : 1);
    if (tls_keys != (config.tls_certificate.empty() ? 0 : 1)) {
        return refuse(
            "give tls.certificate and exactly one of tls.key and tls.key_credential, or none of "
            "them",
            "without them the vault's own authority issues the certificate"
        );
    }
    if (const auto url = parse_https_url(config.public_url);
        !config.public_url.empty() && (!url || !url->path.empty())) {
        return refuse("server.public_url is https://host or https://host:port, and nothing after it"
        );
    }
    if (config.disk_new_data_bytes > config.disk_open_bytes) {
        return refuse("disk.new_data_bytes must not be larger than disk.open_bytes");
    }
    if (config.disk_answer_bytes > config.disk_new_data_bytes) {
        return refuse("disk.answer_bytes must not be larger than disk.new_data_bytes");
    }
    if (config.limit_user_refusals_logged > config.limit_all_refusals_logged) {
        return refuse(
            "limits.user_refusals_logged must not be larger than limits.all_refusals_logged"
        );
    }
    if (config.limit_body_bytes > config.limit_all_bodies_bytes) {
        return refuse("limits.body_bytes must not be larger than limits.all_bodies_bytes");
    }
    if (config.ledger_batch_events > config.ledger_queue_events) {
        return refuse("ledger.batch_events must not be larger than ledger.queue_events");
    }
    if (config.ledger_batch_bytes > config.ledger_queue_bytes) {
        return refuse("ledger.batch_bytes must not be larger than ledger.queue_bytes");
    }
    if (!config.audit_confirmed_time.empty() && !parse_iso8601(config.audit_confirmed_time)) {
        return refuse("audit.confirmed_time must be a time, as in 2027-02-03T04:05:06Z");
    }
    if (const auto endpoint = parse_endpoint(config.listen); !endpoint) {
        return refuse("server.listen: " + endpoint.error().message);
    }
    if (const auto sync = sync_options_of(config); !sync) return refuse(sync.error().message);
    return {};
}

}  // namespace

Result<Config> parse_config(std::string_view text, std::string_view name) {
    ROOKERY_TRY(const auto table, parse_toml(text, name));
    Config config;
    ROOKERY_CHECK(load_table(table, "", name, config));
    ROOKERY_CHECK(check_together(config, name));
    return config;
}

Result<Config> load_config(const std::filesystem::path& path) {
    ROOKERY_TRY(const auto text, read_text_file(path.string()));
    return parse_config(text, path.filename().string());
}

std::vector<std::string_view> config_options() {
    std::vector<std::string_view> names;
    for (const auto& option : all_options()) names.push_back(option.name);
    return names;
}

}  // namespace rookery::cli

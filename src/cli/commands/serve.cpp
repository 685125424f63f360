#include "cli/commands/serve.hpp"

#include "base/clock.hpp"
#include "base/https_url.hpp"
#include "base/random.hpp"
#include "cli/config/config.hpp"
#include "cli/config/endpoint.hpp"
#include "cli/config/sync_options.hpp"
#include "cli/config/tls_key.hpp"
#include "cli/local/configured_unsealing.hpp"
#include "cli/local/process.hpp"
#include "cli/local/ready_signal.hpp"
#include "cli/local/served_vault.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/operator_log.hpp"
#include "crypto/token_module.hpp"
#include "http/certificate_authority.hpp"
#include "http/server.hpp"
#include "jobs/server_jobs.hpp"
#include "odata/fetchxml/bulk_query.hpp"
#include "odata/fetchxml/retention_query.hpp"
#include "sync/sync_principal.hpp"
#include "sync/worker.hpp"
#include "vault/anchor_command.hpp"
#include "vault/freshness_watch.hpp"
#include "vault/vault.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <memory>

namespace rookery::cli {
namespace {

/// For the status.
constexpr std::string_view unfiltered_warning =
    "system calls are not filtered (process.filter_system_calls): whoever takes over the server "
    "could "
    "start programs and look into other processes";

constexpr const char* backups_beside_warning =
    "the directory for backups, {}, is on the data's own file system: is its disk mounted? Whoever "
    "loses the one loses both";

bool backups_lie_beside(const std::filesystem::path& backups, const std::filesystem::path& data) {
    return !backups.empty() && on_same_file_system(backups, data);
}

MemoryPolicy memory_policy(const Config& config) {
    if (config.memory_allow_swap && config.memory_allow_unlocked) return MemoryPolicy::allow_both;
    if (config.memory_allow_swap) return MemoryPolicy::allow_swap;
    return config.memory_allow_unlocked ? MemoryPolicy::allow_unlocked : MemoryPolicy::strict;
}

/// What other commands take as options is in the configuration here, and so must be in the hint.
Error with_configuration(Error error, const Config& config, const std::string& file) {
    std::error_code unknown;
    // A key file that is missing has a hint of its own.
    if (error.code == Errc::not_found && !std::filesystem::exists(config.data, unknown)) {
        error.hint = fmt::format(
            "`data` in {} names it; `rookery init` with --data {} makes a vault there",
            file,
            config.data.string()
        );
    }
    return error;
}

ledger::Ledger::Options ledger_of(const Config& config) {
    ledger::Ledger::Options out;
    out.queue_events_max = static_cast<std::size_t>(config.ledger_queue_events);
    out.queue_bytes_max = static_cast<std::size_t>(config.ledger_queue_bytes);
    out.batch_events_max = static_cast<std::size_t>(config.ledger_batch_events);
    out.batch_bytes_max = static_cast<std::size_t>(config.ledger_batch_bytes);
    out.deadline = std::chrono::milliseconds{config.ledger_deadline_milliseconds};
    return out;
}

messages::TokenRules token_rules_of(const Config& config) {
    messages::TokenRules out;
    out.keep_versions = static_cast<std::size_t>(config.tokens_keep_versions);
    out.keep = std::chrono::days{config.tokens_keep_days};
    out.grace = std::chrono::hours{config.tokens_grace_hours};
    out.rotate_after = std::chrono::days{config.tokens_rotation_days};
    return out;
}

http::Limits limits_of(const Config& config) {
    using std::chrono::seconds;
    http::Limits out;
    out.connections_max = static_cast<std::size_t>(config.limit_connections);
    out.requests_max = static_cast<std::size_t>(config.limit_requests);
    out.caller_requests_max = static_cast<std::size_t>(config.limit_user_requests);
    out.caller_requests_window = seconds{config.limit_user_requests_seconds};
    out.caller_refusals_logged_max = static_cast<std::uint32_t>(config.limit_user_refusals_logged);
    out.refusals_logged_max = static_cast<std::uint32_t>(config.limit_all_refusals_logged);
    out.header_bytes_max = static_cast<std::size_t>(config.limit_header_bytes);
    out.body_bytes_max = static_cast<std::size_t>(config.limit_body_bytes);
    out.body_bytes_unknown_max = static_cast<std::size_t>(config.limit_unauthenticated_body_bytes);
    out.bodies_bytes_max = static_cast<std::size_t>(config.limit_all_bodies_bytes);
    out.answers_bytes_max = static_cast<std::size_t>(config.limit_all_answers_bytes);
    out.bytes_per_second_min = static_cast<std::size_t>(config.limit_bytes_per_second);
    out.handshake = seconds{config.limit_handshake_seconds};
    out.header = seconds{config.limit_header_seconds};
    out.body = seconds{config.limit_body_seconds};
    out.write = seconds{config.limit_write_seconds};
    out.idle = seconds{config.limit_idle_seconds};
    out.drain = seconds{config.limit_shutdown_seconds};
    return out;
}

storage::SpaceRule space_of(const Config& config) {
    storage::SpaceRule out;
    out.open.bytes_min = static_cast<std::uintmax_t>(config.disk_open_bytes);
    out.open.percent_min = static_cast<unsigned>(config.disk_open_percent);
    out.scarce_below = static_cast<std::uintmax_t>(config.disk_new_data_bytes);
    out.none_below = static_cast<std::uintmax_t>(config.disk_answer_bytes);
    out.reserve = static_cast<std::uintmax_t>(config.disk_reserve_bytes);
    return out;
}

Result<void> check_anchor_place(const Config& config) {
    if (!config.anchor_file.empty() && !config.anchor_command.empty()) {
        return fail(
            Errc::usage,
            "anchor.file and anchor.command are both given",
            "name one of them: it is the one second place that the vault knows of"
        );
    }
    if (config.anchor_file.empty() || !lies_inside(config.anchor_file, config.data)) return {};
    return fail(
        Errc::usage,
        "anchor.file lies in the data directory",
        "name a file on another volume; the data directory has an anchor of its own anyway"
    );
}

/// The names that the local authority's certificate must carry, besides those that it has.
std::vector<std::string> certificate_names(const Config& config, const Endpoint& endpoint) {
    auto names = http::local_names();
    if (!is_unspecified(endpoint)) names.push_back(endpoint.address);
    if (const auto url = parse_https_url(config.public_url)) names.emplace_back(url->host());
    return names;
}

Result<http::TlsOptions> tls_of(
    const Config& config, const TlsKey& key, const Endpoint& endpoint, Instant now,
    const OperatorLog& log
) {
    http::TlsOptions out;
    out.floor = config.tls_allow_1_2 ? http::TlsFloor::v1_2 : http::TlsFloor::v1_3;
    out.certificate_file = config.tls_certificate;
    out.key_file = key.file;
    out.key_kind = key.kind;
    if (!config.tls_certificate.empty()) return out;
    ROOKERY_TRY(
        const auto own,
        http::ensure_server_certificate(
            config.data / "tls", certificate_names(config, endpoint), now
        )
    );
    if (own.renewed) {
        const auto names = fmt::format("{}", fmt::join(own.names, " "));
        log.write(
            LogLevel::info,
            "certificate-renewed",
            {{"file", std::string_view{own.certificate.native()}},
             {"names", std::string_view{names}}}
        );
    }
    out.certificate_file = own.certificate;
    return out;
}

Result<std::unique_ptr<sync::Worker>> start_sync(
    const Config& config, const sync::SyncOptions& options, messages::Vault& vault,
    const access::Caller& caller, std::shared_ptr<messages::SyncMonitor> monitor,
    const OperatorLog& log
) {
    // Read anew each time: of a vault that is sealed this is gone too.
    ROOKERY_TRY(auto client_secret, read_client_secret(config));
    ROOKERY_TRY(
        auto worker,
        sync::Worker::start(
            options,
            std::move(client_secret),
            vault,
            caller,
            std::move(monitor),
            [&log](std::string_view event, std::string_view why) {
                if (why.empty()) return log.write(LogLevel::info, event);
                log.write(LogLevel::warning, event, {{"why", why}});
            }
        )
    );
    log.write(LogLevel::info, "syncing", {{"url", std::string_view{options.url}}});
    return worker;
}

/// Null when they cannot run, which is no reason not to serve.
std::unique_ptr<jobs::JobThread> start_jobs(
    const Config& config, messages::Vault& vault, std::shared_ptr<messages::JobMonitor> monitor,
    const OperatorLog& log
) {
    jobs::ServerJobsOptions options;
    options.share_percent = static_cast<unsigned>(config.jobs_share_percent);
    options.scrub_every = std::chrono::hours{24} * config.jobs_scrub_interval_days;
    options.rotate_keys_every = std::chrono::hours{24} * config.jobs_rotate_keys_interval_days;
    options.rotate_keys_after_uses = static_cast<std::uint64_t>(config.jobs_rotate_keys_after_uses);
    options.read_bulk_queries = odata::fetchxml::read_bulk_queries;
    options.read_retention_query = odata::fetchxml::read_retention_query;
    options.backup.directory = config.backup_directory;
    options.backup.keep = static_cast<std::size_t>(config.backup_keep);
    options.backup.every = std::chrono::hours{config.backup_interval_hours};
    options.log = [&log](std::string_view event, std::string_view job, std::string_view why) {
        if (why.empty()) return log.write(LogLevel::info, event, {{"job", job}});
        log.write(LogLevel::warning, event, {{"job", job}, {"why", why}});
    };
    auto started = jobs::start_jobs(std::move(options), vault, std::move(monitor));
    if (started) return std::move(*started);
    const auto& error = started.error();
    log.write(
        LogLevel::error,
        "jobs-off",
        {{"why", std::string_view{error.message}}, {"hint", std::string_view{error.hint}}}
    );
    return nullptr;
}

messages::VaultOptions vault_options_of(
    const Config& config, const TlsKey& tls_key, const OperatorLog& log,
    std::shared_ptr<messages::AnchorElsewhere> anchor_command
) {
    messages::VaultOptions out;
    out.data = config.data;
    out.confirmed_time = parse_iso8601(config.audit_confirmed_time).value_or(Instant::min());
    out.space = space_of(config);
    out.on_space = [&log](storage::SpaceLevel level, std::string_view text) {
        if (level == storage::SpaceLevel::enough)
            return log.write(LogLevel::info, "disk-space-back");
        const bool none = level == storage::SpaceLevel::none;
        log.write(none ? LogLevel::error : LogLevel::warning, "disk-space", {{"what", text}});
    };
    out.more_warnings = [key = tls_key.file,
                         data = config.data,
                         backups = config.backup_directory,
                         filtered = config.process_filter_system_calls] {
        auto warnings = tls_key_warnings(key, data);
        if (backups_lie_beside(backups, data)) {
            warnings.push_back(fmt::format(backups_beside_warning, backups.string()));
        }
        if (!filtered) warnings.emplace_back(unfiltered_warning);
        return warnings;
    };
    out.anchor.rule = messages::AnchorRule::both_places;
    out.anchor.second = config.anchor_file;
    out.anchor.elsewhere = std::move(anchor_command);
    out.anchor.told = [&log](std::string_view why) {
        if (why.empty()) return log.write(LogLevel::info, "anchor-written-again");
        log.write(LogLevel::error, "anchor-not-written", {{"why", why}});
    };
    out.ledger = ledger_of(config);
    out.tokens = token_rules_of(config);
    out.bin.keep = std::chrono::days{config.recycle_bin_days};
    out.retains = config.retention_enabled;
    out.read_criteria = odata::fetchxml::read_policy_criteria;
    if (const auto module = config.unseal.find("token_module"); module != config.unseal.end()) {
        out.token_module = module->second.front();
    }
    out.on_conversion = [&log](unsigned from, unsigned to) {
        log.write(
            LogLevel::warning,
            "data-converted",
            {{"from_format", std::uint64_t{from}}, {"to_format", std::uint64_t{to}}}
        );
    };
    return out;
}

Result<void> open_as_configured(
    ServedVault& served, const Config& config, const std::string& config_file
) {
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(configured_unsealing(config)));
    if (auto opened = served.open(unsealing); !opened) {
        return fail(with_configuration(std::move(opened).error(), config, config_file));
    }
    return {};
}

struct ServeOptions {
    std::string config_file;
    std::string ready_descriptor;
};

Result<Exit> serve(const ServeOptions& options) {
    ROOKERY_TRY(auto signal_ready, ReadySignal::open(options.ready_descriptor));
    ROOKERY_TRY(auto config, load_config(options.config_file));
    ROOKERY_TRY(config.data, data_place(config.data));
    ROOKERY_CHECK(check_anchor_place(config));
    ROOKERY_TRY(const auto endpoint, parse_endpoint(config.listen));
    const OperatorLog log(log_level_of(config.log_level), log_format_of(config.log_format));
    ROOKERY_TRY(const auto sync_options, sync_options_of(config));
    ROOKERY_TRY(const auto tls_key, tls_key_of(config));
    ROOKERY_CHECK(guard_process(memory_policy(config)));
    const StopSignals signals;  // before the first thread
    std::shared_ptr<messages::AnchorElsewhere> anchor_command;
    if (!config.anchor_command.empty()) {
        // So is this, and before any key: nothing can be started later.
        ROOKERY_TRY(anchor_command, messages::start_anchor_command(config.anchor_command));
    }

    const SystemClock clock;
    SystemRandom random;
    std::atomic<bool> ledger_failed{false};
    std::atomic<bool> lost{false};
    // The client secret is checked now, and read again when it is used.
    if (sync_options) ROOKERY_CHECK(read_client_secret(config));

    ServedVault* held = nullptr;
    ServedVault::Options vault_options;
    vault_options.vault = [&] {
        auto out = vault_options_of(config, tls_key, log, anchor_command);
        out.ledger.on_failure = [&](const Error& error) {
            log.write(
                LogLevel::error,
                "ledger-failed",
                {{"why", std::string_view{error.message}}, {"hint", std::string_view{error.hint}}}
            );
            ledger_failed = true;
            StopSignals::raise();
        };
        if (sync_options) out.sync = std::make_shared<messages::SyncMonitor>(sync_options->url);
        out.jobs = std::make_shared<messages::JobMonitor>();
        out.seal = [&held] { held->seal_soon(); };
        return out;
    };
    vault_options.start_watch = [&log](messages::Vault& vault) {
        messages::FreshnessWatch::Options watch;
        watch.found = [&log](std::string_view place, std::string_view what) {
            log.write(LogLevel::error, "stale-row", {{"place", place}, {"what", what}});
        };
        return messages::FreshnessWatch::start(vault, std::move(watch));
    };
    vault_options.start_jobs =
        [&](messages::Vault& vault, std::shared_ptr<messages::JobMonitor> monitor) {
            return start_jobs(config, vault, std::move(monitor), log);
        };
    if (sync_options) {
        vault_options.prepare_sync =
            [&](messages::Vault& vault, std::shared_ptr<messages::SyncMonitor> monitor
            ) -> Result<ServedVault::Options::StartSync> {
            ROOKERY_TRY(const auto caller, messages::ensure_sync_principal(vault));
            return ServedVault::Options::StartSync(
                [&, caller, monitor = std::move(monitor), at = &vault] {
                    return start_sync(config, *sync_options, *at, caller, monitor, log);
                }
            );
        };
    }
    vault_options.lost = [&lost] {
        lost = true;
        StopSignals::raise();
    };
    ServedVault served(std::move(vault_options), log, clock, random);
    held = &served;
    if (auto done = served.hold(); !done) {
        return fail(with_configuration(std::move(done).error(), config, options.config_file));
    }
    if (served.identity().kind == messages::VaultKind::development) {
        return fail(
            Errc::usage,
            "this is a development vault: its key lies beside its data",
            "make a real one with `rookery init`, or run it with `rookery dev --data DIR`"
        );
    }
    const bool starts_sealed =
        !any_given(configured_unsealing(config)) || config.unseal_start == "sealed";
    if (starts_sealed && !served.status().by_request) {
        return fail(
            Errc::usage,
            "the server would start sealed, and nothing that a request can bring opens this vault",
            "only tokens open it: name their module, unseal.token_module, or add another way: "
            "`rookery key add-slot --data DATA --new-shares 2/3 --new-shares-to DIR`"
        );
    }
    if (!starts_sealed) ROOKERY_CHECK(open_as_configured(served, config, options.config_file));
    // Whoever unseals it later brings the PIN alone.
    if (const auto module = config.unseal.find("token_module"); module != config.unseal.end()) {
        ROOKERY_CHECK(crypto::load_token_module(module->second.front()));
    }
    for (const auto& warning : place_warnings(configured_unsealing(config), config.data)) {
        log.write(LogLevel::warning, "key-beside-data", {{"what", std::string_view{warning}}});
    }
    if (backups_lie_beside(config.backup_directory, config.data)) {
        const auto what = fmt::format(backups_beside_warning, config.backup_directory.string());
        log.write(LogLevel::warning, "backups-beside-data", {{"what", std::string_view{what}}});
    }
    if (config.public_url.empty() && is_unspecified(endpoint)) {
        log.write(
            LogLevel::warning,
            "public-url-missing",
            {{"what",
              "links in answers begin with the name that a request used if the certificate has it, "
              "and with "
              "localhost otherwise"},
             {"hint", "set [server] public_url to the URL that clients use"}}
        );
    }

    // Nothing that comes from the network is read before, and nothing after it needs more than serving does.
    if (config.process_filter_system_calls) ROOKERY_CHECK(keep_to_serving());

    http::ServerOptions server_options;
    server_options.address = endpoint.address;
    server_options.port = endpoint.port;
    server_options.origin = config.public_url;
    server_options.tls = [&] { return tls_of(config, tls_key, endpoint, clock.now(), log); };
    server_options.limits = limits_of(config);
    server_options.io_threads = static_cast<std::size_t>(config.io_threads);
    server_options.worker_threads = static_cast<std::size_t>(config.worker_threads);
    server_options.log = [&log](std::string_view what) {
        log.write(LogLevel::info, "server", {{"what", what}});
    };
    ROOKERY_TRY(const auto server, served.serve(std::move(server_options)));
    const auto vault_id = to_string(served.identity().id);
    log.write(
        LogLevel::info,
        "serving",
        {{"url", std::string_view{server->origin()}},
         {"listen", std::string_view{config.listen}},
         {"vault", std::string_view{vault_id}},
         {"sealed", served.status().sealed},
         {"system_calls", config.process_filter_system_calls ? "filtered" : "all"}}
    );

    if (const auto told = signal_ready.ready(server->origin()); !told) {
        log.write(LogLevel::warning, "ready-fd", {{"why", std::string_view{told.error().message}}});
    }

    const int signal = signals.wait();
    ReadySignal::stopping();
    if (!ledger_failed && !lost) {
        log.write(LogLevel::info, "stopping", {{"signal", std::int64_t{signal}}});
    }
    server->stop();
    served.stop();  // while the last requests are answered
    server->join();
    if (ledger_failed) return Exit::ledger;
    if (lost) return Exit::failure;
    log.write(LogLevel::info, "stopped");
    return Exit::ok;
}

}  // namespace

void add_serve(Command app, Action& chosen) {
    auto options = std::make_shared<ServeOptions>();
    const auto command =
        app.add_subcommand("serve", "Serve a vault until SIGTERM, SIGINT or SIGHUP");
    command
        .add_option("--config", options->config_file, "Configuration file, see config/rookery.toml")
        .takes(Takes::file)
        .required();
    add_ready_option(command, options->ready_descriptor);
    command.callback([options, &chosen] { chosen = [options] { return serve(*options); }; });
}

}  // namespace rookery::cli

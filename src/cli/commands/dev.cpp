#include "cli/commands/dev.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "cli/config/config.hpp"
#include "cli/config/endpoint.hpp"
#include "cli/local/demo.hpp"
#include "cli/local/in_process.hpp"
#include "cli/local/process.hpp"
#include "cli/local/ready_signal.hpp"
#include "cli/options/environment.hpp"
#include "cli/options/file_place.hpp"
#include "cli/options/secret_file.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "crypto/key_file_slot.hpp"
#include "http/certificate_authority.hpp"
#include "http/server.hpp"
#include "jobs/server_jobs.hpp"
#include "odata/fetchxml/bulk_query.hpp"
#include "odata/fetchxml/retention_query.hpp"
#include "vault/data_directory.hpp"
#include "vault/freshness_watch.hpp"
#include "vault/vault.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

struct DevOptions {
    std::string listen = "127.0.0.1:0";
    std::string data;
    std::string ready_descriptor;
    bool json = false;
};

constexpr const char* key_name = "development.key";
constexpr const char* demo_name = "development.json";
constexpr std::chrono::hours token_lifetime{24};

/// A new folder that nobody else can enter.
Result<fs::path> private_temporary_folder() {
    ROOKERY_TRY(const auto runtime, value_of(Variable::runtime_directory));
    std::error_code ignored;
    const fs::path base = fs::is_directory(runtime, ignored) ? runtime : "/tmp";
    auto pattern = (base / "rookery-dev-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        return fail(Errc::io, fmt::format("cannot make a directory below {}", base.string()));
    }
    return fs::path{pattern};
}

struct Opened {
    std::unique_ptr<messages::Vault> vault;
    Demo demo;
};

Result<Opened> create(
    messages::VaultOptions options, const fs::path& data, const Clock& clock, Random& random
) {
    // Made with the vault, for development only.
    const messages::Unsealing slots(crypto::key_file_offer(data / key_name));
    Opened out;
    ROOKERY_TRY(
        out.vault,
        messages::Vault::create(
            std::move(options), messages::VaultKind::development, slots, clock, random
        )
    );
    ROOKERY_TRY(out.demo, create_demo(*out.vault));
    ROOKERY_CHECK(save_demo(out.demo, data / demo_name));
    return out;
}

Result<Opened> reopen(
    messages::VaultOptions options, const fs::path& data, const Clock& clock, Random& random
) {
    {
        ROOKERY_TRY(const auto directory, messages::DataDirectory::open_to_look(data));
        if (directory.identity().kind != messages::VaultKind::development) {
            return fail(
                Errc::usage,
                fmt::format("{} is a real vault, not a development vault", data.string()),
                "serve it with `rookery serve`; nothing was changed"
            );
        }
    }
    Opened out;
    ROOKERY_TRY(out.demo, load_demo(data / demo_name));
    const messages::Unsealing unsealing(crypto::key_file_offer(data / key_name));
    ROOKERY_TRY(out.vault, messages::Vault::open(std::move(options), unsealing, clock, random));
    return out;
}

bool is_absent_or_empty(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(path, error))) return true;
    return fs::is_directory(path, error) && fs::is_empty(path, error);
}

Result<Opened> open_or_create(
    messages::VaultOptions options, const fs::path& data, const Clock& clock, Random& random
) {
    if (is_absent_or_empty(data)) return create(std::move(options), data, clock, random);
    std::error_code error;
    if (!fs::exists(data / "vault", error)) {
        return fail(
            Errc::in_use,
            fmt::format("{} is not empty and holds no vault", data.string()),
            "name a new directory; nothing was changed"
        );
    }
    return reopen(std::move(options), data, clock, random);
}

using Tokens = std::map<std::string, SecretBytes>;

/// New tokens for everybody; those of the last start end.
Result<Tokens> issue_tokens(messages::Vault& vault, Demo& demo, const fs::path& data) {
    for (const auto& credential : demo.credentials) {
        messages::RevokeCredential revoke;
        revoke.credential = credential;
        ROOKERY_CHECK(run_message(vault, vault.system(), messages::Message{revoke}));
    }
    demo.credentials.clear();
    Tokens tokens;
    for (const auto& [key, user] : demo.users) {
        ROOKERY_TRY(
            auto made, create_credential(vault, vault.system(), user, "rookery dev", token_lifetime)
        );
        demo.credentials.push_back(made.credential);
        tokens.emplace(key, std::move(made.token));
    }
    ROOKERY_CHECK(save_demo(demo, data / demo_name));
    return tokens;
}

/// DATA/tokens/KEY.token for ROOKERY_TOKEN_FILE, DATA/tokens/KEY.header for curl -H @file.
Result<void> write_token_files(const Tokens& tokens, const fs::path& folder) {
    std::error_code error;
    fs::remove_all(folder, error);
    fs::create_directory(folder, error);
    if (error) return fail(Errc::io, fmt::format("cannot make {}", folder.string()));
    for (const auto& [key, token] : tokens) {
        ROOKERY_CHECK(write_secret_file(folder / (key + ".token"), token));
        ROOKERY_CHECK(write_secret_file(folder / (key + ".header"), token, "Authorization: Bearer ")
        );
    }
    return {};
}

nlohmann::json ids_of(const std::map<std::string, Uuid>& named) {
    auto out = nlohmann::json::object();
    for (const auto& [name, id] : named) out[name] = to_string(id);
    return out;
}

/// The contract's line. It shows tokens: they open this demo only, for a day, on this machine.
std::string ready_line(
    const std::string& url, const fs::path& ca, const fs::path& data, const Demo& demo,
    const Tokens& tokens
) {
    nlohmann::json line{
        {"url", url},
        {"api", url + "/api/data/v9.2"},
        {"ca", ca.string()},
        {"data", data.string()},
        {"tokens", nlohmann::json::object()},
        {"users", ids_of(demo.users)},
        {"teams", ids_of(demo.teams)},
        {"businessunits", ids_of(demo.business_units)},
        {"applications", nlohmann::json::array()},
        {"handles", nlohmann::json::array()},
        {"records", nlohmann::json::array()},
    };
    for (const auto& [key, token] : tokens) {
        line["tokens"][key] =
            token.expose([](ByteView bytes) { return std::string{text_of(bytes)}; });
    }
    for (const auto& one : demo.applications) {
        line["applications"].push_back({{"id", to_string(one.id)}, {"name", one.name}});
    }
    for (const auto& one : demo.handles) {
        line["handles"].push_back(
            {{"id", to_string(one.id)},
             {"name", one.name},
             {"uniquehandleid", one.unique_handle_id}}
        );
    }
    for (const auto& record : demo.records) line["records"].push_back(to_string(record));
    return json_text(line) + "\n";
}

/// One word of a shell, whatever is in it.
std::string quoted(const std::string& text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{"/._-:"}.find(c) != std::string_view::npos;
    };
    if (!text.empty() && std::ranges::all_of(text, plain)) return text;
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    return out + "'";
}

/// This program, as a shell finds it from everywhere.
std::string own_path() {
    std::error_code error;
    const auto path = fs::read_symlink("/proc/self/exe", error);
    return error ? "rookery" : path.string();
}

std::string banner(
    const std::string& url, const fs::path& ca, const fs::path& data, const Demo& demo
) {
    const auto& handle = demo.handles.front();
    const auto header = [&](const char* who) {
        return quoted((data / "tokens" / fmt::format("{}.header", who)).string());
    };
    return fmt::format(
        "Rookery development vault at {url}\n"
        "data {data}   (its key lies beside it: for trying out, never for real tokens)\n\n"
        "Read the token of {name} as the agent:\n"
        "  curl --cacert {ca} -H @{agent} \\\n"
        "    "
        "'{url}/api/data/v9.2/"
        "msdyn_octwitterhandlesecrets(msdyn_octwitteruniquehandleid=%27{id}%27)"
        "?$select=msdyn_useraccesstoken&UnMaskedData=true'\n\n"
        "The same with the command line:\n"
        "  ROOKERY_URL={url} ROOKERY_CA={ca} ROOKERY_TOKEN_FILE={token} {rookery} get --show "
        "{id}\n\n"
        "Who read it:\n"
        "  ROOKERY_URL={url} ROOKERY_CA={ca} ROOKERY_TOKEN_FILE={auditor} {rookery} audit tail\n\n"
        "Check the log (stop the server first, or check a copy):\n"
        "  {rookery} audit verify --data {data}\n"
        "Check every row as well, with the key of this vault:\n"
        "  {rookery} verify --data {data} --key-file {key} --allow-swap --allow-unlocked\n\n"
        "Stop with Ctrl-C.\n",
        fmt::arg("url", url),
        fmt::arg("rookery", quoted(own_path())),
        fmt::arg("data", quoted(data.string())),
        fmt::arg("key", quoted((data / key_name).string())),
        fmt::arg("name", handle.name),
        fmt::arg("id", handle.unique_handle_id),
        fmt::arg("ca", quoted(ca.string())),
        fmt::arg("agent", header("agent")),
        fmt::arg("token", quoted((data / "tokens" / "agent.token").string())),
        fmt::arg("auditor", quoted((data / "tokens" / "auditor.token").string()))
    );
}

Result<Exit> dev(const DevOptions& options) {
    ROOKERY_TRY(auto signal_ready, ReadySignal::open(options.ready_descriptor));
    ROOKERY_TRY(const auto endpoint, parse_endpoint(options.listen));
    if (!is_loopback(endpoint)) {
        return fail(
            Errc::usage,
            "a development vault listens on this machine only",
            "use 127.0.0.1 or [::1], or make a real vault with `rookery init`"
        );
    }
    // Demo data may reach swap; a machine for trying out need not be set up for secrets.
    ROOKERY_CHECK(guard_process(MemoryPolicy::allow_both));
    const StopSignals signals;  // before the first thread

    fs::path data;
    if (options.data.empty()) {
        ROOKERY_TRY(data, private_temporary_folder());
    } else {
        ROOKERY_TRY(data, data_place(options.data));
    }
    std::error_code error;
    data = fs::absolute(data, error).lexically_normal();

    const SystemClock clock;
    SystemRandom random;
    std::atomic<bool> ledger_failed{false};
    messages::VaultOptions vault_options;
    vault_options.data = data;
    vault_options.origin = "localhost/audit/development";
    vault_options.ledger.on_failure = [&](const Error& why) {
        report(why);
        ledger_failed = true;
        StopSignals::raise();
    };
    const auto job_monitor = std::make_shared<messages::JobMonitor>();
    vault_options.jobs = job_monitor;
    vault_options.read_criteria = odata::fetchxml::read_policy_criteria;
    ROOKERY_TRY(auto opened, open_or_create(std::move(vault_options), data, clock, random));
    auto& vault = *opened.vault;
    const auto watching = messages::FreshnessWatch::start(vault, {});
    jobs::ServerJobsOptions jobs_options;
    jobs_options.read_bulk_queries = odata::fetchxml::read_bulk_queries;
    jobs_options.read_retention_query = odata::fetchxml::read_retention_query;
    auto working = jobs::start_jobs(std::move(jobs_options), vault, job_monitor);
    if (!working) report(working.error());  // no reason not to serve
    ROOKERY_TRY(const auto tokens, issue_tokens(vault, opened.demo, data));
    ROOKERY_CHECK(write_token_files(tokens, data / "tokens"));

    // A machine for trying out need not have what it takes.
    if (const auto filtered = keep_to_serving(); !filtered) note(filtered.error().message);

    fs::path authority;
    http::ServerOptions server_options;
    server_options.address = endpoint.address;
    server_options.port = endpoint.port;
    server_options.tls = [&]() -> Result<http::TlsOptions> {
        ROOKERY_TRY(
            auto made,
            http::ensure_server_certificate(data / "tls", http::local_names(), clock.now())
        );
        authority = std::move(made.authority);
        http::TlsOptions tls;
        tls.certificate_file = std::move(made.certificate);
        tls.key_file = std::move(made.key);
        return tls;
    };
    server_options.log = [](std::string_view what) { note(printable(what)); };
    ROOKERY_TRY(const auto server, http::Server::start(std::move(server_options), vault));
    const auto& url = server->origin();
    const auto printed = print(
        options.json ? ready_line(url, authority, data, opened.demo, tokens)
                     : banner(url, authority, data, opened.demo)
    );
    if (const auto told = signal_ready.ready(url); !told) report(told.error());
    if (printed) static_cast<void>(signals.wait());
    server->stop();
    if (working) working->reset();
    server->join();
    ROOKERY_CHECK(printed);
    return ledger_failed ? Exit::ledger : Exit::ok;
}

}  // namespace

void add_dev(Command app, Action& chosen) {
    auto options = std::make_shared<DevOptions>();
    const auto command =
        app.add_subcommand("dev", "Start a throw-away vault with demo data, on this machine only");
    command
        .add_option("--listen", options->listen, "Loopback address and port; port 0: any free one")
        .takes(Takes::address)
        .capture_default_str();
    command
        .add_option(
            "--data",
            options->data,
            "Directory to keep; reopened with new tokens (default: a new directory). Its key is in "
            "it: "
            "development.key"
        )
        .takes(Takes::directory);
    add_ready_option(command, options->ready_descriptor);
    command.add_flag("--json", options->json, "One JSON line when ready, with the demo's tokens");
    command.callback([options, &chosen] { chosen = [options] { return dev(*options); }; });
}

}  // namespace rookery::cli

#include "cli/commands/status.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "cli/client/connection_options.hpp"
#include "cli/client/job_facts.hpp"
#include "cli/client/json_members.hpp"
#include "cli/config/tls_key.hpp"
#include "cli/local/in_process.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/offline_vault.hpp"
#include "cli/local/slot_facts.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "crypto/root_slots.hpp"
#include "vault/data_directory.hpp"
#include "vault/sealed_log.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace rookery::cli {
namespace {

struct StatusOptions {
    ConnectionOptions connection;
    UnsealingOptions unsealing;
    MemoryOptions memory;
    std::filesystem::path data;
    bool json = false;
};

std::string shown(const nlohmann::json& value) {
    if (value.is_string()) return printable(value.get<std::string>());
    if (!value.is_object()) return json_text(value);
    std::vector<std::string> parts;
    for (const auto& [name, part] : value.items()) parts.push_back(name + " " + shown(part));
    return fmt::format("{}", fmt::join(parts, ", "));
}

/// One line a value: "log size: 42". An array has a line for each member, in the singular.
std::string vault_for_people(const nlohmann::json& facts) {
    std::string out;
    const auto add = [&](std::string_view name, const nlohmann::json& value) {
        out += fmt::format("{}: {}\n", name, shown(value));
    };
    for (const auto& [member, value] : facts.items()) {
        std::string name = member;
        std::ranges::replace(name, '_', ' ');
        if (!value.is_array()) {
            add(name, value);
            continue;
        }
        name.pop_back();
        if (member == "jobs") {
            for (const auto& one : value) out += fmt::format("{}: {}\n", name, job_line(one));
            continue;
        }
        for (const auto& one : value) add(name, one);
    }
    return out;
}

/// The ways to unseal a vault, as its file tells whoever can read it; nothing of it is checked before the
/// vault is open.
Result<nlohmann::json> slots_of(const messages::DataDirectory& directory) {
    ROOKERY_TRY(const auto slots, messages::read_slots(directory));
    auto out = nlohmann::json::array();
    for (const auto& slot : slots.slots()) {
        out.push_back(slot_facts(slot));
    }
    return out;
}

Result<void> show(const StatusOptions& options, const nlohmann::json& facts) {
    return options.json ? print_json(facts) : print(vault_for_people(facts));
}

/// How this command calls the members of rky_RetrieveVaultStatus, as it calls those of a data directory.
constexpr std::pair<const char*, const char*> vault_members[] = {
    {"VaultId", "vault"},
    {"Kind", "kind"},
    {"Version", "version"},
    {"LogSize", "log_size"},
    {"AccessEpoch", "access_epoch"},
    {"KeyringEpoch", "keyring_epoch"},
    {"OutboxRows", "rows_to_sync"},
    {"Anchor", "anchor"},
    {"Warnings", "warnings"},
};

Result<Exit> status_of_server(const StatusOptions& options) {
    ROOKERY_TRY(auto connection, resolve_connection(options.connection, TokenNeed::optional));
    const bool known = !connection.token_file.empty();
    ROOKERY_TRY(auto client, ApiClient::open(std::move(connection)));
    ROOKERY_TRY(const auto ready, client.exchange("GET", "/readyz"));
    nlohmann::json facts{{"url", client.connection().url}, {"ready", ready.status == 200}};
    if (ready.status != 200) {
        auto why = std::string{ready.text().substr(0, 1000)};
        while (why.ends_with('\n')) why.pop_back();
        facts["why"] = std::move(why);
    } else if (known) {
        ROOKERY_TRY(const auto reply, client.request("GET", "rky_RetrieveVaultStatus()"));
        const auto document = nlohmann::json::parse(reply.text(), nullptr, false);
        if (!document.is_object()) {
            return fail(Errc::bad_payload, "the server's answer is not the JSON that was expected");
        }
        for (const auto& [theirs, ours] : vault_members) {
            if (const auto at = document.find(theirs); at != document.end()) facts[ours] = *at;
        }
        facts["jobs"] = nlohmann::json::array();
        for (const auto& job : list_member(document, "Jobs")) {
            facts["jobs"].push_back(job_of_status(job));
        }
    }
    ROOKERY_CHECK(show(options, facts));
    return ready.status == 200 ? Exit::ok : Exit::unavailable;
}

/// What can be said without opening the vault.
Result<nlohmann::json> facts_of_directory(const StatusOptions& options) {
    nlohmann::json facts{{"data", options.data.string()}};
    const auto directory = messages::DataDirectory::open_to_look(options.data);
    if (!directory && directory.error().code == Errc::in_use) {
        facts["state"] = "in use by another process";
        return facts;
    }
    if (!directory) return fail(directory.error());
    facts["state"] = "sealed";
    facts["vault"] = to_string(directory->identity().id);
    facts["kind"] = directory->identity().kind == messages::VaultKind::development ? "development"
                                                                                   : "production";
    facts["format"] = directory->identity().format;
    ROOKERY_TRY(const auto verifier_key, directory->read_verifier_key());
    facts["log_verifier_key"] = verifier_key;
    // Its name is the log's; the file 'vault' has the one that the log began with.
    facts["origin"] = verifier_key.substr(0, verifier_key.find('+'));
    ROOKERY_TRY(facts["slots"], slots_of(*directory));
    return facts;
}

Result<nlohmann::json> facts_of_vault(const StatusOptions& options) {
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    const SystemClock clock;
    SystemRandom random;
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    ROOKERY_TRY(
        const auto vault, open_offline(options.data, unsealing, Purpose::look(), clock, random)
    );
    ROOKERY_TRY(
        auto body,
        run_message(*vault, vault->system(), messages::Message{messages::RetrieveVaultStatus{}})
    );
    const auto* reply = messages::reply_as<messages::StatusReply>(body);
    if (reply == nullptr) return fail(Errc::internal, "the status came as another kind of reply");
    return nlohmann::json{
        {"format", messages::VaultIdentity::newest_format},  // an older one is converted by now
        {"log_size", reply->log_size},
        {"access_epoch", reply->access_epoch},
        {"keyring_epoch", reply->keyring_epoch},
        {"rows_to_sync", reply->outbox_rows},
        {"anchor", reply->anchor},
        {"warnings", reply->warnings},
    };
}

Result<Exit> status_of_data(const StatusOptions& options) {
    ROOKERY_TRY(auto facts, facts_of_directory(options));
    nlohmann::json warnings = nlohmann::json::array();
    if (any_given(options.unsealing) && facts["state"] == "sealed") {
        ROOKERY_TRY(const auto opened, facts_of_vault(options));
        facts.update(opened);
        facts["state"] = "opens";
        warnings = opened["warnings"];
    } else {
        warnings = place_warnings(options.unsealing, options.data);
    }
    if (facts.value("kind", "") == "production") {
        if (facts.contains("slots") && facts["slots"].size() == 1) {
            warnings.push_back(
                "there is only one way into the vault: have a second one, kept by somebody else "
                "(rookery key add-slot)"
            );
        }
        for (const auto& warning : tls_key_warnings({}, options.data)) warnings.push_back(warning);
    }
    facts["warnings"] = std::move(warnings);
    ROOKERY_CHECK(show(options, facts));
    return Exit::ok;
}

Result<Exit> status(const StatusOptions& options) {
    if (options.data.empty()) return status_of_server(options);
    auto resolved = options;
    ROOKERY_TRY(resolved.data, data_place(options.data));
    return status_of_data(resolved);
}

}  // namespace

void add_status(Command app, Action& chosen) {
    auto options = std::make_shared<StatusOptions>();
    const auto command = app.add_subcommand(
        "status", "Say how a server, or a data directory without a server, is doing"
    );
    command.add_option("--data", options->data, "This data directory instead of a server")
        .takes(Takes::directory);
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_connection_options(command, options->connection);
    add_unsealing_options(command, options->unsealing);
    add_memory_options(command, options->memory);
    command.callback([options, &chosen] { chosen = [options] { return status(*options); }; });
}

}  // namespace rookery::cli

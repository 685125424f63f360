#include "cli/commands/key_status.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/job_facts.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <string>

namespace rookery::cli {
namespace {

using nlohmann::json;

struct KeyStatusOptions {
    ConnectionOptions connection;
    bool json = false;
};

struct StatusMember {
    const char* theirs;
    const char* ours;
};

constexpr StatusMember of_key[] = {
    {"Purpose", "purpose"},
    {"Version", "version"},
    {"State", "state"},
    {"KeyId", "key_id"},
    {"CreatedOn", "created"},
    {"ChangedOn", "changed"},
    {"Uses", "uses"},
};

json for_scripts(const json& document) {
    auto keys = json::array();
    for (const auto& key : list_member(document, "Keys")) {
        auto one = json::object();
        for (const auto& [theirs, ours] : of_key) {
            one[ours] = key.is_object() ? key.value(theirs, json{}) : json{};
        }
        keys.push_back(std::move(one));
    }
    return {
        {"keyring_epoch", number_member(document, "KeyringEpoch").value_or(0)},
        {"slot_set", number_member(document, "SlotSet").value_or(0)},
        {"keys", std::move(keys)},
        {"due", list_member(document, "Due")}};
}

/// When the newest key that there still is was made: whoever copies the keyring does not tell the server.
std::string newest_key(const json& status) {
    std::string out;
    for (const auto& key : status["keys"]) {
        if (text_member(key, "state") == "destroyed") continue;
        out = std::max(out, printable(text_member(key, "created")));
    }
    return out;
}

std::string for_people(const json& status) {
    std::string out;
    for (const auto& key : status["keys"]) {
        const auto uses = number_member(key, "uses");
        out += fmt::format(
            "{:12} {:>4}  {:15}  since {}  key id {}{}\n",
            printable(text_member(key, "purpose")),
            number_member(key, "version").value_or(0),
            printable(text_member(key, "state")),
            printable(text_member(key, "changed")),
            printable(text_member(key, "key_id")),
            uses ? fmt::format("  uses {}", *uses) : std::string{}
        );
    }
    out += fmt::format(
        "due, if the last backup of the keyring is from before {}: `rookery backup --keyring "
        "--data DATA --to KEYS`\n",
        newest_key(status)
    );
    for (const auto& line : status["due"]) {
        if (line.is_string()) out += "due: " + printable(line.get<std::string>()) + "\n";
    }
    if (status["due"].empty()) out += "nothing else is due\n";
    return out;
}

Result<Exit> status_of_keys(const KeyStatusOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(const auto reply, client.request("GET", "rky_RetrieveKeyStatus()"));
    ROOKERY_TRY(const auto document, object_of(reply));
    const auto known = for_scripts(document);
    ROOKERY_CHECK(options.json ? print_json(known) : print(for_people(known)));
    return Exit::ok;
}

}  // namespace

void add_key_status(Command key, Action& chosen) {
    auto options = std::make_shared<KeyStatusOptions>();
    const auto command =
        key.add_subcommand("status", "List the keys and their states, and say what is due");
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return status_of_keys(*options); }; }
    );
}

}  // namespace rookery::cli

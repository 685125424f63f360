#include "cli/commands/key_slots.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/slot_requests.hpp"
#include "cli/local/slot_facts.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "vault/data_directory.hpp"
#include "vault/sealed_log.hpp"
#include "vault/slot_change.hpp"

#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct KeySlotsOptions {
    ConnectionOptions connection;
    std::filesystem::path data;
    bool json = false;
};

Result<std::vector<messages::KnownSlot>> slots_of_data(const std::filesystem::path& named) {
    ROOKERY_TRY(const auto data, data_place(named));
    ROOKERY_TRY(const auto directory, messages::DataDirectory::open_to_look(data));
    ROOKERY_TRY(const auto slots, messages::read_slots(directory));
    return messages::known_slots(slots.slots(), 0);
}

Result<std::vector<messages::KnownSlot>> slots_of_server(const ConnectionOptions& connection) {
    ROOKERY_TRY(auto client, connect(connection));
    return slots_of(client);
}

Result<Exit> list_slots(const KeySlotsOptions& options) {
    ROOKERY_TRY(
        const auto slots,
        options.data.empty() ? slots_of_server(options.connection) : slots_of_data(options.data)
    );
    auto facts = nlohmann::json::array();
    std::string text;
    for (const auto& slot : slots) {
        facts.push_back(slot_facts(slot));
        text += slot_line(slot) + "\n";
    }
    ROOKERY_CHECK(options.json ? print_json({{"slots", facts}}) : print(text));
    return Exit::ok;
}

}  // namespace

void add_key_slots(Command key, Action& chosen) {
    auto options = std::make_shared<KeySlotsOptions>();
    const auto command = key.add_subcommand(
        "slots", "List the ways into the vault of a running server, or into a stopped one"
    );
    command.add_option("--data", options->data, "This data directory instead of a server")
        .takes(Takes::directory);
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return list_slots(*options); }; });
}

}  // namespace rookery::cli

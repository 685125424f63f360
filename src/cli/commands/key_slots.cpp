#include "cli/commands/key_slots.hpp"

#include "cli/local/slot_facts.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "vault/data_directory.hpp"
#include "vault/sealed_log.hpp"

#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct KeySlotsOptions {
    std::filesystem::path data;
    bool json = false;
};

Result<Exit> list_slots(const KeySlotsOptions& options) {
    ROOKERY_TRY(const auto data, data_place(options.data));
    ROOKERY_TRY(const auto directory, messages::DataDirectory::open_to_look(data));
    ROOKERY_TRY(const auto slots, messages::read_slots(directory));
    auto facts = nlohmann::json::array();
    std::string text;
    for (const auto& slot : slots.slots()) {
        facts.push_back(slot_facts(slot));
        text += slot_line(slot) + "\n";
    }
    ROOKERY_CHECK(options.json ? print_json({{"slots", facts}}) : print(text));
    return Exit::ok;
}

}  // namespace

void add_key_slots(Command key, Action& chosen) {
    auto options = std::make_shared<KeySlotsOptions>();
    const auto command = key.add_subcommand("slots", "List the ways into a stopped vault");
    command.add_option("--data", options->data, "The data directory")
        .takes(Takes::directory)
        .required();
    command.add_flag("--json", options->json, "The result as one JSON object");
    command.callback([options, &chosen] { chosen = [options] { return list_slots(*options); }; });
}

}  // namespace rookery::cli

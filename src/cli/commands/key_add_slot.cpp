#include "cli/commands/key_add_slot.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/offline_vault.hpp"
#include "cli/local/slot_facts.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "vault/slot_change.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct KeyAddSlotOptions {
    std::filesystem::path data;
    UnsealingOptions unsealing;
    UnsealingOptions ways{OfferFor::adding};
    std::string label;
    MemoryOptions memory;
    std::string confirmed_time;
    bool json = false;
};

Result<Exit> add(const KeyAddSlotOptions& options) {
    ROOKERY_TRY(const auto data, data_place(options.data));
    ROOKERY_CHECK(check_places(options.ways, data));
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    const SystemClock clock;
    SystemRandom random;
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    ROOKERY_TRY(const auto ways, resolve_unsealing(options.ways));
    if (ways.offers.size() != 1) {
        return fail(
            Errc::usage,
            "key add-slot needs exactly one new way in",
            "for example --new-key-file FILE, or --new-shares 3/5 --new-shares-to DIR"
        );
    }
    const auto& way = *ways.offers.front();
    ROOKERY_TRY(
        const auto vault,
        open_offline(data, unsealing, Purpose::change(options.confirmed_time), clock, random)
    );
    ROOKERY_TRY(auto change, messages::SlotChange::begin(*vault, unsealing));
    if (const auto already = change.opened_by(way); !already.empty()) {
        return fail(Errc::duplicate_key, fmt::format("it opens slot {} already", already.front()));
    }
    ROOKERY_CHECK(change.add(way, options.label.empty() ? way.label() : options.label));
    const auto& slot = change.slots().back();
    for (const auto& warning : place_warnings(options.ways, data)) warn(warning);
    if (options.json) {
        ROOKERY_CHECK(print_json(slot_facts(slot)));
    } else {
        note("added " + slot_line(slot));
    }
    return Exit::ok;
}

}  // namespace

void add_key_add_slot(Command key, Action& chosen) {
    auto options = std::make_shared<KeyAddSlotOptions>();
    const auto command = key.add_subcommand("add-slot", "Add a way into a stopped vault");
    command.add_option("--data", options->data, "The data directory: the server must be stopped")
        .takes(Takes::directory)
        .required();
    command.add_option("--label", options->label, "What to call the slot, at most 64 bytes");
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_unsealing_options(command, options->unsealing);
    add_unsealing_options(command, options->ways);
    add_memory_options(command, options->memory);
    add_confirmed_time(command, options->confirmed_time);
    command.callback([options, &chosen] { chosen = [options] { return add(*options); }; });
}

}  // namespace rookery::cli

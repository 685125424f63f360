#include "cli/commands/key_add_slot.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/secret_json.hpp"
#include "cli/client/connection_options.hpp"
#include "cli/client/slot_requests.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/offline_vault.hpp"
#include "cli/local/slot_facts.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "crypto/share_slot.hpp"
#include "vault/slot_change.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct KeyAddSlotOptions {
    ConnectionOptions connection;
    std::filesystem::path data;
    UnsealingOptions unsealing;
    UnsealingOptions ways{OfferFor::adding};
    std::string label;
    MemoryOptions memory;
    std::string confirmed_time;
    bool json = false;
};

tl::unexpected<Error> not_one_way() {
    return fail(
        Errc::usage,
        "key add-slot needs exactly one new way in",
        "for example --new-key-file FILE, or --new-shares 3/5 --new-shares-to DIR"
    );
}

Result<void> say_added(const KeyAddSlotOptions& options, const messages::KnownSlot& slot) {
    if (options.json) return print_json(slot_facts(slot));
    note("added " + slot_line(slot));
    return {};
}

/// The server made the shares, told them once, and has a slot for them by now.
Result<void> keep_shares(const SlotAnswer& answer, const std::filesystem::path& folder) {
    if (answer.shares.empty()) return {};
    auto written = crypto::write_shares(answer.shares, folder);
    if (written) return {};
    auto error = std::move(written).error();
    error.hint = fmt::format(
        "nobody has the shares of slot {}: remove it with `rookery key remove-slot {}`, and add "
        "another one",
        answer.slot.id,
        answer.slot.id
    );
    return fail(std::move(error));
}

Result<Exit> add_to_server(const KeyAddSlotOptions& options) {
    SystemRandom random;
    ROOKERY_TRY(auto client, connect(options.connection, slot_request_max));
    if (!any_given(options.ways)) return not_one_way();
    ROOKERY_TRY(const auto opens, resolve_one_brought(options.unsealing, random));
    ROOKERY_TRY(const auto ways, resolve_brought(options.ways, random));
    if (ways.size() != 1) return not_one_way();
    const auto& fresh = ways.front();
    // Before there is anything to lose.
    if (!fresh.made_to.empty()) ROOKERY_CHECK(crypto::write_shares({}, fresh.made_to));
    auto body = body_opening_with(opens.way);
    append_text(body, ",\"New\":");
    append_way(body, fresh.way);
    if (const auto& label = options.label.empty() ? fresh.label : options.label; !label.empty()) {
        append_text(body, ",\"Label\":");
        append_json_string(body, label);
    }
    append_text(body, "}");
    ROOKERY_TRY(const auto answer, ask_about_slots(client, "rky_AddRootKeySlot", body));
    ROOKERY_CHECK(keep_shares(answer, fresh.made_to));
    ROOKERY_CHECK(say_added(options, answer.slot));
    note(
        "it is in no older backup of the keyring: make one, `rookery backup --keyring --data DATA "
        "--to KEYS`"
    );
    return Exit::ok;
}

Result<Exit> add_to_data(const KeyAddSlotOptions& options) {
    ROOKERY_TRY(const auto data, data_place(options.data));
    ROOKERY_CHECK(check_places(options.ways, data));
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    const SystemClock clock;
    SystemRandom random;
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    ROOKERY_TRY(const auto ways, resolve_unsealing(options.ways));
    if (ways.offers.size() != 1) return not_one_way();
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
    for (const auto& warning : place_warnings(options.ways, data)) warn(warning);
    ROOKERY_CHECK(say_added(options, messages::known_slots(change.slots(), 0).back()));
    return Exit::ok;
}

Result<Exit> add(const KeyAddSlotOptions& options) {
    return options.data.empty() ? add_to_server(options) : add_to_data(options);
}

}  // namespace

void add_key_add_slot(Command key, Action& chosen) {
    auto options = std::make_shared<KeyAddSlotOptions>();
    const auto command = key.add_subcommand(
        "add-slot", "Add a way into the vault of a running server, or into a stopped one"
    );
    command
        .add_option(
            "--data",
            options->data,
            "This data directory instead of a server, which must be stopped"
        )
        .takes(Takes::directory);
    command.add_option("--label", options->label, "What to call the slot, at most 64 bytes");
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_connection_options(command, options->connection);
    add_unsealing_options(command, options->unsealing);
    add_unsealing_options(command, options->ways);
    add_memory_options(command, options->memory);
    add_confirmed_time(command, options->confirmed_time);
    command.callback([options, &chosen] { chosen = [options] { return add(*options); }; });
}

}  // namespace rookery::cli

#include "cli/commands/key_remove_slot.hpp"

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
#include "vault/slot_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace rookery::cli {
namespace {

struct KeyRemoveSlotOptions {
    ConnectionOptions connection;
    std::filesystem::path data;
    std::uint32_t id = 0;
    UnsealingOptions unsealing;
    MemoryOptions memory;
    std::string confirmed_time;
    bool used = false;
};

void say_removed(const std::string& line) {
    note("removed " + line);
    note(
        "its secret still opens every older copy of the files slots and keyring, and the root key "
        "is the "
        "same: if somebody else may have it, draw a new one with `rookery key rekey-root --data "
        "DATA --new-key-file FILE`"
    );
}

Result<Exit> remove_from_server(const KeyRemoveSlotOptions& options) {
    SystemRandom random;
    ROOKERY_TRY(auto client, connect(options.connection, slot_request_max));
    ROOKERY_TRY(const auto opens, resolve_one_brought(options.unsealing, random));
    auto body = body_opening_with(opens.way);
    append_text(body, fmt::format(",\"SlotId\":{}", options.id));
    if (options.used) append_text(body, ",\"Used\":true");
    append_text(body, "}");
    ROOKERY_TRY(const auto answer, ask_about_slots(client, "rky_RemoveRootKeySlot", body));
    say_removed(slot_line(answer.slot));
    return Exit::ok;
}

Result<Exit> remove_from_data(const KeyRemoveSlotOptions& options) {
    ROOKERY_TRY(const auto data, data_place(options.data));
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    const SystemClock clock;
    SystemRandom random;
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    ROOKERY_TRY(
        const auto vault,
        open_offline(data, unsealing, Purpose::change(options.confirmed_time), clock, random)
    );
    ROOKERY_TRY(auto change, messages::SlotChange::begin(*vault, unsealing));
    const auto gone = std::ranges::find(change.slots(), options.id, &crypto::Slot::id);
    const auto line = gone == change.slots().end() ? std::string{} : slot_line(*gone);
    // It is the one way of which it is known that it opens.
    const bool last = change.slots().size() == 1;
    if (!last && change.opened_with() == options.id && !options.used) {
        return fail(
            Errc::bad_state,
            fmt::format("slot {} is the one that has just opened the vault", options.id),
            "open it with another one, which then is known to open; or say --used"
        );
    }
    ROOKERY_CHECK(change.remove(static_cast<std::uint16_t>(options.id)));
    say_removed(line);
    return Exit::ok;
}

Result<Exit> remove(const KeyRemoveSlotOptions& options) {
    return options.data.empty() ? remove_from_server(options) : remove_from_data(options);
}

}  // namespace

void add_key_remove_slot(Command key, Action& chosen) {
    auto options = std::make_shared<KeyRemoveSlotOptions>();
    const auto command = key.add_subcommand(
        "remove-slot", "Remove a way into the vault of a running server, or into a stopped one"
    );
    command.add_option("id", options->id, "The slot's id, as key slots shows it")
        .between(1, UINT16_MAX)
        .required();
    command
        .add_option(
            "--data",
            options->data,
            "This data directory instead of a server, which must be stopped"
        )
        .takes(Takes::directory);
    command.add_flag(
        "--used", options->used, "Remove it although it is the way that this command was given"
    );
    add_connection_options(command, options->connection);
    add_unsealing_options(command, options->unsealing);
    add_memory_options(command, options->memory);
    add_confirmed_time(command, options->confirmed_time);
    command.callback([options, &chosen] { chosen = [options] { return remove(*options); }; });
}

}  // namespace rookery::cli

#include "cli/commands/key_rekey_root.hpp"

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

#include <algorithm>
#include <memory>

namespace rookery::cli {
namespace {

struct KeyRekeyRootOptions {
    std::filesystem::path data;
    UnsealingOptions unsealing;
    UnsealingOptions ways{OfferFor::adding};
    bool drop_others = false;
    MemoryOptions memory;
    std::string confirmed_time;
    bool json = false;
};

struct Enrolment {
    std::vector<messages::NewWay> ways;
    std::vector<crypto::Slot> dropped;  // slots that none of them opens
};

/// Each way takes the place of the slots that it opens today, and the name of the first of them.
Enrolment enrol(const messages::SlotChange& change, const messages::Unsealing& ways) {
    Enrolment out;
    std::vector<std::uint16_t> kept;
    for (const auto& offer : ways.offers) {
        const auto opened = change.opened_by(*offer);
        kept.insert(kept.end(), opened.begin(), opened.end());
        auto label = offer->label();
        if (!opened.empty()) {
            label = std::ranges::find(change.slots(), opened.front(), &crypto::Slot::id)->label;
        }
        out.ways.push_back({offer.get(), std::move(label)});
    }
    for (const auto& slot : change.slots()) {
        if (std::ranges::find(kept, slot.id) == kept.end()) out.dropped.push_back(slot);
    }
    return out;
}

Result<void> check_dropped(const Enrolment& enrolment, bool drop_others) {
    if (enrolment.dropped.empty() || drop_others) return {};
    for (const auto& slot : enrolment.dropped) note("not offered anew: " + slot_line(slot));
    return fail(
        Errc::usage,
        fmt::format("{} of the ways in would be lost", enrolment.dropped.size()),
        "offer each that is to stay with --new-…, or say --drop-others; nothing was changed"
    );
}

Result<void> say_done(
    const KeyRekeyRootOptions& options, const messages::SlotChange& change,
    const Enrolment& enrolment, std::uint32_t generation
) {
    if (options.json) {
        auto slots = nlohmann::json::array();
        for (const auto& slot : change.slots()) slots.push_back(slot_facts(slot));
        auto dropped = nlohmann::json::array();
        for (const auto& slot : enrolment.dropped) dropped.push_back(slot_facts(slot));
        return print_json({{"root_generation", generation}, {"slots", slots}, {"dropped", dropped}}
        );
    }
    note(fmt::format("root key {} is in force; what opens it:", generation));
    for (const auto& slot : change.slots()) note("  " + slot_line(slot));
    for (const auto& slot : enrolment.dropped) note("dropped " + slot_line(slot));
    note(
        "older copies of the files slots and keyring still open with what opened them before: "
        "destroy "
        "them"
    );
    return {};
}

Result<Exit> rekey(const KeyRekeyRootOptions& options) {
    ROOKERY_TRY(const auto data, data_place(options.data));
    ROOKERY_CHECK(check_places(options.ways, data));
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    if (!any_given(options.ways)) {
        return fail(
            Errc::usage,
            "key rekey-root needs the ways in that are to open the new root key",
            "offer each with --new-…, also those that stay as they are: --new-key-file root.key"
        );
    }
    const SystemClock clock;
    SystemRandom random;
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    ROOKERY_TRY(const auto ways, resolve_unsealing(options.ways));
    ROOKERY_TRY(
        const auto vault,
        open_offline(data, unsealing, Purpose::change(options.confirmed_time), clock, random)
    );
    ROOKERY_TRY(auto change, messages::SlotChange::begin(*vault, unsealing));
    const auto enrolment = enrol(change, ways);
    ROOKERY_CHECK(check_dropped(enrolment, options.drop_others));
    ROOKERY_TRY(const auto generation, change.rekey(enrolment.ways));
    for (const auto& warning : place_warnings(options.ways, data)) warn(warning);
    ROOKERY_CHECK(say_done(options, change, enrolment, generation));
    return Exit::ok;
}

}  // namespace

void add_key_rekey_root(Command key, Action& chosen) {
    auto options = std::make_shared<KeyRekeyRootOptions>();
    const auto command =
        key.add_subcommand("rekey-root", "Draw the root key of a stopped vault anew");
    command.add_option("--data", options->data, "The data directory: the server must be stopped")
        .takes(Takes::directory)
        .required();
    command.add_flag(
        "--drop-others", options->drop_others, "Lose the ways in that are not offered anew"
    );
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_unsealing_options(command, options->unsealing);
    add_unsealing_options(command, options->ways);
    add_memory_options(command, options->memory);
    add_confirmed_time(command, options->confirmed_time);
    command.callback([options, &chosen] { chosen = [options] { return rekey(*options); }; });
}

}  // namespace rookery::cli

#include "cli/commands/key_drill.hpp"

#include "cli/local/memory_options.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "vault/drill.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct KeyDrillOptions {
    std::filesystem::path data;
    UnsealingOptions ways{OfferFor::trying};
    MemoryOptions memory;
    bool json = false;
};

/// "key file root.key"
std::string called_way(const crypto::SlotOffer& offer) {
    const auto name = std::string(offer.kind().name);
    const auto label = offer.label();
    return label == name ? name : fmt::format("{} {}", name, quoted_name(label));
}

nlohmann::json facts_of(
    const crypto::SlotOffer& offer, const Result<messages::DrillResult>& result
) {
    nlohmann::json out{
        {"kind", std::string(offer.kind().name)},
        {"label", offer.label()},
        {"opens", result.has_value()}};
    if (result) {
        out["slot"] = result->slot;
        out["slot_label"] = result->label;
        out["root_generation"] = result->root_generation;
        out["keyring_epoch"] = result->keyring_epoch;
    } else {
        out["why"] = result.error().message;
    }
    return out;
}

std::string line_of(const crypto::SlotOffer& offer, const Result<messages::DrillResult>& result) {
    if (!result) {
        return fmt::format(
            "{}: does not open: {}\n", called_way(offer), printable(result.error().message)
        );
    }
    return fmt::format(
        "{}: opens, by slot {} {}, root key {}, keyring epoch {}\n",
        called_way(offer),
        result->slot,
        quoted_name(result->label),
        result->root_generation,
        result->keyring_epoch
    );
}

Result<Exit> drill(const KeyDrillOptions& options) {
    ROOKERY_TRY(const auto data, data_place(options.data));
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    ROOKERY_TRY(const auto rehearsal, messages::Drill::begin(data));
    ROOKERY_TRY(const auto ways, resolve_unsealing(options.ways));
    auto facts = nlohmann::json::array();
    std::string text;
    auto outcome = Exit::ok;
    for (const auto& offer : ways.offers) {
        const auto result = rehearsal.try_way(*offer);
        facts.push_back(facts_of(*offer, result));
        text += line_of(*offer, result);
        if (!result && outcome == Exit::ok) outcome = exit_code_of(result.error().code);
    }
    ROOKERY_CHECK(options.json ? print_json({{"ways", facts}}) : print(text));
    return outcome;
}

}  // namespace

void add_key_drill(Command key, Action& chosen) {
    auto options = std::make_shared<KeyDrillOptions>();
    const auto command = key.add_subcommand(
        "drill", "Say which of these ways would open a stopped vault, or a copy of its files"
    );
    command
        .add_option(
            "--data", options->data, "The data directory, or a copy of its vault, slots and keyring"
        )
        .takes(Takes::directory)
        .required();
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_unsealing_options(command, options->ways);
    add_memory_options(command, options->memory);
    command.callback([options, &chosen] { chosen = [options] { return drill(*options); }; });
}

}  // namespace rookery::cli

#include "cli/commands/key_drill.hpp"

#include "base/random.hpp"
#include "base/secret_json.hpp"
#include "cli/client/connection_options.hpp"
#include "cli/client/slot_requests.hpp"
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
    ConnectionOptions connection;
    std::filesystem::path data;
    UnsealingOptions ways{OfferFor::trying};
    MemoryOptions memory;
    bool json = false;
};

/// A way that was offered, and what it opened.
struct Tried {
    std::string kind;
    std::string label;
    Result<messages::DrillResult> result;
};

/// "key file root.key"
std::string called_way(const Tried& way) {
    return way.label.empty() || way.label == way.kind
               ? way.kind
               : fmt::format("{} {}", way.kind, quoted_name(way.label));
}

nlohmann::json facts_of(const Tried& way) {
    const auto& result = way.result;
    nlohmann::json out{
        {"kind", way.kind},
        {"label", way.label.empty() ? way.kind : way.label},
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

std::string line_of(const Tried& way) {
    const auto& result = way.result;
    if (!result) {
        return fmt::format(
            "{}: does not open: {}\n", called_way(way), printable(result.error().message)
        );
    }
    return fmt::format(
        "{}: opens, by slot {} {}, root key {}, keyring epoch {}\n",
        called_way(way),
        result->slot,
        quoted_name(result->label),
        result->root_generation,
        result->keyring_epoch
    );
}

Result<std::vector<Tried>> try_on_data(const KeyDrillOptions& options) {
    ROOKERY_TRY(const auto data, data_place(options.data));
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    ROOKERY_TRY(const auto rehearsal, messages::Drill::begin(data));
    ROOKERY_TRY(const auto ways, resolve_unsealing(options.ways));
    std::vector<Tried> out;
    for (const auto& offer : ways.offers) {
        out.push_back({std::string(offer->kind().name), offer->label(), rehearsal.try_way(*offer)});
    }
    return out;
}

Result<messages::DrillResult> try_on_server(ApiClient& client, const crypto::BroughtWay& way) {
    auto body = body_opening_with(way);
    append_text(body, "}");
    ROOKERY_TRY(const auto answer, ask_about_slots(client, "rky_TestRootKeySlot", body));
    const auto& slot = answer.slot;
    return messages::DrillResult{slot.id, slot.label, slot.root_generation, answer.keyring_epoch};
}

/// What is wrong with a way is the way's; anything else is the command's.
Result<std::vector<Tried>> try_on_server(const KeyDrillOptions& options) {
    SystemRandom random;
    ROOKERY_TRY(auto client, connect(options.connection, slot_request_max));
    ROOKERY_TRY(const auto ways, resolve_brought(options.ways, random));
    std::vector<Tried> out;
    for (const auto& [way, label, folder] : ways) {
        auto result = try_on_server(client, way);
        if (!result && result.error().code != Errc::wrong_secret) return fail(result.error());
        const auto kind =
            way.parts.size() == 1 ? way.parts.front().kind->name : std::string_view{"pair"};
        out.push_back({std::string(kind), label, std::move(result)});
    }
    return out;
}

Result<Exit> drill(const KeyDrillOptions& options) {
    ROOKERY_TRY(
        const auto tried, options.data.empty() ? try_on_server(options) : try_on_data(options)
    );
    auto facts = nlohmann::json::array();
    std::string text;
    auto outcome = Exit::ok;
    for (const auto& way : tried) {
        facts.push_back(facts_of(way));
        text += line_of(way);
        if (!way.result && outcome == Exit::ok) outcome = exit_code_of(way.result.error().code);
    }
    ROOKERY_CHECK(options.json ? print_json({{"ways", facts}}) : print(text));
    return outcome;
}

}  // namespace

void add_key_drill(Command key, Action& chosen) {
    auto options = std::make_shared<KeyDrillOptions>();
    const auto command = key.add_subcommand(
        "drill",
        "Say which of these ways would open the vault of a running server, a stopped one, or a "
        "copy "
        "of its files"
    );
    command
        .add_option(
            "--data",
            options->data,
            "This data directory instead of a server, or a copy of its vault, slots and keyring"
        )
        .takes(Takes::directory);
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_connection_options(command, options->connection);
    add_unsealing_options(command, options->ways);
    add_memory_options(command, options->memory);
    command.callback([options, &chosen] { chosen = [options] { return drill(*options); }; });
}

}  // namespace rookery::cli

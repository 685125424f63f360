#include "cli/local/slot_facts.hpp"

#include "cli/output/console.hpp"
#include "vault/slot_change.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rookery::cli {
namespace {

messages::KnownSlot known(const crypto::Slot& slot) {
    return messages::known_slots({slot}, 0).front();
}

}  // namespace

nlohmann::json slot_facts(const messages::KnownSlot& slot) {
    nlohmann::json out{
        {"id", slot.id},
        {"kind", slot.kind},
        {"label", slot.label},
        {"created", to_iso8601(slot.created)},
        {"root_generation", slot.root_generation},
        {"details", slot.details},
    };
    if (slot.opened) out["opened"] = true;
    return out;
}

nlohmann::json slot_facts(const crypto::Slot& slot) { return slot_facts(known(slot)); }

std::string slot_line(const messages::KnownSlot& slot) {
    return fmt::format(
        "slot {}: {} {}, {}; root key {}, made {}{}",
        slot.id,
        printable(slot.kind),
        quoted_name(slot.label),
        printable(slot.details),
        slot.root_generation,
        to_iso8601(slot.created),
        slot.opened ? "; the server was unsealed with it" : ""
    );
}

std::string slot_line(const crypto::Slot& slot) { return slot_line(known(slot)); }

}  // namespace rookery::cli

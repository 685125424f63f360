#include "cli/local/slot_facts.hpp"

#include "cli/output/console.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rookery::cli {

nlohmann::json slot_facts(const crypto::Slot& slot) {
    return {
        {"id", slot.id},
        {"kind", std::string(slot.kind->name)},
        {"label", slot.label},
        {"created", to_iso8601(slot.created)},
        {"root_generation", slot.root_generation},
        {"details", slot.kind->describe(slot.params)},
    };
}

std::string slot_line(const crypto::Slot& slot) {
    return fmt::format(
        "slot {}: {} {}, {}; root key {}, made {}",
        slot.id,
        slot.kind->name,
        quoted_name(slot.label),
        printable(slot.kind->describe(slot.params)),
        slot.root_generation,
        to_iso8601(slot.created)
    );
}

}  // namespace rookery::cli

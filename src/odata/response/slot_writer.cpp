#include "odata/response/slot_writer.hpp"

namespace rookery::odata {

void write_slot_members(JsonWriter& json, const messages::KnownSlot& slot) {
    json.key("SlotId");
    json.number(std::uint64_t{slot.id});
    json.key("Kind");
    json.text(slot.kind);
    json.key("Label");
    json.text(slot.label);
    json.key("Details");
    json.text(slot.details);
    json.key("CreatedOn");
    json.time(slot.created);
    json.key("RootGeneration");
    json.number(std::uint64_t{slot.root_generation});
    json.key("Opened");
    json.boolean(slot.opened);
}

void write_slot_act(JsonWriter& json, const messages::SlotActReply& reply) {
    write_slot_members(json, reply.slot);
    json.key("SlotSet");
    json.number(reply.set);
    json.key("KeyringEpoch");
    json.number(reply.keyring_epoch);
    if (reply.shares.empty()) return;
    json.key("Shares");
    json.begin_array();
    for (const auto& share : reply.shares) json.text(share);
    json.end_array();
}

}  // namespace rookery::odata

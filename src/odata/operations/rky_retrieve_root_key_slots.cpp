// rky_RetrieveRootKeySlots: the ways into the vault.
#include "odata/operations/operation.hpp"
#include "odata/response/slot_writer.hpp"

namespace rookery::odata::operations::rky_retrieve_root_key_slots {
namespace {

void write(JsonWriter& json, const messages::RootKeySlotsReply& reply) {
    json.key("SlotSet");
    json.number(reply.set);
    json.key("Slots");
    json.begin_array();
    for (const auto& slot : reply.slots) {
        json.begin_object();
        write_slot_members(json, slot);
        json.end_object();
    }
    json.end_array();
}

constexpr Operation operation{
    .name = "rky_RetrieveRootKeySlots",
    .kind = OperationKind::function,
    .read = reads_nothing<messages::RetrieveRootKeySlots>,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_root_key_slots

// rky_RemoveRootKeySlot: one way less into the vault.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/way_members.hpp"
#include "odata/response/slot_writer.hpp"

namespace rookery::odata::operations::rky_remove_root_key_slot {
namespace {

Result<messages::Message> read(Call& call) {
    const auto from_body = [](const JsonValue& body,
                              messages::RemoveRootKeySlot& into) -> Result<> {
        ROOKERY_CHECK(check_members(body, {"Opens", "SlotId", "Used"}));
        ROOKERY_TRY(into.opens, read_way(body, "Opens", WayIs::there));
        const auto* slot = body.member("SlotId");
        if (slot == nullptr || !slot->is(JsonValue::Kind::integer) || slot->integer < 1 ||
            slot->integer > UINT16_MAX) {
            return bad_parameter("SlotId");
        }
        into.slot = static_cast<std::uint16_t>(slot->integer);
        const auto* used = body.member("Used");
        if (used != nullptr && !used->is(JsonValue::Kind::boolean)) return bad_parameter("Used");
        into.used = used != nullptr && used->boolean;
        return {};
    };
    return call.request.with_body(messages::RemoveRootKeySlot{}, from_body);
}

constexpr metadata::Field takes[] = {
    {"Opens", "rky_RootKeyWay"},
    {"SlotId", "Edm.Int64"},
    {"Used", "Edm.Boolean"},
};

constexpr Operation operation{
    .name = "rky_RemoveRootKeySlot",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = slot_answer,
    .ignores_options = true,
    .read = read,
    .write = writes<write_slot_act>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_remove_root_key_slot

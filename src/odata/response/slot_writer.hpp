// How the operations on root key slots show one, and what was done about one.
#pragma once

#include "messages/slot_act.hpp"
#include "odata/json/json_writer.hpp"
#include "pipeline/slot_book.hpp"

namespace rookery::odata {

/// The members of a slot, into an object that is open.
void write_slot_members(JsonWriter& json, const messages::KnownSlot& slot);

/// The result of rky_TestRootKeySlot, rky_AddRootKeySlot and rky_RemoveRootKeySlot.
void write_slot_act(JsonWriter& json, const messages::SlotActReply& reply);

}  // namespace rookery::odata

// A way into the vault as a JSON object, whose members the slot kinds name: {"Passphrase": "…"}, {"Shares": ["svs1…", …]}; two
// kinds in one object are a pair. Read after the sender was admitted: what is in it takes locked memory.
#pragma once

#include "base/result.hpp"
#include "messages/slot_act.hpp"
#include "odata/json/json_value.hpp"

#include <string_view>

namespace rookery::odata {

/// Whether the way is there already, or a slot is to be made of it: only then its words say something.
enum class WayIs : bool { there, fresh };

/// The member `name` of the body. Errc::bad_payload, which names the member and never what it holds.
[[nodiscard]] Result<messages::BroughtSecret> read_way(
    const JsonValue& body, std::string_view name, WayIs way
);

}  // namespace rookery::odata

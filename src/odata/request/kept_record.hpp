// The parameter "Target" of the actions that bring back a record that is kept: which one, and the columns that are to have other
// values then.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/json/json_value.hpp"
#include "odata/request/request_origin.hpp"

namespace rookery::odata {

struct KeptRecord {
    messages::Target target;  // by id
    messages::Input input;    // without the row's id
};

/// `{"@odata.id": URL, COLUMN: VALUE, …}`, or the row's id in place of the URL, with an '@odata.type' or where the id's name tells
/// the table. Errc::bad_payload, and what read_reference and read_row say.
[[nodiscard]] Result<KeptRecord> read_kept_record(
    const JsonValue& body, const RequestOrigin& origin
);

}  // namespace rookery::odata

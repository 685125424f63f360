// $ref: which row a lookup leads to, and which rows a collection navigation property has.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/navigation.hpp"
#include "odata/request/request_reader.hpp"
#include "odata/request/resource_path.hpp"

namespace rookery::odata {

// Errc: malformed, method_not_allowed, unsupported, bad_payload for a reference to a row of another
// table, required_null, protected_column.

/// `GET SET(KEY)/lookup/$ref`: the reference alone, for whoever may read the row that has it.
[[nodiscard]] Result<messages::Message> read_reference_of_lookup(
    RequestReader& request, messages::Target target, const Navigation& nav
);
/// `GET SET(KEY)/collection/$ref`: a list of references.
[[nodiscard]] Result<messages::Message> read_references_of_members(
    RequestReader& request, messages::Target parent, const Collection& collection
);
/// `PUT`, `DELETE SET(KEY)/lookup/$ref`
[[nodiscard]] Result<messages::Message> read_lookup_reference(
    RequestReader& request, messages::Target target, const Navigation& nav
);
/// `POST`, `DELETE SET(KEY)/collection/$ref` and `DELETE SET(KEY)/collection(KEY)/$ref`; `segment`
/// is the collection's.
[[nodiscard]] Result<messages::Message> read_member_reference(
    RequestReader& request, messages::Target parent, const Collection& collection,
    const Segment& segment
);

}  // namespace rookery::odata

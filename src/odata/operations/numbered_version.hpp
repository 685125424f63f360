// What the actions on a numbered version of a record's tokens read: the record, and {"Number": n}.
#pragma once

#include "odata/operations/operation.hpp"
#include "odata/request/version_parameters.hpp"

#include <utility>

namespace rookery::odata {

/// M has a target and a number.
template <class M>
Result<messages::Message> read_numbered_version(Call& call) {
    ROOKERY_CHECK(check_token_history(*call.table, call.operation.name));
    ROOKERY_TRY(const auto body, call.request.json_body());
    M out;
    ROOKERY_TRY(out.number, read_version_number(body));
    out.target = std::move(call.row);
    return messages::Message{std::move(out)};
}

}  // namespace rookery::odata

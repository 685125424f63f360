// The parameters of the functions that ask for the history of a row.
#pragma once

#include "messages/message.hpp"
#include "odata/request/parameters.hpp"
#include "odata/request/request_reader.hpp"

#include <optional>
#include <string_view>

namespace rookery::odata {

/// Target, PagingInfo and, if the function has it, AttributeLogicalName. Errc::malformed.
[[nodiscard]] Result<messages::RetrieveRecordChangeHistory> read_history(
    const RequestReader& request, const Function& function,
    std::optional<std::string_view> arguments
);

}  // namespace rookery::odata

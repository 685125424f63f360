// $select and $expand over definitions.
#pragma once

#include "base/result.hpp"
#include "odata/metadata/question.hpp"
#include "odata/request/query_options.hpp"

#include <optional>
#include <string>

namespace rookery::odata::metadata {

/// What is shown of definitions of that type, and how the context URL says it: "(LogicalName,OptionSet(Options))" or empty.
/// Errc: malformed, unknown_property, and what read_filter says.
[[nodiscard]] Result<Shown> read_shown(
    const EntityType& type, const QueryOptions& options, std::string& context
);

}  // namespace rookery::odata::metadata

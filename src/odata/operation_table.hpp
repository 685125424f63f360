// All operations, and which of them a segment of a path names.
#pragma once

#include "base/result.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/resource_path.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace rookery::odata {

/// The rows of each file of odata/operations. Defined in a source that CMake makes of
/// operation_rows.cpp.in.
[[nodiscard]] std::span<const Rows* const> operation_rows();

/// The whole table.
[[nodiscard]] const std::vector<const Operation*>& all_operations();

/// "GET" or "POST".
[[nodiscard]] std::string_view method_of(const Operation& operation);

/// The built operation that the segment names where it stands: at the root, or bound to `table`.
/// Null if none has this name, binding and form.
[[nodiscard]] const Operation* find_operation(
    const Segment& segment, Binding binding, const schema::Table* table
);

/// Why a segment names nothing. Errc: unsupported for what is documented and not built;
/// unresolved_parameters for what is bound and named without its namespace; unknown_segment.
[[nodiscard]] Error unknown_segment(const Segment& segment);

}  // namespace rookery::odata

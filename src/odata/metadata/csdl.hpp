// The document of $metadata: CSDL 4.0 in XML, of the schema, the operations and the metadata's own types.
#pragma once

#include "odata/metadata/model.hpp"
#include "odata/metadata/operation_shape.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace rookery::odata::metadata {

/// Descriptions, what is read-only, alternate keys: dataverse has them when they are asked for.
enum class Annotated : std::uint8_t { no, yes };

[[nodiscard]] std::string write_csdl(
    std::span<const OperationShape> operations, std::span<const DefinitionSet> sets,
    Annotated annotated
);

}  // namespace rookery::odata::metadata

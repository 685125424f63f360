// The ids of what the metadata describes: the same in every vault, since they follow from names.
#pragma once

#include "base/uuid.hpp"
#include "schema/schema.hpp"

#include <string_view>

namespace rookery::messages {

/// Of a table, a column, a relationship and whatever else has a definition; `kind` tells those of one name apart.
[[nodiscard]] Uuid metadata_id(std::string_view kind, std::string_view name);

/// MetadataId of a column, whatever its type.
[[nodiscard]] Uuid metadata_id(const schema::Table& table, const schema::Column& column);

struct SecuredColumn {
    const schema::Table* table = nullptr;
    const schema::Column* column = nullptr;
};

/// The sealed column with this MetadataId that clients can name; null members for another.
[[nodiscard]] SecuredColumn secured_column(const Uuid& metadata_id);

}  // namespace rookery::messages

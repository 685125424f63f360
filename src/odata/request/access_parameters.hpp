// The parameters that the functions about rights share. Names of tables, columns and messages may
// stand with or without quotes.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/parameters.hpp"
#include "odata/request/query_options.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rookery::odata {

inline constexpr std::uint32_t readers_top_max = 200;

/// What a function is given, before it is known what belongs together.
struct AccessParameters {
    std::optional<Uuid> user;
    std::optional<Uuid> record;
    std::optional<Uuid> owner;
    std::optional<Uuid> after;
    std::optional<std::uint32_t> top;  // 1..readers_top_max
    std::string unique_handle_id;
    std::string table;
    std::string column;
    std::string message;
};

// Errc::malformed for all of them.

[[nodiscard]] Result<AccessParameters> read_access_parameters(
    const Function& function, std::optional<std::string_view> arguments, const QueryOptions& options
);
/// msdyn_octwitterhandlesecret unless another is named.
[[nodiscard]] Result<const schema::Table*> table_of(
    const Function& function, const AccessParameters& given
);
/// Column security is for sealed columns: of others there is nothing to ask. Null if none is named.
[[nodiscard]] Result<const schema::Column*> column_of(
    const Function& function, const AccessParameters& given, const schema::Table& table
);
/// By its id or its unique handle id, one of them.
[[nodiscard]] Result<messages::Target> record_of(
    const Function& function, const AccessParameters& given, const schema::Table& table
);

}  // namespace rookery::odata

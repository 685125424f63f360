// RetrieveMetadataChanges: a query over tables as JSON (EntityQueryExpression), and its answer.
#pragma once

#include "base/result.hpp"
#include "odata/json/json_value.hpp"
#include "odata/metadata/definition.hpp"
#include "odata/metadata/filter.hpp"
#include "odata/request/render_context.hpp"
#include "odata/response/responder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata::metadata {

/// What is wanted of definitions of one kind.
struct Wanted {
    bool everything = false;         // all properties
    std::vector<std::string> names;  // otherwise these, as far as a definition has them
    std::optional<Filter> filter;

    [[nodiscard]] bool has(std::string_view property) const;
};

struct ChangesQuery {
    Wanted tables;
    std::optional<Wanted> columns;  // without: none are told of
    std::optional<Wanted> relationships;
    std::optional<Wanted> keys;
    std::string client_stamp;  // ClientVersionStamp; empty: the client knows nothing yet
};

/// `query` as it stands in the URL. Errc: bad_payload (no JSON), malformed (not a query, beyond the limits of a $filter and a
/// $select), unknown_property.
[[nodiscard]] Result<ChangesQuery> read_changes_query(std::string_view query);

/// The members of the answer. To a client that knows the newest stamp nothing has changed.
void write_changes(JsonWriter& json, const ChangesQuery& query, const RenderContext& context);

}  // namespace rookery::odata::metadata

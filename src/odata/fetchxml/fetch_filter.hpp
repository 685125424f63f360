// The filters and conditions of FetchXML, which become the same filter as $filter does.
#pragma once

#include "odata/fetchxml/fetch_element.hpp"
#include "query/filter.hpp"
#include "schema/schema.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace rookery::odata::fetchxml {

/// What is bounded over all filters of one query.
struct FilterCounts {
    int conditions = 0;
    std::size_t values = 0;
};

/// What filters say of linked tables.
class FilterLinks {
 public:
    virtual ~FilterLinks() = default;

    /// A `link-entity` in a filter of `table`.
    [[nodiscard]] virtual Result<messages::Filter> link_in_filter(
        const schema::Table& table, const Element& element
    ) = 0;
    /// The table of the link that a condition names in `entityname`.
    [[nodiscard]] virtual Result<const schema::Table*> table_of(
        const Element& condition, std::string_view alias
    ) = 0;
    /// The filter that such a condition is, of rows of that table, as one of rows that are linked to them.
    [[nodiscard]] virtual Result<messages::Filter> reached(
        const Element& condition, std::string_view alias, messages::Filter filter
    ) = 0;
};

/// What all of the <filter> elements among `elements` ask for; nothing when they have no condition. Errc: malformed,
/// unknown_property, sealed_in_query (for every caller), unsupported; what `links` says, without which linked tables are
/// unsupported. No message repeats a value.
[[nodiscard]] Result<std::optional<messages::Filter>> read_filters(
    const schema::Table& table, std::span<const Element> elements, FilterCounts& counts,
    FilterLinks* links = nullptr
);

}  // namespace rookery::odata::fetchxml

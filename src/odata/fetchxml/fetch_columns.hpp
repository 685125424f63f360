// What a FetchXML query shows of its entity: the columns, and the names that the answer has them under.
#pragma once

#include "odata/fetchxml/fetch_element.hpp"
#include "odata/request/render_context.hpp"
#include "odata/request/request_reader.hpp"
#include "query/query.hpp"

#include <string>
#include <vector>

namespace rookery::odata::fetchxml {

/// A column, and the name that the answer has it under.
struct Asked {
    const schema::Column* column = nullptr;
    std::string name;
    bool renamed = false;
};

/// Those of the elements `attribute`, in their order; nothing for all of them. Errc: unknown_property, malformed, and what
/// check_attributes says.
[[nodiscard]] Result<std::vector<Asked>> read_attributes(
    const schema::Table& table, const Element& entity
);

/// For the context URL.
void name_in_context(RequestReader& request, const std::vector<Asked>& asked);

/// With the primary key, which is always shown. Errc::duplicate_alias.
[[nodiscard]] Result<> show_columns(
    RequestReader& request, const schema::Table& table, std::vector<Asked> asked,
    messages::Query& out
);

/// Names that links give their columns are no other column's: who reads the answer would take one for the other.
/// Errc::duplicate_alias.
[[nodiscard]] Result<> check_link_names(
    const schema::Table& table, const messages::Selection& selection, const RenderContext& context
);

}  // namespace rookery::odata::fetchxml

#include "odata/fetchxml/bulk_query.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/fetchxml/fetch_query.hpp"
#include "odata/fetchxml/write_element.hpp"
#include "odata/request/canonical.hpp"

#include <utility>

namespace rookery::odata::fetchxml {
namespace {

constexpr std::string_view root_name = "queries";

}  // namespace

Result<messages::RetrieveMultiple> read_bulk_query(const Element& fetch) {
    ROOKERY_TRY(const auto* entity, entity_of(fetch));
    ROOKERY_TRY(const auto name, required(*entity, "name"));
    const auto* table = schema::table(name);
    if (table == nullptr || table->outside) {
        return attribute_error(*entity, "name", "is not the name of a table");
    }
    for (const auto* attribute :
         {"aggregate", "top", "count", "page", "paging-cookie", "datasource"}) {
        if (fetch.attribute(attribute) == nullptr) continue;
        return fail(
            Errc::unsupported,
            "The attribute '" + std::string{attribute} +
                "' of the FetchXML is not supported in the query of a job, which takes all of its "
                "rows."
        );
    }
    messages::RetrieveMultiple out;
    out.table = table;
    ROOKERY_TRY(out.filter, read_rows(*table, *entity));
    out.query_digest = query_digest(out);
    return out;
}

std::string write_bulk_queries(std::vector<Element> fetches) {
    Element out{std::string{root_name}};
    out.children = std::move(fetches);
    return write_xml(out);
}

Result<std::vector<messages::RetrieveMultiple>> read_bulk_queries(std::string_view text) {
    ROOKERY_TRY(const auto root, read_xml(text));
    if (root.name != root_name) return misplaced(root);
    std::vector<messages::RetrieveMultiple> out;
    for (const auto& fetch : root.children) {
        ROOKERY_TRY(auto query, read_bulk_query(fetch));
        out.push_back(std::move(query));
    }
    return out;
}

}  // namespace rookery::odata::fetchxml

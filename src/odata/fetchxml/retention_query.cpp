#include "odata/fetchxml/retention_query.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/fetchxml/bulk_query.hpp"
#include "odata/request/canonical.hpp"

#include <algorithm>
#include <string>

namespace rookery::odata::fetchxml {
namespace {

using messages::RowSource;

constexpr std::string_view source_attribute = "datasource";

bool has_links(const Element& element) {
    return std::ranges::any_of(element.children, [](const Element& child) {
        return child.name == "link-entity" || has_links(child);
    });
}

}  // namespace

Result<messages::RetrieveMultiple> read_retention_query(std::string_view text, RowSource source) {
    ROOKERY_TRY(auto fetch, read_xml(text));
    const auto* named = fetch.attribute(source_attribute);
    const auto wanted = messages::datasource_of(source);
    if (named != nullptr && !named->empty() && *named != wanted) {
        return attribute_error(
            fetch,
            source_attribute,
            wanted.empty() ? "names other records than those that are there"
                           : "names other records than those that are retained"
        );
    }
    std::erase_if(fetch.attributes, [](const auto& attribute) {
        return attribute.first == source_attribute;
    });
    if (source != RowSource::live && has_links(fetch)) {
        return fail(
            Errc::unsupported,
            "The FetchXML element 'link-entity' is not supported beside the datasource '" +
                std::string(wanted) + "'."
        );
    }
    ROOKERY_TRY(auto out, read_bulk_query(fetch));
    out.source = source;
    out.query_digest = query_digest(out);
    return out;
}

Result<const schema::Table*> read_policy_criteria(std::string_view text) {
    ROOKERY_TRY(const auto query, read_retention_query(text, RowSource::live));
    return query.table;
}

}  // namespace rookery::odata::fetchxml

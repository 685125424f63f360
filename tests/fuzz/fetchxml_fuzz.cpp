// FetchXML of any bytes: is refused or becomes a query, within its limits, and a query can be asked again. The first byte
// chooses the table; the outermost element is read as a fetch and as its entity.
#include "odata/fetchxml/bulk_query.hpp"
#include "odata/fetchxml/fetch_aggregate.hpp"
#include "odata/fetchxml/fetch_element.hpp"
#include "odata/fetchxml/fetch_filter.hpp"
#include "odata/fetchxml/fetch_link.hpp"
#include "odata/fetchxml/link_columns.hpp"
#include "odata/fetchxml/link_joins.hpp"
#include "odata/fetchxml/write_element.hpp"
#include "query/joins.hpp"
#include "schema/schema.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace rookery;

void require(bool holds) {
    if (!holds) __builtin_trap();
}

/// What is written is read as what it was, and a query of a BulkDelete too.
void check_written(const odata::fetchxml::Element& element) {
    const auto text = odata::fetchxml::write_xml(element);
    const auto again = odata::fetchxml::read_xml(text);
    // Escapes may make it longer than may be read.
    if (again) require(odata::fetchxml::write_xml(*again) == text);
    if (!again) require(text.size() > odata::fetchxml::fetch_bytes_max);
    const auto rows = odata::fetchxml::read_bulk_query(element);
    if (!rows) return;
    const auto kept =
        odata::fetchxml::read_bulk_queries(odata::fetchxml::write_bulk_queries({element}));
    if (kept) require(kept->size() == 1 && kept->front().query_digest == rows->query_digest);
}

/// What became a filter names no sealed column.
void check(const messages::Filter& filter) {
    require(messages::shape(filter).find("useraccesstoken") == std::string::npos);
}

void check(
    const std::vector<messages::Expansion>& expanded, const std::vector<odata::ExpandedName>& names
) {
    require(expanded.size() == names.size());
    for (std::size_t i = 0; i < expanded.size(); ++i) {
        const auto& one = expanded[i];
        require(one.to.size() == 1 && !one.to.front().table->outside);
        require(one.lookup != nullptr || one.to.front().within);
        if (one.to.front().filter) check(*one.to.front().filter);
        check(one.to.front().expanded, names[i].expanded);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto tables = schema::tables();
    const auto& table = *tables[data[0] % tables.size()];
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto element = odata::fetchxml::read_xml(text);
    if (!element) return 0;
    check_written(*element);
    odata::fetchxml::FilterCounts counts;
    odata::fetchxml::Links links(counts);
    if (!links.read(table, *element)) return 0;
    require(links.in_order().size() <= messages::joins_max);
    const auto filter = odata::fetchxml::read_filters(table, element->children, counts, &links);
    if (filter && *filter) check(**filter);
    for (const auto& condition : links.conditions()) check(condition);
    messages::Query query;
    query.table = &table;
    std::vector<odata::ExpandedName> names;
    if (show_links(links, query.selection, query, names)) check(query.expanded, names);
    odata::fetchxml::LinkJoins joined(links, odata::fetchxml::LinkJoins::Which::counted);
    const auto asked = odata::fetchxml::read_aggregation(table, *element, *element, joined);
    const auto joins = std::move(joined).take();
    require(joins.size() <= messages::joins_max);
    for (std::size_t i = 0; i < joins.size(); ++i) {
        require(joins[i].of <= i);
        if (joins[i].filter) check(*joins[i].filter);
    }
    if (!asked) return 0;
    require(asked->keys.size() + asked->aggregates.size() <= messages::aggregation_terms_max);
    require(asked->rows_max > 0 && asked->rows_max <= messages::aggregated_rows_max);
    for (const auto& key : asked->keys) require(key.row <= joins.size());
    for (const auto& one : asked->aggregates) require(one.row <= joins.size());
    require(messages::shape(*asked, joins).find("useraccesstoken") == std::string::npos);
    for (const auto& by : asked->order) {
        require(by.term < asked->keys.size() + asked->aggregates.size());
    }
    return 0;
}

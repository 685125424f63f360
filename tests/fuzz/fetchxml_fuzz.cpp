// FetchXML of any bytes: is refused or becomes a query, within its limits, and a query can be asked again. The outermost
// element is read as a fetch and as its entity.
#include "odata/fetchxml/fetch_aggregate.hpp"
#include "odata/fetchxml/fetch_element.hpp"
#include "odata/fetchxml/fetch_filter.hpp"
#include "schema/known_tables.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rookery;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto element = odata::fetchxml::read_xml(text);
    if (!element) return 0;
    const auto& table = schema::known::msdyn_octwitterhandlesecret;
    const auto filter = odata::fetchxml::read_filters(table, {&*element, 1});
    // What became a filter names no sealed column.
    if (filter && *filter && messages::shape(**filter).find("token") != std::string::npos)
        std::abort();
    const auto asked = odata::fetchxml::read_aggregation(table, *element, *element);
    if (!asked) return 0;
    if (asked->keys.size() + asked->aggregates.size() > messages::aggregation_terms_max ||
        asked->rows_max > messages::aggregated_rows_max || asked->rows_max == 0 ||
        messages::shape(*asked).find("token") != std::string::npos) {
        std::abort();
    }
    for (const auto& by : asked->order) {
        if (by.term >= asked->keys.size() + asked->aggregates.size()) std::abort();
    }
    return 0;
}

// FetchXML of any bytes: is refused or becomes a query, within its limits, and a query can be asked again.
#include "odata/fetchxml/fetch_element.hpp"
#include "odata/fetchxml/fetch_filter.hpp"
#include "schema/known_tables.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
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
    return 0;
}

#include "odata/request/selection.hpp"

#include "odata/request/filter_parser.hpp"
#include "odata/request/hop.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/request_headers.hpp"
#include "query/joins.hpp"

#include <algorithm>
#include <limits>

namespace rookery::odata {
namespace {

std::string_view trimmed_item(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

/// Cuts the next element of a comma list off `rest`; false after the last.
bool next_element(std::string_view& rest, bool& done, std::string_view& element) {
    if (done) return false;
    const auto comma = rest.find(',');
    element = trimmed_item(rest.substr(0, comma));
    done = comma == std::string_view::npos;
    rest = done ? std::string_view{} : rest.substr(comma + 1);
    return true;
}

/// Null when there is none.
const schema::Column* selectable(const schema::Table& table, std::string_view name) {
    const auto* column = table.property(name);
    if (column == nullptr) column = table.navigation(name);
    const bool known = column != nullptr && column->type != schema::Type::digest &&
                       column->may(schema::can::odata);
    return known ? column : nullptr;
}

tl::unexpected<Error> empty_element(std::string_view option) {
    return fail(Errc::malformed, "The " + std::string{option} + " option has an empty element.");
}

}  // namespace

Result<> check_select_element(std::string_view element) {
    if (element.empty()) return empty_element("$select");
    if (element.find('/') != std::string_view::npos) {
        return fail(
            Errc::unsupported, "Paths through navigation properties are not supported in $select."
        );
    }
    if (element.ends_with(".*")) {
        return fail(
            Errc::unsupported,
            "The operations of a namespace (NAMESPACE.*) are not supported in $select."
        );
    }
    return {};
}

Result<> check_expand_element(std::string_view name) {
    if (name.empty()) return empty_element("$expand");
    if (name != "*") return {};
    return fail(
        Errc::unsupported,
        "All navigation properties at once (*) are not supported in $expand: name them."
    );
}

Result<Select> parse_select(const schema::Table& table, std::string_view text) {
    Select out;
    out.columns.reserve(2 + static_cast<std::size_t>(std::ranges::count(text, ',')));
    out.names.reserve(text.size());
    std::string_view element;
    bool done = false;
    bool everything = false;
    while (next_element(text, done, element)) {
        if (element == "*") {
            everything = true;
            continue;
        }
        ROOKERY_CHECK(check_select_element(element));
        const auto* column = selectable(table, element);
        if (column == nullptr) return fail(no_such_property(table, element));
        if (std::ranges::find(out.columns, column) != out.columns.end()) continue;
        out.columns.push_back(column);
        if (!out.names.empty()) out.names += ',';
        out.names += column->wire_name();
    }
    if (everything) return Select{};
    const auto* key = table.column(table.primary_id);
    if (key != nullptr && std::ranges::find(out.columns, key) == out.columns.end()) {
        out.columns.push_back(key);
    }
    return out;
}

bool is_selectable(const schema::Table& table, std::string_view name) {
    return selectable(table, name) != nullptr;
}

Result<std::uint32_t> parse_top(std::string_view text) {
    const auto top = read_integer(text);
    if (!top || *top < 1 || *top > std::numeric_limits<std::int32_t>::max()) {
        return fail(Errc::malformed, "The $top option must be a whole number from 1 on.");
    }
    return static_cast<std::uint32_t>(std::min<std::int64_t>(*top, page_size_max));
}

Result<std::vector<messages::OrderBy>> parse_orderby(
    const schema::Table& table, std::string_view text
) {
    std::vector<messages::OrderBy> out;
    std::string_view element;
    bool done = false;
    while (next_element(text, done, element)) {
        const auto blank = element.find(' ');
        auto name = element.substr(0, blank);
        const auto direction = blank == std::string_view::npos
                                   ? std::string_view{}
                                   : trimmed_item(element.substr(blank));
        messages::OrderBy by;
        const auto* at = &table;
        for (auto slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
            if (by.through.size() == messages::joins_max) {
                return fail(Errc::malformed, "A path in the $orderby option is too long.");
            }
            ROOKERY_TRY(auto hop, lookup_hop(*at, name.substr(0, slash)));
            at = hop.to;
            by.through.push_back(hop);
            name.remove_prefix(slash + 1);
        }
        if (!is_name(name) || !(direction.empty() || direction == "asc" || direction == "desc")) {
            return fail(Errc::malformed, "Syntax error in the $orderby option.");
        }
        if (out.size() == orderby_max) {
            return fail(Errc::malformed, "The $orderby option names too many properties.");
        }
        ROOKERY_TRY(by.column, filterable(*at, name));
        by.descending = direction == "desc";
        out.push_back(std::move(by));
    }
    return out;
}

}  // namespace rookery::odata

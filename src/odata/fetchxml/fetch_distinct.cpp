#include "odata/fetchxml/fetch_distinct.hpp"

#include "odata/fetchxml/fetch_order.hpp"
#include "odata/fetchxml/link_columns.hpp"
#include "odata/request/aggregable.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace rookery::odata::fetchxml {
namespace {

using schema::Table;

/// The navigation up to the rows of a link, as an order goes.
bool is_path_to(const Link& link, const std::vector<messages::Hop>& through) {
    const auto* at = &link;
    for (auto hop = through.rbegin(); hop != through.rend(); ++hop, at = at->parent) {
        if (at == nullptr || at->hop.name != hop->name) return false;
    }
    return at == nullptr;
}

}  // namespace

Error names_no_columns() {
    return {
        Errc::unsupported,
        "A distinct FetchXML with columns of links names each of its columns.",
        "name them instead of all-attributes",
        {}};
}

Result<messages::Aggregation> distinct_rows(
    const Table& table, const Element& entity, const Links& links, const LinkJoins& joined,
    const std::vector<Asked>& asked
) {
    messages::Aggregation out;
    out.distinct = true;
    out.rows_max =
        std::numeric_limits<std::uint32_t>::max();  // its work and its memory are bounded
    for (const auto& one : asked) {
        ROOKERY_TRY(const auto* column, aggregable(table, one.column->wire_name()));
        ROOKERY_CHECK(check_new_name(out, one.name));
        out.keys.push_back({column, messages::DatePart::none, one.name, 0});
    }
    for (const auto& [link, position] : joined.rows()) {
        if (!shows_columns(*link)) continue;
        ROOKERY_TRY(const auto shown, columns_of(*link));
        if (shown.columns.empty()) return fail(names_no_columns());
        for (const auto* shown_column : shown.columns) {
            ROOKERY_TRY(const auto* column, aggregable(*link->hop.to, shown_column->wire_name()));
            const auto renamed = std::ranges::find_if(shown.renamed, [&](const auto& one) {
                return one.first == column;
            });
            auto name = renamed != shown.renamed.end()
                            ? renamed->second
                            : link->alias + "." + std::string{column->name};
            ROOKERY_CHECK(check_free_name(out, name));
            out.keys.push_back({column, messages::DatePart::none, std::move(name), position});
        }
    }
    messages::Query ordered;
    ordered.table = &table;
    ROOKERY_CHECK(read_orders(entity, links, ordered));
    for (const auto& by : ordered.order) {
        const auto key = std::ranges::find_if(out.keys, [&](const messages::GroupKey& one) {
            if (one.column != by.column || (one.row == 0) != by.through.empty()) return false;
            return one.row == 0 || is_path_to(*joined.rows()[one.row - 1].link, by.through);
        });
        if (key == out.keys.end()) {
            return fail(
                Errc::malformed, "A distinct FetchXML orders by columns that it has as attributes."
            );
        }
        out.order.push_back({static_cast<std::size_t>(key - out.keys.begin()), by.descending});
    }
    return out;
}

}  // namespace rookery::odata::fetchxml

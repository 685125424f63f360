#include "schema/schema_page/words.hpp"

#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace rookery::schema_page {

std::span<const schema::Table* const> every_table() { return schema::known::all; }

std::string_view type_of(const schema::Column& column) { return schema::row_of(column.type).name; }

std::string_view place_of(const schema::Column& column) {
    if (storage::has_cells(column)) return "cell";
    if (column.may(schema::can::row_id)) return "id";
    if (column.may(schema::can::redirected)) return "redirected";
    if (column.derived) return "derived";
    if (column.type == schema::Type::virtual_text) return "virtual";
    throw std::logic_error(
        "schema page: " + std::string(column.name) + " has no cell, and no reason"
    );
}

std::string_view index_of(const schema::Table& table, const schema::Column& column) {
    if (&column == storage::name_column(table)) return "name";
    if (!storage::has_cells(column) || !storage::is_indexed(column)) return {};
    return column.is_lookup() ? "reference" : "ordered";
}

bool has_rows(const schema::Table& table) { return !table.outside && !table.made && !table.of_log; }

const schema::Association* pairs_of(const schema::Table& table) {
    const auto all = schema::associations();
    const auto found = std::ranges::find(all, table.name, &schema::Association::intersect);
    if (table.intersect != (found != all.end())) {
        throw std::logic_error("schema page: an intersect without its two ends");
    }
    return found == all.end() ? nullptr : &*found;
}

}  // namespace rookery::schema_page

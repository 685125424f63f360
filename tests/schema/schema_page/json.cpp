#include "schema/schema_page/json.hpp"

#include "schema/schema_page/words.hpp"

#include <nlohmann/json.hpp>

#include <string_view>
#include <vector>

namespace rookery::schema_page {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

Json column_object(const schema::Table& table, const schema::Column& column) {
    return {
        {"id", column.id},
        {"name", column.name},
        {"type", type_of(column)},
        {"place", place_of(column)},
        {"targets", column.targets},
        {"sibling", text_or_null(column.sibling)},
        {"index", text_or_null(index_of(table, column))}};
}

Json key_object(const schema::AlternateKey& key) {
    return {{"name", key.name}, {"columns", key.columns}};
}

Json pair_array(const schema::Table& table) {
    const auto* pairs = pairs_of(table);
    return pairs == nullptr ? Json(nullptr) : Json{pairs->first_column, pairs->second_column};
}

Json table_object(const schema::Table& table) {
    auto keys = Json::array();
    for (const auto& key : table.keys) keys.push_back(key_object(key));
    return {
        {"id", table.id},
        {"name", table.name},
        {"primary_id", table.primary_id},
        {"primary_name", text_or_null(table.primary_name)},
        {"rows", has_rows(table)},
        {"outside", table.outside},
        {"access_fact", table.access_fact},
        {"intersect", table.intersect},
        {"pair", pair_array(table)},
        {"outbox", table.synced},
        {"sealed", table.has_sealed()},
        {"keys", std::move(keys)}};
}

Json privilege_object(const schema::Privilege& privilege) {
    return {
        {"id", privilege.id},
        {"name", privilege.name},
        {"table", text_or_null(privilege.table == nullptr ? "" : privilege.table->name)},
        {"row", to_string(schema::privilege_id(privilege))}};
}

/// One element a line, so that a change of the schema is a change of few lines.
std::string lines_of(const std::vector<std::string>& elements, std::string_view indent) {
    std::string out = "[";
    for (std::size_t i = 0; i < elements.size(); ++i) {
        out.append(i == 0 ? "\n" : ",\n").append(indent).append(elements[i]);
    }
    return out + "]";
}

std::string table_text(const schema::Table& table) {
    std::vector<std::string> columns;
    for (const auto& column : table.columns) columns.push_back(column_object(table, column).dump());
    auto out = table_object(table).dump();
    out.pop_back();
    return out + ",\"columns\":" + lines_of(columns, "  ") + "}";
}

}  // namespace

std::string json_text() {
    std::vector<std::string> tables;
    for (const auto* table : every_table()) tables.push_back(table_text(*table));
    std::vector<std::string> privileges;
    for (const auto& privilege : schema::privileges()) {
        privileges.push_back(privilege_object(privilege).dump());
    }
    return "{\"tables\":" + lines_of(tables, " ") +
           ",\n\"privileges\":" + lines_of(privileges, " ") + "}\n";
}

}  // namespace rookery::schema_page

#include "odata/metadata/table_links.hpp"

namespace rookery::odata::metadata {
namespace {

using schema::Relationship;
using schema::Table;

bool is_served(const Table* table) { return table != nullptr && !table->outside; }

/// Has the referenced table a collection of the referencing one?
bool has_collection(const Relationship& row) {
    return row.built && !row.collection_nav.empty() && is_served(schema::table(row.referenced)) &&
           is_served(schema::table(row.referencing));
}

/// Null for what leads to a table that nothing is known of, unless that is `owner`.
bool leads_anywhere(const Relationship& row) {
    return row.referenced == "owner" || schema::table(row.referenced) != nullptr;
}

void add_lookups(std::vector<TableLink>& out, const Table& table) {
    for (const auto& row : schema::relationships()) {
        if (row.referencing != table.name || row.nav.empty() || !leads_anywhere(row)) continue;
        const auto* column = table.column(row.referencing_column);
        if (column == nullptr || !column->may(schema::can::odata)) continue;
        out.push_back({
            .name = row.nav,
            .target = row.referenced == "owner" ? nullptr : schema::table(row.referenced),
            .partner = has_collection(row) ? row.collection_nav : std::string_view{},
            .lookup = column,
        });
    }
}

void add_collections(std::vector<TableLink>& out, const Table& table) {
    for (const auto& row : schema::relationships()) {
        if (row.referenced != table.name || !has_collection(row)) continue;
        out.push_back({
            .name = row.collection_nav,
            .target = schema::table(row.referencing),
            .collection = true,
            .partner = row.nav,
        });
    }
    for (const auto& row : schema::associations()) {
        const bool first = row.first == table.name;
        if (!first && row.second != table.name) continue;
        out.push_back({
            .name = row.name,
            .target = schema::table(first ? row.second : row.first),
            .collection = true,
            .partner = row.name,
        });
    }
}

}  // namespace

std::vector<TableLink> links_of(const Table& table) {
    std::vector<TableLink> out;
    add_lookups(out, table);
    add_collections(out, table);
    return out;
}

}  // namespace rookery::odata::metadata

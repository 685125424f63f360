#include "query/list_index.hpp"

#include "storage/index_key.hpp"

namespace rookery::messages {

std::optional<storage::KeyRange> index_in_order(const Query& query) {
    const bool kept = query.source != RowSource::live;
    if (query.order.empty() || query.table->access_fact || kept) return std::nullopt;
    if (!query.order.front().through.empty()) return std::nullopt;
    const auto& column = *query.order.front().column;
    if (&column == storage::name_column(*query.table)) return storage::by_name(*query.table);
    if (column.name != "modifiedon" || !storage::is_indexed(column)) return std::nullopt;
    return storage::by_modified(*query.table);
}

}  // namespace rookery::messages

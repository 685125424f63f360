#include "storage/row_key.hpp"

#include "base/integrity_failure.hpp"

namespace rookery::storage {
namespace {

constexpr std::size_t record_id_bytes = 16;

std::string table_prefix(schema::TableId table) {
    return {static_cast<char>(table >> 8), static_cast<char>(table & 0xFF)};
}

}  // namespace

std::string row_key(const RowRef& row) {
    std::string key;
    key.reserve(row_key_bytes);
    key += table_prefix(row.table);
    key += text_of(row.id.view());
    return key;
}

Result<RowRef> parse_row_key(std::string_view key) {
    ByteReader reader(bytes_of(key));
    const auto table = reader.u16();
    const auto id = reader.array<record_id_bytes>();
    if (!reader.done()) return integrity_failure();
    return RowRef{table, Uuid{id}};
}

KeyRange all_rows(const schema::Table& table) {
    auto prefix = table_prefix(table.id);
    auto end = prefix_end(prefix);
    return {Family::rows, std::move(prefix), std::move(end)};
}

Uuid id_of(std::string_view key) {
    return Uuid::from_bytes(bytes_of(key.substr(key.size() - record_id_bytes)));
}

}  // namespace rookery::storage

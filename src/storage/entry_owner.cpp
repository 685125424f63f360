#include "storage/entry_owner.hpp"

#include "storage/index_key.hpp"
#include "storage/index_kind.hpp"
#include "storage/value_codec.hpp"

namespace rookery::storage {
namespace {

constexpr std::size_t kind_at = 2;

/// Zero, which no kind has, of what is no entry.
IndexKind kind_of(std::string_view entry) {
    return entry.size() < index_prefix_bytes ? IndexKind{} : static_cast<IndexKind>(entry[kind_at]);
}

/// The column that an entry of any kind but key is of, if its table's entries hold owners.
const schema::Column* column_of(std::string_view entry) {
    ByteReader reader(bytes_of(entry));
    const auto* table = schema::table(reader.u16());
    reader.u8();
    return table != nullptr && name_column(*table) != nullptr ? table->column(reader.u16())
                                                              : nullptr;
}

}  // namespace

bool holds_owner(std::string_view entry) {
    const auto kind = kind_of(entry);
    if (kind != IndexKind::name && kind != IndexKind::ordered) return false;
    const auto* column = column_of(entry);
    return column != nullptr && (kind == IndexKind::name || column->type == schema::Type::datetime);
}

std::string entry_value(const Row& row, std::string_view entry) {
    if (!holds_owner(entry)) return {};
    const auto* owner = row.find(owner_column);
    std::string out;
    if (owner != nullptr) static_cast<void>(put_ordered(out, *owner));
    return out;
}

std::string_view owner_in(std::string_view entry) {
    if (kind_of(entry) != IndexKind::reference) return {};
    const auto* column = column_of(entry);
    const bool owner = column != nullptr && column->name == owner_column;
    return owner && entry.size() > index_prefix_bytes + owner_bytes
               ? entry.substr(index_prefix_bytes, owner_bytes)
               : std::string_view{};
}

std::optional<RowRef> parse_owner(std::string_view value) {
    if (value.size() != owner_bytes) return std::nullopt;
    ByteReader reader(bytes_of(value));
    const auto table = reader.u16();
    return RowRef{table, id_of(value)};
}

}  // namespace rookery::storage

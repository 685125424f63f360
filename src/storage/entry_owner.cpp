#include "storage/entry_owner.hpp"

#include "storage/index_key.hpp"
#include "storage/index_kind.hpp"
#include "storage/value_codec.hpp"

namespace rookery::storage {
namespace {

/// What an entry begins with.
struct EntryHead {
    const schema::Table* table = nullptr;
    IndexKind kind{};
    const schema::Column* column = nullptr;
};

std::optional<EntryHead> head_of(std::string_view entry) {
    ByteReader reader(bytes_of(entry));
    EntryHead out;
    out.table = schema::table(reader.u16());
    out.kind = static_cast<IndexKind>(reader.u8());
    const auto column = reader.u16();
    if (!reader.ok() || out.table == nullptr || name_column(*out.table) == nullptr) {
        return std::nullopt;
    }
    out.column = out.kind == IndexKind::key ? nullptr : out.table->column(column);
    return out;
}

}  // namespace

bool holds_owner(std::string_view entry) {
    const auto head = head_of(entry);
    if (!head || head->column == nullptr) return false;
    return head->kind == IndexKind::name ||
           (head->kind == IndexKind::ordered && head->column->type == schema::Type::datetime);
}

std::string entry_value(const Row& row, std::string_view entry) {
    if (!holds_owner(entry)) return {};
    const auto* owner = row.find(owner_column);
    std::string out;
    if (owner != nullptr) static_cast<void>(put_ordered(out, *owner));
    return out;
}

std::string_view owner_in(std::string_view entry) {
    const auto head = head_of(entry);
    const bool owner = head && head->kind == IndexKind::reference && head->column != nullptr &&
                       head->column->name == owner_column;
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

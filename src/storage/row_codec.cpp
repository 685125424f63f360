#include "storage/row_codec.hpp"

#include "base/integrity_failure.hpp"
#include "storage/data_key_mark.hpp"
#include "storage/row_tag.hpp"
#include "storage/stored_tag.hpp"
#include "storage/value_codec.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>

namespace rookery::storage {
namespace {

using crypto::RowKind;
using schema::Shape;

constexpr std::size_t tag_bytes = 32;
constexpr std::size_t row_key_version_bytes = 4;  // the end of a body

/// Shape::none for a column without cells. A redirected column would hold in clear what its sibling
/// seals.
Shape stored_shape(const schema::Column& column) {
    if (column.may(schema::can::row_id | schema::can::redirected)) return Shape::none;
    return column.shape();
}

void require(bool holds, const char* what) {
    if (!holds) throw std::logic_error(what);
}

/// u32(size) || bytes
void put_cell(StringWriter& out, const schema::Column& column, const Value& value) {
    const auto shape = stored_shape(column);
    require(shape != Shape::none, "row: the column has no cells");
    require(shape_of(value) == shape, "row: a value of another type than its column");
    const auto size = size_of(value);
    require(size <= std::numeric_limits<std::uint32_t>::max(), "row: a value is too large");
    out.u32(static_cast<std::uint32_t>(size));
    put_value(out, value);
}

/// A value cut into its parts. Nothing of it is proven.
struct Parts {
    std::uint8_t kind = 0;
    ByteView body;
    ByteView tag;
    std::uint64_t versionnumber = 0;
    ByteView wrapped_dek;
    std::uint32_t wrap_generation = 0;
};

/// Follows the sizes only: where the body ends is not known otherwise.
std::optional<Parts> cut(std::string_view value) {
    const auto bytes = bytes_of(value);
    ByteReader reader(bytes);
    Parts parts;
    parts.kind = reader.u8();
    reader.u64();
    const auto cells = reader.u16();
    for (std::uint16_t i = 0; i < cells && reader.ok(); ++i) {
        reader.u16();
        reader.bytes(reader.u32());
    }
    reader.u32();
    if (!reader.ok()) return std::nullopt;
    parts.body = bytes.subspan(1, bytes.size() - reader.left() - 1);
    parts.tag = reader.bytes(tag_bytes);
    parts.versionnumber = reader.u64();
    const auto has_dek = reader.u8();
    if (has_dek > 1) return std::nullopt;
    if (has_dek == 1) {
        parts.wrapped_dek = reader.bytes(crypto::wrapped_key_bytes);
        parts.wrap_generation = reader.u32();
    }
    if (!reader.done()) return std::nullopt;
    return parts;
}

void put_trailer(
    StringWriter& out, std::uint64_t versionnumber, ByteView wrapped_dek,
    std::uint32_t wrap_generation
) {
    out.u64(versionnumber).u8(wrapped_dek.empty() ? 0 : 1);
    if (!wrapped_dek.empty()) out.bytes(wrapped_dek).u32(wrap_generation);
}

constexpr std::size_t deletion_head_bytes = 16 + 8 + 2;
constexpr std::size_t kept_until_bytes = 8;      // of a deleted row alone
constexpr std::size_t kept_with_bytes = 2 + 16;  // each row that went with it

std::size_t size_of(const Deletion& deletion) {
    return deletion_head_bytes + (deletion.as == KeptAs::deleted ? kept_until_bytes : 0) +
           kept_with_bytes * deletion.with.size();
}

void put_deletion(StringWriter& out, const Deletion& deletion) {
    require(
        deletion.with.size() <= std::numeric_limits<std::uint16_t>::max(),
        "row: too many rows went with it"
    );
    out.u16(column_of(deletion.as)).u32(static_cast<std::uint32_t>(size_of(deletion)));
    out.bytes(deletion.id.bytes).u64(to_ms(deletion.at));
    if (deletion.as == KeptAs::deleted) out.u64(to_ms(deletion.until));
    out.u16(static_cast<std::uint16_t>(deletion.with.size()));
    for (const auto& row : deletion.with) out.u16(row.table).bytes(row.id.bytes);
}

std::optional<Deletion> read_deletion(ByteView bytes, KeptAs as) {
    ByteReader reader(bytes);
    Deletion out;
    out.as = as;
    out.id = Uuid{reader.array<16>()};
    out.at = from_ms(reader.u64());
    if (as == KeptAs::deleted) out.until = from_ms(reader.u64());
    const auto count = reader.u16();
    if (!reader.ok() || reader.left() != kept_with_bytes * count) return std::nullopt;
    out.with.reserve(count);
    for (std::uint16_t i = 0; i < count; ++i) {
        const auto table = reader.u16();
        if (schema::table(table) == nullptr) return std::nullopt;
        out.with.push_back({table, Uuid{reader.array<16>()}});
    }
    return out;
}

RowKind kind_of(KeptAs as) { return as == KeptAs::deleted ? RowKind::kept : RowKind::retained; }

/// As what a row of this kind is kept; nothing for one that is not.
std::optional<KeptAs> kept_as(std::uint8_t kind) {
    switch (static_cast<RowKind>(kind)) {
        case RowKind::kept:
            return KeptAs::deleted;
        case RowKind::retained:
            return KeptAs::retained;
        case RowKind::live:
        case RowKind::tombstone:
            break;
    }
    return std::nullopt;
}

/// `out` is kind and body.
EncodedRow finished(
    StringWriter out, const schema::Table& table, const Uuid& id, const Row& trailer,
    const crypto::RowAuthenticator& authenticator
) {
    EncodedRow encoded;
    const auto kind = static_cast<RowKind>(out.view()[0]);
    encoded.tag = authenticator.tag(kind, table.name, id, out.view().subspan(1));
    out.bytes(encoded.tag);
    encoded.versionnumber_offset = out.size();
    put_trailer(out, trailer.versionnumber, trailer.wrapped_dek, trailer.wrap_generation);
    encoded.value = std::move(out).take();
    return encoded;
}

bool has_sealed_cell(const Row& row) {
    return std::ranges::any_of(row.cells, [](const Cell& cell) {
        return std::holds_alternative<SealedValue>(cell.value);
    });
}

/// Whether the row's data key is there when something is sealed under it, and not otherwise.
bool dek_fits(const Row& row) {
    if (row.dek_version == 0) return row.wrapped_dek.empty() && !has_sealed_cell(row);
    return row.table->has_sealed() && (!row.wrapped_dek.empty() || !has_sealed_cell(row));
}

std::size_t size_hint(const Row& row) {
    std::size_t bytes = 256 + row.cells.size() * 24;
    for (const auto& cell : row.cells) {
        if (const auto* text = std::get_if<std::string>(&cell.value)) bytes += text->size();
        if (const auto* sealed = std::get_if<SealedValue>(&cell.value))
            bytes += sealed->object.size();
    }
    return bytes;
}

Result<StoredRow> read_tombstone(const Parts& parts) {
    ByteReader body(parts.body);
    Tombstone tombstone;
    tombstone.row_version = body.u64();
    if (body.u16() != 0 || !parts.wrapped_dek.empty()) return integrity_failure();
    std::ranges::copy(parts.tag, tombstone.tag.begin());
    tombstone.versionnumber = parts.versionnumber;
    return tombstone;
}

/// A live row, or one that is kept, which has a deletion as its last cell.
Result<KeptRow> read_row(const schema::Table& table, const Uuid& id, const Parts& parts) {
    const auto as = kept_as(parts.kind);
    ByteReader body(parts.body);
    KeptRow out;
    auto& row = out.row;
    row.table = &table;
    row.id = id;
    row.row_version = body.u64();
    const auto cells = body.u16();
    if (as && (table.bin == schema::Bin::none || cells == 0)) return integrity_failure();
    const std::uint16_t count = as ? cells - 1 : cells;
    row.cells.reserve(count);
    auto column = table.columns.begin();
    for (std::uint16_t i = 0; i < count; ++i) {
        const auto column_id = body.u16();
        const auto bytes = body.bytes(body.u32());
        if (column_id == dek_version_column) {
            ByteReader number(bytes);
            row.dek_version = number.u32();
            // The last one, since no column has a higher id; zero is said by its absence.
            if (!number.done() || row.dek_version == 0 || i + 1 != count)
                return integrity_failure();
            break;
        }
        // Both ascend, so a column out of order is one that is not found.
        while (column != table.columns.end() && column->id < column_id) ++column;
        if (column == table.columns.end() || column->id != column_id) return integrity_failure();
        auto value = read_value(stored_shape(*column), bytes);
        if (!value) return integrity_failure();
        // Rows of before the column was derived hold a copy, which may be out of date.
        if (!column->derived) row.cells.push_back({column_id, std::move(*value)});
        ++column;
    }
    if (as) {
        if (body.u16() != column_of(*as)) return integrity_failure();
        auto deletion = read_deletion(body.bytes(body.u32()), *as);
        if (!deletion) return integrity_failure();
        out.deletion = std::move(*deletion);
    }
    std::ranges::copy(parts.tag, row.tag.begin());
    row.versionnumber = parts.versionnumber;
    row.wrapped_dek.assign(parts.wrapped_dek.begin(), parts.wrapped_dek.end());
    row.wrap_generation = parts.wrap_generation;
    if (!dek_fits(row)) return integrity_failure();
    return out;
}

Result<StoredRow> read_kept(const schema::Table& table, const Uuid& id, const Parts& parts) {
    ROOKERY_TRY(auto row, read_row(table, id, parts));
    Tombstone out;
    out.row_version = row.row.row_version;
    out.tag = row.row.tag;
    out.versionnumber = row.row.versionnumber;
    out.kept = std::make_shared<KeptRow>(std::move(row));
    return StoredRow{std::move(out)};
}

Result<StoredRow> read_live(const schema::Table& table, const Uuid& id, const Parts& parts) {
    ROOKERY_TRY(auto row, read_row(table, id, parts));
    return StoredRow{std::move(row.row)};
}

/// `deletion`: of a row that is kept; null for a live one.
EncodedRow encode_row(
    const Row& row, const Deletion* deletion, const crypto::RowAuthenticator& authenticator
) {
    require(row.table != nullptr, "row: no table");
    require(
        row.wrapped_dek.empty() || row.wrapped_dek.size() == crypto::wrapped_key_bytes,
        "row: a wrapped data key of another size"
    );
    require(dek_fits(row), "row: sealed values and data key do not fit each other");
    const bool has_dek_version = row.dek_version != 0;
    const auto derived = [&](const Cell& cell) {
        const auto* column = row.table->column(cell.column);
        return column != nullptr && column->derived;
    };
    const auto stored =
        row.cells.size() - static_cast<std::size_t>(std::ranges::count_if(row.cells, derived));
    const auto count = stored + (has_dek_version ? 1 : 0) + (deletion != nullptr ? 1 : 0);
    require(count <= std::numeric_limits<std::uint16_t>::max(), "row: too many cells");

    const auto kind = deletion == nullptr ? RowKind::live : kind_of(deletion->as);
    StringWriter out(size_hint(row) + (deletion == nullptr ? 0 : size_of(*deletion)));
    out.u8(static_cast<std::uint8_t>(kind)).u64(row.row_version);
    out.u16(static_cast<std::uint16_t>(count));
    auto column = row.table->columns.begin();
    for (const auto& cell : row.cells) {
        while (column != row.table->columns.end() && column->id < cell.column) ++column;
        require(
            column != row.table->columns.end() && column->id == cell.column,
            "row: a cell of no column, or cells out of order"
        );
        const auto& shape = *column++;
        if (shape.derived) continue;
        out.u16(cell.column);
        put_cell(out, shape, cell.value);
    }
    if (has_dek_version) out.u16(dek_version_column).u32(4).u32(row.dek_version);
    if (deletion != nullptr) put_deletion(out, *deletion);
    out.u32(authenticator.active_key_version());
    return finished(std::move(out), *row.table, row.id, row, authenticator);
}

}  // namespace

bool has_cells(const schema::Column& column) {
    return !column.derived && stored_shape(column) != Shape::none;
}

EncodedRow encode(const Row& row, const crypto::RowAuthenticator& authenticator) {
    return encode_row(row, nullptr, authenticator);
}

EncodedRow encode(const KeptRow& kept, const crypto::RowAuthenticator& authenticator) {
    require(
        kept.row.table != nullptr && kept.row.table->bin != schema::Bin::none,
        "row: nothing is kept of its table"
    );
    return encode_row(kept.row, &kept.deletion, authenticator);
}

EncodedRow encode(
    const Tombstone& tombstone, const schema::Table& table, const Uuid& id,
    const crypto::RowAuthenticator& authenticator
) {
    StringWriter out(128);
    out.u8(static_cast<std::uint8_t>(RowKind::tombstone)).u64(tombstone.row_version).u16(0);
    out.u32(authenticator.active_key_version());
    Row trailer;
    trailer.versionnumber = tombstone.versionnumber;
    return finished(std::move(out), table, id, trailer, authenticator);
}

Result<crypto::RowKind> stored_kind(std::string_view value) {
    if (value.empty()) return integrity_failure();
    const auto kind = static_cast<std::uint8_t>(value.front());
    if (kind == 0 || kind > static_cast<std::uint8_t>(RowKind::retained)) {
        return integrity_failure();
    }
    return static_cast<RowKind>(kind);
}

Result<StoredRow> decode(
    const schema::Table& table, const Uuid& id, std::string_view value,
    const crypto::RowAuthenticator& authenticator
) {
    ROOKERY_TRY(const auto kind, stored_kind(value));
    const auto parts = cut(value);
    if (!parts) return integrity_failure();
    ROOKERY_CHECK(authenticator.check(kind, table.name, id, parts->body, parts->tag));
    switch (kind) {
        case RowKind::tombstone:
            return read_tombstone(*parts);
        case RowKind::kept:
        case RowKind::retained:
            return read_kept(table, id, *parts);
        case RowKind::live:
            break;
    }
    return read_live(table, id, *parts);
}

Result<std::optional<DataKeyMark>> data_key_mark(std::string_view value) {
    const auto parts = cut(value);
    if (!parts) return integrity_failure();
    if (parts->wrapped_dek.empty()) return std::optional<DataKeyMark>{};
    const auto header = crypto::parse_sealed_header(parts->wrapped_dek);
    if (!header || header->type != crypto::ObjectType::wrapped_dek) return integrity_failure();
    return std::optional{DataKeyMark{header->key, parts->wrap_generation}};
}

Result<std::uint64_t> versionnumber_of(std::string_view value) {
    const auto parts = cut(value);
    if (!parts) return integrity_failure();
    return parts->versionnumber;
}

Result<std::optional<std::uint32_t>> kek_version_of(std::string_view value) {
    ROOKERY_TRY(const auto mark, data_key_mark(value));
    return mark ? std::optional{mark->kek.version} : std::nullopt;
}

Result<std::uint32_t> row_key_version_of(std::string_view value) {
    const auto parts = cut(value);
    if (!parts) return integrity_failure();
    return ByteReader(parts->body.last(row_key_version_bytes)).u32();
}

Result<EncodedRow> retagged(
    const schema::Table& table, const Uuid& id, std::string_view value,
    const crypto::RowAuthenticator& authenticator
) {
    ROOKERY_TRY(const auto kind, stored_kind(value));
    const auto parts = cut(value);
    if (!parts) return integrity_failure();
    ROOKERY_CHECK(authenticator.check(kind, table.name, id, parts->body, parts->tag));
    const auto row_version = ByteReader(parts->body).u64();
    if (row_version == UINT64_MAX) return integrity_failure();
    StringWriter out(value.size());
    out.u8(parts->kind).u64(row_version + 1);
    out.bytes(parts->body.subspan(8, parts->body.size() - 8 - row_key_version_bytes));
    out.u32(authenticator.active_key_version());
    Row trailer;
    trailer.versionnumber = parts->versionnumber;
    trailer.wrapped_dek.assign(parts->wrapped_dek.begin(), parts->wrapped_dek.end());
    trailer.wrap_generation = parts->wrap_generation;
    return finished(std::move(out), table, id, trailer, authenticator);
}

EncodedRow rewrapped(std::string_view value, ByteView wrapped_dek, std::uint32_t wrap_generation) {
    const auto parts = cut(value);
    require(parts && !parts->wrapped_dek.empty(), "row: no data key to wrap anew");
    require(
        wrapped_dek.size() == crypto::wrapped_key_bytes, "row: a wrapped data key of another size"
    );
    StringWriter out(value.size());
    out.bytes(bytes_of(value.substr(0, 1))).bytes(parts->body).bytes(parts->tag);
    EncodedRow encoded;
    std::ranges::copy(parts->tag, encoded.tag.begin());
    encoded.versionnumber_offset = out.size();
    put_trailer(out, parts->versionnumber, wrapped_dek, wrap_generation);
    encoded.value = std::move(out).take();
    return encoded;
}

std::optional<Digest> stored_tag(std::string_view value) {
    const auto parts = cut(value);
    if (!parts) return std::nullopt;
    Digest out{};
    std::ranges::copy(parts->tag, out.begin());
    return out;
}

std::uint64_t row_version_of(std::string_view value) {
    return ByteReader(bytes_of(value).subspan(1)).u64();
}

Digest digest_summand(const Row& row, const crypto::RowAuthenticator& authenticator) {
    StringWriter rest(tag_bytes + 8 + 1 + crypto::wrapped_key_bytes + 4);
    rest.bytes(row.tag);
    put_trailer(rest, row.versionnumber, row.wrapped_dek, row.wrap_generation);
    return authenticator.digest_summand(row.table->id, row.id, row.row_version, rest.view());
}

Result<Digest> digest_summand(
    const RowRef& row, std::string_view value, const crypto::RowAuthenticator& authenticator
) {
    const auto parts = cut(value);
    if (!parts) return integrity_failure();
    const auto row_version = ByteReader(parts->body).u64();
    const auto rest = bytes_of(value).subspan(1 + parts->body.size());
    return authenticator.digest_summand(row.table, row.id, row_version, rest);
}

}  // namespace rookery::storage

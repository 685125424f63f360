#include "storage/row_codec.hpp"

#include "storage/text_key.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>

namespace rookery::storage {
namespace {

using crypto::RowKind;

constexpr std::size_t tag_bytes = 32;
constexpr std::size_t id_bytes = 16;
constexpr std::size_t number_bytes = 8;
constexpr std::size_t value_version_bytes = 8;

tl::unexpected<Error> not_a_row(boost::source_location where = BOOST_CURRENT_LOCATION) {
    return fail(Errc::integrity, "integrity check failed", {}, where);
}

/// How a column's values look on disk; types that share a shape differ above storage only.
enum class Shape : std::uint8_t {
    none,
    uid,
    text,
    number,
    flag,
    moment,
    reference,
    sealed,
    digest
};

Shape shape_of(schema::Type type) {
    using schema::Type;
    switch (type) {
        case Type::uid:
            return Shape::uid;
        case Type::text:
        case Type::entityname:
            return Shape::text;
        case Type::integer:
        case Type::bigint:
        case Type::choice:
        case Type::state:
        case Type::status:
            return Shape::number;
        case Type::boolean:
            return Shape::flag;
        case Type::datetime:
            return Shape::moment;
        case Type::lookup:
        case Type::owner:
            return Shape::reference;
        case Type::sealed:
            return Shape::sealed;
        case Type::digest:
            return Shape::digest;
        case Type::virtual_text:
            return Shape::none;
    }
    return Shape::none;
}

/// Shape::none for a column without cells. A redirected column would hold in clear what its sibling
/// seals.
Shape stored_shape(const schema::Column& column) {
    if (column.may(schema::can::row_id | schema::can::redirected)) return Shape::none;
    return shape_of(column.type);
}

void require(bool holds, const char* what) {
    if (!holds) throw std::logic_error(what);
}

template <class T>
const T& as(const Value& value) {
    const auto* held = std::get_if<T>(&value);
    require(held != nullptr, "row: a value of another type than its column");
    return *held;
}

void put_number(ByteWriter& out, std::int64_t value) {
    out.u32(number_bytes).u64(static_cast<std::uint64_t>(value));
}

void put_sized(ByteWriter& out, ByteView bytes) {
    require(bytes.size() <= std::numeric_limits<std::uint32_t>::max(), "row: a value is too large");
    out.u32(static_cast<std::uint32_t>(bytes.size())).bytes(bytes);
}

/// u32(size) || bytes
void put_value(ByteWriter& out, const schema::Column& column, const Value& value) {
    switch (stored_shape(column)) {
        case Shape::none:
            throw std::logic_error("row: the column has no cells");
        case Shape::uid:
            return put_sized(out, as<Uuid>(value).view());
        case Shape::digest:
            return put_sized(out, as<Digest>(value));
        case Shape::number:
            return put_number(out, as<std::int64_t>(value));
        case Shape::moment:
            return put_number(out, as<Instant>(value).time_since_epoch().count());
        case Shape::flag: {
            out.u32(1).u8(as<bool>(value) ? 1 : 0);
            return;
        }
        case Shape::text: {
            const auto& text = as<std::string>(value);
            require(is_utf8(text), "row: a text is not UTF-8");
            return put_sized(out, bytes_of(text));
        }
        case Shape::reference: {
            const auto& ref = as<RowRef>(value);
            require(schema::table(ref.table) != nullptr, "row: a lookup leads to no known table");
            out.u32(2 + id_bytes).u16(ref.table).bytes(ref.id.view());
            return;
        }
        case Shape::sealed: {
            const auto& sealed = as<SealedValue>(value);
            require(!sealed.object.empty(), "row: an empty sealed object");
            out.u32(static_cast<std::uint32_t>(value_version_bytes + sealed.object.size()));
            out.u64(sealed.value_version).bytes(sealed.object);
            return;
        }
    }
}

/// The one value that put_value writes as these bytes; nothing when there is none.
std::optional<Value> read_value(const schema::Column& column, ByteView bytes) {
    ByteReader reader(bytes);
    switch (stored_shape(column)) {
        case Shape::none:
            return std::nullopt;
        case Shape::uid:
            if (bytes.size() != id_bytes) return std::nullopt;
            return Uuid{reader.array<id_bytes>()};
        case Shape::digest:
            if (bytes.size() != std::tuple_size_v<Digest>) return std::nullopt;
            return reader.array<std::tuple_size_v<Digest>>();
        case Shape::number:
            if (bytes.size() != number_bytes) return std::nullopt;
            return static_cast<std::int64_t>(reader.u64());
        case Shape::moment:
            if (bytes.size() != number_bytes) return std::nullopt;
            return from_ms(reader.u64());
        case Shape::flag:
            if (bytes.size() != 1 || bytes[0] > 1) return std::nullopt;
            return bytes[0] == 1;
        case Shape::text:
            if (!is_utf8(text_of(bytes))) return std::nullopt;
            return std::string{text_of(bytes)};
        case Shape::reference: {
            if (bytes.size() != 2 + id_bytes) return std::nullopt;
            const auto table = reader.u16();
            if (schema::table(table) == nullptr) return std::nullopt;
            return RowRef{table, Uuid{reader.array<id_bytes>()}};
        }
        case Shape::sealed: {
            if (bytes.size() <= value_version_bytes) return std::nullopt;
            SealedValue sealed{reader.u64(), {}};
            const auto object = reader.bytes(reader.left());
            sealed.object.assign(object.begin(), object.end());
            return Value{std::move(sealed)};
        }
    }
    return std::nullopt;
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
    ByteWriter& out, std::uint64_t versionnumber, ByteView wrapped_dek,
    std::uint32_t wrap_generation
) {
    out.u64(versionnumber).u8(wrapped_dek.empty() ? 0 : 1);
    if (!wrapped_dek.empty()) out.bytes(wrapped_dek).u32(wrap_generation);
}

/// `out` is kind and body.
EncodedRow finished(
    ByteWriter out, const schema::Table& table, const Uuid& id, const Row& trailer,
    const crypto::RowAuthenticator& authenticator
) {
    EncodedRow encoded;
    const auto kind = static_cast<RowKind>(out.view()[0]);
    encoded.tag = authenticator.tag(kind, table.name, id, out.view().subspan(1));
    out.bytes(encoded.tag);
    encoded.versionnumber_offset = out.size();
    put_trailer(out, trailer.versionnumber, trailer.wrapped_dek, trailer.wrap_generation);
    encoded.value = std::move(out).take_string();
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
    if (body.u16() != 0 || !parts.wrapped_dek.empty()) return not_a_row();
    std::ranges::copy(parts.tag, tombstone.tag.begin());
    tombstone.versionnumber = parts.versionnumber;
    return tombstone;
}

Result<StoredRow> read_live(const schema::Table& table, const Uuid& id, const Parts& parts) {
    ByteReader body(parts.body);
    Row row;
    row.table = &table;
    row.id = id;
    row.row_version = body.u64();
    const auto count = body.u16();
    row.cells.reserve(count);
    auto column = table.columns.begin();
    for (std::uint16_t i = 0; i < count; ++i) {
        const auto column_id = body.u16();
        const auto bytes = body.bytes(body.u32());
        if (column_id == dek_version_column) {
            ByteReader number(bytes);
            row.dek_version = number.u32();
            // The last one, since no column has a higher id; zero is said by its absence.
            if (!number.done() || row.dek_version == 0 || i + 1 != count) return not_a_row();
            break;
        }
        // Both ascend, so a column out of order is one that is not found.
        while (column != table.columns.end() && column->id < column_id) ++column;
        if (column == table.columns.end() || column->id != column_id) return not_a_row();
        auto value = read_value(*column, bytes);
        if (!value) return not_a_row();
        // Rows of before the column was derived hold a copy, which may be out of date.
        if (!column->derived) row.cells.push_back({column_id, std::move(*value)});
        ++column;
    }
    std::ranges::copy(parts.tag, row.tag.begin());
    row.versionnumber = parts.versionnumber;
    row.wrapped_dek.assign(parts.wrapped_dek.begin(), parts.wrapped_dek.end());
    row.wrap_generation = parts.wrap_generation;
    if (!dek_fits(row)) return not_a_row();
    return StoredRow{std::move(row)};
}

}  // namespace

bool has_cells(const schema::Column& column) {
    return !column.derived && stored_shape(column) != Shape::none;
}

EncodedRow encode(const Row& row, const crypto::RowAuthenticator& authenticator) {
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
    const auto count = stored + (has_dek_version ? 1 : 0);
    require(count <= std::numeric_limits<std::uint16_t>::max(), "row: too many cells");

    ByteWriter out(size_hint(row));
    out.u8(static_cast<std::uint8_t>(RowKind::live)).u64(row.row_version);
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
        put_value(out, shape, cell.value);
    }
    if (has_dek_version) out.u16(dek_version_column).u32(4).u32(row.dek_version);
    out.u32(authenticator.active_key_version());
    return finished(std::move(out), *row.table, row.id, row, authenticator);
}

EncodedRow encode(
    const Tombstone& tombstone, const schema::Table& table, const Uuid& id,
    const crypto::RowAuthenticator& authenticator
) {
    ByteWriter out(128);
    out.u8(static_cast<std::uint8_t>(RowKind::tombstone)).u64(tombstone.row_version).u16(0);
    out.u32(authenticator.active_key_version());
    Row trailer;
    trailer.versionnumber = tombstone.versionnumber;
    return finished(std::move(out), table, id, trailer, authenticator);
}

Result<crypto::RowKind> stored_kind(std::string_view value) {
    if (value.empty()) return not_a_row();
    const auto kind = static_cast<RowKind>(value.front());
    if (kind != RowKind::live && kind != RowKind::tombstone) return not_a_row();
    return kind;
}

Result<StoredRow> decode(
    const schema::Table& table, const Uuid& id, std::string_view value,
    const crypto::RowAuthenticator& authenticator
) {
    ROOKERY_TRY(const auto kind, stored_kind(value));
    const auto parts = cut(value);
    if (!parts) return not_a_row();
    ROOKERY_CHECK(authenticator.check(kind, table.name, id, parts->body, parts->tag));
    return kind == RowKind::tombstone ? read_tombstone(*parts) : read_live(table, id, *parts);
}

std::uint64_t row_version_of(std::string_view value) {
    return ByteReader(bytes_of(value).subspan(1)).u64();
}

Digest digest_summand(const Row& row, const crypto::RowAuthenticator& authenticator) {
    ByteWriter rest(tag_bytes + 8 + 1 + crypto::wrapped_key_bytes + 4);
    rest.bytes(row.tag);
    put_trailer(rest, row.versionnumber, row.wrapped_dek, row.wrap_generation);
    return authenticator.digest_summand(row.table->id, row.id, row.row_version, rest.view());
}

Result<Digest> digest_summand(
    const RowRef& row, std::string_view value, const crypto::RowAuthenticator& authenticator
) {
    const auto parts = cut(value);
    if (!parts) return not_a_row();
    const auto row_version = ByteReader(parts->body).u64();
    const auto rest = bytes_of(value).subspan(1 + parts->body.size());
    return authenticator.digest_summand(row.table, row.id, row_version, rest);
}

EncodedRow with_wrapping(std::string_view value, ByteView wrapped, std::uint32_t wrap_generation) {
    const auto parts = cut(value);
    require(parts && !parts->wrapped_dek.empty(), "row: no data key to wrap");
    require(wrapped.size() == crypto::wrapped_key_bytes, "row: a wrapped data key of another size");
    EncodedRow encoded;
    std::ranges::copy(parts->tag, encoded.tag.begin());
    encoded.versionnumber_offset = 1 + parts->body.size() + tag_bytes;
    ByteWriter out(value.size());
    out.text(value.substr(0, encoded.versionnumber_offset));
    put_trailer(out, parts->versionnumber, wrapped, wrap_generation);
    encoded.value = std::move(out).take_string();
    return encoded;
}

}  // namespace rookery::storage

#include "storage/value_codec.hpp"

#include "storage/text_key.hpp"

#include <stdexcept>
#include <tuple>
#include <type_traits>

namespace rookery::storage {
namespace {

using schema::Shape;

constexpr std::size_t reference_bytes = 16;
constexpr std::size_t number_bytes = 8;
constexpr std::size_t value_version_bytes = 8;

void require_value(bool holds, const char* what) {
    if (!holds) throw std::logic_error(what);
}

void put_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * bytes - 8; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(value >> shift));
    }
}

/// With the sign bit turned, so that negative numbers sort first.
void put_signed(std::string& out, std::int64_t value) {
    put_big_endian(out, static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63), 8);
}

/// All that there is to know of the values of one shape: an alternative of Value without it does not
/// compile.
template <class Held>
struct Codec;

/// A shape whose values sort by nothing and are shown to nobody.
template <class Held>
struct Kept {
    static bool order(std::string&, const Held&) {
        throw std::logic_error("value: a column that no key can hold");
    }

    static PlainValue plain(const Held&) {
        throw std::logic_error("value: a token or a digest where plain values go");
    }
};

template <>
struct Codec<std::monostate> {
    static constexpr auto shape = Shape::none;

    static std::size_t size(std::monostate) { return 0; }

    static void put(StringWriter&, std::monostate) {
        throw std::logic_error("value: a null, or a column that has no cells");
    }

    static std::optional<Value> read(ByteView) { return std::nullopt; }

    static bool order(std::string&, std::monostate) { return false; }

    static PlainValue plain(std::monostate) { return {}; }
};

template <>
struct Codec<Uuid> {
    static constexpr auto shape = Shape::uid;

    static std::size_t size(const Uuid&) { return reference_bytes; }

    static void put(StringWriter& out, const Uuid& id) { out.bytes(id.view()); }

    static std::optional<Value> read(ByteView bytes) {
        if (bytes.size() != reference_bytes) return std::nullopt;
        return Uuid::from_bytes(bytes);
    }

    static bool order(std::string& out, const Uuid& id) {
        out += text_of(id.view());
        return true;
    }

    static PlainValue plain(const Uuid& id) { return to_string(id); }
};

template <>
struct Codec<std::string> {
    static constexpr auto shape = Shape::text;

    static std::size_t size(const std::string& text) { return text.size(); }

    static void put(StringWriter& out, const std::string& text) {
        require_value(is_utf8(text), "value: a text is not UTF-8");
        out.text(text);
    }

    static std::optional<Value> read(ByteView bytes) {
        if (!is_utf8(text_of(bytes))) return std::nullopt;
        return std::string{text_of(bytes)};
    }

    /// Collation key; 0x00 becomes 0x00 0xFF and 0x00 0x00 ends it, so that no key begins another.
    static bool order(std::string& out, const std::string& text) {
        const auto key = text_key(text);
        for (const char c : key) {
            out.push_back(c);
            if (c == '\0') out.push_back('\xFF');
        }
        out.append(2, '\0');
        return !key.empty();
    }

    static PlainValue plain(const std::string& text) { return text; }
};

template <>
struct Codec<std::int64_t> {
    static constexpr auto shape = Shape::number;

    static std::size_t size(std::int64_t) { return number_bytes; }

    static void put(StringWriter& out, std::int64_t number) {
        out.u64(static_cast<std::uint64_t>(number));
    }

    static std::optional<Value> read(ByteView bytes) {
        if (bytes.size() != number_bytes) return std::nullopt;
        return static_cast<std::int64_t>(ByteReader(bytes).u64());
    }

    static bool order(std::string& out, std::int64_t number) {
        put_signed(out, number);
        return true;
    }

    static PlainValue plain(std::int64_t number) { return number; }
};

/// Sorts as its parts do.
template <>
struct Codec<Fraction> {
    static constexpr auto shape = Shape::fraction;

    static std::size_t size(Fraction) { return number_bytes; }

    static void put(StringWriter& out, Fraction number) {
        out.u64(static_cast<std::uint64_t>(number.parts));
    }

    static std::optional<Value> read(ByteView bytes) {
        if (bytes.size() != number_bytes) return std::nullopt;
        return Fraction{static_cast<std::int64_t>(ByteReader(bytes).u64())};
    }

    static bool order(std::string& out, Fraction number) {
        put_signed(out, number.parts);
        return true;
    }

    static PlainValue plain(Fraction number) { return number; }
};

template <>
struct Codec<bool> {
    static constexpr auto shape = Shape::flag;

    static std::size_t size(bool) { return 1; }

    static void put(StringWriter& out, bool flag) { out.u8(flag ? 1 : 0); }

    static std::optional<Value> read(ByteView bytes) {
        if (bytes.size() != 1 || bytes[0] > 1) return std::nullopt;
        return bytes[0] == 1;
    }

    static bool order(std::string& out, bool flag) {
        out.push_back(flag ? '\1' : '\0');
        return true;
    }

    static PlainValue plain(bool flag) { return flag; }
};

template <>
struct Codec<Instant> {
    static constexpr auto shape = Shape::moment;

    static std::size_t size(Instant) { return number_bytes; }

    static void put(StringWriter& out, Instant time) { out.u64(to_ms(time)); }

    static std::optional<Value> read(ByteView bytes) {
        if (bytes.size() != number_bytes) return std::nullopt;
        return from_ms(ByteReader(bytes).u64());
    }

    static bool order(std::string& out, Instant time) {
        put_signed(out, time.time_since_epoch().count());
        return true;
    }

    static PlainValue plain(Instant time) { return to_iso8601(time); }
};

template <>
struct Codec<RowRef> {
    static constexpr auto shape = Shape::reference;

    static std::size_t size(const RowRef&) { return 2 + reference_bytes; }

    static void put(StringWriter& out, const RowRef& ref) {
        require_value(
            schema::table(ref.table) != nullptr, "value: a lookup leads to no known table"
        );
        out.u16(ref.table).bytes(ref.id.view());
    }

    static std::optional<Value> read(ByteView bytes) {
        if (bytes.size() != 2 + reference_bytes) return std::nullopt;
        ByteReader reader(bytes);
        const auto table = reader.u16();
        if (schema::table(table) == nullptr) return std::nullopt;
        return RowRef{table, Uuid{reader.array<reference_bytes>()}};
    }

    static bool order(std::string& out, const RowRef& ref) {
        put_big_endian(out, ref.table, 2);
        out += text_of(ref.id.view());
        return true;
    }

    static PlainValue plain(const RowRef& ref) { return to_string(ref.id); }
};

template <>
struct Codec<SealedValue> : Kept<SealedValue> {
    static constexpr auto shape = Shape::sealed;

    static std::size_t size(const SealedValue& sealed) {
        return value_version_bytes + sealed.object.size();
    }

    static void put(StringWriter& out, const SealedValue& sealed) {
        require_value(!sealed.object.empty(), "value: an empty sealed object");
        out.u64(sealed.value_version).bytes(sealed.object);
    }

    static std::optional<Value> read(ByteView bytes) {
        if (bytes.size() <= value_version_bytes) return std::nullopt;
        ByteReader reader(bytes);
        SealedValue sealed{reader.u64(), {}};
        const auto object = reader.bytes(reader.left());
        sealed.object.assign(object.begin(), object.end());
        return Value{std::move(sealed)};
    }
};

template <>
struct Codec<Digest> : Kept<Digest> {
    static constexpr auto shape = Shape::digest;

    static std::size_t size(const Digest& digest) { return digest.size(); }

    static void put(StringWriter& out, const Digest& digest) { out.bytes(digest); }

    static std::optional<Value> read(ByteView bytes) {
        if (bytes.size() != std::tuple_size_v<Digest>) return std::nullopt;
        return ByteReader(bytes).array<std::tuple_size_v<Digest>>();
    }
};

template <class T>
using CodecOf = Codec<std::decay_t<T>>;

template <class... Held>
std::optional<Value> read_as(const std::variant<Held...>*, Shape shape, ByteView bytes) {
    std::optional<Value> out;
    static_cast<void>(
        ((Codec<Held>::shape == shape && (out = Codec<Held>::read(bytes), true)) || ...)
    );
    return out;
}

}  // namespace

Shape shape_of(const Value& value) {
    return std::visit([](const auto& held) { return CodecOf<decltype(held)>::shape; }, value);
}

std::size_t size_of(const Value& value) {
    return std::visit([](const auto& held) { return CodecOf<decltype(held)>::size(held); }, value);
}

void put_value(StringWriter& out, const Value& value) {
    std::visit([&](const auto& held) { CodecOf<decltype(held)>::put(out, held); }, value);
}

std::optional<Value> read_value(Shape shape, ByteView bytes) {
    return read_as(static_cast<const Value*>(nullptr), shape, bytes);
}

bool put_ordered(std::string& out, const Value& value) {
    return std::visit(
        [&](const auto& held) { return CodecOf<decltype(held)>::order(out, held); }, value
    );
}

PlainValue plain(const Value& value) {
    return std::visit([](const auto& held) { return CodecOf<decltype(held)>::plain(held); }, value);
}

}  // namespace rookery::storage

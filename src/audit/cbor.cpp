#include "audit/cbor.hpp"

#include "base/integrity_failure.hpp"

#include <algorithm>

namespace rookery::audit {
namespace {

enum Major : std::uint8_t {
    unsigned_int = 0,
    byte_string = 2,
    text_string = 3,
    array = 4,
    map = 5
};

constexpr std::uint8_t null_byte = 0xF6;

/// Length of the character at the front by RFC 3629's table, 0 when there is none.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto continues = [&](std::size_t i, std::uint8_t low = 0x80, std::uint8_t high = 0xBF) {
        return i < text.size() && byte(i) >= low && byte(i) <= high;
    };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const std::uint8_t low = first == 0xE0 ? 0xA0 : 0x80;   // no overlong forms
        const std::uint8_t high = first == 0xED ? 0x9F : 0xBF;  // no surrogates
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const std::uint8_t low = first == 0xF0 ? 0x90 : 0x80;
        const std::uint8_t high = first == 0xF4 ? 0x8F : 0xBF;
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

/// Head bytes of a major type and its argument, shortest form.
class Head {
 public:
    Head(std::uint8_t major, std::uint64_t argument) {
        const auto type = static_cast<std::uint8_t>(major << 5);
        if (argument < 24) {
            bytes_[0] = static_cast<std::uint8_t>(type | argument);
        } else {
            const int width = argument <= 0xFF         ? 1
                              : argument <= 0xFFFF     ? 2
                              : argument <= 0xFFFFFFFF ? 4
                                                       : 8;
            const int code = width == 1 ? 24 : width == 2 ? 25 : width == 4 ? 26 : 27;
            bytes_[0] = static_cast<std::uint8_t>(type | code);
            for (int i = 0; i < width; ++i) {
                bytes_[1 + static_cast<std::size_t>(i)] =
                    static_cast<std::uint8_t>(argument >> (8 * (width - 1 - i)));
            }
            size_ += static_cast<std::size_t>(width);
        }
    }

    [[nodiscard]] ByteView view() const { return ByteView{bytes_}.first(size_); }

 private:
    ByteArray<9> bytes_{};
    std::size_t size_ = 1;
};

class Decoder {
 public:
    explicit Decoder(ByteView in) : rest_(in) {}

    /// `depth`: containers around this item. `text_keys`: if it is a map, its keys are texts.
    Result<CborValue> item(unsigned depth, bool text_keys) {
        ROOKERY_TRY(const auto first, byte());
        if (first == null_byte) return CborValue{};
        ROOKERY_TRY(const auto argument, argument_of(first));
        switch (first >> 5) {
            case unsigned_int:
                if (argument > cbor_uint_max) return integrity_failure();
                return CborValue{argument};
            case byte_string: {
                ROOKERY_TRY(const auto bytes, take(argument));
                return CborValue{Bytes(bytes.begin(), bytes.end())};
            }
            case text_string: {
                ROOKERY_TRY(const auto bytes, take(argument));
                if (!is_utf8(text_of(bytes))) return integrity_failure();
                return CborValue{std::string{text_of(bytes)}};
            }
            case array:
                return array_of(argument, depth);
            case map:
                return map_of(argument, depth, text_keys);
            default:
                return integrity_failure();  // negative, tag, boolean, float
        }
    }

    [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
    Result<std::uint8_t> byte() {
        if (rest_.empty()) return integrity_failure();
        const auto out = rest_.front();
        rest_ = rest_.subspan(1);
        return out;
    }

    Result<ByteView> take(std::uint64_t size) {
        if (size > rest_.size()) return integrity_failure();
        const auto out = rest_.first(static_cast<std::size_t>(size));
        rest_ = rest_.subspan(static_cast<std::size_t>(size));
        return out;
    }

    Result<std::uint64_t> argument_of(std::uint8_t first) {
        const auto code = first & 0x1F;
        if (code < 24) return static_cast<std::uint64_t>(code);
        if (code > 27) return integrity_failure();  // reserved, or of indefinite length
        ROOKERY_TRY(const auto bytes, take(std::uint64_t{1} << (code - 24)));
        std::uint64_t argument = 0;
        for (const auto b : bytes) argument = argument << 8 | b;
        const std::uint64_t smallest[] = {24, 0x100, 0x10000, 0x100000000};
        if (argument < smallest[code - 24]) return integrity_failure();
        return argument;
    }

    Result<CborValue> array_of(std::uint64_t items, unsigned depth) {
        // Every item has at least one byte: no reservation for a count that cannot be true.
        if (depth == cbor_depth_max || items > rest_.size()) return integrity_failure();
        CborArray out;
        out.reserve(static_cast<std::size_t>(items));
        for (std::uint64_t i = 0; i < items; ++i) {
            ROOKERY_TRY(auto value, item(depth + 1, false));
            out.push_back(std::move(value));
        }
        return CborValue{std::move(out)};
    }

    Result<CborValue> map_of(std::uint64_t pairs, unsigned depth, bool text_keys) {
        if (depth == cbor_depth_max || pairs > rest_.size() / 2) return integrity_failure();
        CborMap out;
        out.reserve(static_cast<std::size_t>(pairs));
        ByteView previous;
        for (std::uint64_t i = 0; i < pairs; ++i) {
            const auto before = rest_;
            ROOKERY_TRY(auto key, item(depth + 1, false));
            const auto encoded = before.first(before.size() - rest_.size());
            if (text_keys ? key.as<std::string>() == nullptr : key.as<std::uint64_t>() == nullptr) {
                return integrity_failure();
            }
            // Bytewise order of the encodings; equal keys are duplicates.
            if (!std::ranges::lexicographical_compare(previous, encoded))
                return integrity_failure();
            previous = encoded;
            const auto* number = key.as<std::uint64_t>();
            const bool texts = depth == 0 && number != nullptr && *number == cbor_text_map_key;
            ROOKERY_TRY(auto value, item(depth + 1, texts));
            out.push_back({std::move(key), std::move(value)});
        }
        return CborValue{std::move(out)};
    }

    ByteView rest_;
};

class Encoder {
 public:
    void item(const CborValue& value) {
        std::visit([this](const auto& v) { write(v); }, value.value);
    }

    [[nodiscard]] Bytes take() && { return std::move(out_); }

 private:
    void append(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

    void write(std::monostate) { out_.push_back(null_byte); }

    void write(std::uint64_t value) { append(Head(unsigned_int, value).view()); }

    void write(const Bytes& value) {
        append(Head(byte_string, value.size()).view());
        append(value);
    }

    void write(const std::string& value) {
        append(Head(text_string, value.size()).view());
        append(bytes_of(value));
    }

    void write(const CborArray& value) {
        append(Head(array, value.size()).view());
        for (const auto& entry : value) item(entry);
    }

    void write(const CborMap& value) {
        append(Head(map, value.size()).view());
        for (const auto& [key, entry] : value) {
            item(key);
            item(entry);
        }
    }

    Bytes out_;
};

}  // namespace

void CborWriter::head(std::uint8_t major, std::uint64_t argument) {
    encoded(Head(major, argument).view());
}

void CborWriter::bytes(ByteView value) {
    head(byte_string, value.size());
    encoded(value);
}

void CborWriter::text(std::string_view value) {
    head(text_string, value.size());
    encoded(bytes_of(value));
}

void CborWriter::encoded(ByteView item) {
    if (item.size() > out_.size() - used_) {
        overflow_ = true;
        return;
    }
    if (!item.empty()) std::memcpy(out_.data() + used_, item.data(), item.size());
    used_ += item.size();
}

Result<CborValue> decode_cbor(ByteView in) {
    if (in.size() > cbor_bytes_max) return integrity_failure();
    Decoder decoder{in};
    ROOKERY_TRY(auto value, decoder.item(0, false));
    if (!decoder.done()) return integrity_failure();
    return value;
}

Bytes encode_cbor(const CborValue& value) {
    Encoder encoder;
    encoder.item(value);
    return std::move(encoder).take();
}

bool is_utf8(std::string_view text) {
    const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    text.remove_prefix(
        static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), ascii) - text.begin())
    );
    while (!text.empty()) {
        const auto length = character_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    auto end = bytes_max;
    while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

std::string to_utf8(std::string_view bytes) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::ranges::all_of(bytes, is_ascii)) return std::string{bytes};  // as nearly always
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto length = character_length(bytes);
        out += length == 0 ? std::string_view{"\xEF\xBF\xBD"} : bytes.substr(0, length);
        bytes.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

}  // namespace rookery::audit

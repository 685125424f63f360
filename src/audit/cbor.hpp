// Deterministic CBOR as log details use it (RFC 8949 section 4.2.1, narrowed). Format rules:
// docs/formats/audit-log.md. Pure; thread-safe.
//
// Allowed: unsigned integers up to 2^63-1, byte strings, UTF-8 text, arrays, null, and maps whose
// keys ascend: unsigned integers, except that the map under key 25 of the top map has text keys.
// Everything else, every other spelling of the same value, and every trailing byte is refused.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rookery::audit {

inline constexpr std::size_t cbor_bytes_max = 4096;
inline constexpr unsigned cbor_depth_max = 4;  // containers within each other
inline constexpr std::uint64_t cbor_uint_max = (std::uint64_t{1} << 63) - 1;
/// Key of the top map whose value is the one map with text keys.
inline constexpr std::uint64_t cbor_text_map_key = 25;

/// Writes into memory that the caller owns and never past it: what does not fit is dropped and
/// overflow() becomes true for good. The caller keeps the profile's order of keys.
class CborWriter {
 public:
    explicit CborWriter(std::span<std::uint8_t> out) : out_(out) {}

    /// Values above 2^63-1 are written as 2^63-1.
    void uint(std::uint64_t value) { head(0, value < cbor_uint_max ? value : cbor_uint_max); }

    void bytes(ByteView value);
    /// Precondition: valid UTF-8 (see utf8_prefix).
    void text(std::string_view value);

    void array(std::size_t items) { head(4, items); }

    void map(std::size_t pairs) { head(5, pairs); }

    void null() { raw(0xF6); }

    /// What encode() gave.
    void encoded(ByteView item);

    [[nodiscard]] bool overflow() const { return overflow_; }

    [[nodiscard]] ByteView view() const { return out_.first(used_); }

 private:
    void head(std::uint8_t major, std::uint64_t argument);

    void raw(std::uint8_t byte) {
        if (used_ == out_.size()) {
            overflow_ = true;
        } else {
            out_[used_++] = byte;
        }
    }

    std::span<std::uint8_t> out_;
    std::size_t used_ = 0;
    bool overflow_ = false;
};

struct CborValue;
struct CborField;
using CborArray = std::vector<CborValue>;
using CborMap = std::vector<CborField>;  // in the order of the encoding

struct CborValue {
    std::variant<std::monostate, std::uint64_t, Bytes, std::string, CborArray, CborMap> value;

    template <class T>
    [[nodiscard]] const T* as() const {
        return std::get_if<T>(&value);
    }
};

struct CborField {
    CborValue key;
    CborValue value;
};

/// One item that fills `in` exactly. Errc::integrity for everything that the profile forbids.
[[nodiscard]] Result<CborValue> decode_cbor(ByteView in);
[[nodiscard]] Bytes encode_cbor(const CborValue& value);

/// The longest prefix of at most `bytes_max` bytes that ends between two characters.
/// Precondition: valid UTF-8.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max);
[[nodiscard]] bool is_utf8(std::string_view text);
/// Every byte that belongs to no character becomes U+FFFD.
[[nodiscard]] std::string to_utf8(std::string_view bytes);

}  // namespace rookery::audit

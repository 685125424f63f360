// A JSON body read once by a streaming parser. Texts are views into the body's own buffer; only
// texts with escapes are copied, into memory that is wiped. Nothing here can print or copy a text:
// it is exposed to the reader of the column it belongs to, which for a sealed column is
// SecretBytes.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/zeroing_allocator.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::odata {

inline constexpr std::size_t json_depth_max = 16;
inline constexpr std::size_t json_keys_max = 200;  // per object
inline constexpr std::size_t json_values_max =
    100'000;  // in all: a value takes more room than its text
inline constexpr std::size_t json_items_max = 1000;  // per array: Errc::too_many_rows beyond

class JsonText {
 public:
    JsonText() = default;

    explicit JsonText(std::string_view in_body) : in_body_(in_body) {}

    explicit JsonText(WipedBuffer unescaped) : unescaped_(std::move(unescaped)), escaped_(true) {}

    template <class F>
    decltype(auto) expose(F&& fn) const {
        return std::forward<F>(fn
        )(escaped_ ? std::string_view{unescaped_.data(), unescaped_.size()} : in_body_);
    }

 private:
    std::string_view in_body_;
    WipedBuffer unescaped_;
    bool escaped_ = false;
};

struct JsonMember;

struct JsonValue {
    enum class Kind : std::uint8_t { null, boolean, integer, other_number, text, array, object };

    Kind kind = Kind::null;
    bool boolean = false;
    std::int64_t integer = 0;
    double other_number = 0;  // with a point or an exponent, or beyond int64: the nearest
    JsonText text;
    std::vector<JsonValue> items;
    std::vector<JsonMember> members;  // in the order of the body, names unique

    [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }

    /// The member of that name, or nullptr; nullptr for anything but an object.
    [[nodiscard]] const JsonValue* member(std::string_view name) const;
};

struct JsonMember {
    std::string name;
    JsonValue value;
};

/// One JSON value (RFC 8259) filling `body`, whose memory must outlive the result. A byte order
/// mark at the start is skipped. Errc::bad_payload: malformed, invalid UTF-8, nested deeper than
/// json_depth_max, a key twice, too many keys or values, U+0000 in a text. Errc::too_many_rows: a
/// long array.
[[nodiscard]] Result<JsonValue> parse_json(std::string_view body);

}  // namespace rookery::odata

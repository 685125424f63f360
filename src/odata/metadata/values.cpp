#include "odata/metadata/values.hpp"

#include "crypto/sha256.hpp"
#include "odata/metadata/complex_types.hpp"

#include <algorithm>
#include <string>

namespace rookery::odata::metadata {

Uuid derived_id(std::string_view kind, std::string_view name) {
    const auto bytes_of = [](std::string_view text) {
        return ByteView{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    };
    const auto digest = crypto::sha256(
        {bytes_of("rookery metadata "), bytes_of(kind), bytes_of(" "), bytes_of(name)}
    );
    Uuid out;
    std::copy_n(digest.begin(), out.bytes.size(), out.bytes.begin());
    // RFC 9562 section 5.8: version 8, the variant of that RFC.
    out.bytes[6] = static_cast<std::uint8_t>((out.bytes[6] & 0x0F) | 0x80);
    out.bytes[8] = static_cast<std::uint8_t>((out.bytes[8] & 0x3F) | 0x80);
    return out;
}

Value label(const Source& of, std::string_view respect, std::string_view text) {
    if (text.empty()) return Value::of(label_type, {Value::list({}), Value{}});
    const auto in_english = [&] {
        const auto id = derived_id("label", to_string(of.id) + " " + std::string{respect});
        return Value::of(
            localized_label,
            {Value::of(text), Value::of(language), Value::of(true), Value::of(id), Value{}}
        );
    };
    return Value::of(label_type, {Value::list({in_english()}), in_english()});
}

Value managed(bool value, std::string_view managed_by) {
    return Value::of(managed_property, {Value::of(value), Value::of(false), Value::of(managed_by)});
}

Value never(const Source&) { return Value::of(false); }

Value always(const Source&) { return Value::of(true); }

Value nothing(const Source&) { return {}; }

Value zero(const Source&) { return Value::of(std::int64_t{0}); }

Value this_version(const Source&) { return Value::of(std::string_view{"1.0.0.0"}); }

bool is_custom(std::string_view logical_name) {
    return logical_name.find('_') != std::string_view::npos;
}

}  // namespace rookery::odata::metadata

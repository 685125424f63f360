#include "audit/section_writer.hpp"

namespace rookery::audit {

void put_text(CborWriter& out, std::string_view text, std::size_t bytes_max) {
    if (is_utf8(text)) {
        out.text(utf8_prefix(text, bytes_max));
    } else {
        out.text(utf8_prefix(to_utf8(text), bytes_max));
    }
}

void put_optional_text(
    CborWriter& out, std::uint64_t key, std::string_view text, std::size_t bytes_max
) {
    if (text.empty()) return;
    out.uint(key);
    put_text(out, text, bytes_max);
}

void put_unknown(CborWriter& out, const std::vector<UnknownField>& fields) {
    for (const auto& field : fields) {
        out.uint(field.key);
        out.encoded(field.value);
    }
}

}  // namespace rookery::audit

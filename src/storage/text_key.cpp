#include "storage/text_key.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <vector>

namespace rookery::storage {
namespace {

struct FreeMapped {
    void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

const utf8proc_uint8_t* units(std::string_view text) {
    return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

std::optional<std::string> mapped(std::string_view text, unsigned options) {
    utf8proc_uint8_t* out = nullptr;
    const auto size = utf8proc_map(
        units(text),
        static_cast<utf8proc_ssize_t>(text.size()),
        &out,
        static_cast<utf8proc_option_t>(options)
    );
    const std::unique_ptr<utf8proc_uint8_t, FreeMapped> owned(out);
    if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
    if (size < 0) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
}

/// The canonical decomposition, its marks in canonical order; nothing for what is not UTF-8. utf8proc
/// would order them itself, but takes the square of their number for it.
std::optional<std::string> decomposed(std::string_view text) {
    constexpr std::size_t most =
        18;  // code points that one decomposes into: four, and room for more
    std::vector<utf8proc_int32_t> points;
    points.reserve(text.size());
    while (!text.empty()) {
        utf8proc_int32_t point = 0;
        const auto size =
            utf8proc_iterate(units(text), static_cast<utf8proc_ssize_t>(text.size()), &point);
        if (size <= 0) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(size));
        std::array<utf8proc_int32_t, most> parts;
        const auto count =
            utf8proc_decompose_char(point, parts.data(), most, UTF8PROC_DECOMPOSE, nullptr);
        if (count < 0 || static_cast<std::size_t>(count) > most) return std::nullopt;
        points.insert(points.end(), parts.begin(), parts.begin() + count);
    }
    const auto rank = [](utf8proc_int32_t point) {
        return utf8proc_get_property(point)->combining_class;
    };
    const auto is_mark = [&](utf8proc_int32_t point) { return rank(point) != 0; };
    for (auto from = points.begin(); from != points.end();) {
        from = std::find_if(from, points.end(), is_mark);
        const auto to = std::find_if_not(from, points.end(), is_mark);
        if (to - from > 1) std::ranges::stable_sort(from, to, {}, rank);
        from = to;
    }
    std::string out;
    out.reserve(points.size() * 2);
    for (const auto point : points) {
        std::array<utf8proc_uint8_t, 4> bytes;
        const auto size = utf8proc_encode_char(point, bytes.data());
        out.append(bytes.begin(), bytes.begin() + size);
    }
    return out;
}

bool is_ascii(std::string_view text) {
    const auto one = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    return std::all_of(text.begin(), text.end(), one);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string text_key(std::string_view text) {
    while (text.ends_with(' ')) text.remove_suffix(1);
    if (is_ascii(text)) {
        std::string key(text.size(), '\0');
        std::ranges::transform(text, key.begin(), lower);
        return key;
    }
    // Decomposed before it is folded: a mark that folds to a letter (U+0345) must first stand where
    // canonical order puts it, or canonically equal texts get different keys.
    const auto parts = decomposed(text);
    if (!parts) return std::string{text};
    return mapped(*parts, UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STABLE)
        .value_or(std::string{text});
}

std::string text_key_rules() {
    return std::string("nfc-casefold-trim/1 unicode/") + utf8proc_unicode_version();
}

bool is_utf8(std::string_view text) {
    if (is_ascii(text)) return true;
    while (!text.empty()) {
        utf8proc_int32_t code_point = 0;
        const auto size =
            utf8proc_iterate(units(text), static_cast<utf8proc_ssize_t>(text.size()), &code_point);
        if (size <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

std::string_view first_code_points(std::string_view text, std::size_t most) {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    std::size_t end = 0;
    while (end < text.size() && !(begins(text[end]) && most-- == 0)) ++end;
    return text.substr(0, end);
}

}  // namespace rookery::storage

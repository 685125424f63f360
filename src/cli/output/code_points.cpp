#include "cli/output/code_points.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace rookery::cli {
namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

// Unicode 15: White_Space, Default_Ignorable_Code_Point, Bidi_Control, Cc, Cf, Co, noncharacters, and
// the empty pattern of Braille. Planes without a character count as a whole. Ascending.
constexpr Range deceptive[] = {
    {0x0000, 0x001F},    // C0
    {0x007F, 0x00A0},    // DEL, C1, no-break space
    {0x00AD, 0x00AD},    // soft hyphen
    {0x034F, 0x034F},    // combining grapheme joiner
    {0x0600, 0x0605},    // Arabic number signs
    {0x061C, 0x061C},    // Arabic letter mark
    {0x06DD, 0x06DD},    // end of ayah
    {0x070F, 0x070F},    // Syriac abbreviation mark
    {0x0890, 0x0891},    // Arabic pound and piastre marks
    {0x08E2, 0x08E2},    // disputed end of ayah
    {0x115F, 0x1160},    // Hangul fillers
    {0x1680, 0x1680},    // Ogham space
    {0x17B4, 0x17B5},    // Khmer inherent vowels
    {0x180B, 0x180F},    // Mongolian selectors and vowel separator
    {0x2000, 0x200F},    // spaces, joiners, marks of direction
    {0x2028, 0x202F},    // separators, embeddings, narrow no-break space
    {0x205F, 0x206F},    // mathematical space, invisible operators, isolates
    {0x2800, 0x2800},    // empty Braille pattern
    {0x3000, 0x3000},    // ideographic space
    {0x3164, 0x3164},    // Hangul filler
    {0xD800, 0xF8FF},    // surrogates, private use
    {0xFDD0, 0xFDEF},    // no characters
    {0xFE00, 0xFE0F},    // variation selectors
    {0xFEFF, 0xFEFF},    // zero width no-break space
    {0xFFA0, 0xFFA0},    // halfwidth Hangul filler
    {0xFFF0, 0xFFFB},    // reserved, annotations
    {0xFFFE, 0xFFFF},    // no characters
    {0x110BD, 0x110BD},  // Kaithi number sign
    {0x110CD, 0x110CD},  // Kaithi number sign above
    {0x13430, 0x1343F},  // Egyptian format controls
    {0x1BCA0, 0x1BCA3},  // shorthand format controls
    {0x1D159, 0x1D159},  // musical null notehead
    {0x1D173, 0x1D17A},  // musical format controls
    {0x1FFFE, 0x1FFFF},  // no characters
    {0x2FFFE, 0x2FFFF},
    {0x3FFFE, 0x10FFFF},  // planes without characters, tags, variation selectors, private use
};

constexpr Range quotes[] = {
    {0x0060, 0x0060}, {0x00B4, 0x00B4}, {0x02B9, 0x02BF}, {0x02C8, 0x02C8}, {0x02CA, 0x02CB},
    {0x0313, 0x0315}, {0x0374, 0x0374}, {0x055A, 0x055A}, {0x05F3, 0x05F3}, {0x07F4, 0x07F5},
    {0x1FBD, 0x1FBF}, {0x1FEF, 0x1FEF}, {0x1FFD, 0x1FFE}, {0x2018, 0x201B}, {0x2032, 0x2032},
    {0x2035, 0x2035}, {0x275B, 0x275C}, {0xA78B, 0xA78C}, {0xFF07, 0xFF07}, {0xFF40, 0xFF40},
};

template <std::size_t N>
constexpr bool ascending(const Range (&ranges)[N]) {
    for (std::size_t i = 0; i < N; ++i) {
        if (ranges[i].first > ranges[i].last) return false;
        if (i > 0 && ranges[i - 1].last >= ranges[i].first) return false;
    }
    return true;
}

static_assert(ascending(deceptive) && ascending(quotes));

template <std::size_t N>
bool within(const Range (&ranges)[N], std::uint32_t code) {
    const auto* const at = std::ranges::lower_bound(ranges, code, {}, &Range::last);
    return at != std::end(ranges) && at->first <= code;
}

}  // namespace

std::size_t decode_utf8(std::string_view text, std::uint32_t& code) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto first = byte(0);
    if (first < 0x80) {
        code = first;
        return 1;
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    code = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
        code = code << 6U | (byte(i) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (code < smallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return 0;
    return length;
}

bool deceives(std::uint32_t code) { return within(deceptive, code); }

bool looks_like_quote(std::uint32_t code) { return within(quotes, code); }

}  // namespace rookery::cli

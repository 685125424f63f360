#include "storage/text_key.hpp"

#include <catch2/catch.hpp>
#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <random>

namespace text_key_test {

using namespace rookery::storage;

TEST_CASE("texts that differ in case, composition or trailing blanks have one key", "[storage]") {
    const auto [left, right] = GENERATE(table<std::string, std::string>({
        {"Contoso", "cONTOSO"},
        {"abc", "abc   "},
        {"straße", "STRASSE"},
        {"straße", "STRAẞE"},
        {"é", "e\u0301"},
        {"É", "e\u0301"},
        {"\u212B", "å"},             // Angstrom sign
        {"\uAC00", "\u1100\u1161"},  // Hangul
        {"Σίσυφος", "ΣΊΣΥΦΟΣ"},      // final sigma
        {"ﬁ", "FI"},                 // a ligature folds to its letters
        {"\u1E9B\u0323", "\u1E9B\u0323"},
        {"q\u0307\u0323", "q\u0323\u0307"},            // canonical order of marks
        {"\u03B1\u0345\u0301", "\u03B1\u0301\u0345"},  // a mark that folds to a letter
        {"\u1FB4", "\u03B1\u0345\u0301"},
        {"ΑΙ", "\u1FB3"},
    }));
    CAPTURE(left, right);
    CHECK(text_key(left) == text_key(right));
}

TEST_CASE("texts that look alike but differ keep different keys", "[storage]") {
    const auto [left, right] = GENERATE(table<std::string, std::string>({
        {"I", "ı"},  // no Turkish rules: dotless ı is a letter of its own
        {"i", "İ"},  // İ folds to i and a dot above
        {"abc", " abc"},
        {"abc", "abc\u00A0"},  // a no-break space is not a blank
        {"abc", "abc\t"},
        {"abc", "abc\u2003"},
        {"a b", "ab"},
        {"e", "é"},
        {"½", "1/2"},  // compatibility forms are not equal
        {"A", "А"},    // Latin and Cyrillic
        {"٣", "3"},
    }));
    CAPTURE(left, right);
    CHECK(text_key(left) != text_key(right));
}

TEST_CASE("the key of I is i", "[storage]") {
    CHECK(text_key("I") == "i");
    CHECK(text_key("\u0130") == "i\u0307");
}

TEST_CASE("no text and blanks only are null", "[storage]") {
    CHECK(text_key("").empty());
    CHECK(text_key("    ").empty());
    CHECK_FALSE(text_key("\u00A0").empty());
}

TEST_CASE("a zero byte is text like any other", "[storage]") {
    using namespace std::string_view_literals;
    CHECK(text_key("A\0B"sv) == "a\0b"sv);
    CHECK(text_key("É\0B"sv) == "é\0b"sv);
}

TEST_CASE("bytes that are not UTF-8 stay as they are", "[storage]") {
    CHECK(text_key("AB\xFF ") == "AB\xFF");
    CHECK(text_key("\xC3") == "\xC3");
}

TEST_CASE("the key of a key is itself, for every code point", "[storage]") {
    std::size_t changed = 0;
    for (utf8proc_int32_t code_point = 1; code_point <= 0x10FFFF; ++code_point) {
        if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
        std::array<utf8proc_uint8_t, 4> bytes{};
        const auto size = utf8proc_encode_char(code_point, bytes.data());
        const std::string text(
            reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size)
        );
        const auto key = text_key(text);
        if (text_key(key) != key) ++changed;
    }
    CHECK(changed == 0);
}

namespace {

/// By utf8proc alone.
std::string mapped(std::string_view text, int options) {
    utf8proc_uint8_t* out = nullptr;
    const auto size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
        static_cast<utf8proc_ssize_t>(text.size()),
        &out,
        static_cast<utf8proc_option_t>(options)
    );
    REQUIRE(size >= 0);
    std::string mapped(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
    std::free(out);
    return mapped;
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

}  // namespace

TEST_CASE("marks stand in the order in which utf8proc puts them", "[storage]") {
    // Above, below, attached, over, some that decompose into two, and what they may stand on.
    constexpr std::array<std::string_view, 12> pieces{
        "\u0301",
        "\u0323",
        "\u0345",
        "\u0338",
        "\u0344",
        "\u0F73",
        "\u1E9B",
        "\u1F82",
        "E",
        "\uAC00",
        "\u0130",
        "\U0001D165"};
    std::minstd_rand random(1);
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (auto left = random() % 12 + 1; left > 0; --left)
            text += pieces[random() % pieces.size()];
        if (text.find_first_not_of('E') == std::string::npos) continue;
        const auto parts = mapped(text, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
        const auto expected = mapped(parts, UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STABLE);
        REQUIRE(text_key(text) == expected);
    }
}

TEST_CASE("a text of very many marks has its key at once", "[storage]") {
    // Ordered by exchanging neighbours it would take hours.
    constexpr std::size_t many = 300'000;
    const auto upside_down = "e" + repeated("\u0301", many) + repeated("\u0323", many);
    const auto in_order = "e" + repeated("\u0323", many) + repeated("\u0301", many);
    CHECK(text_key(upside_down) == text_key(in_order));
}

TEST_CASE("the rules name the Unicode version", "[storage]") {
    CHECK(
        text_key_rules() == std::string("nfc-casefold-trim/1 unicode/") + utf8proc_unicode_version()
    );
}

TEST_CASE("only well-formed UTF-8 is UTF-8", "[storage]") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("abc"));
    CHECK(is_utf8("é\u20AC\U0001F426"));
    CHECK(is_utf8("\U0010FFFF"));
    const auto wrong = GENERATE(
        as<std::string>{},
        "\x80",
        "\xC3",
        "\xC3(",
        "\xC0\x80",  // overlong
        "\xE0\x80\x80",
        "\xED\xA0\x80",      // surrogate
        "\xF4\x90\x80\x80",  // above U+10FFFF
        "\xFF",
        "ok\xE2\x82"
    );
    CHECK_FALSE(is_utf8(wrong));
}

TEST_CASE("the front of a text ends between two code points", "[storage]") {
    const std::string text = "aé€😀b";  // 1, 2, 3, 4 and 1 bytes
    constexpr std::size_t ends[] = {0, 1, 3, 6, 10, 11, 11};
    for (std::size_t most = 0; most < std::size(ends); ++most) {
        CHECK(first_code_points(text, most) == text.substr(0, ends[most]));
    }
    CHECK(first_code_points("", 3).empty());
}

}  // namespace text_key_test

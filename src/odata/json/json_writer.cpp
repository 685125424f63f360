#include "odata/json/json_writer.hpp"

#include "base/hex_digit.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace rookery::odata {
namespace {

// 1: stands in a JSON text as it is. '<' is escaped so that a reply shown inside a page of HTML
// cannot close a script; 0xE2 may begin U+2028 or U+2029, which end a line in JavaScript.
constexpr auto plain = [] {
    std::array<bool, 256> out{};
    for (std::size_t c = 0x20; c < 256; ++c) out[c] = true;
    out['"'] = out['\\'] = out['<'] = out[0x7F] = out[0xE2] = false;
    return out;
}();

}  // namespace

void JsonWriter::escaped(std::string_view value) {
    const auto is_plain = [](char c) { return plain[static_cast<unsigned char>(c)]; };
    std::size_t start = 0;
    for (std::size_t i = 0;; ++i) {
        const auto* const next = std::find_if_not(value.begin() + i, value.end(), is_plain);
        if (next == value.end()) break;
        i = static_cast<std::size_t>(next - value.begin());
        const auto byte = static_cast<unsigned char>(*next);
        if (byte == 0xE2) {
            const auto point = value.substr(i, 3);
            if (point != "\xE2\x80\xA8" && point != "\xE2\x80\xA9") continue;
            raw(value.substr(start, i - start));
            raw(point.back() == '\xA8' ? "\\u2028" : "\\u2029");
            i += 2;
            start = i + 1;
            continue;
        }
        raw(value.substr(start, i - start));
        start = i + 1;
        switch (byte) {
            case '"':
                raw("\\\"");
                break;
            case '\\':
                raw("\\\\");
                break;
            case '\n':
                raw("\\n");
                break;
            case '\r':
                raw("\\r");
                break;
            case '\t':
                raw("\\t");
                break;
            default:
                raw("\\u00");
                raw(hex_digits[byte >> 4U]);
                raw(hex_digits[byte & 15U]);
        }
    }
    raw(value.substr(start));
}

void JsonWriter::key(std::string_view name) { key(name, {}); }

void JsonWriter::key(std::string_view name, std::string_view annotation) {
    separate();
    raw('"');
    escaped(name);
    escaped(annotation);
    raw("\":");
    comma_ = false;
}

void JsonWriter::begin_text() {
    separate();
    raw('"');
}

void JsonWriter::end_text() { raw('"'); }

void JsonWriter::text(std::string_view value) {
    begin_text();
    escaped(value);
    end_text();
}

void JsonWriter::text(const SecretBytes& value) {
    value.expose([&](ByteView bytes) { text(text_of(bytes)); });
}

void JsonWriter::number(std::int64_t value) {
    separate();
    std::array<char, 24> room;
    const auto [end, error] = std::to_chars(room.data(), room.data() + room.size(), value);
    if (error == std::errc{}) raw(std::string_view{room.data(), end});
}

void JsonWriter::number(std::uint64_t value) {
    separate();
    std::array<char, 24> room;
    const auto [end, error] = std::to_chars(room.data(), room.data() + room.size(), value);
    if (error == std::errc{}) raw(std::string_view{room.data(), end});
}

void JsonWriter::boolean(bool value) {
    separate();
    raw(value ? std::string_view{"true"} : std::string_view{"false"});
}

void JsonWriter::null() {
    separate();
    raw("null");
}

void JsonWriter::uuid(const Uuid& id) {
    begin_text();
    const auto text = text_of(id);
    raw(std::string_view{text.data(), text.size()});
    end_text();
}

void JsonWriter::time(Instant value) {
    namespace chrono = std::chrono;
    const auto day = chrono::floor<chrono::days>(value);
    const chrono::year_month_day date{day};
    const chrono::hh_mm_ss clock{chrono::floor<chrono::seconds>(value - day)};
    std::array<char, 20> room;
    std::size_t at = 0;
    const auto put = [&](std::uint32_t number, std::size_t width, char after) {
        for (std::size_t k = width; k > 0; number /= 10) {
            room[at + --k] = static_cast<char>('0' + number % 10);
        }
        at += width;
        room[at++] = after;
    };
    const auto count = [](auto part) { return static_cast<std::uint32_t>(part.count()); };
    put(static_cast<std::uint32_t>(static_cast<int>(date.year())), 4, '-');
    put(static_cast<unsigned>(date.month()), 2, '-');
    put(static_cast<unsigned>(date.day()), 2, 'T');
    put(count(clock.hours()), 2, ':');
    put(count(clock.minutes()), 2, ':');
    put(count(clock.seconds()), 2, 'Z');
    begin_text();
    raw(std::string_view{room.data(), at});
    end_text();
}

}  // namespace rookery::odata

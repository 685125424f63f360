#include "base/cursor_words.hpp"

#include "base/bytes.hpp"

#include <charconv>

namespace rookery {
namespace {

constexpr std::string_view no_key = "-";

}  // namespace

tl::unexpected<Error> bad_cursor() {
    return fail(Errc::integrity, "The cursor is not one that this version of the server writes.");
}

std::vector<std::string_view> split(std::string_view text, char between) {
    std::vector<std::string_view> out;
    for (;;) {
        const auto end = text.find(between);
        out.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t out = 0;
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, out);
    if (text.empty() || error != std::errc{} || at != end) return std::nullopt;
    return out;
}

std::string key_word(std::string_view key) {
    return key.empty() ? std::string(no_key) : to_hex(bytes_of(key));
}

std::optional<std::string> key_of(std::string_view word) {
    if (word == no_key) return std::string{};
    const auto key = from_hex(word);
    if (!key || key->empty()) return std::nullopt;
    return std::string(text_of(*key));
}

}  // namespace rookery

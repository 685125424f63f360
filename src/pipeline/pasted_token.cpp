#include "pipeline/pasted_token.hpp"

#include "identity/bearer_token.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

constexpr std::size_t found_in_texts_from = 16;  // bytes: a shorter token may be part of a word

/// Where the text stands between blanks.
std::pair<std::size_t, std::size_t> core_of(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {0, 0};
    return {first, text.find_last_not_of(blanks) + 1 - first};
}

/// Whether a character begins here: a token that is UTF-8 can begin nowhere else in a text that is.
bool begins(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

tl::unexpected<Error> refused(std::string_view kind, std::string_view name) {
    return fail(
        Errc::invalid_argument,
        "The " + std::string(kind) + " '" + std::string(name) +
            "' holds a token: what stands there is listed, logged and synced in clear.",
        "Put it into a secured column alone."
    );
}

}  // namespace

void PastedTokens::add(const SecretBytes& token) {
    const auto [from, size] = token.expose([](ByteView bytes) { return core_of(text_of(bytes)); });
    if (size == 0) return;
    (size < found_in_texts_from ? short_ : long_).push_back({&token, from, size});
    sorted_ = false;
}

bool PastedTokens::stand_in(std::string_view text) {
    if (!sorted_) sort();
    return is_one(text) || holds_one(text) || identity::contains_token(text);
}

void PastedTokens::sort() {
    const auto less = [](const Core& a, const Core& b) {
        return a.expose([&](std::string_view x) {
            return b.expose([&](std::string_view y) { return x < y; });
        });
    };
    std::ranges::sort(short_, less);
    std::ranges::sort(long_, less);
    // A text that holds the longer of two holds the one that it begins with.
    const auto begins_with = [](const Core& front, const Core& whole) {
        return front.expose([&](std::string_view x) {
            return whole.expose([&](std::string_view y) { return y.starts_with(x); });
        });
    };
    std::vector<Core> apart;
    for (const auto& token : long_) {
        if (apart.empty() || !begins_with(apart.back(), token)) apart.push_back(token);
    }
    long_ = std::move(apart);
    sorted_ = true;
}

bool PastedTokens::is_one(std::string_view text) const {
    const auto [from, size] = core_of(text);
    const auto core = text.substr(from, size);
    const auto at = std::ranges::partition_point(short_, [&](const Core& token) {
        return token.expose([&](std::string_view held) { return held < core; });
    });
    return at != short_.end() && at->expose([&](std::string_view held) { return held == core; });
}

bool PastedTokens::holds_one(std::string_view text) const {
    if (long_.empty()) return false;
    for (; text.size() >= found_in_texts_from; text.remove_prefix(1)) {
        if (!begins(text.front())) continue;
        // Of tokens of which none begins with another, only the greatest that is not above the rest of
        // the text can be where it begins.
        const auto above = std::ranges::partition_point(long_, [&](const Core& token) {
            return token.expose([&](std::string_view held) { return held <= text; });
        });
        if (above == long_.begin()) continue;
        const auto found =
            std::prev(above)->expose([&](std::string_view held) { return text.starts_with(held); });
        if (found) return true;
    }
    return false;
}

void PastedTokenCheck::add(const Input& input) {
    for (const auto& cell : input.cells) {
        if (const auto* token = std::get_if<SecretBytes>(&cell.value)) tokens_.add(*token);
    }
}

Result<void> PastedTokenCheck::check(const Input& input) {
    for (const auto& cell : input.cells) {
        const auto* text = std::get_if<std::string>(&cell.value);
        if (text != nullptr && tokens_.stand_in(*text)) return refused("column", cell.column->name);
    }
    return {};
}

Result<void> PastedTokenCheck::check(const Target& target) {
    const auto* key = std::get_if<KeyValues>(&target.by);
    if (key == nullptr) return {};
    for (std::size_t i = 0; i < key->values.size(); ++i) {
        const auto* text = std::get_if<std::string>(&key->values[i]);
        if (text != nullptr && tokens_.stand_in(*text)) {
            return refused("column", target.table->column(key->key->columns[i])->name);
        }
    }
    return {};
}

Result<void> PastedTokenCheck::check(std::string_view parameter, std::string_view text) {
    if (tokens_.stand_in(text)) return refused("parameter", parameter);
    return {};
}

}  // namespace rookery::messages

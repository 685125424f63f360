#include "sync/fault.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace rookery::sync {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// "0x80040217" in lower case, or nothing.
std::string code_of(std::string text) {
    constexpr std::size_t size = 10;
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    if (text.size() != size || text.compare(0, 2, "0x") != 0 ||
        text.find_first_not_of("0123456789abcdef", 2) != std::string::npos) {
        return {};
    }
    return text;
}

/// The first word that begins with prv, if it is no longer than a name is.
std::string privilege_in(std::string_view message) {
    constexpr std::string_view prefix = "prv";
    constexpr std::size_t rest_max = 90;
    for (auto at = message.find(prefix); at != std::string_view::npos;
         at = message.find(prefix, at + 1)) {
        if (at > 0 && is_word(message[at - 1])) continue;
        const auto word = message.substr(at);
        const auto* const end = std::find_if_not(word.begin(), word.end(), is_word);
        const auto size = static_cast<std::size_t>(end - word.begin());
        if (size > prefix.size() && size <= prefix.size() + rest_max) {
            return std::string{word.substr(0, size)};
        }
    }
    return {};
}

}  // namespace

Fault parse_fault(std::string_view body) {
    Fault out;
    const auto document = nlohmann::json::parse(body, nullptr, false);
    if (!document.is_object() || !document.contains("error")) return out;
    const auto& error = document["error"];
    if (!error.is_object()) return out;
    if (error.contains("code") && error["code"].is_string()) {
        out.code = code_of(error["code"].get<std::string>());
    }
    if (error.contains("message") && error["message"].is_string()) {
        out.missing_privilege = privilege_in(error["message"].get_ref<const std::string&>());
    }
    return out;
}

}  // namespace rookery::sync

#include "messages/requester.hpp"

#include "base/cursor_words.hpp"

namespace rookery::messages {
namespace {

constexpr std::string_view nobody_word = "-";

std::optional<Requester> parse_requester(std::string_view word) {
    const auto parts = split(word, '/');
    if (parts.empty() || parts.size() > 2) return std::nullopt;
    const auto user = Uuid::parse(parts[0]);
    const auto credential = parts.size() == 2 ? Uuid::parse(parts[1]) : std::optional(Uuid{});
    if (!user || !credential) return std::nullopt;
    return Requester{*user, *credential};
}

}  // namespace

std::string to_text(std::span<const Requester> people) {
    std::string out;
    for (const auto& one : people) {
        if (!out.empty()) out += ',';
        out += to_string(one.user);
        if (!one.credential.is_nil()) out += "/" + to_string(one.credential);
    }
    return out.empty() ? std::string(nobody_word) : out;
}

std::optional<std::vector<Requester>> parse_requesters(std::string_view word) {
    std::vector<Requester> out;
    if (word == nobody_word) return out;
    const auto words = split(word, ',');
    if (words.size() > requesters_max) return std::nullopt;
    for (const auto one : words) {
        const auto requester = parse_requester(one);
        if (!requester) return std::nullopt;
        out.push_back(*requester);
    }
    return out;
}

}  // namespace rookery::messages

#include "cli/options/credential_shape.hpp"

#include "base/uuid.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace rookery::cli {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_alphanumeric(char c) { return is_lower(c) || is_upper(c) || is_digit(c); }

/// Of base64url, without padding.
bool is_url_digit(char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }

std::string lowered_word(std::string_view text) {
    std::string out{text};
    for (auto& c : out) {
        if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::size_t run_of(std::string_view text, bool (*belongs)(char)) {
    return static_cast<std::size_t>(std::ranges::find_if_not(text, belongs) - text.begin());
}

/// A form of the vault's own, also cut short and in capitals, as a path or a header may hold it.
bool has_drawn_after(std::string_view prefix, std::string_view value) {
    constexpr std::size_t digits_min = 12;
    const auto text = lowered_word(value);
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 1)) {
        const auto rest = value.substr(at + prefix.size());
        if (run_of(rest, is_url_digit) >= digits_min) return true;
    }
    return false;
}

bool has_bearer_token(std::string_view value) { return has_drawn_after("rky1_", value); }

bool has_share(std::string_view value) { return has_drawn_after("svs1", value); }

/// header.payload.signature, each base64url, the first of JSON: {"…
bool has_jwt(std::string_view value) {
    constexpr std::string_view begin = "eyJ";
    for (auto at = value.find(begin); at != std::string_view::npos;
         at = value.find(begin, at + 1)) {
        auto rest = value.substr(at);
        const auto header = run_of(rest, is_url_digit);
        if (header < 10 || header == rest.size() || rest[header] != '.') continue;
        rest.remove_prefix(header + 1);
        const auto payload = run_of(rest, is_url_digit);
        if (payload >= 10 && payload < rest.size() && rest[payload] == '.') return true;
    }
    return false;
}

bool is_header(std::string_view value) {
    const auto text = lowered_word(value);
    for (const std::string_view scheme : {"bearer ", "basic ", "authorization:"}) {
        if (text.starts_with(scheme) && text.size() >= scheme.size() + 8 &&
            text.find(' ', scheme.size() + 1) == std::string::npos) {
            return true;
        }
    }
    return text.starts_with("authorization:");
}

bool has_private_key(std::string_view value) {
    return value.find("PRIVATE KEY-----") != std::string_view::npos;
}

struct Form {
    bool (*is)(std::string_view value);
    std::string_view name;
};

constexpr Form certain_forms[] = {
    {has_bearer_token, "a bearer token"},
    {has_share, "a share of a root key secret"},
    {has_jwt, "an access token (JWT)"},
    {is_header, "an Authorization header"},
    {has_private_key, "a private key"},
};

char kind_of(char c) {
    if (is_lower(c)) return 'a';
    if (is_upper(c)) return 'A';
    return is_digit(c) ? '0' : '-';
}

/// Of the alphabets that keys are written in: hexadecimal, base32, base62, base64, base64url.
bool is_key_digit(char c) { return is_url_digit(c) || c == '+' || c == '/' || c == '='; }

/// Drawn letters and digits change their kind all the time, words and dates do not.
bool looks_drawn(std::string_view run) {
    constexpr std::size_t digits_min = 20;
    std::size_t digits = 0;
    std::size_t changes = 0;
    char last = '-';
    for (const char c : run) {
        const char kind = kind_of(c);
        if (kind != '-') ++digits;
        if (kind != '-' && last != '-' && kind != last) ++changes;
        last = kind;
    }
    return digits >= digits_min && changes * 4 > digits;
}

/// A slash parts the names of a path, and is a digit of base64. A name that is an id, as in the paths of
/// Kubernetes, is no secret.
bool run_looks_drawn(std::string_view run) {
    const bool absolute = run.starts_with('/');
    std::string joined;
    while (!run.empty()) {
        const auto name = run.substr(0, run.find('/'));
        run.remove_prefix(std::min(name.size() + 1, run.size()));
        if (Uuid::parse(name)) continue;
        if (looks_drawn(name)) return true;
        joined += name;
    }
    return !absolute && looks_drawn(joined);
}

bool has_drawn_run(std::string_view value) {
    while (!value.empty()) {
        const auto run = value.substr(0, run_of(value, is_key_digit));
        if (run_looks_drawn(run)) return true;
        value.remove_prefix(std::max<std::size_t>(run.size(), 1));
    }
    return false;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::size_t words_in(std::string_view value) {
    std::size_t words = 0;
    bool inside = false;
    for (const char c : value) {
        if (!is_blank(c) && !inside) ++words;
        inside = !is_blank(c);
    }
    return words;
}

/// A path with a folder in it may have blanks; so may the names of people, with a capital somewhere.
bool is_passphrase(std::string_view value, Takes takes) {
    const auto words = words_in(value);
    if (takes == Takes::text) return false;
    if (takes == Takes::time &&
        value.find_first_not_of("0123456789 -:.+TZ") == std::string_view::npos) {
        return false;
    }
    if (takes == Takes::user) {
        return words >= 3 &&
               std::ranges::all_of(value, [](char c) { return is_lower(c) || is_blank(c); });
    }
    if (value.find('/') != std::string_view::npos) return false;
    if (words >= 2) return true;
    constexpr std::size_t password_min = 6;
    // Most paths have a folder or a suffix; what has neither may be the secret itself.
    if (takes == Takes::private_file && value.size() >= password_min &&
        value.find('.') == std::string_view::npos) {
        return true;
    }
    // A certificate's wildcard.
    if (takes == Takes::address && value.starts_with("*.")) value.remove_prefix(2);
    constexpr std::string_view signs = "!$%^&*?#|<>{};\"'\\`";
    return value.size() >= password_min && value.find_first_of(signs) != std::string_view::npos;
}

}  // namespace

Shape shape_of(std::string_view value, Takes takes) {
    for (const auto& form : certain_forms) {
        if (form.is(value)) return {Suspicion::certain, form.name};
    }
    if (has_drawn_run(value)) return {Suspicion::possible, "a key or token"};
    if (is_passphrase(value, takes)) return {Suspicion::possible, "a passphrase"};
    return {};
}

}  // namespace rookery::cli

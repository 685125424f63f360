#include "base/secret_json.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace rookery {
namespace {

/// Walks one JSON text (RFC 8259). Strings are decoded into `piece_`, which is wiped.
class Scanner {
 public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    /// `read` takes the member's value; false where it stands twice or is not what was wanted.
    template <class Read>
    bool object_with(std::string_view name, Read read) {
        bool seen = false;
        skip_blanks();
        if (!take('{')) return false;
        skip_blanks();
        if (!take('}')) {
            do {
                skip_blanks();
                if (!string()) return false;
                const bool wanted = std::string_view{piece_.data(), piece_.size()} == name;
                skip_blanks();
                if (!take(':')) return false;
                skip_blanks();
                if (wanted) {
                    if (seen || !read(*this)) return false;
                    seen = true;
                } else if (!value(0)) {
                    return false;
                }
                skip_blanks();
            } while (take(','));
            if (!take('}')) return false;
        }
        skip_blanks();
        return rest_.empty();
    }

    bool secret(std::optional<SecretBytes>& found) {
        if (literal("null")) {
            found.emplace();
            return true;
        }
        if (!string()) return false;
        found = SecretBytes::copy_of(std::string_view{piece_.data(), piece_.size()});
        return true;
    }

    bool secrets(std::optional<std::vector<SecretBytes>>& found, std::size_t most) {
        if (!take('[')) return false;
        found.emplace();
        skip_blanks();
        if (take(']')) return true;
        do {
            skip_blanks();
            if (found->size() == most || !string()) return false;
            found->push_back(SecretBytes::copy_of(std::string_view{piece_.data(), piece_.size()}));
            skip_blanks();
        } while (take(','));
        return take(']');
    }

    bool whole_number(std::optional<std::int64_t>& found) {
        constexpr std::size_t digits_max = 18;
        const auto size = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        if (size == 0 || size > digits_max) return false;
        std::int64_t number = 0;
        for (const char digit : rest_.substr(0, size)) number = number * 10 + (digit - '0');
        rest_.remove_prefix(size);
        found = number;
        return true;
    }

    bool truth(std::optional<bool>& found) {
        const bool yes = literal("true");
        if (!yes && !literal("false")) return false;
        found = yes;
        return true;
    }

 private:
    static constexpr int depth_max = 32;

    bool value(int depth) {
        if (depth > depth_max || rest_.empty()) return false;
        switch (rest_.front()) {
            case '"':
                return string();
            case '{':
            case '[':
                return container(depth);
            case 't':
                return literal("true");
            case 'f':
                return literal("false");
            case 'n':
                return literal("null");
            default:
                return number();
        }
    }

    bool container(int depth) {
        const bool object = rest_.front() == '{';
        const char close = object ? '}' : ']';
        rest_.remove_prefix(1);
        skip_blanks();
        if (take(close)) return true;
        do {
            skip_blanks();
            if (object) {
                if (!string()) return false;
                skip_blanks();
                if (!take(':')) return false;
                skip_blanks();
            }
            if (!value(depth + 1)) return false;
            skip_blanks();
        } while (take(','));
        return take(close);
    }

    bool number() {
        const auto size = std::min(rest_.find_first_not_of("+-.0123456789eE"), rest_.size());
        rest_.remove_prefix(size);
        return size > 0;
    }

    bool string() {
        wipe(piece_.data(), piece_.size());
        piece_.clear();
        if (!take('"')) return false;
        while (!rest_.empty()) {
            const char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '"') return true;
            if (static_cast<std::uint8_t>(c) < 0x20) return false;
            if (c != '\\') {
                piece_.push_back(c);
            } else if (!escape()) {
                return false;
            }
        }
        return false;
    }

    bool escape() {
        if (rest_.empty()) return false;
        const char c = rest_.front();
        rest_.remove_prefix(1);
        constexpr std::string_view from = "\"\\/bfnrt";
        constexpr std::string_view to = "\"\\/\b\f\n\r\t";
        if (const auto at = from.find(c); at != std::string_view::npos) {
            piece_.push_back(to[at]);
            return true;
        }
        if (c != 'u') return false;
        auto code = hex4();
        if (!code || (*code >= 0xDC00 && *code <= 0xDFFF)) return false;
        if (*code >= 0xD800 && *code <= 0xDBFF) {
            if (rest_.substr(0, 2) != "\\u") return false;
            rest_.remove_prefix(2);
            const auto low = hex4();
            if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
            code = 0x10000 + ((*code - 0xD800) << 10U) + (*low - 0xDC00);
        }
        append_utf8(*code);
        return true;
    }

    std::optional<std::uint32_t> hex4() {
        if (rest_.size() < 4) return std::nullopt;
        std::uint32_t code = 0;
        for (const char c : rest_.substr(0, 4)) {
            const auto digit = std::string_view{"0123456789abcdef"}.find(
                c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c
            );
            if (digit == std::string_view::npos) return std::nullopt;
            code = code << 4U | static_cast<std::uint32_t>(digit);
        }
        rest_.remove_prefix(4);
        return code;
    }

    void append_utf8(std::uint32_t code) {
        const auto put = [this](std::uint32_t byte) { piece_.push_back(static_cast<char>(byte)); };
        if (code < 0x80) {
            put(code);
        } else if (code < 0x800) {
            put(0xC0U | code >> 6U);
            put(0x80U | (code & 0x3FU));
        } else if (code < 0x10000) {
            put(0xE0U | code >> 12U);
            put(0x80U | (code >> 6U & 0x3FU));
            put(0x80U | (code & 0x3FU));
        } else {
            put(0xF0U | code >> 18U);
            put(0x80U | (code >> 12U & 0x3FU));
            put(0x80U | (code >> 6U & 0x3FU));
            put(0x80U | (code & 0x3FU));
        }
    }

    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool literal(std::string_view word) {
        if (rest_.substr(0, word.size()) != word) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    void skip_blanks() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
    }

    std::string_view rest_;
    WipedBuffer piece_;
};

template <class T, class Read>
Result<T> member(std::string_view document, std::string_view name, Read read) {
    std::optional<T> found;
    if (!Scanner(document).object_with(name, [&](Scanner& at) { return read(at, found); })) {
        return fail(Errc::bad_payload, "the server's answer is not the JSON that was expected");
    }
    if (!found) {
        return fail(
            Errc::bad_payload, "the server's answer has no property '" + std::string{name} + "'"
        );
    }
    return std::move(*found);
}

}  // namespace

Result<SecretBytes> secret_member(std::string_view document, std::string_view name) {
    return member<SecretBytes>(document, name, [](Scanner& at, std::optional<SecretBytes>& found) {
        return at.secret(found);
    });
}

Result<std::vector<SecretBytes>> secret_list_member(
    std::string_view document, std::string_view name, std::size_t most
) {
    return member<std::vector<SecretBytes>>(
        document,
        name,
        [most](Scanner& at, std::optional<std::vector<SecretBytes>>& found) {
            return at.secrets(found, most);
        }
    );
}

Result<std::int64_t> number_member(std::string_view document, std::string_view name) {
    return member<std::int64_t>(
        document,
        name,
        [](Scanner& at, std::optional<std::int64_t>& found) { return at.whole_number(found); }
    );
}

Result<bool> boolean_member(std::string_view document, std::string_view name) {
    return member<bool>(document, name, [](Scanner& at, std::optional<bool>& found) {
        return at.truth(found);
    });
}

void append_json_string(WipedBuffer& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    const auto special = [](char c) {
        return c == '"' || c == '\\' || static_cast<std::uint8_t>(c) < 0x20;
    };
    append_text(out, "\"");
    while (!text.empty()) {
        const auto* const end = std::find_if(text.begin(), text.end(), special);
        const auto plain = static_cast<std::size_t>(end - text.begin());
        append_text(out, text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        const auto byte = static_cast<std::uint8_t>(text.front());
        if (byte < 0x20) {
            append_text(out, "\\u00");
            out.push_back(hex[byte >> 4U]);
            out.push_back(hex[byte & 0xFU]);
        } else {
            out.push_back('\\');
            out.push_back(text.front());
        }
        text.remove_prefix(1);
    }
    append_text(out, "\"");
}

}  // namespace rookery

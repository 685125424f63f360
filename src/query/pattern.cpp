#include "query/pattern.hpp"

#include "storage/text_key.hpp"

#include <algorithm>
#include <optional>

namespace rookery::messages {
namespace {

/// A sentinel keeps the collation key from trimming blanks that end the pattern.
std::string folded_pattern(std::string_view like) {
    auto folded = storage::text_key(std::string(like) + "x");
    if (!folded.empty()) folded.pop_back();
    return folded;
}

}  // namespace

void to_points(std::string_view text, std::u32string& out) {
    out.clear();
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        std::size_t size = 1;
        if (lead >= 0xF0) {
            size = 4;
        } else if (lead >= 0xE0) {
            size = 3;
        } else if (lead >= 0xC0) {
            size = 2;
        }
        char32_t point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
        for (std::size_t k = 1; k < size && i + k < text.size(); ++k) {
            point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
        }
        out += point;
        i += size;
    }
}

bool Pattern::Element::fits(char32_t c, std::uint64_t& steps) const {
    ++steps;
    if (kind == Kind::one) return c == point;
    if (kind == Kind::any_one) return true;
    steps += ranges.size();
    const bool inside = std::ranges::any_of(ranges, [&](const auto& range) {
        return range.first <= c && c <= range.second;
    });
    return inside == (kind == Kind::in_class);
}

/// Reads a class whose '[' stands at `i`; `i` moves behind its ']'. An open class matches nothing.
Pattern::Element Pattern::read_class(std::u32string_view pattern, std::size_t& i) {
    Element out;
    out.kind = Element::Kind::in_class;
    const auto end = pattern.find(U']', i + 1);
    if (end == std::u32string_view::npos) {
        i = pattern.size();
        return out;
    }
    ++i;
    if (i < end && pattern[i] == U'^') {
        out.kind = Element::Kind::not_in_class;
        ++i;
    }
    while (i < end) {
        const auto from = pattern[i];
        const bool range = i + 2 < end && pattern[i + 1] == U'-';
        out.ranges.emplace_back(from, range ? pattern[i + 2] : from);
        i += range ? 3 : 1;
    }
    i = end + 1;
    return out;
}

std::string literal_start(std::string_view like) {
    const auto key = folded_pattern(like);
    const auto start = std::string_view(key).substr(0, key.find_first_of("%_["));
    return std::string(start.substr(0, start.find_last_not_of(' ') + 1));
}

Pattern::Pattern(TextMatch kind, std::string_view like) {
    std::u32string pattern;
    to_points(folded_pattern(like), pattern);
    const Element run{Element::Kind::any_run};
    const bool starts = kind == TextMatch::startswith || kind == TextMatch::like;
    const bool ends = kind == TextMatch::endswith || kind == TextMatch::like;
    if (!starts) elements_.push_back(run);
    for (std::size_t i = 0; i < pattern.size();) {
        if (pattern[i] == U'[') {
            elements_.push_back(read_class(pattern, i));
            continue;
        }
        auto what = Element::Kind::one;
        if (pattern[i] == U'%') what = Element::Kind::any_run;
        if (pattern[i] == U'_') what = Element::Kind::any_one;
        elements_.push_back({what, pattern[i]});
        ++i;
    }
    if (!ends) elements_.push_back(run);
}

/// Goes back to the newest run only.
bool Pattern::matches(std::u32string_view text, std::uint64_t& steps) const {
    std::size_t p = 0;
    std::size_t t = 0;
    std::optional<std::size_t> run;
    std::size_t run_text = 0;
    while (t < text.size()) {
        if (p < elements_.size() && elements_[p].kind == Element::Kind::any_run) {
            ++steps;
            run = p++;
            run_text = t;
        } else if (p < elements_.size() && elements_[p].fits(text[t], steps)) {
            ++p;
            ++t;
        } else if (run) {
            p = *run + 1;
            t = ++run_text;
        } else {
            return false;
        }
    }
    while (p < elements_.size() && elements_[p].kind == Element::Kind::any_run) ++p;
    return p == elements_.size();
}

}  // namespace rookery::messages

#include "messages/filter.hpp"

#include "storage/text_key.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::messages {
namespace {

using storage::Value;

/// SQL's third truth value comes from comparing with null.
enum class Truth : std::uint8_t { no, unknown, yes };

Truth truth(bool value) {
    return value ? Truth::yes : Truth::no;
}

/// The value of `column` in `row`; `room` holds what the row knows without a cell.
const Value* value_of(const storage::Row& row, const schema::Column& column, Value& room) {
    if (column.may(schema::can::row_id)) {
        room = row.id;
        return &room;
    }
    if (column.type == schema::Type::bigint && column.name == "versionnumber") {
        room = static_cast<std::int64_t>(row.versionnumber);
        return &room;
    }
    return row.find(column.id);
}

bool absent(const Value* value) {
    return value == nullptr || storage::is_null(*value);
}

std::optional<Uuid> id_of(const Value& value) {
    if (const auto* id = std::get_if<Uuid>(&value)) return *id;
    if (const auto* ref = std::get_if<storage::RowRef>(&value)) return ref->id;
    return std::nullopt;
}

template <class T>
Truth ordered(Comparison op, const T& a, const T& b) {
    switch (op) {
        case Comparison::eq:
            return truth(a == b);
        case Comparison::ne:
            return truth(a != b);
        case Comparison::gt:
            return truth(a > b);
        case Comparison::ge:
            return truth(a >= b);
        case Comparison::lt:
            return truth(a < b);
        case Comparison::le:
            return truth(a <= b);
    }
    return Truth::unknown;
}

/// Precondition: neither is null. Values of different families do not compare.
Truth compare(Comparison op, const Value& a, const Value& b) {
    if (const auto* x = std::get_if<std::string>(&a), *y = std::get_if<std::string>(&b); x && y) {
        return ordered(op, storage::text_key(*x), storage::text_key(*y));
    }
    if (const auto* x = std::get_if<std::int64_t>(&a), *y = std::get_if<std::int64_t>(&b); x && y) {
        return ordered(op, *x, *y);
    }
    if (const auto* x = std::get_if<Instant>(&a), *y = std::get_if<Instant>(&b); x && y) {
        return ordered(op, *x, *y);
    }
    if (const auto* x = std::get_if<bool>(&a), *y = std::get_if<bool>(&b); x && y) {
        return ordered(op, *x, *y);
    }
    if (const auto x = id_of(a), y = id_of(b); x && y) return ordered(op, *x, *y);
    return Truth::unknown;
}

Truth evaluate(const Compare& node, const storage::Row& row) {
    Value left_room;
    Value right_room;
    const auto* left = value_of(row, *node.column, left_room);
    if (const auto* const* column = std::get_if<const schema::Column*>(&node.operand)) {
        const auto* right = value_of(row, **column, right_room);
        if (absent(left) || absent(right)) return Truth::unknown;
        return compare(node.op, *left, *right);
    }
    const auto& literal = std::get<Value>(node.operand);
    if (storage::is_null(literal)) {
        if (node.op == Comparison::eq) return truth(absent(left));
        if (node.op == Comparison::ne) return truth(!absent(left));
        return Truth::unknown;
    }
    if (absent(left)) return Truth::unknown;
    return compare(node.op, *left, literal);
}

// --- LIKE ---

/// Precondition: valid UTF-8.
std::u32string points(std::string_view text) {
    std::u32string out;
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
    return out;
}

/// What one place of a pattern stands for.
struct Element {
    enum class Kind : std::uint8_t { one, any_one, any_run, in_class, not_in_class };

    Kind kind = Kind::one;
    char32_t point = 0;
    std::vector<std::pair<char32_t, char32_t>> ranges;

    [[nodiscard]] bool fits(char32_t c) const {
        if (kind == Kind::one) return c == point;
        if (kind == Kind::any_one) return true;
        const bool inside = std::ranges::any_of(ranges, [&](const auto& range) {
            return range.first <= c && c <= range.second;
        });
        return inside == (kind == Kind::in_class);
    }
};

/// Reads a class whose '[' stands at `i`; `i` moves behind its ']'. An open class matches nothing.
Element read_class(const std::u32string& pattern, std::size_t& i) {
    Element out;
    out.kind = Element::Kind::in_class;
    const auto end = pattern.find(U']', i + 1);
    if (end == std::u32string::npos) {
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

std::vector<Element> compile(const Match& match) {
    // A sentinel keeps the comparison form from trimming blanks that end the pattern.
    auto folded = storage::text_key(match.pattern + "x");
    if (!folded.empty()) folded.pop_back();
    const auto pattern = points(folded);
    std::vector<Element> out;
    if (match.kind != TextMatch::startswith) out.push_back({Element::Kind::any_run, 0, {}});
    for (std::size_t i = 0; i < pattern.size();) {
        if (pattern[i] == U'[') {
            out.push_back(read_class(pattern, i));
            continue;
        }
        auto kind = Element::Kind::one;
        if (pattern[i] == U'%') kind = Element::Kind::any_run;
        if (pattern[i] == U'_') kind = Element::Kind::any_one;
        out.push_back({kind, pattern[i], {}});
        ++i;
    }
    if (match.kind != TextMatch::endswith) out.push_back({Element::Kind::any_run, 0, {}});
    return out;
}

/// Goes back to the newest run only: at most text × pattern steps, whatever the pattern.
bool matches(const std::vector<Element>& pattern, const std::u32string& text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::optional<std::size_t> run;
    std::size_t run_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p].kind == Element::Kind::any_run) {
            run = p++;
            run_text = t;
        } else if (p < pattern.size() && pattern[p].fits(text[t])) {
            ++p;
            ++t;
        } else if (run) {
            p = *run + 1;
            t = ++run_text;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p].kind == Element::Kind::any_run) ++p;
    return p == pattern.size();
}

Truth evaluate(const Match& node, const storage::Row& row) {
    const auto* value = row.find(node.column->id);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    if (text == nullptr) return Truth::unknown;
    return truth(matches(compile(node), points(storage::text_key(*text))));
}

Truth evaluate(const Filter& filter, const storage::Row& row);

Truth evaluate(const All& node, const storage::Row& row) {
    auto out = Truth::yes;
    for (const auto& term : node.terms) {
        out = std::min(out, evaluate(term, row));
        if (out == Truth::no) break;
    }
    return out;
}

Truth evaluate(const Any& node, const storage::Row& row) {
    auto out = Truth::no;
    for (const auto& term : node.terms) {
        out = std::max(out, evaluate(term, row));
        if (out == Truth::yes) break;
    }
    return out;
}

Truth evaluate(const Not& node, const storage::Row& row) {
    const auto inner = evaluate(*node.term, row);
    if (inner == Truth::unknown) return inner;
    return truth(inner == Truth::no);
}

Truth evaluate(const Filter& filter, const storage::Row& row) {
    return std::visit([&](const auto& node) { return evaluate(node, row); }, filter.node);
}

// --- shape ---

std::string_view word(Comparison op) {
    switch (op) {
        case Comparison::eq:
            return "eq";
        case Comparison::ne:
            return "ne";
        case Comparison::gt:
            return "gt";
        case Comparison::ge:
            return "ge";
        case Comparison::lt:
            return "lt";
        case Comparison::le:
            return "le";
    }
    return "?";
}

std::string_view word(TextMatch kind) {
    switch (kind) {
        case TextMatch::contains:
            return "contains";
        case TextMatch::startswith:
            return "startswith";
        case TextMatch::endswith:
            return "endswith";
    }
    return "?";
}

void write_shape(std::string& out, const Filter& filter);

void write_terms(std::string& out, const std::vector<Filter>& terms, std::string_view between) {
    out += '(';
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (i > 0) out += between;
        write_shape(out, terms[i]);
    }
    out += ')';
}

void write_shape(std::string& out, const Filter& filter) {
    if (const auto* compared = std::get_if<Compare>(&filter.node)) {
        out += compared->column->wire_name();
        out += ' ';
        out += word(compared->op);
        out += ' ';
        if (const auto* const* column = std::get_if<const schema::Column*>(&compared->operand)) {
            out += (*column)->wire_name();
        } else {
            out += storage::is_null(std::get<Value>(compared->operand)) ? "null" : "?";
        }
    } else if (const auto* match = std::get_if<Match>(&filter.node)) {
        out += word(match->kind);
        out += '(';
        out += match->column->wire_name();
        out += ",?)";
    } else if (const auto* all = std::get_if<All>(&filter.node)) {
        write_terms(out, all->terms, " and ");
    } else if (const auto* any = std::get_if<Any>(&filter.node)) {
        write_terms(out, any->terms, " or ");
    } else {
        out += "not ";
        write_shape(out, *std::get<Not>(filter.node).term);
    }
}

}  // namespace

bool admits(const Filter& filter, const storage::Row& row) {
    return evaluate(filter, row) == Truth::yes;
}

std::string shape(const Filter& filter) {
    std::string out;
    write_shape(out, filter);
    return out;
}

}  // namespace rookery::messages

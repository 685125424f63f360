#include "query/compiled_filter.hpp"

#include "pipeline/work_budget.hpp"
#include "query/pattern.hpp"
#include "storage/text_key.hpp"
#include "storage/value_codec.hpp"

#include <algorithm>
#include <bit>
#include <concepts>
#include <deque>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rookery::messages {
namespace {

using schema::Column;
using storage::Row;
using storage::Value;

Truth truth(bool value) { return value ? Truth::yes : Truth::no; }

bool absent(const Value* value) { return value == nullptr || storage::is_null(*value); }

std::optional<Uuid> id_of(const Value& value) {
    if (const auto* id = std::get_if<Uuid>(&value)) return *id;
    if (const auto* ref = std::get_if<storage::RowRef>(&value)) return ref->id;
    return std::nullopt;
}

/// Of an id and of a lookup to it the same.
std::string bytes_that_sort(const Value& value) {
    std::string out;
    const auto id = id_of(value);
    static_cast<void>(storage::put_ordered(out, id ? Value{*id} : value));
    return out;
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

/// Neither is null, and they are not both texts. Values of different shapes do not compare, but ids do
/// with lookups.
Truth compare(Comparison op, const Value& a, const Value& b) {
    if (const auto x = id_of(a), y = id_of(b); x && y) return ordered(op, *x, *y);
    if (a.index() != b.index()) return Truth::unknown;
    return std::visit(
        [&](const auto& left) {
            using T = std::decay_t<decltype(left)>;
            if constexpr (std::totally_ordered<T>) {
                return ordered(op, left, std::get<T>(b));
            } else {
                return Truth::unknown;
            }
        },
        a
    );
}

/// One text column of the row that is being judged.
struct Text {
    const Column* column = nullptr;
    bool known = false;  // the rest is this row's
    bool there = false;
    bool cut = false;        // `points` are there
    std::size_t blanks = 0;  // that ended it, and are not in its key
    std::string key = {};
    std::u32string points = {};
};

struct Test;

/// A column against null, a literal that is no text, or another column.
struct Plain {
    const Compare* compare = nullptr;
    Text* left = nullptr;  // both for two columns alone, which may be texts
    Text* right = nullptr;
};

struct TextCompare {
    Text* text = nullptr;
    Comparison op = Comparison::eq;
    const std::string* literal = nullptr;
};

struct Like {
    Text* text = nullptr;
    const Pattern* pattern = nullptr;
};

/// A value against a set: its bytes that sort are looked up among theirs.
struct Among {
    const Column* column = nullptr;
    Text* text = nullptr;  // of a text column
    std::vector<std::string> keys;
};

struct Many {
    Truth from = Truth::yes;  // of no terms: yes for `and`, no for `or`
    std::vector<Test> terms;
};

struct Negated {
    std::unique_ptr<Test> term;
};

/// What another row is like.
struct Elsewhere {
    const Related* asked = nullptr;
};

struct Test {
    std::variant<Plain, TextCompare, Like, Among, Many, Negated, Elsewhere> node;
};

}  // namespace

class CompiledFilter::Impl {
 public:
    Impl(const Filter& filter, RelatedRows* related) : related_(related), test_(ready(filter)) {}

    Result<Truth> judge(const Row* row) {
        row_ = row;
        for (auto& text : texts_) text.known = false;
        const auto out = judge(test_);
        if (failed_) return fail(*std::exchange(failed_, std::nullopt));
        return out;
    }

    std::uint64_t take_cost() { return std::exchange(cost_, 0); }

 private:
    // --- once ---

    Test ready(const Filter& filter) {
        return std::visit([&](const auto& node) { return ready(node); }, filter.node);
    }

    Test ready(const Compare& node) {
        if (const auto* const* column = std::get_if<const Column*>(&node.operand)) {
            return {Plain{&node, text_of(node.column), text_of(*column)}};
        }
        const auto* literal = std::get_if<std::string>(&std::get<Value>(node.operand));
        if (literal == nullptr) return {Plain{&node}};
        auto [found, fresh] = literals_.try_emplace(*literal);
        if (fresh) {
            cost_ += text_cost(*literal);
            found->second = storage::text_key(*literal);
        }
        return {TextCompare{text_of(node.column), node.op, &found->second}};
    }

    Test ready(const Match& node) {
        // One for all equal ones: a parameter alias may stand for a long pattern many times.
        auto found = patterns_.find({node.kind, node.pattern});
        if (found == patterns_.end()) {
            cost_ += text_cost(node.pattern);
            found =
                patterns_.try_emplace({node.kind, node.pattern}, Pattern(node.kind, node.pattern))
                    .first;
        }
        return {Like{text_of(node.column), &found->second}};
    }

    Test ready(const OneOf& node) {
        const bool text = node.column->shape() == schema::Shape::text;
        Among out{node.column, text ? text_of(node.column) : nullptr, {}};
        out.keys.reserve(node.values.size());
        for (const auto& value : node.values) {
            if (const auto* literal = std::get_if<std::string>(&value)) {
                cost_ += text_cost(*literal);
                out.keys.push_back(storage::text_key(*literal));
            } else {
                out.keys.push_back(bytes_that_sort(value));
            }
            cost_ += cost::sorted;
        }
        std::ranges::sort(out.keys);
        return {std::move(out)};
    }

    Test ready(const Condition&) {
        throw std::logic_error("filter: a condition that was not resolved");
    }

    Test ready(const Related& node) {
        if (related_ == nullptr) throw std::logic_error("filter: nobody knows the related rows");
        return {Elsewhere{&node}};
    }

    Test ready(const All& node) { return ready(node.terms, Truth::yes); }

    Test ready(const Any& node) { return ready(node.terms, Truth::no); }

    Test ready(const Not& node) { return {Negated{std::make_unique<Test>(ready(*node.term))}}; }

    Test ready(const std::vector<Filter>& terms, Truth from) {
        Many out{from, {}};
        out.terms.reserve(terms.size());
        for (const auto& term : terms) out.terms.push_back(ready(term));
        return {std::move(out)};
    }

    Text* text_of(const Column* column) {
        const auto found = std::ranges::find(texts_, column, &Text::column);
        return found != texts_.end() ? &*found : &texts_.emplace_back(Text{column});
    }

    // --- for each row ---

    Truth judge(const Test& test) {
        cost_ += cost::term;
        return std::visit([&](const auto& node) { return judge(node); }, test.node);
    }

    Truth judge(const Plain& node) {
        const auto& compared = *node.compare;
        Value left_room;
        Value right_room;
        const auto* left = value_of(row_, *compared.column, left_room);
        if (node.right != nullptr) {
            const auto* right = value_of(row_, *node.right->column, right_room);
            if (absent(left) || absent(right)) return Truth::unknown;
            const auto* a = key(*node.left);
            const auto* b = key(*node.right);
            if (a != nullptr && b != nullptr) return compare_texts(compared.op, *a, *b);
            return compare(compared.op, *left, *right);
        }
        const auto& literal = std::get<Value>(compared.operand);
        if (storage::is_null(literal)) {
            if (compared.op == Comparison::eq) return truth(absent(left));
            if (compared.op == Comparison::ne) return truth(!absent(left));
            return Truth::unknown;
        }
        if (absent(left)) return Truth::unknown;
        return compare(compared.op, *left, literal);
    }

    Truth judge(const TextCompare& node) {
        const auto* text = key(*node.text);
        if (text == nullptr) return Truth::unknown;
        return compare_texts(node.op, *text, *node.literal);
    }

    Truth judge(const Like& node) {
        auto* text = points(*node.text);
        if (text == nullptr) return Truth::unknown;
        std::uint64_t steps = 0;
        bool fits = node.pattern->matches(*text, steps);
        if (const auto blanks = node.text->blanks; blanks > 0 && !fits) {
            const auto size = text->size();
            text->append(blanks, U' ');
            steps += blanks;
            fits = node.pattern->matches(*text, steps);
            text->resize(size);
        }
        cost_ += steps * cost::step;
        return truth(fits);
    }

    Truth judge(const Among& node) {
        cost_ += static_cast<std::uint64_t>(std::bit_width(node.keys.size()));
        if (node.text != nullptr) {
            const auto* text = key(*node.text);
            return text == nullptr ? Truth::unknown : among(node, *text);
        }
        Value room;
        const auto* value = value_of(row_, *node.column, room);
        return absent(value) ? Truth::unknown : among(node, bytes_that_sort(*value));
    }

    static Truth among(const Among& node, const std::string& key) {
        return truth(std::ranges::binary_search(node.keys, key));
    }

    Truth judge(const Many& node) {
        // The first that decides ends it: no for `and`, yes for `or`.
        const auto decided = node.from == Truth::yes ? Truth::no : Truth::yes;
        auto out = node.from;
        for (const auto& term : node.terms) {
            const auto one = judge(term);
            if (one == decided) return decided;
            if (one == Truth::unknown) out = Truth::unknown;
        }
        return out;
    }

    Truth judge(const Negated& node) {
        const auto inner = judge(*node.term);
        if (inner == Truth::unknown) return inner;
        return truth(inner == Truth::no);
    }

    Truth judge(const Elsewhere& node) {
        if (failed_) return Truth::unknown;
        auto out = related_->judge(*node.asked, row_);
        if (out) return *out;
        failed_ = std::move(out).error();
        return Truth::unknown;
    }

    Truth compare_texts(Comparison op, const std::string& a, const std::string& b) {
        cost_ += std::min(a.size(), b.size()) / 8;
        return ordered(op, a, b);
    }

    /// Null when the row has no text there.
    const std::string* key(Text& text) {
        if (!text.known) {
            const auto* value = row_ == nullptr ? nullptr : row_->find(text.column->id);
            const auto* held = value == nullptr ? nullptr : std::get_if<std::string>(value);
            text.known = true;
            text.there = held != nullptr;
            text.cut = false;
            if (held != nullptr) {
                cost_ += text_cost(*held);
                text.key = storage::text_key(*held);
                text.blanks = held->size() - (held->find_last_not_of(' ') + 1);
            }
        }
        return text.there ? &text.key : nullptr;
    }

    std::u32string* points(Text& text) {
        const auto* form = key(text);
        if (form == nullptr) return nullptr;
        if (!std::exchange(text.cut, true)) {
            cost_ += form->size() * cost::step;
            to_points(*form, text.points);
        }
        return &text.points;
    }

    // Tests refer to what is in these: their elements stay where they are.
    std::deque<Text> texts_;
    std::map<std::string, std::string> literals_;
    std::map<std::pair<TextMatch, std::string>, Pattern> patterns_;
    std::uint64_t cost_ = 0;
    RelatedRows* const related_;
    std::optional<Error> failed_;  // and what is judged of this row is void
    const Test test_;
    const Row* row_ = nullptr;
};

CompiledFilter::CompiledFilter(const Filter& filter, RelatedRows* related)
    : impl_(std::make_unique<Impl>(filter, related)) {}

CompiledFilter::~CompiledFilter() = default;

Result<Truth> CompiledFilter::judge(const Row* row) { return impl_->judge(row); }

std::uint64_t CompiledFilter::take_cost() { return impl_->take_cost(); }

const Value* value_of(const Row* row, const Column& column, Value& room) {
    if (row == nullptr) return nullptr;
    if (column.may(schema::can::row_id)) {
        room = row->id;
        return &room;
    }
    if (column.type == schema::Type::bigint && column.name == "versionnumber") {
        room = static_cast<std::int64_t>(row->versionnumber);
        return &room;
    }
    return row->find(column.id);
}

std::uint64_t text_cost(std::string_view text) {
    const bool wide =
        std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    return cost::text + text.size() * (wide ? cost::wide_byte : cost::text_byte);
}

}  // namespace rookery::messages

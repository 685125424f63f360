#include "query/aggregator.hpp"

#include "pipeline/work_budget.hpp"
#include "query/compiled_filter.hpp"
#include "query/date_part.hpp"
#include "storage/value_codec.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

namespace rookery::messages {
namespace {

using storage::Row;
using storage::Value;

// An extension that -Wpedantic names; both compilers have it on this platform. The sum of as many 64-bit numbers as there
// are rows always fits.
__extension__ using Sum = __int128;

/// Of one entry of a set or a map, besides what it holds.
constexpr std::size_t node_bytes = 64;

/// 0 for null, else 1 and bytes that sort as the values do.
void put_key(std::string& out, const Value* value) {
    const bool null = value == nullptr || storage::is_null(*value);
    out.push_back(null ? '\0' : '\1');
    if (!null) static_cast<void>(storage::put_ordered(out, *value));
}

std::uint64_t cost_of_key(const Value* value) {
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return text == nullptr ? cost::term : text_cost(*text);
}

/// Beside the value itself.
std::size_t text_bytes(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? 0 : text->size();
}

/// Null when its row has none.
const Value* key_in(Aggregator::Rows rows, const GroupKey& key, Value& room) {
    const auto* value = messages::value_of(rows[key.row], *key.column, room);
    if (value == nullptr || key.part == DatePart::none) return value;
    room = date_part(key.part, std::get<Instant>(*value));
    return &room;
}

/// A number of tokens tells of them as well as one of them does.
void require_open(const schema::Column* column) {
    const auto closed = [](schema::Shape shape) {
        return shape == schema::Shape::sealed || shape == schema::Shape::digest;
    };
    if (column != nullptr && closed(column->shape())) {
        throw std::logic_error("aggregation: of a token or a digest");
    }
}

bool is_less(const Value& a, const Value& b) {
    if (const auto* time = std::get_if<Instant>(&a)) return *time < std::get<Instant>(b);
    return std::get<std::int64_t>(a) < std::get<std::int64_t>(b);
}

}  // namespace

/// What is known so far of one aggregate of one group.
struct Aggregator::Computed {
    std::uint64_t values = 0;  // that were no null; of `count` the rows
    Sum sum = 0;
    std::optional<Value> most = {};  // or the least
    std::set<std::string> unlike = {};
};

struct Aggregator::Kept {
    Group keys;
    std::vector<Computed> computed;
};

Aggregator::Aggregator(const Aggregation& asked, std::size_t bytes_max)
    : asked_(asked), bytes_max_(bytes_max) {
    for (const auto& key : asked_.keys) require_open(key.column);
    for (const auto& one : asked_.aggregates) require_open(one.column);
    if (!asked_.keys.empty()) return;
    auto& all = *kept_.emplace(std::string{}, std::make_unique<Kept>()).first->second;
    all.computed.resize(asked_.aggregates.size());
}

Aggregator::~Aggregator() = default;

std::uint64_t Aggregator::take_cost() { return std::exchange(cost_, 0); }

bool Aggregator::add(const Row& row) {
    const Row* const only[] = {&row};
    return add(only);
}

bool Aggregator::add(Rows rows) {
    if (rows_ == asked_.rows_max) too_many_rows_ = true;
    if (too_many_rows_ || bytes_ > bytes_max_) return false;
    ++rows_;
    auto& group = group_of(rows);
    for (std::size_t i = 0; i < asked_.aggregates.size(); ++i) {
        compute(group.computed[i], asked_.aggregates[i], rows);
    }
    return bytes_ <= bytes_max_;
}

Aggregator::Kept& Aggregator::group_of(Rows rows) {
    if (asked_.keys.empty()) return *kept_.begin()->second;
    Value room;
    std::string bytes;
    for (const auto& key : asked_.keys) {
        const auto* value = key_in(rows, key, room);
        cost_ += cost_of_key(value);
        put_key(bytes, value);
    }
    cost_ += cost::sorted;
    auto& kept = kept_[bytes];
    const bool fresh = kept == nullptr;
    if (fresh) {
        kept = std::make_unique<Kept>();
        kept->keys.resize(asked_.keys.size());
        kept->computed.resize(asked_.aggregates.size());
        // Its group, when it is made, has a value for each aggregate.
        bytes_ += node_bytes + bytes.size() + sizeof(Kept) + asked_.keys.size() * sizeof(Value) +
                  asked_.aggregates.size() * (sizeof(Computed) + sizeof(Value));
    }
    for (std::size_t i = 0; i < asked_.keys.size(); ++i) {
        const auto* value = key_in(rows, asked_.keys[i], room);
        if (value == nullptr) continue;
        auto& held = kept->keys[i];
        if (fresh) {
            bytes_ += text_bytes(*value);
            held = *value;
            continue;
        }
        // Of texts that compare alike the first by its bytes, whichever row comes first.
        const auto* text = std::get_if<std::string>(value);
        if (text != nullptr && *text < std::get<std::string>(held)) held = *text;
    }
    return *kept;
}

void Aggregator::compute(Computed& into, const Aggregate& asked, Rows rows) {
    cost_ += cost::term;
    if (asked.column == nullptr) {
        ++into.values;
        return;
    }
    Value room;
    const auto* value = messages::value_of(rows[asked.row], *asked.column, room);
    if (value == nullptr || storage::is_null(*value)) return;
    ++into.values;
    switch (asked.function) {
        case AggregateFunction::count:
        case AggregateFunction::count_column:
            return;
        case AggregateFunction::count_distinct: {
            std::string key;
            put_key(key, value);
            cost_ += cost_of_key(value) + cost::sorted;
            const auto size = key.size();
            if (into.unlike.insert(std::move(key)).second) bytes_ += node_bytes + size;
            return;
        }
        case AggregateFunction::sum:
        case AggregateFunction::average:
            into.sum += std::get<std::int64_t>(*value);
            return;
        case AggregateFunction::min:
            if (!into.most || is_less(*value, *into.most)) into.most = *value;
            return;
        case AggregateFunction::max:
            if (!into.most || is_less(*into.most, *value)) into.most = *value;
            return;
    }
}

Result<Value> Aggregator::value_of(const Computed& computed, const Aggregate& asked) const {
    switch (asked.function) {
        case AggregateFunction::count:
        case AggregateFunction::count_column:
            return Value{static_cast<std::int64_t>(computed.values)};
        case AggregateFunction::count_distinct:
            return Value{static_cast<std::int64_t>(computed.unlike.size())};
        case AggregateFunction::min:
        case AggregateFunction::max:
            return computed.most ? *computed.most : Value{};
        case AggregateFunction::sum:
        case AggregateFunction::average:
            break;
    }
    if (computed.values == 0) return Value{};
    auto sum = computed.sum;
    if (asked.function == AggregateFunction::average) sum /= static_cast<Sum>(computed.values);
    if (sum < std::numeric_limits<std::int64_t>::min() ||
        sum > std::numeric_limits<std::int64_t>::max()) {
        return fail(
            Errc::out_of_range,
            "The sum of '" + std::string{asked.column->wire_name()} +
                "' is outside the range of 64-bit numbers."
        );
    }
    return Value{static_cast<std::int64_t>(sum)};
}

Result<Group> Aggregator::group_from(Kept& kept) const {
    auto out = std::move(kept.keys);
    for (std::size_t i = 0; i < asked_.aggregates.size(); ++i) {
        ROOKERY_TRY(auto value, value_of(kept.computed[i], asked_.aggregates[i]));
        out.push_back(std::move(value));
    }
    return out;
}

std::string Aggregator::order_of(const Group& group) const {
    std::string out;
    for (const auto& by : asked_.order) {
        const auto from = out.size();
        put_key(out, &group[by.term]);
        if (!by.descending) continue;
        for (auto i = from; i < out.size(); ++i) out[i] = static_cast<char>(~out[i]);
    }
    return out;
}

Result<void> Aggregator::check() const {
    if (too_many_rows_) {
        return fail(
            Errc::aggregate_limit,
            "AggregateQueryRecordLimit exceeded: the aggregation is of more than " +
                std::to_string(asked_.rows_max) + " rows. Reduce them with a filter."
        );
    }
    if (bytes_ > bytes_max_) {
        return fail(
            Errc::too_expensive,
            "The aggregation has more groups and unlike values than a request may keep."
        );
    }
    return {};
}

Result<std::vector<Group>> Aggregator::groups() {
    ROOKERY_CHECK(check());
    std::vector<std::pair<std::string, Group>> ordered;
    ordered.reserve(kept_.size());
    for (auto& [key, kept] : kept_) {
        ROOKERY_TRY(auto group, group_from(*kept));
        kept.reset();
        cost_ += cost::sorted;
        ordered.emplace_back(order_of(group), std::move(group));
    }
    std::ranges::stable_sort(ordered, {}, &std::pair<std::string, Group>::first);
    std::vector<Group> out;
    out.reserve(ordered.size());
    for (auto& one : ordered) out.push_back(std::move(one.second));
    return out;
}

}  // namespace rookery::messages

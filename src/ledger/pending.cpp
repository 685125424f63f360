#include "ledger/pending.hpp"

#include <algorithm>
#include <iterator>

namespace rookery::ledger {
namespace {

template <class T>
void add_all(std::vector<T>& to, std::vector<T>&& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

std::optional<Instant> sooner_of(std::optional<Instant> a, std::optional<Instant> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

std::function<bool(const Projection&)> both_hold(
    std::function<bool(const Projection&)> first, std::function<bool(const Projection&)> second
) {
    if (!first || !second) return first ? std::move(first) : std::move(second);
    return [first = std::move(first), second = std::move(second)](const Projection& projection) {
        return first(projection) && second(projection);
    };
}

}  // namespace

void add_looks(Plan& plan, Plan&& other) {
    for (const auto at : other.looks) plan.looks.push_back(plan.events.size() + at);
    add_all(plan.events, std::move(other.events));
    add_all(plan.guards.keys, std::move(other.guards.keys));
    add_all(plan.guards.ranges, std::move(other.guards.ranges));
    plan.relies_on_access = plan.relies_on_access || other.relies_on_access;
    plan.valid_until = sooner_of(plan.valid_until, other.valid_until);
    plan.still_holds = both_hold(std::move(plan.still_holds), std::move(other.still_holds));
}

std::vector<Receipt> Receipt::parts() && {
    std::vector<Receipt> out;
    auto* const set = dynamic_cast<ReplySet*>(reply_.get());
    if (set == nullptr) {
        out.push_back(std::move(*this));
        return out;
    }
    out.reserve(set->parts.size());
    for (auto& part : set->parts) {
        out.push_back(Receipt(
            log_index_ + part.first_event,
            first_versionnumber_ + part.first_write,
            std::move(part.reply)
        ));
    }
    return out;
}

}  // namespace rookery::ledger

#include "query/resolve.hpp"

#include "query/time_edge.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace rookery::messages {
namespace {

using storage::Value;

/// From the unit above `unit` up to the root, nearest first. Nothing for a unit that does not hang on it.
std::vector<Uuid> units_above(const access::Facts& facts, const Uuid& unit) {
    std::vector<Uuid> out;
    const auto range = facts.units().range(unit);
    if (range.first == range.end) return out;
    const auto* row = facts.business_unit(unit);
    while (row != nullptr && !row->parent.is_nil()) {
        out.push_back(row->parent);
        row = facts.business_unit(row->parent);
    }
    return out;
}

std::vector<Uuid> units_under(const access::Facts& facts, const Uuid& unit) {
    auto out = facts.units().below(unit);
    std::erase(out, unit);
    return out;
}

class Resolver {
 public:
    explicit Resolver(const Circumstances& circumstances) : at_(circumstances) {}

    Filter operator()(const Compare& node) const { return {node}; }

    Filter operator()(const Match& node) const { return {node}; }

    Filter operator()(const OneOf& node) const { return {node}; }

    Filter operator()(const All& node) const { return {All{terms(node.terms)}}; }

    Filter operator()(const Any& node) const { return {Any{terms(node.terms)}}; }

    Filter operator()(const Not& node) const { return negated(std::visit(*this, node.term->node)); }

    Filter operator()(const Related& node) const {
        auto out = node;
        if (node.filter != nullptr) {
            out.filter = std::make_shared<const Filter>(std::visit(*this, node.filter->node));
        }
        return {std::move(out)};
    }

    Filter operator()(const Condition& node) const {
        auto out = positive(node);
        return node.op->negated ? negated(std::move(out)) : std::move(out);
    }

 private:
    static Filter negated(Filter term) {
        Not out;
        out.term = std::make_unique<Filter>(std::move(term));
        return {std::move(out)};
    }

    [[nodiscard]] std::vector<Filter> terms(const std::vector<Filter>& from) const {
        std::vector<Filter> out;
        out.reserve(from.size());
        for (const auto& term : from) out.push_back(std::visit(*this, term.node));
        return out;
    }

    [[nodiscard]] Filter positive(const Condition& node) const {
        if (node.op->members != Members::none) return {OneOf{node.column, members(node)}};
        if (node.op->operands != Operands::two) return span(node);
        return between(
            {Compare{node.column, Comparison::ge, node.values.at(0)}},
            {Compare{node.column, Comparison::le, node.values.at(1)}}
        );
    }

    static Filter between(Filter first, Filter second) {
        All out;
        out.terms.push_back(std::move(first));
        out.terms.push_back(std::move(second));
        return {std::move(out)};
    }

    [[nodiscard]] Filter span(const Condition& node) const {
        const auto* operand = node.values.empty() ? nullptr : &node.values.front();
        const auto first = time_of(node.op->span.first, at_.now, operand);
        const auto end = time_of(node.op->span.end, at_.now, operand);
        const auto from = [&] { return Filter{Compare{node.column, Comparison::ge, *first}}; };
        const auto to = [&] { return Filter{Compare{node.column, Comparison::lt, *end}}; };
        if (!first) return to();
        return end ? between(from(), to()) : from();
    }

    [[nodiscard]] std::vector<Value> members(const Condition& node) const {
        switch (node.op->members) {
            case Members::none:
                break;
            case Members::listed:
                return node.values;
            case Members::caller:
                return {Value{at_.caller}};
            case Members::caller_teams:
                return ids(at_.facts.teams_of(at_.caller));
            case Members::caller_and_teams:
                return ids(at_.facts.teams_of(at_.caller), at_.caller);
            case Members::caller_unit: {
                const auto* user = at_.facts.user(at_.caller);
                return user == nullptr ? std::vector<Value>{} : ids({user->business_unit});
            }
            case Members::caller_language:
                return {Value{caller_language}};
            case Members::above:
                return ids(units_above(at_.facts, unit(node)));
            case Members::above_or_equal:
                return ids(units_above(at_.facts, unit(node)), unit(node));
            case Members::under:
                return ids(units_under(at_.facts, unit(node)));
            case Members::under_or_equal:
                return ids(units_under(at_.facts, unit(node)), unit(node));
        }
        throw std::logic_error("resolve: not a set");
    }

    static const Uuid& unit(const Condition& node) { return std::get<Uuid>(node.values.at(0)); }

    static std::vector<Value> ids(const std::vector<Uuid>& from) {
        return {from.begin(), from.end()};
    }

    static std::vector<Value> ids(const std::vector<Uuid>& from, const Uuid& and_this) {
        auto out = ids(from);
        out.emplace_back(and_this);
        return out;
    }

    const Circumstances& at_;
};

}  // namespace

Filter resolve(const Filter& filter, const Circumstances& circumstances) {
    return std::visit(Resolver(circumstances), filter.node);
}

}  // namespace rookery::messages

#include "query/joins.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace rookery::messages {
namespace {

class Counter {
 public:
    void look_at(const Filter& filter, const std::string& path) {
        if (const auto* node = std::get_if<Related>(&filter.node)) return related(*node, path);
        if (const auto* node = std::get_if<Not>(&filter.node)) return look_at(*node->term, path);
        if (const auto* node = std::get_if<All>(&filter.node)) return terms(node->terms, path);
        if (const auto* node = std::get_if<Any>(&filter.node)) return terms(node->terms, path);
        if (const auto* node = std::get_if<Condition>(&filter.node)) {
            const auto members = node->op->members;
            teams_ =
                teams_ || members == Members::caller_teams || members == Members::caller_and_teams;
        }
    }

    void look_at(const OrderBy& by) {
        std::string path;
        for (const auto& hop : by.through) path = step(hop, path, true);
    }

    [[nodiscard]] std::size_t count() const { return count_; }

    [[nodiscard]] bool many() const { return many_; }

    [[nodiscard]] bool teams() const { return teams_; }

    [[nodiscard]] const std::vector<const schema::Table*>& tables() const { return tables_; }

 private:
    void terms(const std::vector<Filter>& terms, const std::string& path) {
        for (const auto& term : terms) look_at(term, path);
    }

    void related(const Related& related, const std::string& path) {
        const bool shared = related.how == Quantifier::the_one;
        auto further = step(related.hop, path, shared);
        // Rows of its own, which nothing beside it speaks of.
        if (!shared) further += std::to_string(count_);
        if (related.filter != nullptr) look_at(*related.filter, further);
    }

    std::string step(const Hop& hop, const std::string& path, bool shared) {
        auto out = path + std::string(hop.name) + ' ' + std::string(hop.to->name) + '/';
        if (!shared || met_.insert(out).second) ++count_;
        many_ = many_ || hop.lookup == nullptr;
        if (std::ranges::find(tables_, hop.to) == tables_.end()) tables_.push_back(hop.to);
        return out;
    }

    std::set<std::string> met_;
    std::vector<const schema::Table*> tables_;
    std::size_t count_ = 0;
    bool many_ = false;
    bool teams_ = false;
};

Counter counted(const Filter* filter, const std::vector<OrderBy>& order) {
    Counter out;
    if (filter != nullptr) out.look_at(*filter, {});
    for (const auto& by : order) out.look_at(by);
    return out;
}

}  // namespace

std::size_t joins(const Filter* filter, const std::vector<OrderBy>& order) {
    return counted(filter, order).count();
}

std::vector<const schema::Table*> tables_joined(const Query& query) {
    return counted(query.filter ? &*query.filter : nullptr, query.order).tables();
}

bool asks_for_callers_teams(const Query& query) {
    return query.filter && counted(&*query.filter, {}).teams();
}

bool asks_for_many(const Query& query) {
    return query.filter && counted(&*query.filter, {}).many();
}

}  // namespace rookery::messages

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

    /// Rows of its own, as those of any.
    void look_at(const Join& join) {
        const auto path = step(join.hop, std::to_string(count_), false);
        if (join.filter) look_at(*join.filter, path);
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

Counter counted(const Query& query) {
    Counter out;
    if (query.filter) out.look_at(*query.filter, {});
    for (const auto& by : query.order) out.look_at(by);
    for (const auto& join : query.joins) out.look_at(join);
    return out;
}

}  // namespace

std::size_t joins(const Query& query) { return counted(query).count(); }

std::size_t joins(const Filter& filter) {
    Counter out;
    out.look_at(filter, {});
    return out.count();
}

std::vector<const schema::Table*> tables_joined(const Query& query) {
    return counted(query).tables();
}

bool asks_for_callers_teams(const Query& query) { return counted(query).teams(); }

bool asks_for_many(const Query& query) { return counted(query).many(); }

}  // namespace rookery::messages

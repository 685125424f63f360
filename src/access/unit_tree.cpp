#include "access/unit_tree.hpp"

#include <algorithm>

namespace rookery::access {

UnitTree::UnitTree(Rows<BusinessUnit> units) {
    nodes_.reserve(units.size());
    std::vector<std::pair<Uuid, std::size_t>> by_parent;
    by_parent.reserve(units.size());
    std::vector<bool> disabled;
    disabled.reserve(units.size());
    for (const auto& [id, unit] : units) {
        by_parent.emplace_back(unit.parent, nodes_.size());
        nodes_.push_back({id, {}, false});
        disabled.push_back(unit.disabled);
    }
    std::sort(by_parent.begin(), by_parent.end());

    // From the roots down, without recursion: the depth of the tree is up to whoever writes it.
    // Units in a loop are never reached and keep their empty range.
    struct Visit {
        std::size_t unit;
        bool above_active;
        bool leaving;
    };

    std::vector<Visit> stack;
    const auto push_children = [&](const Uuid& parent, bool active) {
        auto at =
            std::lower_bound(by_parent.begin(), by_parent.end(), std::pair{parent, std::size_t{0}});
        for (; at != by_parent.end() && at->first == parent; ++at) {
            stack.push_back({at->second, active, false});
        }
    };
    std::uint32_t next = 0;
    push_children(Uuid{}, true);
    while (!stack.empty()) {
        const auto visit = stack.back();
        stack.pop_back();
        auto& node = nodes_[visit.unit];
        if (visit.leaving) {
            node.range.end = next;
            continue;
        }
        node.range.first = next++;
        node.active = visit.above_active && !disabled[visit.unit];
        stack.push_back({visit.unit, visit.above_active, true});
        push_children(node.id, node.active);
    }
}

const UnitTree::Node* UnitTree::find(const Uuid& unit) const {
    const auto at = std::lower_bound(
        nodes_.begin(),
        nodes_.end(),
        unit,
        [](const Node& node, const Uuid& value) { return node.id < value; }
    );
    return at == nodes_.end() || at->id != unit ? nullptr : &*at;
}

UnitRange UnitTree::range(const Uuid& unit) const {
    const auto* node = find(unit);
    return node == nullptr ? UnitRange{} : node->range;
}

bool UnitTree::active(const Uuid& unit) const {
    const auto* node = find(unit);
    return node != nullptr && node->active;
}

std::vector<Uuid> UnitTree::below(const Uuid& root) const {
    std::vector<Uuid> out;
    const auto range_of_root = range(root);
    for (const auto& node : nodes_) {
        if (range_of_root.contains(node.range)) out.push_back(node.id);
    }
    return out;
}

}  // namespace rookery::access

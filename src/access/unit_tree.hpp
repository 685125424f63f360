// The tree of business units, numbered so that "is this unit below that one" is two comparisons.
// Immutable; part of Facts.
#pragma once

#include "access/fact_table.hpp"

#include <cstdint>
#include <vector>

namespace rookery::access {

/// Half-open range of numbers: a unit and everything below it. Empty: no unit.
struct UnitRange {
    std::uint32_t first = 0;
    std::uint32_t end = 0;

    [[nodiscard]] bool contains(const UnitRange& other) const {
        return other.first < other.end && first <= other.first && other.end <= end;
    }
};

class UnitTree {
 public:
    UnitTree() = default;
    explicit UnitTree(Rows<BusinessUnit> units);

    /// Empty for a unit that does not exist or does not hang on a root (a loop, a missing parent).
    [[nodiscard]] UnitRange range(const Uuid& unit) const;
    /// Exists, and neither it nor a unit above it is disabled.
    [[nodiscard]] bool active(const Uuid& unit) const;
    /// `root` and all units below it, in no particular order.
    [[nodiscard]] std::vector<Uuid> below(const Uuid& root) const;

 private:
    struct Node {
        Uuid id;
        UnitRange range;
        bool active = false;
    };

    [[nodiscard]] const Node* find(const Uuid& unit) const;

    std::vector<Node> nodes_;  // ascending by id
};

}  // namespace rookery::access

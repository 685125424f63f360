// What a failing history calls things: the name that a row had when it was last seen, with its
// kind. Also the order in which rows were first seen, so that a seed draws the same ones however
// random their ids are.
#pragma once

#include "messages/message.hpp"
#include "rights/oracle.hpp"
#include "rights/row_image.hpp"

#include <span>
#include <string>

namespace rookery::rights {

class Names {
 public:
    /// Rows that are new at the same time are in the order of their names.
    void learn(std::span<const RowChange> changes);

    /// "user amy"; the id itself for what was never seen.
    [[nodiscard]] std::string of(const Uuid& id) const;
    [[nodiscard]] std::string of(const messages::Target& target) const;
    [[nodiscard]] std::string of(const Means& means) const;
    [[nodiscard]] std::string of(const PrivilegeRight& right) const;
    [[nodiscard]] std::string of(const ColumnRight& right) const;
    [[nodiscard]] std::string of(const Cell& cell) const;
    [[nodiscard]] std::string of(const Grasp& grasp) const;

    /// Sorted by when they were first seen.
    [[nodiscard]] std::vector<Uuid> in_order(std::vector<Uuid> ids) const;

 private:
    struct Known {
        std::size_t order = 0;
        std::string name;
    };

    std::map<Uuid, Known> known_;
};

/// A request as a sentence.
[[nodiscard]] std::string describe(const messages::Message& message, const Names& names);

}  // namespace rookery::rights

// RoleBook: the depth of every privilege in every role. Immutable; a change gives a new book that
// shares the pages of all roles but the changed ones with the old.
#pragma once

#include "access/facts.hpp"
#include "access/reach.hpp"
#include "access/sorted_chunks.hpp"

#include <memory>
#include <span>

namespace rookery::access {

class RoleBook {
 public:
    /// Null for a role that gives nothing.
    [[nodiscard]] std::shared_ptr<const RoleDepths> depths(const Uuid& role) const;

    /// The book after `changes`, which led from rows `before` to rows `after`.
    [[nodiscard]] RoleBook with(
        std::span<const FactChange> changes, const Facts::RolePrivileges& before,
        const Facts::RolePrivileges& after
    ) const;

 private:
    using Pages = SortedChunks<Uuid, std::shared_ptr<const RoleDepths>>;

    Pages pages_;
};

}  // namespace rookery::access

// What SYSTEM does now and then in a history, so that the world stays worth attacking: users and
// units are enabled again, and roles, profiles and memberships given out anew.
#pragma once

#include "rights/random_rows.hpp"
#include "rights/scene.hpp"

namespace rookery::rights {

class Repairs {
 public:
    Repairs(const Scene& scene, const Trial& trial, Draws& draws, Ids& ids)
        : scene_(scene), trial_(trial), draws_(draws), rows_(trial, draws, ids) {}

    /// Nothing: there is none of the rows that it would need.
    [[nodiscard]] std::optional<messages::Message> next();

 private:
    using Made = std::optional<messages::Message>;

    Made enable_user();
    Made enable_unit();
    Made give_role();
    Made give_profile();
    Made join_team();
    Made fill_role();
    Made fill_profile();
    Made bring_token();
    Made hand_over();

    [[nodiscard]] const World& world() const { return trial_.world(); }

    const Scene& scene_;
    const Trial& trial_;
    Draws& draws_;
    RandomRows rows_;
};

}  // namespace rookery::rights

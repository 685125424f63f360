// A small organization of people who hold real power, each of another kind, made by SYSTEM:
//
//   Test (root) ─┬─ north ── coast        teams  social: north, owns records; press: south;
//                └─ south                        guests: an access team; desk: a security group
//
// Most of the ways to a token that a vault must refuse begin with somebody here.
#pragma once

#include "rights/draws.hpp"
#include "support/test_vault.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::rights {

/// The depth that somebody's privilege has, given the usual one: a history varies it.
using DepthOf = std::function<schema::Depth(schema::Depth usual)>;

class Scene {
 public:
    explicit Scene(const DepthOf& depth_of = [](schema::Depth usual) { return usual; });

    [[nodiscard]] test::TestVault& vault() { return vault_; }

    [[nodiscard]] Ids& ids() { return ids_; }

    /// Of a user, unit, team, role, profile or record by its name here. Precondition: there is one.
    [[nodiscard]] const Uuid& operator[](std::string_view name) const;

    /// A delta link of this user's that leads to every row of the table.
    [[nodiscard]] std::string delta_token(
        const schema::Table& table, const Uuid& user, const std::string& query_digest
    ) const;

    /// The roles and profiles that SYSTEM gives again when a history has taken them away.
    [[nodiscard]] const std::vector<Uuid>& roles() const { return roles_; }

    [[nodiscard]] const std::vector<Uuid>& profiles() const { return profiles_; }

    /// Tables and columns with sealed values.
    struct Sealed {
        std::string_view table;
        std::string_view column;
    };

    static constexpr Sealed sealed[] = {
        {"msdyn_octwitterhandlesecret", "msdyn_useraccesstoken"},
        {"msdyn_octwitterhandlesecret", "msdyn_useraccesstokensecret"},
        {"msdyn_octwitterapplication", "msdyn_securetwitterconsumerkey"},
        {"msdyn_octwitterapplication", "msdyn_securetwitterconsumersecret"},
    };

 private:
    void units();
    void teams();
    void roles(const DepthOf& depth_of);
    void profiles();
    void people();
    void records();
    template <class... Cells>
    Uuid make(std::string_view table, const std::string& name, Cells&&... cells);

    mutable test::TestVault vault_;  // for its keys and its clock
    Ids ids_;
    std::map<std::string, Uuid, std::less<>> named_;
    std::vector<Uuid> roles_;
    std::vector<Uuid> profiles_;
};

}  // namespace rookery::rights

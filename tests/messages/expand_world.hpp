// A random world in which everything belongs to anybody, and everybody may read something.
#pragma once

#include "messages/expand_scene.hpp"

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace rookery::test {

class Dice {
 public:
    explicit Dice(std::uint32_t seed) : engine_(seed) {}

    std::size_t below(std::size_t end) { return engine_() % end; }

    template <class T>
    const T& one_of(const std::vector<T>& of) {
        return of[below(of.size())];
    }

 private:
    std::mt19937 engine_;
};

struct World : ExpandScene {
    Dice dice;
    std::vector<Uuid> users, in_root, units, birds, records;

    explicit World(std::uint32_t seed) : dice(seed) {
        users = {agent, reader, writer, outsider, stranger};
        in_root = users;
        units = {vault.vault().root_business_unit()};
        for (const auto* name : {"North", "South"}) {
            units.push_back(vault.create(
                "businessunit",
                std::pair{"name", std::string(name)},
                std::pair{
                    "parentbusinessunitid", TestVault::target("businessunit", dice.one_of(units))}
            ));
        }
        for (std::size_t i = 0; i < 4; ++i) {
            users.push_back(vault.create(
                "systemuser",
                std::pair{"domainname", "user" + std::to_string(i)},
                std::pair{"lastname", "User " + std::to_string(i)},
                std::pair{"businessunitid", TestVault::target("businessunit", dice.one_of(units))}
            ));
        }
        give_roles();
        for (std::size_t i = 0; i < 8; ++i) {
            birds.push_back(create_handle("@bird" + std::to_string(i), owner()));
        }
        for (std::size_t i = 0; i < 24; ++i) records.push_back(random_record(i));
        permit("masked too", {dice.one_of(users), dice.one_of(users)}, 4, 0, 0);
    }

    /// Read on the tables, at depths that differ. A role is of the unit of who has it: the root.
    void give_roles() {
        const std::vector<schema::Depth> depths = {
            schema::Depth::basic, schema::Depth::local, schema::Depth::deep, schema::Depth::global};
        for (std::size_t i = 0; i < depths.size(); ++i) {
            const auto of_secrets = vault.role(
                "Secrets " + std::to_string(i), {"prvReadmsdyn_octwitterhandlesecret"}, depths[i]
            );
            const auto of_handles = vault.role(
                "Handles " + std::to_string(i), {"prvReadmsdyn_octwitterhandle"}, depths[i]
            );
            const auto of_people = vault.role(
                "People " + std::to_string(i), {"prvReadUser", "prvReadTeam"}, depths[i]
            );
            for (const auto& role : {of_secrets, of_handles, of_people}) {
                vault.associate("systemuserroles_association", dice.one_of(in_root), role);
            }
        }
    }

    messages::Target owner() {
        if (dice.below(3) == 0) return TestVault::target("team", team);
        return TestVault::target("systemuser", dice.one_of(users));
    }

    Uuid random_record(std::size_t i) {
        const auto id = vault.create(
            secrets,
            std::pair{"msdyn_name", "record " + std::to_string(i)},
            std::pair<std::string_view, SecretBytes>{
                token, SecretBytes::copy_of("token-" + std::to_string(i))},
            std::pair{"ownerid", owner()}
        );
        if (dice.below(4) != 0) lead(id, dice.one_of(birds));
        return id;
    }

    /// As the caller gets it who asks for it by itself.
    Result<messages::RowReply> alone(const access::Caller& caller, const storage::Row& row) {
        return vault.run<messages::RowReply>(caller, retrieve(row.table->name, row.id, {}));
    }
};

}  // namespace rookery::test

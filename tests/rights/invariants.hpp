// What must hold after every request, whoever sent it: the oracle's sets before and after are
// compared, and every difference that the caller could not give is a finding. Pure; no vault.
#pragma once

#include "rights/names.hpp"
#include "rights/oracle.hpp"
#include "rights/row_image.hpp"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace rookery::rights {

/// Everybody's sets, by Sight.
struct Standing {
    std::array<Reach, 2> reach;
    std::array<Rights, 2> rights;
};

struct State {
    World world;
    std::map<Uuid, Standing> users;  // without the vault's own: no rule speaks of what they gain
};

[[nodiscard]] State state_of(const World& world);

/// A request as far as rights are concerned.
struct Deed {
    Means caller;
    bool of_the_vault = false;  // SYSTEM: only administration may not end by it
    Instant now{};
    // Columns that it gives values for.
    std::set<std::pair<schema::TableId, schema::ColumnId>> brings;
    bool grant_event = false;  // its entries on the log say that plaintext was granted
};

struct Finding {
    std::string rule;  // without names: the same for every case of its kind
    std::string text;
};

[[nodiscard]] std::vector<Finding> judge(
    const State& before, const State& after, std::span<const RowChange> changes, const Deed& deed,
    const Names& names
);

/// The built-in users, whom nobody changes.
[[nodiscard]] bool of_the_vault(const Uuid& user);

/// A user of flesh who is enabled and holds it.
[[nodiscard]] bool somebody_administers(const State& state);
[[nodiscard]] bool somebody_grants(const State& state);

}  // namespace rookery::rights

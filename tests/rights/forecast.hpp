// What the oracle expects of a cell of the matrix: a message by one of its ways, on a table, by one of the ten callers.
// Nothing here asks the program.
#pragma once

#include "rights/forms.hpp"
#include "rights/invariants.hpp"
#include "rights/matrix_world.hpp"
#include "rights/ways.hpp"

#include <string>

namespace rookery::rights {

/// Who sends it, and at which row.
struct Aiming {
    const MatrixWorld& world;
    const schema::Table& table;
    Who who = Who::nobody;
    bool anothers = false;  // at a row that is nothing to him

    [[nodiscard]] const storage::Row& row() const { return row_of_table(table); }

    [[nodiscard]] const storage::Row& row_of_table(const schema::Table& of) const {
        return world.aim(of, who, anothers);
    }

    /// Of the table, and retained; an id of no row where none is.
    [[nodiscard]] Uuid retained() const { return world.retained(table, who); }

    /// In whose name.
    [[nodiscard]] Uuid user() const { return world.acts_for(who).value_or(world.user(who)); }
};

struct Forecast {
    Verdict verdict = Verdict::allowed;
    /// Errc::count_: a rule about rights would be broken, whichever.
    Errc code = Errc::count_;
    std::optional<Errc> logged = std::nullopt;  // what the log says, if it is something else
};

class Forecaster {
 public:
    explicit Forecaster(const MatrixWorld& world);

    [[nodiscard]] Forecast operator()(const Way& way, const Aiming& aim) const;

    /// Whether he reads the record's tokens in clear, by itself or in lists.
    [[nodiscard]] bool in_clear(const Aiming& aim, const Uuid& record, Clear clear) const;

    [[nodiscard]] const State& state() const { return state_; }

 private:
    struct Asked {
        const Check& check;
        const Aiming& aim;
    };

    [[nodiscard]] std::optional<Forecast> stopped(const Asked& asked) const;
    [[nodiscard]] std::optional<Forecast> stopped(const Asked& asked, const Uuid& person) const;
    [[nodiscard]] std::optional<Forecast> lacks(
        const Uuid& person, const schema::Privilege& privilege, const std::optional<Place>& place
    ) const;
    [[nodiscard]] bool reads_in_clear(const Uuid& user, const Uuid& record, Clear clear) const;
    [[nodiscard]] bool breaks_a_rule(const Asked& asked) const;

    const MatrixWorld& world_;
    State state_;
};

/// As a client sends it. The delta token of a way that has one is for who asks.
[[nodiscard]] http::Request request_of(const Way& way, const Aiming& aim);

}  // namespace rookery::rights

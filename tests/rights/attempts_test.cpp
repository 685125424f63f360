// Every message with each way that a right may hang on, column by column and row by row, by everybody with power: whatever comes of
// it, no rule about rights is broken. What a caller is answered is the matrix's (matrix_test.cpp).
#include "rights/attempts.hpp"

#include "messages/pipeline.hpp"
#include "rights/account.hpp"
#include "rights/stage.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace rookery::rights::attempts_test {
namespace {

/// Kinds of callers by who they are in the scene.
struct Kind {
    std::string_view words;
    std::string_view name;  // empty: nobody was proved
    bool has_rights = true;
    bool writes = true;
};

constexpr Kind kinds[] = {
    {"nobody", "", false, false},
    {"a stranger", "stranger", false, false},
    {"a reader", "reader", true, false},
    {"a team member", "agent"},
    {"an owner", "owner"},
    {"an assigner", "assigner"},
    {"a user manager", "manager"},
    {"a profiler", "profiler"},
    {"a clerk", "clerk"},
    {"a delegate", "delegate"},
    {"a security administrator", "security"},
    {"an administrator", "admin"},
};

/// What asks for no right, as long as somebody was proved.
bool for_everybody(const messages::Message& message) {
    return std::holds_alternative<messages::WhoAmI>(message) ||
           std::holds_alternative<messages::ServiceDocument>(message) ||
           std::holds_alternative<messages::RetrieveCurrentOrganization>(message) ||
           std::holds_alternative<messages::RetrieveMetadata>(message) ||  // the same for all
           std::holds_alternative<messages::RetrieveAccessOf>(message);    // of himself
}

class Attempts {
 public:
    void run(const schema::Table& table, const std::vector<Attempt>& attempts) {
        for (const auto& setting : settings_of(table)) {
            for (const auto& kind : kinds) {
                for (const auto& attempt : attempts) one(table, setting, kind, attempt);
                forget();
            }
        }
    }

    void check() {
        INFO(account_.counts());
        INFO(account_.broken());
        CHECK(account_.clean());
        CHECK(allowed_without_right_ == std::vector<std::string>{});
    }

 private:
    void one(
        const schema::Table& table, const Setting& setting, const Kind& kind, const Attempt& attempt
    ) {
        const auto caller = kind.name.empty() ? Uuid{} : stage_.scene()[kind.name];
        if (!row_) row_ = setting.make(stage_, table, caller);
        const Aim aim{stage_.scene(), caller, table, *row_, stage_.scene().ids().next()};
        const auto message = attempt.make(aim);
        const auto words = std::string(kind.words) + " and " + setting.words + ": " + attempt.words;
        const auto where = [&] { return words; };

        auto& trial = stage_.trial();
        const auto outcome = trial.run({caller, {}}, message);
        const auto name = messages::facts_of(message).name;
        account_.request(name, !outcome.refused);
        account_.broken(outcome.findings, name, where);
        const bool allowed = !outcome.refused && !for_everybody(message);
        if ((allowed && !kind.has_rights) || (outcome.changed && !kind.writes)) {
            allowed_without_right_.push_back(words);
        }
        if (!outcome.changed) return;
        for (const auto& user : {caller, stage_.scene()["agent"], stage_.scene()["reader"]}) {
            account_.broken(trial.reveal({user, {}}, *row_), name, where);
        }
        forget();
    }

    void forget() {
        stage_.clear();
        row_.reset();
    }

    Stage stage_;
    std::optional<Uuid> row_;  // that attempts are aimed at, until one changes something
    Account account_;
    std::vector<std::string> allowed_without_right_;
};

bool of_records(const schema::Table& table) { return table.ownership == schema::Ownership::user; }

}  // namespace

TEST_CASE("whatever is tried on records by whomever, no rule about rights is broken", "[rights]") {
    Attempts all;
    for (const auto* table : schema::tables()) {
        if (of_records(*table)) all.run(*table, attempts_on(*table));
    }
    all.check();
}

TEST_CASE(
    "whatever is tried on access facts by whomever, no rule about rights is broken", "[rights]"
) {
    Attempts all;
    for (const auto* table : schema::tables()) {
        if (!of_records(*table) && table->writable) all.run(*table, attempts_on(*table));
    }
    all.check();
}

TEST_CASE(
    "whatever is tried on tables that no message writes, no rule about rights is broken", "[rights]"
) {
    Attempts all;
    for (const auto* table : schema::tables()) {
        if (!of_records(*table) && !table->writable) all.run(*table, attempts_on(*table));
    }
    all.run(schema::known::msdyn_octwitterhandlesecret, attempts_without_a_table());
    all.check();
}

TEST_CASE("every message that there is is attempted", "[rights]") {
    const Scene scene;
    // Nobody asks for anything by what could not be understood.
    std::set<std::size_t> tried = {messages::Message(messages::Rejected{}).index()};
    const auto add = [&](const schema::Table& table, const std::vector<Attempt>& attempts) {
        for (const auto& attempt : attempts) {
            const Aim aim{scene, scene["admin"], table, scene["first"], scene["first"]};
            tried.insert(attempt.make(aim).index());
        }
    };
    for (const auto* table : schema::tables()) add(*table, attempts_on(*table));
    add(schema::known::msdyn_octwitterhandlesecret, attempts_without_a_table());
    CHECK(tried.size() == std::variant_size_v<messages::MessageVariant>);
}

}  // namespace rookery::rights::attempts_test

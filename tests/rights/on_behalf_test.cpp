// Every message on every table by somebody who acts for somebody else: what is done is done only if each could do it
// alone, and what comes of it breaks no rule, whichever of the two it is held against.
#include "messages/pipeline.hpp"
#include "rights/account.hpp"
#include "rights/attempts.hpp"
#include "rights/stage.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

namespace rookery::rights::on_behalf_test {
namespace {

/// Who sends, and for whom; by who they are in the scene.
struct Two {
    std::string_view sender;
    std::string_view user;
};

constexpr Two pairs[] = {
    {"admin", "agent"},
    {"admin", "owner"},
    {"admin", "security"},
    {"agent", "admin"},
    {"security", "admin"},
    {"owner", "assigner"},
    {"assigner", "owner"},
    {"reader", "agent"},
    {"clerk", "security"},
};

class Behalf {
 public:
    void run(const schema::Table& table, const std::vector<Attempt>& attempts) {
        // One setting of each table: the matrix has them all, and here every attempt is planned three times more.
        const auto setting = settings_of(table).front();
        for (const auto& two : pairs) {
            for (const auto& attempt : attempts) one(table, setting, two, attempt);
            forget();
        }
    }

    void check() {
        INFO(account_.counts());
        INFO(account_.broken());
        CHECK(account_.clean());
        CHECK(more_than_alone_ == std::vector<std::string>{});
        CHECK(without_both_ > 0);
        CHECK(account_.tried() > 0);
    }

 private:
    void one(
        const schema::Table& table, const Setting& setting, const Two& two, const Attempt& attempt
    ) {
        const auto sender = stage_.scene()[two.sender];
        const auto user = stage_.scene()[two.user];
        if (!row_) row_ = setting.make(stage_, table, user);
        const Aim aim{stage_.scene(), user, table, *row_, stage_.scene().ids().next()};
        const auto message = attempt.make(aim);
        const auto words = std::string(two.sender) + " for " + std::string(two.user) + " and " +
                           setting.words + ": " + attempt.words;
        auto both = test::TestVault::caller(user);
        both.delegate = sender;
        const bool by_sender = allowed(test::TestVault::caller(sender), message);
        const bool by_user = allowed(test::TestVault::caller(user), message);
        const bool together = allowed(both, message);
        if (together && !(by_sender && by_user)) more_than_alone_.push_back(words);
        without_both_ += by_sender != by_user && !together ? 1 : 0;
        const auto facts = messages::facts_of(message);
        if (together && facts.on_behalf != messages::OnBehalf::may) {
            more_than_alone_.push_back(words);
        }
        auto& trial = stage_.trial();
        const auto outcome = trial.run_on_behalf({sender, {}}, user, message);
        account_.request(facts.name, !outcome.refused);
        account_.broken(outcome.findings, facts.name, [&] { return words; });
        if (outcome.changed) forget();
    }

    /// Planned, and dropped.
    bool allowed(const access::Caller& caller, const messages::Message& message) {
        auto& vault = stage_.scene().vault().vault();
        const auto view = vault.view();
        messages::RequestInfo info;
        messages::WorkBudget work;
        const auto planned = vault.pipeline().plan_or_refuse(view, caller, message, info, work);
        return std::holds_alternative<ledger::Pending>(planned);
    }

    void forget() {
        stage_.clear();
        row_.reset();
    }

    Stage stage_;
    std::optional<Uuid> row_;  // that attempts are aimed at, until one changes something
    Account account_;
    std::vector<std::string> more_than_alone_;
    std::size_t without_both_ = 0;
};

}  // namespace

TEST_CASE("on behalf of another nobody does more than each could alone", "[rights][behalf]") {
    Behalf behalf;
    for (const auto* table : schema::tables()) {
        if (table->has_sealed() || table == &schema::known::team || table == &schema::known::role)
            behalf.run(*table, attempts_on(*table));
    }
    behalf.run(schema::known::msdyn_octwitterhandlesecret, attempts_without_a_table());
    behalf.check();
}

}  // namespace rookery::rights::on_behalf_test

// Random histories: many people with real power, each sending what he likes, through the real
// pipeline. After every request the oracle says what it came to, and no rule may be broken by it.
//
// A failure names the seed, the step, the caller, the request in words, and what somebody gained;
// the same seed draws the same history again. With `-s` the tests also say how many requests of
// each message were tried and allowed. By hand: `rights_test "[.long]"`.
#include "messages/pipeline.hpp"
#include "rights/account.hpp"
#include "rights/random_requests.hpp"
#include "rights/repairs.hpp"
#include "rights/scene.hpp"
#include "rights/trial.hpp"

#include <catch2/catch.hpp>

namespace rookery::rights::history_test {
namespace {

constexpr std::size_t steps_of_history = 500;
constexpr std::size_t steps_between_repairs = 10;
constexpr std::size_t steps_between_lists = 20;
constexpr std::size_t seconds_between_requests = 30;  // at most; credentials expire meanwhile
// Fewer, and the histories test refusals only.
constexpr std::size_t allowed_percent_min = 15;

/// Most depths of the scene are the usual ones.
DepthOf varied(Draws& draws) {
    return [&draws](schema::Depth usual) {
        using enum schema::Depth;
        constexpr schema::Depth others[] = {basic, local, deep, global};
        return draws.chance(60) ? usual : draws.of(others);
    };
}

class History {
 public:
    History(std::uint64_t seed, Account& account)
        : seed_(seed),
          account_(account),
          draws_(seed),
          scene_(varied(draws_)),
          trial_(scene_.vault()),
          requests_(trial_, draws_, scene_.ids()),
          repairs_(scene_, trial_, draws_, scene_.ids()) {}

    void run(std::size_t steps) {
        for (step_ = 0; step_ < steps; ++step_) {
            const std::chrono::seconds pause(draws_.below(seconds_between_requests));
            scene_.vault().clock().advance(pause);
            if (step_ % steps_between_repairs == 0) repair();
            request();
            if (step_ % steps_between_lists == 0) look_at_a_list();
        }
        report(trial_.compare_with_lists(), "RetrieveMultiple", "SYSTEM");
    }

 private:
    void request() {
        const auto [caller, message] = requests_.next();
        const auto name = messages::facts_of(message).name;
        const auto words = trial_.names().of(caller) + ": " + describe(message, trial_.names());
        const auto outcome = trial_.run(caller, message);
        account_.request(name, !outcome.refused);
        report(outcome.findings, name, words);
        if (outcome.changed) look_at_a_record();
    }

    void repair() {
        const auto message = repairs_.next();
        if (!message) return;
        const auto words = "SYSTEM: " + describe(*message, trial_.names());
        report(trial_.run_as_system(*message).findings, "as SYSTEM", words);
    }

    void look_at_a_record() {
        const auto means = requests_.somebody();
        const auto record = requests_.record();
        if (!record) return;
        report(trial_.reveal(means, *record), "Retrieve", "Retrieve");
    }

    void look_at_a_list() {
        const auto means = requests_.somebody();
        const auto& table = *schema::table("msdyn_octwitterhandlesecret");
        report(trial_.reveal_list(means, table), "RetrieveMultiple", "RetrieveMultiple");
        report(trial_.reveal_expanded(means, table), "RetrieveMultiple", "RetrieveMultiple");
        report(trial_.count_as_listed(means, table), "RetrieveMultiple", "RetrieveMultiple");
    }

    void report(
        const std::vector<Finding>& findings, std::string_view message, const std::string& words
    ) {
        account_.broken(findings, message, [&] {
            return "seed " + std::to_string(seed_) + ", step " + std::to_string(step_) + ", " +
                   words;
        });
    }

    const std::uint64_t seed_;
    Account& account_;
    Draws draws_;
    Scene scene_;
    Trial trial_;
    RandomRequests requests_;
    Repairs repairs_;
    std::size_t step_ = 0;
};

void check(const Account& account) {
    INFO(account.counts());
    CHECK(account.allowed_percent() >= allowed_percent_min);
    INFO(account.broken());
    CHECK(account.clean());
}

void run_histories(std::uint64_t first_seed, std::uint64_t last_seed) {
    Account account;
    for (auto seed = first_seed; seed <= last_seed; ++seed) {
        History(seed, account).run(steps_of_history);
    }
    check(account);
    // Every kind of request has its part, or a hole behind it would never be found.
    CHECK(account.never_allowed() == std::vector<std::string>{});
}

}  // namespace

TEST_CASE(
    "whatever people with power do, no rule about rights is broken: seeds 1 to 10", "[rights]"
) {
    run_histories(1, 10);
}

TEST_CASE(
    "whatever people with power do, no rule about rights is broken: seeds 11 to 20", "[rights]"
) {
    run_histories(11, 20);
}

TEST_CASE(
    "whatever people with power do, no rule about rights is broken: seeds 21 to 30", "[rights]"
) {
    run_histories(21, 30);
}

TEST_CASE(
    "whatever people with power do, no rule about rights is broken: seeds 31 to 40", "[rights]"
) {
    run_histories(31, 40);
}

// A million requests; ends with the first history that breaks a rule.
TEST_CASE("whatever people with power do for long, no rule about rights is broken", "[.long]") {
    constexpr std::size_t requests = 1'000'000;
    Account account;
    for (std::uint64_t seed = 1000; account.clean() && account.tried() < requests; ++seed) {
        History(seed, account).run(steps_of_history);
    }
    check(account);
}

}  // namespace rookery::rights::history_test

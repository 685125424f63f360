#include "http/answer_budget.hpp"

#include "base/random.hpp"

#include <catch2/catch.hpp>

namespace answer_budget_test {

using rookery::Uuid;
using rookery::http::AnswerBudget;

TEST_CASE("an answer counts for its sender and for all until it was sent", "[http]") {
    rookery::SystemRandom random;
    const auto one = Uuid::random(random);
    const auto two = Uuid::random(random);
    constexpr std::size_t most = 1 << 20;
    AnswerBudget budget(most);
    CHECK(budget.hold(one, AnswerBudget::counted_bytes_min) == nullptr);

    auto first = budget.hold(one, most / 8);
    CHECK(budget.has_room(one));
    auto second = budget.hold(one, most / 8);
    CHECK_FALSE(budget.has_room(one));
    CHECK(budget.has_room(two));
    CHECK(budget.has_room());

    auto large = budget.hold(two, most);  // made before anybody knew its size
    CHECK_FALSE(budget.has_room());
    CHECK_FALSE(budget.drained());

    second.reset();
    large.reset();
    CHECK(budget.has_room());
    CHECK(budget.has_room(one));
    CHECK(budget.has_room(two));
    CHECK_FALSE(budget.drained());  // something is held yet
    first.reset();
    CHECK(budget.drained());
    CHECK_FALSE(budget.drained());  // told once
}

TEST_CASE("an answer may outlive its budget", "[http]") {
    rookery::SystemRandom random;
    std::shared_ptr<void> held;
    {
        AnswerBudget budget(1 << 20);
        held = budget.hold(Uuid::random(random), 1 << 20);
    }
    CHECK(held != nullptr);
    held.reset();
}

}  // namespace answer_budget_test

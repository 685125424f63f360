#include "ledger/ticket_queue.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace ticket_queue_test {

using namespace rookery;
using namespace rookery::ledger;
using namespace std::chrono_literals;

namespace {

enum class Kind : std::uint8_t { read, write, change };

class Nobody final : public Waiter {
 public:
    void done(CommitResult) noexcept override {}
};

/// A queue at a time that the test sets. Tickets are told apart by their first attempt: seconds after the start.
struct Bench {
    explicit Bench(TicketQueue::Bounds bounds = {100, 10'000, 100, 10'000})
        : queue(bounds, Epochs{7, 1}) {}

    bool add(int since, Kind kind, std::size_t events = 1, std::uint64_t access_epoch = 7) {
        Plan plan;
        plan.relies_on_access = true;
        plan.access_epoch = access_epoch;
        plan.keyring_epoch = 1;
        plan.events.resize(events);
        if (kind != Kind::read) plan.writes.emplace_back().access_fact = kind == Kind::change;
        Ticket ticket(std::move(plan), std::make_unique<Nobody>(), at(since), now);
        return queue.add(ticket);
    }

    static Steady::time_point at(int since) {
        return Steady::time_point{} + std::chrono::seconds(since);
    }

    std::vector<int> take() {
        std::vector<int> out;
        std::vector<Ticket> batch;
        queue.take_batch(now, batch);
        for (const auto& ticket : batch) {
            out.push_back(static_cast<int>((ticket.since - at(0)) / 1s));
        }
        return out;
    }

    Steady::time_point now = at(1000);
    TicketQueue queue;
};

using Order = std::vector<int>;

}  // namespace

TEST_CASE("in a batch reads come first, then writes, then one change of access", "[ledger]") {
    Bench bench;
    for (const auto& [since, kind] :
         {std::pair{1, Kind::change}, {2, Kind::write}, {3, Kind::read}, {4, Kind::write}}) {
        REQUIRE(bench.add(since, kind));
    }
    CHECK(bench.take() == Order{3, 2, 4, 1});
    CHECK(bench.queue.empty());
}

TEST_CASE("of the writes in a batch the oldest request comes first", "[ledger]") {
    Bench bench;
    for (const int since : {5, 2, 9, 1}) REQUIRE(bench.add(since, Kind::write));
    REQUIRE(bench.add(7, Kind::read));
    CHECK(bench.take() == Order{7, 1, 2, 5, 9});
}

TEST_CASE("of several changes of access the oldest request goes, the others wait", "[ledger]") {
    Bench bench;
    for (const int since : {3, 1, 2}) REQUIRE(bench.add(since, Kind::change));
    CHECK(bench.take() == Order{1});
    CHECK(bench.take() == Order{2});
    CHECK(bench.take() == Order{3});
}

TEST_CASE("two batches after a change of access take none", "[ledger]") {
    Bench bench;
    bench.queue.committed(true);
    REQUIRE(bench.add(1, Kind::change));
    CHECK(bench.queue.only_cools_down(bench.now));
    for (int i = 0; i < TicketQueue::cool_down_batches; ++i) {
        REQUIRE(bench.add(10 + i, Kind::read));
        CHECK(bench.take() == Order{10 + i});
        bench.queue.committed(false);
    }
    CHECK_FALSE(bench.queue.only_cools_down(bench.now));
    CHECK(bench.take() == Order{1});
}

TEST_CASE("a cool-down that nobody needs is ended", "[ledger]") {
    Bench bench;
    bench.queue.committed(true);
    REQUIRE(bench.add(1, Kind::change));
    CHECK(bench.take().empty());
    bench.queue.end_cool_down();
    CHECK(bench.take() == Order{1});
}

TEST_CASE("what is stale already is told so without a cool-down", "[ledger]") {
    Bench bench;
    bench.queue.committed(true);
    REQUIRE(bench.add(1, Kind::change));
    SECTION("since rights changed") { bench.queue.moved_to({8, 1}); }
    SECTION("since keys changed") { bench.queue.moved_to({7, 2}); }
    CHECK_FALSE(bench.queue.only_cools_down(bench.now));
    CHECK(bench.take() == Order{1});
}

TEST_CASE("a plan that does not rely on access is superseded by nothing", "[ledger]") {
    Plan plan;
    plan.access_epoch = 3;
    CHECK_FALSE(Epochs{7, 1}.supersede(plan));
    plan.relies_on_access = true;
    CHECK(Epochs{7, 1}.supersede(plan));
    CHECK(Epochs{3, 1}.supersede(plan));
    CHECK_FALSE(Epochs{3, 0}.supersede(plan));
}

TEST_CASE("a reserved turn keeps back younger changes of access, and nothing else", "[ledger]") {
    Bench bench;
    bench.queue.reserve_turn(Bench::at(5), bench.now);
    REQUIRE(bench.add(6, Kind::change));
    REQUIRE(bench.add(7, Kind::write));
    CHECK(bench.queue.reserved_until(bench.now) == bench.now + TicketQueue::reserved_for);
    CHECK(bench.take() == Order{7});
    SECTION("until it is over") {
        bench.now += TicketQueue::reserved_for;
        CHECK_FALSE(bench.queue.reserved_until(bench.now));
        CHECK(bench.take() == Order{6});
    }
    SECTION("until it is given up") {
        CHECK_FALSE(bench.queue.give_up_turn(Bench::at(6)));
        CHECK(bench.take().empty());
        CHECK(bench.queue.give_up_turn(Bench::at(5)));
        CHECK(bench.take() == Order{6});
    }
    SECTION("until whose it is comes again, and goes first") {
        REQUIRE(bench.add(5, Kind::change));
        CHECK(bench.take() == Order{5});
        CHECK(bench.take() == Order{6});
    }
    SECTION("also when an older one still has gone before") {
        REQUIRE(bench.add(4, Kind::change));
        CHECK(bench.take() == Order{4});
        CHECK(bench.take().empty());
    }
    SECTION("until the end") {
        bench.queue.reserve_no_more();
        CHECK(bench.take() == Order{6});
    }
}

TEST_CASE("a request that comes again when the queue is full has given up its turn", "[ledger]") {
    Bench bench({1, 10'000, 100, 10'000});
    REQUIRE(bench.add(6, Kind::change));
    bench.queue.reserve_turn(Bench::at(5), bench.now);
    CHECK(bench.take().empty());
    CHECK_FALSE(bench.add(5, Kind::change));
    CHECK(bench.take() == Order{6});
}

TEST_CASE("a queue takes no more events and bytes than it may hold", "[ledger]") {
    Bench bench({3, 10'000, 100, 10'000});
    REQUIRE(bench.add(1, Kind::read, 2));
    CHECK_FALSE(bench.add(2, Kind::read, 2));
    CHECK(bench.add(3, Kind::read, 1));
    CHECK(bench.queue.events() == 3);
    CHECK(bench.take() == Order{1, 3});
    CHECK(bench.queue.events() == 0);
    CHECK(bench.add(2, Kind::read, 2));
}

TEST_CASE(
    "what does not fit into a batch waits, and a request larger than one has its own", "[ledger]"
) {
    Bench bench({100, 10'000, 3, 10'000});
    REQUIRE(bench.add(1, Kind::read, 2));
    REQUIRE(bench.add(2, Kind::read, 9));
    REQUIRE(bench.add(3, Kind::read, 1));
    CHECK(bench.take() == Order{1, 3});
    CHECK(bench.take() == Order{2});
}

TEST_CASE("what is taken all at once leaves the queue empty", "[ledger]") {
    Bench bench({3, 10'000, 100, 10'000});
    REQUIRE(bench.add(1, Kind::change, 3));
    CHECK(bench.queue.take_all().size() == 1);
    CHECK(bench.queue.empty());
    CHECK(bench.add(2, Kind::read, 3));
}

}  // namespace ticket_queue_test

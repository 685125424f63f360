#include "sync/queue.hpp"

#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <thread>
#include <vector>

namespace queue_test {

using namespace rookery;
using namespace rookery::sync;
using namespace std::chrono_literals;
using ledger::OutboxEntry;
using ledger::OutboxOperation;
using ledger::OutboxState;
using storage::RowRef;

namespace {

const auto application = schema::known::msdyn_octwitterapplication.id;
const auto handle = schema::known::msdyn_octwitterhandle.id;
const auto secret = schema::known::msdyn_octwitterhandlesecret.id;

RowRef row(schema::TableId table, std::uint16_t number) {
    RowRef out{table, {}};
    out.id.bytes[14] = static_cast<std::uint8_t>(number >> 8U);
    out.id.bytes[15] = static_cast<std::uint8_t>(number);
    return out;
}

/// An outbox in memory, and a queue over it.
struct Fixture {
    Fixture()
        : queue(
              [this](schema::TableId table, const std::optional<Uuid>& after, std::size_t limit) {
                  std::vector<OutboxEntry> out;
                  const RowRef from{table, after.value_or(Uuid{})};
                  for (auto at = after ? outbox.upper_bound(from) : outbox.lower_bound(from);
                       at != outbox.end() && at->first.table == table && out.size() < limit;
                       ++at) {
                      out.push_back(at->second);
                  }
                  return out;
              },
              clock
          ) {}

    void put(
        const RowRef& record, OutboxOperation operation = OutboxOperation::upsert,
        OutboxState state = OutboxState::due
    ) {
        outbox[record] = {record, ++version, operation, state, {}};
        queue.changed();
    }

    /// Takes and finishes all that can be taken now.
    std::vector<RowRef> drain() {
        std::vector<RowRef> out;
        while (const auto item = queue.try_take()) {
            out.push_back(item->entry.record);
            outbox.erase(item->entry.record);
            queue.finished(item->entry.record);
        }
        return out;
    }

    ManualClock clock{from_ms(1'800'000'000'000)};
    std::map<RowRef, OutboxEntry> outbox;
    std::uint64_t version = 0;
    Queue queue;
};

}  // namespace

TEST_CASE("parents are pushed before children, and removed after them", "[sync]") {
    Fixture f;
    f.put(row(secret, 1));
    f.put(row(handle, 1));
    f.put(row(application, 1));
    f.put(row(application, 2), OutboxOperation::remove);
    f.put(row(handle, 2), OutboxOperation::remove);
    f.put(row(secret, 2), OutboxOperation::remove);
    CHECK(
        f.drain() ==
        std::vector<RowRef>{
            row(application, 1),
            row(handle, 1),
            row(secret, 1),
            row(secret, 2),
            row(handle, 2),
            row(application, 2)}
    );
    CHECK(f.drain().empty());
}

TEST_CASE("a phase begins when nothing of the one before is in flight", "[sync]") {
    Fixture f;
    f.put(row(handle, 1));
    f.put(row(handle, 2));
    f.put(row(secret, 1));
    const auto first = f.queue.try_take();
    const auto second = f.queue.try_take();
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first->entry.record == row(handle, 1));
    CHECK(second->entry.record == row(handle, 2));
    CHECK_FALSE(f.queue.try_take());
    f.queue.finished(row(handle, 1));
    CHECK_FALSE(f.queue.try_take());
    f.queue.delayed(*second, f.clock.now() + 5s);  // it waits; the others go on
    const auto third = f.queue.try_take();
    REQUIRE(third);
    CHECK(third->entry.record == row(secret, 1));
}

TEST_CASE("a record is in flight once", "[sync]") {
    Fixture f;
    f.put(row(handle, 1));
    const auto entry = f.outbox.at(row(handle, 1));
    const auto item = f.queue.try_take();
    REQUIRE(item);
    CHECK_FALSE(f.queue.take(entry));
    f.put(row(handle, 1));  // it changes meanwhile
    CHECK_FALSE(f.queue.try_take());
    f.queue.finished(row(handle, 1));
    const auto again = f.queue.try_take();
    REQUIRE(again);
    CHECK(again->entry.versionnumber == 2);
}

TEST_CASE("a parent may be taken out of its turn, and is then not taken in it", "[sync]") {
    Fixture f;
    f.put(row(handle, 1));
    f.put(row(handle, 2));
    REQUIRE(f.queue.try_take());
    const auto parent = f.queue.take(f.outbox.at(row(handle, 2)));
    REQUIRE(parent);
    CHECK_FALSE(f.queue.try_take());
    f.queue.finished(row(handle, 2));
}

TEST_CASE("what is parked or has nothing due is passed by", "[sync]") {
    Fixture f;
    f.put(row(handle, 1), OutboxOperation::upsert, OutboxState::parked);
    f.put(row(handle, 2), OutboxOperation::remove, OutboxState::parked);
    f.put(row(handle, 3));
    CHECK(f.drain() == std::vector<RowRef>{row(handle, 3)});
}

TEST_CASE("a record that failed waits for its time and keeps its count", "[sync]") {
    Fixture f;
    f.put(row(secret, 1));
    auto item = f.queue.try_take();
    REQUIRE(item);
    CHECK(item->failures == 0);
    CHECK_FALSE(item->outcome_unknown);
    item->failures = 3;
    item->outcome_unknown = true;
    f.queue.delayed(*item, f.clock.now() + 5s);
    f.queue.changed();
    CHECK_FALSE(f.queue.try_take());
    CHECK_FALSE(f.queue.take(f.outbox.at(row(secret, 1))));
    f.queue.wake_delayed();
    CHECK_FALSE(f.queue.try_take());

    SECTION("until it comes") {
        f.clock.advance(5s);
        f.queue.wake_delayed();
    }
    SECTION("or until all delays are forgotten") { f.queue.forget_delays(); }
    const auto again = f.queue.try_take();
    REQUIRE(again);
    CHECK(again->failures == 3);
    CHECK(again->outcome_unknown);
    f.queue.finished(row(secret, 1));
    f.put(row(secret, 1));
    const auto fresh = f.queue.try_take();
    REQUIRE(fresh);
    CHECK(fresh->failures == 0);
    CHECK_FALSE(fresh->outcome_unknown);
}

TEST_CASE("a record with nothing due is not waited for, but stays open", "[sync]") {
    Fixture f;
    f.put(row(secret, 1));
    auto item = f.queue.try_take();
    REQUIRE(item);
    item->outcome_unknown = true;
    f.outbox.clear();
    f.queue.delayed(*item, f.clock.now());
    f.clock.advance(1s);
    f.queue.wake_delayed();
    CHECK_FALSE(f.queue.try_take());  // the walk does not meet it
    f.put(row(secret, 1));
    const auto again = f.queue.try_take();
    REQUIRE(again);
    CHECK(again->outcome_unknown);
}

TEST_CASE("a table of many pages is walked whole, each record once", "[sync]") {
    Fixture f;
    constexpr std::uint16_t many = 3 * Queue::page;
    for (std::uint16_t i = 0; i < many; ++i) f.put(row(secret, i));
    const auto taken = f.drain();
    CHECK(taken.size() == many);
    CHECK(std::set<RowRef>(taken.begin(), taken.end()).size() == many);
}

TEST_CASE("beyond what can be remembered, every record is read back first", "[sync]") {
    Fixture f;
    for (std::size_t i = 0; i < Queue::delayed_max; ++i) {
        QueueItem item{{row(secret, static_cast<std::uint16_t>(i)), 1, {}, {}, {}}, 1, false};
        f.queue.delayed(item, f.clock.now() + 1h);
    }
    QueueItem item{{row(handle, 1), 1, {}, {}, {}}, 1, true};
    f.queue.delayed(item, f.clock.now() + 1h);
    f.put(row(application, 1));
    const auto next = f.queue.try_take();
    REQUIRE(next);
    CHECK(next->outcome_unknown);
}

TEST_CASE("a closed queue gives nothing, and wakes who waits", "[sync]") {
    Fixture f;
    std::thread waiting([&] { CHECK_FALSE(f.queue.take()); });
    f.queue.close();
    waiting.join();
    f.put(row(handle, 1));
    CHECK_FALSE(f.queue.take());
    CHECK_FALSE(f.queue.try_take());
}

}  // namespace queue_test

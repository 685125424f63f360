// The group commit against a real RocksDB: order, guards, epochs, failure. Rows here are of a table
// that the ledger never looks into; what they mean is messages' business.
#include "ledger/ledger.hpp"

#include "audit/lifecycle_events.hpp"
#include "audit/log_reader.hpp"
#include "audit/prepared_event.hpp"
#include "crypto/detail_sealer.hpp"
#include "crypto/key_set.hpp"
#include "crypto/signing.hpp"
#include "ledger/outbox.hpp"
#include "merkle/checkpoint.hpp"
#include "schema/known_tables.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "support/fault_store.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

namespace ledger_test {

using namespace rookery;
using namespace rookery::ledger;

namespace {

namespace fs = std::filesystem;

class NoFacts final : public Projection {
 public:
    explicit NoFacts(int given) : generation(given) {}

    std::shared_ptr<const Projection> with(std::span<const RowWrite* const> writes) const override {
        return std::make_shared<const NoFacts>(generation + static_cast<int>(writes.size()));
    }

    const int generation;
};

class Answer final : public Reply {
 public:
    explicit Answer(int given) : number(given) {}

    const int number;
};

class Promised final : public Waiter {
 public:
    explicit Promised(std::promise<CommitResult>& promise) : promise_(promise) {}

    void done(CommitResult result) noexcept override { promise_.set_value(std::move(result)); }

 private:
    std::promise<CommitResult>& promise_;
};

struct Bench {
    explicit Bench(Ledger::Options options = {}) : folder(fs::temp_directory_path() / name()) {
        auto opened = storage::open_rocksdb(folder, storage::OpenMode::create_if_missing);
        REQUIRE(opened);
        store = std::move(*opened);
        faulty.emplace(*store);
        start(std::move(options));
    }

    ~Bench() {
        ledger.reset();
        faulty.reset();
        store.reset();
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }

    static std::string name() {
        SystemRandom random;
        return "rookery-ledger-" + to_string(Uuid::random(random));
    }

    void start(Ledger::Options options) {
        audit::LogWriter::Options log_options;
        log_options.origin = "vault.test/audit/n1";
        log_options.verifier = keys->signing.public_key();
        log_options.key = &keys->signing;
        // The wall clock here is moved by hand; the monotonic one goes with it.
        log_options.monotonic = [this] {
            return std::chrono::milliseconds(static_cast<std::int64_t>(to_ms(clock.now())));
        };
        auto log = audit::LogWriter::open(*store->view(), log_options, clock.now());
        REQUIRE(log);
        const auto genesis = audit::prepare_clear(
            audit::genesis_event(
                {vault, "vault.test/audit/n1", std::string(audit::development_kind), "k"},
                "n1",
                clock.now()
            ),
            random
        );
        REQUIRE(genesis);
        const auto row = log->append(*genesis, clock.now());
        REQUIRE(row);
        const auto commit = store->begin();
        commit->put(storage::Family::log, row->key, row->value);
        REQUIRE(commit->write());
        REQUIRE(log->mark_durable());
        ledger.emplace(
            Ledger::Start{
                *faulty,
                clock,
                keys,
                std::move(*log),
                VaultState{},
                std::make_shared<const NoFacts>(0)},
            std::move(options)
        );
    }

    /// A request that relied on the newest snapshot and writes one row (or none).
    Plan plan(int number, std::optional<Uuid> row = {}, bool fact = false) {
        const auto seen = ledger->snapshot();
        Plan plan;
        plan.guards.view = seen->store;
        plan.access_epoch = seen->access_epoch;
        plan.keyring_epoch = seen->keyring_epoch;
        plan.relies_on_access = true;
        audit::Event event;
        event.time = clock.now();
        event.message = std::to_string(number);
        plan.events.push_back(audit::prepare(event, details, random));
        plan.reply = std::make_unique<Answer>(number);
        if (row) {
            storage::Row written;
            written.table = &schema::known::msdyn_octwitterapplication;
            written.id = *row;
            written.row_version = 1;
            RowWrite write;
            write.ref = written.ref();
            write.encoded = storage::encode(written, authenticator);
            write.outbox = OutboxOperation::upsert;
            write.access_fact = fact;
            plan.guards.keys.emplace_back(storage::Family::rows, storage::row_key(write.ref));
            plan.writes.push_back(std::move(write));
        }
        return plan;
    }

    /// A request that changes the outbox entry of `record`, and writes `row` too if one is given.
    Plan changing_entry(
        int number, const Uuid& record, std::uint64_t versionnumber, OutboxChange::To to,
        std::optional<Uuid> row = {}
    ) {
        auto out = plan(number, row);
        out.outbox_changes.push_back({ref(record), versionnumber, to});
        return out;
    }

    static storage::RowRef ref(const Uuid& id) {
        return {schema::known::msdyn_octwitterapplication.id, id};
    }

    std::optional<OutboxEntry> entry(const Uuid& id) {
        const auto entry_key = outbox_key(ref(id));
        const auto stored = ledger->snapshot()->store->get(storage::Family::meta, entry_key);
        REQUIRE(stored);
        if (!*stored) return std::nullopt;
        const auto parsed = parse_outbox_entry(entry_key, **stored);
        REQUIRE(parsed);
        return *parsed;
    }

    std::vector<CommitResult> in_one_batch(std::vector<Plan> plans) {
        std::vector<std::promise<CommitResult>> promises(plans.size());
        for (std::size_t i = 0; i < plans.size(); ++i) {
            static_cast<void>(ledger->commit(
                Pending(std::move(plans[i])), std::make_unique<Promised>(promises[i])
            ));
        }
        ledger->flush();
        std::vector<CommitResult> results;
        for (auto& promise : promises) results.push_back(promise.get_future().get());
        return results;
    }

    /// As the store has it.
    std::optional<VaultState> state_if_any() {
        const auto stored = store->view()->get(storage::Family::meta, vault_state_key);
        REQUIRE(stored);
        if (!*stored) return std::nullopt;
        const auto decoded = decode(**stored, authenticator);
        REQUIRE(decoded);
        return *decoded;
    }

    VaultState state() { return state_if_any().value(); }

    CommitResult commit(Plan plan) { return ledger->commit(Pending(std::move(plan))); }

    Uuid id() { return Uuid::random(random); }

    SystemRandom random;
    ManualClock clock{from_ms(1'800'000'000'000)};
    Uuid vault = Uuid::random(random);
    std::shared_ptr<const crypto::KeySet> keys = std::make_shared<const crypto::KeySet>(
        crypto::Keyring::create(vault, random, clock.now()), "vault.test/audit/n1", random
    );
    const crypto::RowAuthenticator& authenticator = keys->authenticator;
    const crypto::DetailSealer& details = keys->details;
    fs::path folder;
    std::unique_ptr<storage::Store> store;
    std::optional<test::FaultStore> faulty;
    std::optional<Ledger> ledger;
};

using To = OutboxChange::To;

bool done(const CommitResult& result) { return std::holds_alternative<Receipt>(result); }

bool stale(const CommitResult& result) { return std::holds_alternative<Stale>(result); }

const Error* error_of(const CommitResult& result) { return std::get_if<Error>(&result); }

}  // namespace

TEST_CASE("a receipt comes with the log index and the reply, and the row is there", "[ledger]") {
    Bench bench;
    const auto id = bench.id();
    auto result = bench.commit(bench.plan(7, id));
    auto* receipt = std::get_if<Receipt>(&result);
    REQUIRE(receipt != nullptr);
    CHECK(receipt->log_index() == 1);
    CHECK(receipt->versionnumber(0) == 1);
    const auto reply = std::move(*receipt).take_reply();
    CHECK(static_cast<const Answer&>(*reply).number == 7);

    const auto snapshot = bench.ledger->snapshot();
    CHECK(snapshot->log_size == 2);
    const storage::RowRef ref{schema::known::msdyn_octwitterapplication.id, id};
    const auto stored = snapshot->store->get(storage::Family::rows, storage::row_key(ref));
    REQUIRE(stored);
    const auto row = storage::decode(
        schema::known::msdyn_octwitterapplication, id, stored->value(), bench.authenticator
    );
    REQUIRE(row);
    CHECK(std::get<storage::Row>(*row).versionnumber == 1);
}

TEST_CASE("the outbox entry is written with the change it tells of", "[ledger]") {
    Bench bench;
    const auto id = bench.id();
    const auto result = bench.commit(bench.plan(1, id));
    REQUIRE(std::holds_alternative<Receipt>(result));
    const storage::RowRef ref{schema::known::msdyn_octwitterapplication.id, id};
    const auto stored =
        bench.ledger->snapshot()->store->get(storage::Family::meta, outbox_key(ref));
    REQUIRE(stored);
    const auto entry = parse_outbox_entry(outbox_key(ref), stored->value());
    REQUIRE(entry);
    CHECK(entry->record == ref);
    CHECK(entry->versionnumber == 1);
    CHECK(entry->operation == OutboxOperation::upsert);
    CHECK(entry->state == OutboxState::due);
    CHECK(entry->changed == bench.clock.now());
}

TEST_CASE("an outbox entry that the ledger did not write is no entry", "[ledger]") {
    const OutboxEntry written{
        {3, Uuid{}}, 7, OutboxOperation::remove, OutboxState::parked, from_ms(1'800'000'000'000)};
    const auto key = outbox_key(written.record);
    const auto value = outbox_value(written);
    const auto back = parse_outbox_entry(key, value);
    REQUIRE(back);
    CHECK(back->versionnumber == 7);
    CHECK(back->operation == OutboxOperation::remove);
    CHECK(back->state == OutboxState::parked);
    CHECK(back->changed == written.changed);
    CHECK_FALSE(parse_outbox_entry(key, value.substr(0, 9)));  // without state and time
    CHECK_FALSE(parse_outbox_entry(key, value + '\0'));
    CHECK_FALSE(parse_outbox_entry(key + '\0', value));
    CHECK_FALSE(parse_outbox_entry("state" + key.substr(5), value));
    for (const auto& [position, byte] :
         {std::pair{8, '\0'}, std::pair{8, '\3'}, std::pair{9, '\2'}}) {
        auto changed = value;
        changed[static_cast<std::size_t>(position)] = byte;
        CHECK_FALSE(parse_outbox_entry(key, changed));
    }
}

TEST_CASE("an outbox entry is removed, parked or made due again", "[ledger]") {
    Bench bench;
    const auto id = bench.id();
    REQUIRE(done(bench.commit(bench.plan(1, id))));
    REQUIRE(done(bench.commit(bench.changing_entry(2, id, 1, To::parked))));
    CHECK(bench.entry(id)->state == OutboxState::parked);
    CHECK(bench.entry(id)->versionnumber == 1);
    CHECK(bench.entry(id)->operation == OutboxOperation::upsert);
    REQUIRE(done(bench.commit(bench.changing_entry(3, id, 1, To::due))));
    CHECK(bench.entry(id)->state == OutboxState::due);
    REQUIRE(done(bench.commit(bench.changing_entry(4, id, 1, To::removed))));
    CHECK_FALSE(bench.entry(id));
    // What is gone cannot be parked.
    REQUIRE(done(bench.commit(bench.changing_entry(5, id, 1, To::parked))));
    CHECK_FALSE(bench.entry(id));
}

TEST_CASE("an entry of another version stays as it is, but the request is on the log", "[ledger]") {
    Bench bench;
    const auto id = bench.id();
    REQUIRE(done(bench.commit(bench.plan(1, id))));
    REQUIRE(done(bench.commit(bench.plan(2, id))));
    const auto before = bench.ledger->snapshot()->log_size;
    for (const auto to : {To::removed, To::parked}) {
        REQUIRE(done(bench.commit(bench.changing_entry(3, id, 1, to))));
        REQUIRE(done(bench.commit(bench.changing_entry(3, id, 3, to))));
    }
    CHECK(bench.entry(id)->versionnumber == 2);
    CHECK(bench.entry(id)->state == OutboxState::due);
    CHECK(bench.ledger->snapshot()->log_size == before + 4);
}

TEST_CASE("a change makes a parked entry due", "[ledger]") {
    Bench bench;
    const auto id = bench.id();
    REQUIRE(done(bench.commit(bench.plan(1, id))));
    REQUIRE(done(bench.commit(bench.changing_entry(2, id, 1, To::parked))));
    bench.clock.advance(std::chrono::seconds(5));
    REQUIRE(done(bench.commit(bench.plan(3, id))));
    CHECK(bench.entry(id)->state == OutboxState::due);
    CHECK(bench.entry(id)->changed == bench.clock.now());
}

TEST_CASE(
    "in one batch a change of a record wins over one of its outbox entry, wherever the two stand",
    "[ledger]"
) {
    const auto to = GENERATE(To::removed, To::parked, To::due);
    Bench bench;
    const auto id = bench.id();
    const auto other = bench.id();
    REQUIRE(done(bench.commit(bench.plan(1, id))));
    std::vector<Plan> plans;
    SECTION("one of the entry without rows, which goes first") {
        plans.push_back(bench.plan(2, id));
        plans.push_back(bench.changing_entry(3, id, 1, to));
    }
    SECTION("one of the entry with a row, before that of the record") {
        plans.push_back(bench.changing_entry(3, id, 1, to, other));
        plans.push_back(bench.plan(2, id));
    }
    SECTION("one of the entry with a row, after that of the record") {
        plans.push_back(bench.plan(2, id));
        plans.push_back(bench.changing_entry(3, id, 1, to, other));
    }
    SECTION("one of the entry that guesses the version that the record will get") {
        plans.push_back(bench.plan(2, id));
        plans.push_back(bench.changing_entry(3, id, 2, to));
    }
    const auto before = bench.store->view()->sequence();
    for (auto& result : bench.in_one_batch(std::move(plans))) CHECK(done(result));
    CHECK(bench.store->view()->sequence() == before + 1);
    REQUIRE(bench.entry(id));
    CHECK(bench.entry(id)->versionnumber > 1);
    CHECK(bench.entry(id)->state == OutboxState::due);
}

TEST_CASE("of two changes of an outbox entry in one batch the first counts", "[ledger]") {
    Bench bench;
    const auto id = bench.id();
    REQUIRE(done(bench.commit(bench.plan(1, id))));
    std::vector<Plan> plans;
    plans.push_back(bench.changing_entry(2, id, 1, To::removed));
    plans.push_back(bench.changing_entry(3, id, 1, To::parked));
    for (auto& result : bench.in_one_batch(std::move(plans))) CHECK(done(result));
    CHECK_FALSE(bench.entry(id));
}

TEST_CASE("a request that is stale changes no outbox entry and wakes nobody", "[ledger]") {
    Bench bench;
    const auto id = bench.id();
    REQUIRE(done(bench.commit(bench.plan(1, id))));
    std::atomic<int> woken = 0;
    auto late = bench.changing_entry(2, id, 1, To::removed, id);
    late.on_durable = [&] { ++woken; };
    REQUIRE(done(bench.commit(bench.changing_entry(3, bench.id(), 1, To::parked, id))));
    CHECK(stale(bench.commit(std::move(late))));
    CHECK(woken == 0);
    CHECK(bench.entry(id)->versionnumber == 2);
}

TEST_CASE("what a request wakes finds it durable already", "[ledger]") {
    Bench bench;
    std::atomic<std::uint64_t> seen = 0;
    auto plan = bench.plan(1, bench.id());
    plan.on_durable = [&] { seen = bench.ledger->snapshot()->log_size; };
    REQUIRE(done(bench.commit(std::move(plan))));
    CHECK(seen == 2);
}

TEST_CASE("of two writers of one row the second is stale", "[ledger]") {
    Bench bench;
    const auto id = bench.id();
    auto first = bench.plan(1, id);
    auto second = bench.plan(2, id);
    CHECK(std::holds_alternative<Receipt>(bench.commit(std::move(first))));
    CHECK(stale(bench.commit(std::move(second))));
    CHECK(std::holds_alternative<Receipt>(bench.commit(bench.plan(3, id))));
}

TEST_CASE("after the access epoch moved, what was decided before is stale", "[ledger]") {
    Bench bench;
    auto reveal = bench.plan(1);
    CHECK(std::holds_alternative<Receipt>(bench.commit(bench.plan(2, bench.id(), true))));
    CHECK(bench.ledger->snapshot()->access_epoch == 1);
    CHECK(stale(bench.commit(std::move(reveal))));
    CHECK(std::holds_alternative<Receipt>(bench.commit(bench.plan(3))));
    const auto& facts = static_cast<const NoFacts&>(*bench.ledger->snapshot()->projection);
    CHECK(facts.generation == 1);
}

TEST_CASE("a refusal is logged whatever happened since it was decided", "[ledger]") {
    Bench bench;
    auto refusal = bench.plan(1);
    refusal.relies_on_access = false;
    CHECK(std::holds_alternative<Receipt>(bench.commit(bench.plan(2, bench.id(), true))));
    CHECK(std::holds_alternative<Receipt>(bench.commit(std::move(refusal))));
}

TEST_CASE("a credential that expired in the meantime makes the request stale", "[ledger]") {
    Bench bench;
    auto late = bench.plan(1);
    late.valid_until = bench.clock.now() + std::chrono::seconds(1);
    bench.clock.advance(std::chrono::seconds(1));
    CHECK(stale(bench.commit(std::move(late))));
}

TEST_CASE("after a failed write, or check of guards, nothing is confirmed any more", "[ledger]") {
    std::atomic<int> failures = 0;
    std::string told;
    Ledger::Options options;
    options.on_failure = [&](const Error& error) {
        ++failures;
        told = error.message;
    };
    Bench bench(std::move(options));
    bench.faulty->fail_after(0, GENERATE(test::Fault::before, test::Fault::check));
    const auto failed = bench.commit(bench.plan(1, bench.id()));
    REQUIRE(error_of(failed) != nullptr);
    CHECK(error_of(failed)->code == Errc::unavailable);
    const auto next = bench.commit(bench.plan(2));
    REQUIRE(error_of(next) != nullptr);
    CHECK(error_of(next)->code == Errc::unavailable);
    CHECK_FALSE(bench.ledger->health());
    bench.ledger->stop();  // joins the thread that tells of the failure
    CHECK(failures == 1);
    // The operator learns which file it was; clients do not.
    CHECK(told.find('/') != std::string::npos);
    for (const auto* answer : {error_of(failed), error_of(next)}) {
        CHECK((answer->message + answer->hint).find('/') == std::string::npos);
    }
    CHECK(bench.ledger->health().error().message.find('/') == std::string::npos);
}

TEST_CASE("a full queue answers at once", "[ledger]") {
    Ledger::Options options;
    options.queue_events_max = 0;
    Bench bench(std::move(options));
    const auto refused = bench.commit(bench.plan(1));
    REQUIRE(error_of(refused) != nullptr);
    CHECK(error_of(refused)->code == Errc::unavailable);
    CHECK(bench.ledger->health());
}

TEST_CASE("a stopped ledger takes nothing more", "[ledger]") {
    Bench bench;
    auto plan = bench.plan(1);
    bench.ledger->stop();
    REQUIRE(error_of(bench.commit(std::move(plan))) != nullptr);
}

TEST_CASE("an orderly stop leaves a checkpoint over every entry", "[ledger]") {
    Bench bench;
    CHECK(std::holds_alternative<Receipt>(bench.commit(bench.plan(1, bench.id()))));
    bench.ledger->stop();
    const auto reader = audit::LogReader::open(bench.store->view(), nullptr);
    REQUIRE(reader);
    const auto note = reader->newest_checkpoint();
    REQUIRE(note);
    REQUIRE(note->has_value());
    CHECK(note->value().find("\n2\n") != std::string::npos);
}

TEST_CASE("many writers at once each get an entry of their own", "[ledger]") {
    Bench bench;
    constexpr int threads = 4;
    constexpr int requests = 50;
    std::vector<std::thread> writers;
    std::mutex mutex;
    std::vector<std::uint64_t> indexes;
    for (int t = 0; t < threads; ++t) {
        writers.emplace_back([&] {
            for (int i = 0; i < requests; ++i) {
                const auto result = bench.commit(bench.plan(i, bench.id()));
                const auto* receipt = std::get_if<Receipt>(&result);
                if (receipt == nullptr) continue;
                const std::lock_guard lock(mutex);
                indexes.push_back(receipt->log_index());
            }
        });
    }
    for (auto& writer : writers) writer.join();
    std::ranges::sort(indexes);
    REQUIRE(indexes.size() == threads * requests);
    CHECK(indexes.front() == 1);
    CHECK(indexes.back() == threads * requests);
    CHECK(std::ranges::adjacent_find(indexes) == indexes.end());
}

TEST_CASE("a change of rights comes through against any number of younger ones", "[ledger]") {
    Bench bench;
    constexpr int rivals = 8;
    constexpr int attempts_max = 4;
    std::atomic<bool> over = false;
    std::atomic<int> racing = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < rivals; ++t) {
        threads.emplace_back([&] {
            ++racing;
            while (!over) {
                const auto since = std::chrono::steady_clock::now();
                bool again = true;
                while (again) {
                    again =
                        stale(bench.ledger->commit(Pending(bench.plan(1, bench.id(), true)), since)
                        );
                }
            }
        });
    }
    while (racing < rivals) std::this_thread::yield();
    for (int request = 0; request < 30; ++request) {
        const auto since = std::chrono::steady_clock::now();
        bool came_through = false;
        for (int attempt = 0; attempt < attempts_max && !came_through; ++attempt) {
            came_through =
                done(bench.ledger->commit(Pending(bench.plan(2, bench.id(), true)), since));
        }
        CHECK(came_through);
    }
    over = true;
    for (auto& thread : threads) thread.join();
}

TEST_CASE(
    "of several changes of rights the oldest request goes first, however late it is queued",
    "[ledger]"
) {
    Bench bench;
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::promise<CommitResult>> promises(3);
    for (int i = 0; i < 3; ++i) {
        static_cast<void>(bench.ledger->commit(
            Pending(bench.plan(i, bench.id(), true)),
            std::make_unique<Promised>(promises[static_cast<std::size_t>(i)]),
            now - std::chrono::seconds(i)
        ));
    }
    bench.ledger->flush();
    CHECK(done(promises[2].get_future().get()));
    CHECK(stale(promises[1].get_future().get()));
    bench.ledger->withdraw(now - std::chrono::seconds(1));
    CHECK(stale(promises[0].get_future().get()));
    CHECK(bench.ledger->snapshot()->access_epoch == 1);
}

TEST_CASE("whoever lost a race and does not come again keeps nobody waiting for good", "[ledger]") {
    Bench bench;
    auto lost = bench.plan(1, bench.id(), true);
    REQUIRE(done(bench.commit(bench.plan(2, bench.id(), true))));
    CHECK(stale(bench.commit(std::move(lost))));
    SECTION("a younger change of rights") {
        CHECK(done(bench.commit(bench.plan(3, bench.id(), true))));
    }
    SECTION("anything else") { CHECK(done(bench.commit(bench.plan(3, bench.id())))); }
    SECTION("the end") { bench.ledger->stop(); }
}

namespace {

/// Says how long the log was when the request was done.
class Watching final : public Waiter {
 public:
    Watching(Ledger& ledger, std::promise<std::uint64_t>& seen) : ledger_(ledger), seen_(seen) {}

    void done(CommitResult result) noexcept override {
        seen_.set_value(std::holds_alternative<Receipt>(result) ? ledger_.snapshot()->log_size : 0);
    }

 private:
    Ledger& ledger_;
    std::promise<std::uint64_t>& seen_;
};

}  // namespace

TEST_CASE("what is queued before the flush shares one batch", "[ledger]") {
    Ledger::Options options;
    options.gather_max =
        std::chrono::hours(1);  // however slow the machine: only flush() begins the batch
    Bench bench(options);
    const auto before = bench.ledger->snapshot()->log_size;
    constexpr std::size_t requests = 5;
    std::vector<std::promise<std::uint64_t>> seen(requests);
    for (std::size_t i = 0; i < requests; ++i) {
        const auto flush = bench.ledger->commit(
            Pending(bench.plan(1, bench.id())), std::make_unique<Watching>(*bench.ledger, seen[i])
        );
        // The first owes it for all.
        CHECK((flush == Ledger::Flush::owed) == (i == 0));
    }
    bench.ledger->flush();
    for (auto& promise : seen) CHECK(promise.get_future().get() == before + requests + 1);
}

namespace {

/// Takes its time to return after others could know that the request is done.
class Lingering final : public Waiter {
 public:
    Lingering(std::promise<void>& told, bool& left) : told_(told), left_(left) {}

    void done(CommitResult) noexcept override {
        told_.set_value();
        for (int i = 0; i < 1000; ++i) std::this_thread::yield();
        left_ = true;
    }

 private:
    std::promise<void>& told_;
    bool& left_;
};

}  // namespace

TEST_CASE(
    "who waits for the batch in hand goes on when all its waiters have returned", "[ledger]"
) {
    Bench bench;
    std::promise<void> told;
    bool left = false;
    static_cast<void>(
        bench.ledger->commit(Pending(bench.plan(1)), std::make_unique<Lingering>(told, left))
    );
    bench.ledger->flush();
    told.get_future().wait();
    bench.ledger->await_batch();
    CHECK(left);
}

TEST_CASE("a batch that is large enough does not wait for its flush", "[ledger]") {
    Bench bench;
    constexpr std::size_t requests = 64;
    std::vector<std::promise<std::uint64_t>> seen(requests);
    for (auto& promise : seen) {
        static_cast<void>(bench.ledger->commit(
            Pending(bench.plan(1)), std::make_unique<Watching>(*bench.ledger, promise)
        ));
    }
    for (auto& promise : seen) CHECK(promise.get_future().get() != 0);
}

TEST_CASE(
    "the state row knows the newest checkpoint, through every batch and an orderly stop", "[ledger]"
) {
    Bench bench;
    CHECK(done(bench.commit(bench.plan(1, bench.id()))));
    const auto published = [&] {
        const auto reader = audit::LogReader::open(bench.store->view(), nullptr);
        REQUIRE(reader);
        const auto note = reader->newest_checkpoint();
        REQUIRE(note);
        if (!*note) return std::uint64_t{0};
        const auto signed_by = merkle::verify_checkpoint(
            **note, {"vault.test/audit/n1", bench.keys->signing.public_key()}
        );
        REQUIRE(signed_by);
        return signed_by->size;
    };
    for (int i = 0; i < 5; ++i) {
        bench.clock.advance(std::chrono::milliseconds(700));
        REQUIRE(done(bench.commit(bench.plan(i, bench.id()))));
        CHECK(bench.state().checkpoint_size == published());
    }
    CHECK(published() > 0);
    bench.ledger->stop();
    CHECK(published() == 7);
    CHECK(bench.state().checkpoint_size == 7);
    CHECK(audit::LogReader::open(bench.store->view(), nullptr)->state().checkpoint_size == 7);
}

TEST_CASE("the state row counts the rows that come and go", "[ledger]") {
    Bench bench;
    const auto with_change = [&](int change, const Uuid& id) {
        auto plan = bench.plan(1, id);
        plan.writes.front().live_change = change;
        return plan;
    };
    const auto first = bench.id();
    REQUIRE(done(bench.commit(with_change(1, first))));
    REQUIRE(done(bench.commit(with_change(1, bench.id()))));
    CHECK(bench.state().live_rows == 2);
    REQUIRE(done(bench.commit(with_change(0, first))));
    CHECK(bench.state().live_rows == 2);
    REQUIRE(done(bench.commit(with_change(-1, first))));
    CHECK(bench.state().live_rows == 1);
    REQUIRE(done(bench.commit(bench.plan(2))));
    CHECK(bench.state().live_rows == 1);
    // What was stale counts for nothing.
    auto late = with_change(1, first);
    REQUIRE(done(bench.commit(with_change(1, first))));
    REQUIRE(stale(bench.commit(std::move(late))));
    CHECK(bench.state().live_rows == 2);
}

TEST_CASE("the state row's digests are those of the rows as they lie on the disk", "[ledger]") {
    Bench bench;
    REQUIRE(done(bench.commit(bench.plan(1, bench.id()))));
    REQUIRE(done(bench.commit(bench.plan(2, bench.id(), true))));
    bench.in_one_batch([&] {
        std::vector<Plan> plans;
        for (int i = 0; i < 3; ++i) plans.push_back(bench.plan(i, bench.id()));
        return plans;
    }());
    crypto::MultisetDigest expected;
    const auto view = bench.store->view();
    const auto cursor = view->scan({storage::Family::rows, {}, {}}, storage::Order::ascending);
    std::size_t rows = 0;
    for (; cursor->valid(); cursor->next(), ++rows) {
        const auto summand = storage::digest_summand(
            storage::parse_row_key(cursor->key()).value(), cursor->value(), bench.authenticator
        );
        REQUIRE(summand);
        expected.add(*summand);
    }
    CHECK(rows == 5);
    CHECK(bench.state().digest == expected);
    CHECK_FALSE(bench.state().fact_digest == expected);
    CHECK_FALSE(bench.state().fact_digest == crypto::MultisetDigest{});
}

TEST_CASE("the outbox digest follows what is put, replaced, parked and removed", "[ledger]") {
    Bench bench;
    const auto agrees = [&] {
        crypto::MultisetDigest expected;
        const auto view = bench.store->view();
        const auto cursor = view->scan(whole_outbox(), storage::Order::ascending);
        for (; cursor->valid(); cursor->next()) {
            expected.add(bench.authenticator.outbox_summand(cursor->key(), cursor->value()));
        }
        return bench.state().outbox_digest == expected;
    };
    const auto first = bench.id();
    const auto second = bench.id();
    CHECK_FALSE(bench.state_if_any().has_value());
    REQUIRE(done(bench.commit(bench.plan(1, first))));
    CHECK(agrees());
    CHECK_FALSE(bench.state().outbox_digest == crypto::MultisetDigest{});
    REQUIRE(done(bench.commit(bench.plan(2, second))));
    CHECK(agrees());
    bench.clock.advance(std::chrono::seconds(1));
    REQUIRE(done(bench.commit(bench.plan(3, first))));
    CHECK(agrees());
    REQUIRE(done(bench.commit(bench.changing_entry(4, first, 3, To::parked))));
    CHECK(agrees());
    REQUIRE(done(bench.commit(bench.changing_entry(5, first, 99, To::removed))));
    CHECK(agrees());
    REQUIRE(done(bench.commit(bench.changing_entry(6, first, 3, To::due))));
    CHECK(agrees());
    // In one batch: two changes of a record, one of its outbox entry that comes too late, and one that counts.
    std::vector<Plan> plans;
    plans.push_back(bench.plan(7, first));
    plans.push_back(bench.plan(8, bench.id()));
    plans.push_back(bench.changing_entry(9, first, 3, To::removed));
    plans.push_back(bench.changing_entry(10, second, 2, To::removed));
    plans.push_back(bench.changing_entry(11, second, 2, To::parked));
    for (const auto& result : bench.in_one_batch(std::move(plans))) CHECK(done(result));
    CHECK(agrees());
    CHECK_FALSE(bench.entry(second));
    CHECK(bench.entry(first)->versionnumber == 4);
}

}  // namespace ledger_test

#include "audit/log_reader.hpp"

#include "merkle/hash.hpp"
#include "support.hpp"

#include <catch2/catch.hpp>

namespace rookery::audit::log_reader_test {
namespace {

using test::LogBuilder;
using test::MemoryView;
using test::origin;
using test::Rows;
using test::uuid_number;

LogReader reader_of(const LogBuilder& log, Rows rows) {
    return LogReader::open(std::make_shared<MemoryView>(std::move(rows)), &log.sealer).value();
}

TEST_CASE("an entry is read with its event, and priv only when asked for", "[audit]") {
    LogBuilder log;
    log.grow_to(10);
    const auto reader = log.reader();
    CHECK(reader.size() == 10);
    const auto core = reader.read(7, Sections::core).value();
    CHECK(core.leaf.index == 7);
    CHECK(core.event.actor.id == "agent-1");
    CHECK(core.event.record == uuid_number(2));
    CHECK(core.event.priv == PrivDetail{});
    const auto both = reader.read(7, Sections::core_and_priv).value();
    CHECK(both.event.priv == test::retrieve_event(7).priv);
    CHECK(reader.leaf(7).value() == core.leaf);
    const auto genesis = parse_genesis(reader.read(0, Sections::core).value().event).value();
    CHECK(genesis.vault == uuid_number(0xA0));
    CHECK(genesis.origin == origin);
}

TEST_CASE(
    "an index beyond the log is not found, a missing row within it is an integrity failure",
    "[audit]"
) {
    LogBuilder log;
    log.grow_to(10);
    CHECK(log.reader().read(10, Sections::core).error().code == Errc::not_found);
    CHECK(log.reader().leaf(UINT64_MAX).error().code == Errc::not_found);
    auto rows = log.rows;
    rows.erase(entry_key(4));
    const auto reader = reader_of(log, rows);
    CHECK(reader.read(4, Sections::core).error().code == Errc::integrity);
    CHECK(reader.leaf(4).error().code == Errc::integrity);
}

TEST_CASE("every flipped byte of leaf and details is found on reading", "[audit]") {
    LogBuilder log;
    log.grow_to(10);
    for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{4}, std::uint64_t{7}}) {
        const auto& good = log.rows.at(entry_key(index));
        const auto nodes = split_entry(good).value().nodes.size();
        for (std::size_t i = 0; i < good.size(); ++i) {
            if (i >= 84 + 1 + 32 && i < 84 + 1 + nodes)
                continue;  // inner nodes: the tree's business
            auto rows = log.rows;
            rows[entry_key(index)][i] ^= 1;
            const auto read = reader_of(log, rows).read(index, Sections::core_and_priv);
            if (read || read.error().code != Errc::integrity)
                FAIL("entry " << index << " byte " << i);
        }
    }
}

TEST_CASE("another entry's row or details in an entry's place are refused", "[audit]") {
    LogBuilder log;
    log.grow_to(10);
    auto rows = log.rows;
    rows[entry_key(7)] = rows[entry_key(6)];
    CHECK(reader_of(log, rows).read(7, Sections::core).error().code == Errc::integrity);

    rows = log.rows;
    const auto six = split_entry(log.rows.at(entry_key(6))).value();
    const auto seven = split_entry(log.rows.at(entry_key(7))).value();
    std::vector<Digest> nodes;
    for (std::size_t i = 0; i < seven.node_count(); ++i) nodes.push_back(seven.node(i));
    rows[entry_key(7)] = entry_value(seven.leaf, nodes, six.core_row, seven.priv_row);
    CHECK(reader_of(log, rows).read(7, Sections::core).error().code == Errc::integrity);
    rows[entry_key(7)] = entry_value(seven.leaf, nodes, seven.core_row, {});
    CHECK(reader_of(log, rows).read(7, Sections::core));
    CHECK(reader_of(log, rows).read(7, Sections::core_and_priv).error().code == Errc::integrity);
}

TEST_CASE("without keys only entries in clear can be read", "[audit]") {
    LogBuilder log;
    log.grow_to(10);
    const auto reader = LogReader::open(std::make_shared<MemoryView>(log.rows), nullptr).value();
    CHECK(reader.read(0, Sections::core_and_priv));
    CHECK(reader.read(4, Sections::core).value().event.action == Action::unseal_attempt);
    CHECK(reader.read(7, Sections::core).error().code == Errc::unavailable);
}

TEST_CASE("a search gives the newest first and pages without loss", "[audit]") {
    LogBuilder log;
    log.grow_to(60);
    const auto reader = log.reader();
    std::vector<std::uint64_t> all;
    LogQuery query;
    query.top = 7;
    for (;;) {
        const auto page = reader.search(query, Sections::core).value();
        CHECK(page.entries.size() <= 7);
        for (const auto& entry : page.entries) all.push_back(entry.value().leaf.index);
        if (!page.next_below) break;
        query.below = page.next_below;
    }
    REQUIRE(all.size() == 60);
    for (std::size_t i = 0; i < 60; ++i) CHECK(all[i] == 59 - i);
}

TEST_CASE("a search keeps to record, actor, credential, time and bounds", "[audit]") {
    LogBuilder log;
    log.grow_to(60);
    const auto reader = log.reader();
    const auto found = [&](const LogQuery& query) {
        std::vector<std::uint64_t> out;
        const auto page = reader.search(query, Sections::core_and_priv).value();
        for (const auto& entry : page.entries) out.push_back(entry.value().leaf.index);
        return out;
    };
    LogQuery query;
    query.record = uuid_number(3);
    query.below = 30;
    CHECK(found(query) == std::vector<std::uint64_t>{28, 23, 18, 13, 8, 3});
    query.actor = "agent-2";
    CHECK(found(query) == std::vector<std::uint64_t>{23, 8});
    query.credential = ByteArray<8>{4};
    CHECK(found(query) == std::vector<std::uint64_t>{23});
    query = {};
    query.credential = ByteArray<8>{2};
    query.below = 12;
    CHECK(found(query) == std::vector<std::uint64_t>{9, 1});
    query.credential = ByteArray<8>{5};
    CHECK(found(query).empty());
    query = {};
    query.since = reader.leaf(57).value().time;
    CHECK(found(query) == std::vector<std::uint64_t>{59, 58, 57});
    query = {};
    query.from = 58;
    CHECK(found(query) == std::vector<std::uint64_t>{59, 58});
    query.from = 60;
    CHECK(found(query).empty());
    query = {};
    query.actor = "nobody";
    CHECK(found(query).empty());
    query.scan_max = 10;
    const auto page = reader.search(query, Sections::core).value();
    CHECK(page.entries.empty());
    CHECK(page.next_below == 50);
    query = {};
    query.below = 0;
    CHECK(found(query).empty());
    query = {};
    query.below = UINT64_MAX;
    query.top = 1;
    CHECK(found(query) == std::vector<std::uint64_t>{59});
}

TEST_CASE("entries are walked over either way, until whoever looks has seen enough", "[audit]") {
    LogBuilder log;
    log.grow_to(20);
    const auto reader = log.reader();
    const auto walked =
        [&](std::uint64_t from, std::uint64_t end, storage::Order order, std::size_t most) {
            std::vector<std::uint64_t> out;
            const auto look = [&](const FoundEntry& found) -> Result<bool> {
                out.push_back(index_of(found));
                return out.size() < most;
            };
            REQUIRE(reader.each(from, end, order, look));
            return out;
        };
    using enum storage::Order;
    CHECK(walked(3, 6, ascending, 9) == std::vector<std::uint64_t>{3, 4, 5});
    CHECK(walked(3, 6, descending, 9) == std::vector<std::uint64_t>{5, 4, 3});
    CHECK(walked(17, UINT64_MAX, descending, 2) == std::vector<std::uint64_t>{19, 18});
    CHECK(walked(0, 2, descending, 9) == std::vector<std::uint64_t>{1, 0});
    CHECK(walked(6, 6, ascending, 9).empty());
    CHECK(walked(20, 30, ascending, 9).empty());
}

TEST_CASE("an entry that is missing is walked over by its index", "[audit]") {
    LogBuilder log;
    log.grow_to(10);
    auto rows = log.rows;
    rows.erase(entry_key(4));
    const auto reader = reader_of(log, rows);
    for (const auto order : {storage::Order::ascending, storage::Order::descending}) {
        std::vector<std::uint64_t> readable;
        std::size_t all = 0;
        REQUIRE(reader.each(0, 10, order, [&](const FoundEntry& found) -> Result<bool> {
            ++all;
            if (found) readable.push_back(found->leaf.index);
            return true;
        }));
        CHECK(all == 10);
        CHECK(readable.size() == 9);
    }
}

TEST_CASE("where a time begins and ends in the log is looked up", "[audit]") {
    LogBuilder log;
    log.grow_to(60);
    const auto reader = log.reader();
    const auto time = [&](std::uint64_t index) { return reader.leaf(index).value().time; };
    constexpr std::chrono::milliseconds moment{1};
    for (const std::uint64_t index : {std::uint64_t{1}, std::uint64_t{31}, std::uint64_t{59}}) {
        // As far as the events beside the leaves say the same, which were made a little before.
        const auto begin = reader.begin_of(time(index)).value();
        CHECK(begin <= index);
        CHECK(begin + 1 >= index);
        const auto end = reader.end_before(time(index) + moment).value();
        CHECK(end > index);
    }
    CHECK(reader.begin_of(Instant::min()).value() == 0);
    CHECK(reader.begin_of(Instant::max()).value() == 60);
    CHECK(reader.end_before(Instant::min()).value() == 0);
    CHECK(reader.end_before(Instant::max()).value() == 60);
}

TEST_CASE("a leaf that was given another time hides no entry from a search by time", "[audit]") {
    LogBuilder log;
    log.grow_to(8);
    const auto reader = log.reader();
    const auto honest = reader.leaf(5).value().time;
    for (const auto forged :
         {Instant{std::chrono::hours{1}}, Instant::max() - std::chrono::hours{1}}) {
        auto rows = log.rows;
        for (const std::uint64_t index :
             {std::uint64_t{3}, std::uint64_t{4}, std::uint64_t{5}, std::uint64_t{6}}) {
            const auto entry = split_entry(log.rows.at(entry_key(index))).value();
            auto leaf = parse_leaf(entry.leaf).value();
            leaf.time = forged;
            const auto bytes = encode(leaf);
            std::vector<Digest> nodes;
            for (std::size_t i = 0; i < entry.node_count(); ++i) nodes.push_back(entry.node(i));
            nodes.front() = merkle::hash_leaf(bytes);
            rows[entry_key(index)] = entry_value(bytes, nodes, entry.core_row, entry.priv_row);
        }
        const auto damaged = reader_of(log, rows);
        CHECK(damaged.begin_of(honest).value() <= 5);
        CHECK(damaged.end_before(honest + std::chrono::seconds{1}).value() > 5);
    }
}

TEST_CASE("a tree made of what is in the store has the root of its checkpoint", "[audit]") {
    LogBuilder log;
    log.grow_to(100);
    log.checkpoint();
    const auto reader = log.reader();
    const auto note = reader.newest_checkpoint().value().value();
    const auto checkpoint = merkle::verify_checkpoint(note, {origin, log.key.public_key()}).value();
    CHECK(merkle::root_at(100, reader).value() == checkpoint.root);
    CHECK(merkle::root_at(99, reader).value() != checkpoint.root);
    for (std::uint64_t i = 0; i < 100; ++i) {
        const auto leaf = merkle::hash_leaf(encode(reader.leaf(i).value()));
        REQUIRE(reader.node(0, i).value() == leaf);
    }
    CHECK(reader.node(0, 100).error().code == Errc::not_found);
    CHECK(reader.node(2, 25).error().code == Errc::not_found);
    CHECK(reader.node(64, 0).error().code == Errc::not_found);
}

TEST_CASE("an empty store reads as an empty log", "[audit]") {
    const auto view = std::make_shared<MemoryView>(Rows{});
    const auto reader = LogReader::open(view, nullptr).value();
    CHECK(reader.size() == 0);
    CHECK(reader.search({}, Sections::core).value().entries.empty());
    CHECK_FALSE(reader.newest_checkpoint().value());
    const auto start = check_start(*view, {origin, test::log_key().public_key()}).value();
    CHECK_FALSE(start.state);
    CHECK_FALSE(start.published);
}

TEST_CASE("the start check refuses a log that does not agree with itself", "[audit]") {
    LogBuilder log;
    log.grow_to(40);
    const auto older = log.rows;
    log.checkpoint();
    log.grow_to(45);
    const merkle::VerifierKey key{origin, log.key.public_key()};
    const auto start = check_start(MemoryView{log.rows}, key).value();
    CHECK(start.state->size() == 45);
    CHECK(start.published->size == 40);

    const auto refused = [&](const Rows& rows) {
        const auto result = check_start(MemoryView{rows}, key);
        return !result && result.error().code == Errc::integrity;
    };
    SECTION("state row missing") {
        auto rows = log.rows;
        rows.erase(state_key());
        CHECK(refused(rows));
    }
    SECTION("state row of an earlier batch") {
        auto rows = log.rows;
        rows[state_key()] = older.at(state_key());
        CHECK(refused(rows));
    }
    SECTION("last entry missing") {
        auto rows = log.rows;
        rows.erase(entry_key(44));
        CHECK(refused(rows));
    }
    SECTION("an entry beyond the size") {
        auto rows = log.rows;
        rows[entry_key(45)] = rows[entry_key(44)];
        CHECK(refused(rows));
    }
    SECTION("any byte of the state row") {
        for (std::size_t i = 0; i < log.rows.at(state_key()).size(); ++i) {
            auto rows = log.rows;
            rows[state_key()][i] ^= 1;
            const auto result = check_start(MemoryView{rows}, key);
            INFO(i);
            CHECK_FALSE(result);
        }
    }
    SECTION("any byte of the last leaf or its nodes") {
        const auto size =
            84 + 1 + 32 * split_entry(log.rows.at(entry_key(44))).value().node_count();
        for (std::size_t i = 0; i < size; ++i) {
            auto rows = log.rows;
            rows[entry_key(44)][i] ^= 1;
            INFO(i);
            CHECK(refused(rows));
        }
    }
    SECTION("a node of the frontier") {
        auto rows = log.rows;
        rows[entry_key(31)][84 + 1 + 32 * 5] ^= 1;
        CHECK(refused(rows));
    }
    SECTION("the newest checkpoint changed, of another key, or in another's place") {
        auto rows = log.rows;
        rows[checkpoint_key(40)][30] ^= 1;
        CHECK(refused(rows));
        const auto stranger =
            check_start(MemoryView{log.rows}, {origin, test::log_key(1).public_key()});
        CHECK_FALSE(stranger);
        rows = log.rows;
        rows[checkpoint_key(41)] = rows[checkpoint_key(40)];
        CHECK(refused(rows));
    }
    SECTION("older rows under a newer checkpoint") {
        auto rows = older;
        log.checkpoint();
        rows[checkpoint_key(45)] = log.rows.at(checkpoint_key(45));
        CHECK(refused(rows));
    }
    SECTION("a checkpoint over other entries") {
        LogBuilder other;
        other.wall += std::chrono::milliseconds{1};
        other.grow_to(40);
        other.checkpoint();
        auto rows = log.rows;
        rows[checkpoint_key(40)] = other.rows.at(checkpoint_key(40));
        CHECK(refused(rows));
    }
}

}  // namespace
}  // namespace rookery::audit::log_reader_test

#include "audit/log_writer.hpp"

#include "audit/prepared_event.hpp"
#include "merkle/hash.hpp"
#include "support.hpp"

#include <catch2/catch.hpp>

namespace rookery::audit::log_writer_test {
namespace {

using test::LogBuilder;
using test::MemoryView;
using test::origin;
using namespace std::chrono_literals;

TEST_CASE("indexes count from 0 and each entry lies with the nodes it completes", "[audit]") {
    LogBuilder log;
    log.grow_to(20);
    CHECK(log.writer.size() == 20);
    merkle::Frontier frontier;
    for (std::uint64_t i = 0; i < 20; ++i) {
        const auto entry = split_entry(log.rows.at(entry_key(i))).value();
        const auto leaf = parse_leaf(entry.leaf).value();
        CHECK(leaf.index == i);
        const auto completed = frontier.append(merkle::hash_leaf(entry.leaf));
        REQUIRE(entry.node_count() == completed.size());
        for (std::size_t level = 0; level < completed.size(); ++level) {
            CHECK(entry.node(level) == completed[level]);
        }
    }
    CHECK(frontier.root() == log.writer.root());
}

TEST_CASE("a log is continued where it ended", "[audit]") {
    LogBuilder first;
    first.grow_to(13);
    first.checkpoint();
    LogBuilder second{first.rows};
    CHECK(second.writer.size() == 13);
    CHECK(second.writer.root() == first.writer.root());
    CHECK(second.writer.last_time() == first.writer.last_time());
    CHECK(second.writer.checkpoint_size() == 13);
    second.wall = first.wall;
    second.grow_to(14);
    CHECK(check_start(MemoryView{second.rows}, {origin, second.key.public_key()}));
}

TEST_CASE("the first entry is the genesis and no later one is", "[audit]") {
    LogBuilder log;
    const auto retrieve = prepare(test::retrieve_event(1), log.sealer, log.random);
    CHECK(log.writer.append(retrieve, log.wall).error().code == Errc::internal);
    CHECK(log.writer.size() == 0);
    log.append_genesis();
    auto genesis = genesis_event({test::uuid_number(1), origin, "production", "k"}, "n1", log.wall);
    const auto second = prepare_clear(genesis, log.random).value();
    CHECK(log.writer.append(second, log.wall).error().code == Errc::internal);
    CHECK(log.writer.size() == 1);
}

TEST_CASE("log time stands still while the clock is behind it", "[audit]") {
    LogBuilder log;
    log.grow_to(3);
    const auto last = log.writer.last_time();
    log.wall -= 10min;
    CHECK(log.writer.log_time(log.wall) == last);
    log.append_retrieve(3);
    CHECK(log.writer.last_time() == last);
    log.wall += 20min;
    log.append_retrieve(4);
    CHECK(log.writer.last_time() == log.wall);
}

TEST_CASE("a jump of the wall clock against the monotonic clock stops the log", "[audit]") {
    LogBuilder log;
    auto monotonic = 0ms;
    auto options = log.options();
    options.monotonic = [&monotonic] { return monotonic; };
    auto writer = LogWriter::open(MemoryView{{}}, options, log.wall).value();
    const auto genesis =
        prepare_clear(
            genesis_event({test::uuid_number(1), origin, "production", "k"}, "n1", log.wall),
            log.random
        )
            .value();
    const auto event = prepare(test::retrieve_event(1), log.sealer, log.random);
    REQUIRE(writer.append(genesis, log.wall));
    monotonic += 10h;
    REQUIRE(writer.append(event, log.wall + 10h));  // both moved: no jump
    REQUIRE(writer.append(event, log.wall + 11h));  // exactly an hour is tolerated
    const auto forward = writer.append(event, log.wall + 12h + 1ms);
    REQUIRE_FALSE(forward);
    CHECK(forward.error().code == Errc::unavailable);
    CHECK_FALSE(forward.error().hint.empty());
    CHECK(writer.append(event, log.wall + 9h).error().code == Errc::unavailable);
    CHECK(writer.size() == 3);
    REQUIRE(writer.append(event, log.wall + 11h));  // the clock was set right again
}

TEST_CASE(
    "a log whose last entry lies an hour ahead is continued only when that time is confirmed",
    "[audit]"
) {
    LogBuilder log;
    log.grow_to(3);
    const MemoryView view{log.rows};
    const auto last = log.writer.last_time();
    CHECK(LogWriter::open(view, log.options(), last - 1h));
    const auto refused = LogWriter::open(view, log.options(), last - 1h - 1ms);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unavailable);
    CHECK(refused.error().message.find(to_iso8601(last)) != std::string::npos);
    CHECK(LogWriter::open(view, log.options(), last + 1000h));  // it was switched off for long

    auto options = log.options();
    options.confirmed_time = *parse_iso8601(to_iso8601(last)) - 1s;
    CHECK_FALSE(LogWriter::open(view, options, last - 100h));
    options.confirmed_time = *parse_iso8601(to_iso8601(last));  // as the error names it
    auto confirmed = LogWriter::open(view, options, last - 100h);
    REQUIRE(confirmed);
    CHECK(confirmed->log_time(last - 100h) == last);
    CHECK(confirmed->judged_time(last - 100h) == last - 100h);
    CHECK(confirmed->judged_time(last - 1h) == last);
}

TEST_CASE("an origin that is no key name is refused", "[audit]") {
    LogBuilder log;
    auto options = log.options();
    options.origin = "host/audit/n 1";
    CHECK(
        LogWriter::open(MemoryView{{}}, options, log.wall).error().code == Errc::invalid_argument
    );
}

TEST_CASE("only what is durable is signed", "[audit]") {
    LogBuilder log;
    CHECK_FALSE(log.writer.due_checkpoint(log.wall));
    log.grow_to(5);
    log.append_retrieve(5);  // of the next batch
    const auto note = log.writer.due_checkpoint(log.wall);
    REQUIRE(note);
    CHECK(note->key == checkpoint_key(5));
    const auto checkpoint =
        merkle::verify_checkpoint(note->value, {origin, log.key.public_key()}).value();
    CHECK(checkpoint.size == 5);
    CHECK(checkpoint.root == merkle::root_at(5, log.reader()).value());
    log.commit();
    log.wall += 1s;
    CHECK(log.writer.due_checkpoint(log.wall)->key == checkpoint_key(6));
}

TEST_CASE("checkpoints come once a second at most, and only when something changed", "[audit]") {
    LogBuilder log;
    log.grow_to(2);
    CHECK(log.writer.due_checkpoint(log.wall));
    log.wall += 2s;
    CHECK_FALSE(log.writer.due_checkpoint(log.wall));  // nothing new
    log.grow_to(3);
    REQUIRE(log.writer.due_checkpoint(log.wall));
    log.grow_to(4);
    CHECK_FALSE(log.writer.due_checkpoint(log.wall));
    CHECK_FALSE(log.writer.due_checkpoint(log.wall + 980ms));
    CHECK(log.writer.due_checkpoint(log.wall + 1000ms));
    log.grow_to(5);
    CHECK(log.writer.due_checkpoint(log.wall - 10min));  // the clock was set back
    log.grow_to(6);
    CHECK(log.writer.final_checkpoint(log.wall - 10min));
    CHECK_FALSE(log.writer.final_checkpoint(log.wall));
}

TEST_CASE("a publisher signs no smaller size and no second root of the same size", "[audit]") {
    const auto key = test::log_key();
    const merkle::Checkpoint last{origin, 7, Digest{1}};
    CheckpointPublisher same{origin, &key, last};
    CHECK(same.durable(7, Digest{1}));
    CHECK_FALSE(same.due(test::start_time));
    CheckpointPublisher shrunk{origin, &key, last};
    CHECK(shrunk.durable(6, Digest{1}).error().code == Errc::integrity);
    CHECK_FALSE(shrunk.durable(8, Digest{2}));
    CHECK_FALSE(shrunk.due(test::start_time));
    CheckpointPublisher forked{origin, &key, last};
    CHECK(forked.durable(7, Digest{2}).error().code == Errc::integrity);
    CHECK_FALSE(forked.final_note(test::start_time));
    CheckpointPublisher grown{origin, &key, last};
    CHECK(grown.durable(8, Digest{2}));
    CHECK(grown.due(test::start_time));
}

TEST_CASE("without a key nothing is signed, and what is signed later covers it", "[audit]") {
    LogBuilder log;
    log.grow_to(5);
    log.checkpoint();
    auto options = log.options();
    options.key = nullptr;
    auto sealed = LogWriter::open(MemoryView{log.rows}, options, log.wall).value();
    CHECK(sealed.checkpoint_size() == 5);
    const auto attempt = prepare_clear(test::attempt_event(log.wall), log.random).value();
    const auto entry = sealed.append(attempt, log.wall).value();
    REQUIRE(sealed.mark_durable());
    CHECK_FALSE(sealed.due_checkpoint(log.wall + 10s));
    CHECK_FALSE(sealed.final_checkpoint(log.wall + 10s));
    const auto state = sealed.state_row();
    CHECK(parse_log_state(state.value).value().checkpoint_size == 5);

    auto rows = log.rows;
    rows[entry.key] = entry.value;
    rows[state.key] = state.value;
    LogBuilder unsealed{rows};
    const auto note = unsealed.writer.due_checkpoint(log.wall + 10s);
    REQUIRE(note);
    CHECK(note->key == checkpoint_key(6));
}

TEST_CASE("a log of other signatures than the verifier's key is not continued", "[audit]") {
    LogBuilder log;
    log.grow_to(5);
    log.checkpoint();
    auto options = log.options();
    options.verifier = test::log_key(1).public_key();
    CHECK(LogWriter::open(MemoryView{log.rows}, options, log.wall).error().code == Errc::integrity);
}

TEST_CASE("the state row follows every checkpoint that is published", "[audit]") {
    LogBuilder log;
    const auto in_row = [&] {
        return parse_log_state(log.writer.state_row().value)->checkpoint_size;
    };
    log.grow_to(3);
    CHECK(in_row() == 0);
    REQUIRE(log.writer.due_checkpoint(log.wall));
    CHECK(in_row() == 3);
    log.grow_to(8);
    CHECK(in_row() == 3);
    REQUIRE(log.writer.final_checkpoint(log.wall));
    CHECK(in_row() == 8);
}

TEST_CASE("an entry is written as the newest format, bound to its index", "[audit]") {
    LogBuilder log;
    log.append_genesis();
    const auto prepared = prepare(test::retrieve_event(1), log.sealer, log.random);
    log.append(prepared);
    log.append(prepared);
    for (const std::uint64_t index : {1U, 2U}) {
        const auto leaf = parse_leaf(split_entry(log.rows.at(entry_key(index)))->leaf).value();
        CHECK(leaf.format == Leaf::newest_format);
        CHECK(leaf.core_commit == bind_core(index, prepared.core_commit));
        CHECK(leaf.priv_commit == prepared.priv_commit);
    }
}

TEST_CASE("time since boot goes forward", "[audit]") {
    const auto first = time_since_boot();
    CHECK(first > 0ms);
    CHECK(time_since_boot() >= first);
}

}  // namespace
}  // namespace rookery::audit::log_writer_test

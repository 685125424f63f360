#include "audit/verify.hpp"

#include "audit/core_section.hpp"
#include "audit/detail_row.hpp"
#include "audit/finding.hpp"
#include "audit/handover.hpp"
#include "audit/priv_section.hpp"
#include "merkle/frontier.hpp"
#include "merkle/hash.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/text_key.hpp"
#include "storage/text_rules.hpp"
#include "support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

namespace rookery::audit::verify_test {
namespace {

using test::LogBuilder;
using test::MemorySource;
using test::MemoryView;
using test::origin;
using test::Rows;

/// A log with entries 0 to 49, checkpoints over 10, 20, 33 and 48 of them.
struct Example {
    Example() {
        for (const std::uint64_t size : {10U, 20U, 33U, 48U}) {
            log.grow_to(size);
            log.checkpoint();
        }
        log.grow_to(50);
    }

    [[nodiscard]] VerifyReport verify(const Rows& rows, bool with_keys = false) const {
        return verify_log(
            MemorySource{rows}, log.verify_options(), with_keys ? &log.sealer : nullptr
        );
    }

    LogBuilder log;
};

/// Status tampering, and the first finding is about this entry.
bool blames(const VerifyReport& report, std::uint64_t index) {
    return report.status == VerifyStatus::tampering && report.first_bad_index == index &&
           !report.findings.empty() && report.findings.front().index == index;
}

bool says(const VerifyReport& report, std::string_view text) {
    return std::ranges::any_of(report.findings, [&](const VerifyFinding& finding) {
        return finding.what.find(text) != std::string::npos;
    });
}

/// Rebuilds every node and the state row as somebody with write access, but no log key, would.
void rebuild_tree(Rows& rows) {
    LogState state = parse_log_state(rows.at(state_key())).value();
    state.frontier = {};
    for (auto& [key, value] : rows) {
        if (key.front() != entry_prefix) continue;
        const auto entry = split_entry(value).value();
        const auto nodes = state.frontier.append(merkle::hash_leaf(entry.leaf));
        state.last_time = parse_leaf(entry.leaf).value().time;
        value = entry_value(entry.leaf, nodes, entry.core_row, entry.priv_row);
    }
    rows[state_key()] = encode(state);
}

TEST_CASE("an untouched log verifies, with the vault's keys and without", "[audit]") {
    const Example example;
    const auto report = example.verify(example.log.rows);
    CHECK(report.status == VerifyStatus::ok);
    CHECK(report.findings.empty());
    CHECK_FALSE(report.first_bad_index);
    CHECK(report.size == 50);
    CHECK(report.signed_size == 48);
    CHECK(report.checkpoints == 4);
    CHECK(report.newest_checkpoint == example.log.rows.at(checkpoint_key(48)));
    CHECK(report.origin == origin);
    CHECK(report.clear_details == 12);  // genesis and five attempts to unseal, two sections each
    CHECK(report.sealed_details == 0);
    const auto mentions = [&](std::string_view text) {
        return std::ranges::any_of(report.not_checked, [&](const std::string& line) {
            return line.find(text) != std::string::npos;
        });
    };
    CHECK(mentions("88 sealed detail sections"));
    CHECK(mentions("last 2 entries"));
    CHECK(mentions("rollback"));
    CHECK(mentions("witness"));
    CHECK(mentions("freshness"));

    const auto with_keys = example.verify(example.log.rows, true);
    CHECK(with_keys.status == VerifyStatus::ok);
    CHECK(with_keys.sealed_details == 88);
}

TEST_CASE("every flipped byte of a leaf or a stored node is found at its entry", "[audit]") {
    const Example example;
    for (const std::uint64_t index : {0U, 1U, 7U, 31U, 32U, 44U, 47U, 48U, 49U}) {
        const auto& good = example.log.rows.at(entry_key(index));
        const auto public_size = 84 + 1 + 32 * split_entry(good).value().node_count();
        for (std::size_t i = 0; i < public_size; ++i) {
            auto rows = example.log.rows;
            rows[entry_key(index)][i] ^= 0x10;
            if (!blames(example.verify(rows), index)) FAIL("entry " << index << " byte " << i);
        }
    }
}

TEST_CASE("every flipped byte of a detail is found at its entry when it can be opened", "[audit]") {
    const Example example;
    for (const std::uint64_t index : {0U, 4U, 7U, 49U}) {
        const auto& good = example.log.rows.at(entry_key(index));
        const auto first = 84 + 1 + 32 * split_entry(good).value().node_count();
        const bool clear = index == 0 || index == 4;
        for (std::size_t i = first; i < good.size(); ++i) {
            auto rows = example.log.rows;
            rows[entry_key(index)][i] ^= 1;
            if (!blames(example.verify(rows, true), index))
                FAIL("entry " << index << " byte " << i);
            if (clear && !blames(example.verify(rows), index)) {
                FAIL("entry " << index << " byte " << i << " without keys");
            }
        }
    }
}

TEST_CASE("every flipped byte of a checkpoint is found at the last entry it covers", "[audit]") {
    const Example example;
    for (const std::uint64_t size : {10U, 48U}) {
        const auto key = checkpoint_key(size);
        for (std::size_t i = 0; i < example.log.rows.at(key).size(); ++i) {
            auto rows = example.log.rows;
            rows[key][i] ^= 1;
            if (!blames(example.verify(rows), size - 1)) FAIL("size " << size << " byte " << i);
        }
    }
}

TEST_CASE("every flipped byte of the state row is found", "[audit]") {
    const Example example;
    const auto& good = example.log.rows.at(state_key());
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto rows = example.log.rows;
        rows[state_key()][i] ^= 1;
        const auto report = example.verify(rows);
        if (i == 0) {  // 3 instead of 2
            CHECK(report.status == VerifyStatus::unavailable);
            continue;
        }
        // Another checkpoint than the newest is missing where it would end.
        const bool checkpoint = i >= 49 && i < 57;
        if (!checkpoint && !blames(report, 49)) FAIL("byte " << i);
        if (report.status != VerifyStatus::tampering) FAIL("byte " << i);
    }
    auto newer = example.log.rows;
    newer[state_key()][0] = 3;
    const auto report = example.verify(newer);
    CHECK(report.status == VerifyStatus::unavailable);
    CHECK(report.problem.find("newer program") != std::string::npos);
}

TEST_CASE("swapped entries are found at the first of them", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    std::swap(rows[entry_key(21)], rows[entry_key(27)]);
    CHECK(blames(example.verify(rows), 21));
}

TEST_CASE("an inserted entry is found where it stands", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    for (std::uint64_t i = 50; i > 21; --i) rows[entry_key(i)] = rows[entry_key(i - 1)];
    CHECK(blames(example.verify(rows), 22));  // 21 itself has not moved; its copy stands at 22
}

TEST_CASE("a duplicate in another entry's place is found there", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    rows[entry_key(30)] = rows[entry_key(29)];
    CHECK(blames(example.verify(rows), 30));
}

TEST_CASE("missing entries are found at the first of them", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    rows.erase(entry_key(13));
    rows.erase(entry_key(14));
    auto report = example.verify(rows);
    CHECK(blames(report, 13));
    CHECK(says(report, "entries 13 to 14 are missing"));
    rows = example.log.rows;
    rows.erase(entry_key(0));
    CHECK(blames(example.verify(rows), 0));
}

TEST_CASE("an entry pulled out with all others moved up is found", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    for (std::uint64_t i = 13; i < 49; ++i) rows[entry_key(i)] = rows[entry_key(i + 1)];
    rows.erase(entry_key(49));
    CHECK(blames(example.verify(rows), 13));
}

TEST_CASE("a cut tail is found at the first missing entry", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    rows.erase(entry_key(49));
    CHECK(blames(example.verify(rows), 49));
    // With a state row of its own, as an older copy has it, the signed checkpoint still tells.
    LogBuilder shorter;
    shorter.grow_to(10);
    shorter.checkpoint();
    for (std::uint64_t i = 10; i < 50; ++i) rows.erase(entry_key(i));
    rows[state_key()] = shorter.rows.at(state_key());
    const auto report = example.verify(rows);
    CHECK(report.status == VerifyStatus::tampering);
    CHECK(report.first_bad_index == 9);
    CHECK(says(report, "the state row is older than the checkpoint over 48 entries"));
    CHECK(says(report, "entries 10 to 19 were signed and are missing"));
    CHECK_FALSE(report.evidence.empty());
}

TEST_CASE("rows beyond the log's size are found", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    LogBuilder longer{rows};
    longer.wall = example.log.wall;
    longer.grow_to(53);
    rows[entry_key(50)] = longer.rows.at(entry_key(50));
    CHECK(blames(example.verify(rows), 50));
}

TEST_CASE("a malformed key among the entries is found", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    rows[entry_key(20) + "x"] = rows[entry_key(20)];
    CHECK(blames(example.verify(rows), 21));
}

TEST_CASE("a second or missing state row is found", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    rows[state_key() + "x"] = rows[state_key()];
    CHECK(example.verify(rows).status == VerifyStatus::tampering);
    rows = example.log.rows;
    rows.erase(state_key());
    CHECK(example.verify(rows).status == VerifyStatus::tampering);
}

TEST_CASE("a rewritten entry under a rebuilt tree contradicts the next checkpoint", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    const auto entry = split_entry(rows.at(entry_key(25))).value();
    auto leaf = parse_leaf(entry.leaf).value();
    leaf.core_commit[0] ^= 1;
    const std::vector<Digest> nodes{Digest{}};
    rows[entry_key(25)] = entry_value(encode(leaf), nodes, entry.core_row, entry.priv_row);
    rebuild_tree(rows);
    const auto report = example.verify(rows);
    // No more than this can be said without the entry's keys: it lies in 20 to 32.
    CHECK(blames(report, 32));
    CHECK(says(report, "entries 20 to 32 are not the ones that were signed"));
    CHECK(report.signed_size == 20);
    CHECK(report.evidence.front() == rows.at(checkpoint_key(33)));
    // With them the entry itself is named.
    CHECK(blames(example.verify(rows, true), 25));
}

TEST_CASE("two entries exchanged under a rebuilt tree are found", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    const auto swap_into = [&](std::uint64_t place, std::uint64_t other) {
        const auto here = split_entry(example.log.rows.at(entry_key(place))).value();
        const auto there = split_entry(example.log.rows.at(entry_key(other))).value();
        auto leaf = parse_leaf(there.leaf).value();
        leaf.index = place;
        leaf.time = parse_leaf(here.leaf).value().time;
        const std::vector<Digest> nodes{Digest{}};
        rows[entry_key(place)] = entry_value(encode(leaf), nodes, there.core_row, there.priv_row);
    };
    swap_into(11, 12);
    swap_into(12, 11);
    rebuild_tree(rows);
    CHECK(blames(example.verify(rows), 19));
    // With keys the entry itself is named: its details are bound to another index.
    CHECK(blames(example.verify(rows, true), 11));
}

TEST_CASE("time that goes backwards is found even under a rebuilt tree", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    const auto entry = split_entry(rows.at(entry_key(49))).value();
    auto leaf = parse_leaf(entry.leaf).value();
    leaf.time -= std::chrono::hours{1};
    const std::vector<Digest> nodes{Digest{}};
    rows[entry_key(49)] = entry_value(encode(leaf), nodes, entry.core_row, entry.priv_row);
    rebuild_tree(rows);
    const auto report = example.verify(rows);
    CHECK(blames(report, 49));
    CHECK(says(report, "backwards"));
}

TEST_CASE("a checkpoint in another's place and one of another key are found", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    rows[checkpoint_key(15)] = rows[checkpoint_key(20)];
    CHECK(blames(example.verify(rows), 14));
    rows = example.log.rows;
    rows[checkpoint_key(20)] = merkle::sign_checkpoint(
        {origin, 20, merkle::root_at(20, example.log.reader()).value()}, origin, test::log_key(1)
    );
    CHECK(blames(example.verify(rows), 19));
    rows = example.log.rows;
    rows[checkpoint_key(0)] = rows[checkpoint_key(10)];
    CHECK(blames(example.verify(rows), 0));
}

TEST_CASE("a log of another origin does not verify under this key", "[audit]") {
    const Example example;
    auto options = example.log.verify_options();
    options.verifier_key =
        merkle::format_verifier_key({"vault.example/audit/n2", example.log.key.public_key()});
    const auto report = verify_log(MemorySource{example.log.rows}, options);
    CHECK(report.status == VerifyStatus::tampering);
    CHECK(report.first_bad_index == 0);
}

TEST_CASE("without entries, or without a checkpoint, nothing is proved", "[audit]") {
    LogBuilder log;
    const auto empty = verify_log(MemorySource{log.rows}, log.verify_options());
    CHECK(empty.status == VerifyStatus::unavailable);
    CHECK_FALSE(empty.problem.empty());
    log.grow_to(5);
    const auto unsigned_log = verify_log(MemorySource{log.rows}, log.verify_options());
    CHECK(unsigned_log.status == VerifyStatus::unavailable);
    CHECK(unsigned_log.findings.empty());
}

TEST_CASE("options that make no sense are usage errors", "[audit]") {
    const Example example;
    auto options = example.log.verify_options();
    options.verifier_key = "not a key";
    CHECK(verify_log(MemorySource{example.log.rows}, options).status == VerifyStatus::usage);
    options = example.log.verify_options();
    options.age_max = std::chrono::seconds{1};
    CHECK(verify_log(MemorySource{example.log.rows}, options).status == VerifyStatus::usage);
}

TEST_CASE("a log whose newest signed entry is too old is stale", "[audit]") {
    const Example example;
    auto options = example.log.verify_options();
    const auto signed_at = example.log.reader().leaf(47).value().time;
    options.age_max = std::chrono::seconds{60};
    options.now = signed_at + std::chrono::seconds{60};
    CHECK(verify_log(MemorySource{example.log.rows}, options).status == VerifyStatus::ok);
    *options.now += std::chrono::milliseconds{1};
    CHECK(verify_log(MemorySource{example.log.rows}, options).status == VerifyStatus::stale);
}

TEST_CASE("a report keeps the earliest findings and no more than sixteen", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    for (std::uint64_t i = 5; i < 50; ++i) rows[entry_key(i)][30] ^= 1;
    const auto report = example.verify(rows);
    CHECK(blames(report, 5));
    CHECK(report.findings.size() == 16);
    CHECK(std::ranges::is_sorted(report.findings, {}, &VerifyFinding::index));
}

TEST_CASE(
    "an engine that finds its own damage is a finding at the first unreadable entry", "[audit]"
) {
    class Damaged final : public LogSource {
     public:
        explicit Damaged(const Rows& rows) : rows_(rows) {}

        [[nodiscard]] Result<void> each(char prefix, std::string_view from, const RowUse& use)
            const override {
            for (const auto& [key, value] : rows_) {
                if (key == entry_key(17)) return fail(Errc::integrity, "checksum mismatch");
                if (key.front() == prefix && key >= from && !use(key, value)) break;
            }
            return {};
        }

        [[nodiscard]] Result<void> others(const RowUse&) const override { return {}; }

     private:
        const Rows& rows_;
    };

    const Example example;
    const auto report = verify_log(Damaged{example.log.rows}, example.log.verify_options());
    CHECK(blames(report, 0));  // no checkpoint and no state row can be read either
    CHECK(says(report, "the entry cannot be read"));
}

TEST_CASE("a source that cannot be read makes the verdict unavailable", "[audit]") {
    class Unreadable final : public LogSource {
     public:
        [[nodiscard]] Result<void> each(char, std::string_view, const RowUse&) const override {
            return fail(Errc::io, "no such disk");
        }

        [[nodiscard]] Result<void> others(const RowUse&) const override {
            return fail(Errc::io, "no such disk");
        }
    };

    const Example example;
    const auto report = verify_log(Unreadable{}, example.log.verify_options());
    CHECK(report.status == VerifyStatus::unavailable);
    CHECK(report.problem == "no such disk");
}

TEST_CASE("what cannot be read is never taken for damage or for missing", "[audit]") {
    /// Reads everything up to a call that fails as a disk does that is away.
    class Failing final : public LogSource {
     public:
        Failing(const Rows& rows, char prefix) : rows_(rows), prefix_(prefix) {}

        [[nodiscard]] Result<void> each(char prefix, std::string_view from, const RowUse& use)
            const override {
            if (prefix == prefix_) return fail(Errc::io, "no such disk");
            for (const auto& [key, value] : rows_) {
                if (key.front() == prefix && key >= from && !use(key, value)) break;
            }
            return {};
        }

        [[nodiscard]] Result<void> others(const RowUse&) const override {
            if (prefix_ == 0) return fail(Errc::io, "no such disk");
            return {};
        }

     private:
        const Rows& rows_;
        char prefix_;
    };

    const auto prefix = GENERATE(char{0}, state_prefix, entry_prefix, checkpoint_prefix);
    const Example example;
    const auto report = verify_log(Failing{example.log.rows, prefix}, example.log.verify_options());
    CHECK(report.status == VerifyStatus::unavailable);
    CHECK(report.problem == "no such disk");
    CHECK(report.findings.empty());
}

/// An entry as somebody without the vault's keys appends it: in clear, with its place in the tree and the
/// state row to match. prepare_clear refuses to make most of them.
void forge_clear(Rows& rows, const Event& given, std::uint8_t format = Leaf::newest_format) {
    auto state = parse_log_state(rows.at(state_key())).value();
    auto event = given;
    event.id = test::uuid_number(0xEE);
    const auto section = [&](const Bytes& bytes) {
        ByteWriter row;
        const Salt salt{};
        row.u8(1).u8(0).u32(crypto::day_of(event.time)).u8(0);
        row.u16(static_cast<std::uint16_t>(salt.size() + bytes.size())).bytes(salt).bytes(bytes);
        return std::move(row).take();
    };
    const auto core = encode_core(event);
    const auto priv = encode_priv(event.priv);
    Leaf leaf;
    leaf.format = format;
    leaf.index = state.size();
    leaf.time = state.last_time;
    leaf.core_commit = core_commit_in(leaf, commitment(Section::core, Salt{}, core));
    leaf.priv_commit = commitment(Section::priv, Salt{}, priv);
    const auto bytes = encode(leaf);
    const auto nodes = state.frontier.append(merkle::hash_leaf(bytes));
    rows[entry_key(leaf.index)] = entry_value(bytes, nodes, section(core), section(priv));
    rows[state_key()] = encode(state);
}

bool means(const VerifyReport& report, FindingKind kind) {
    return std::ranges::any_of(report.findings, [&](const VerifyFinding& finding) {
        return finding.meaning == words_of(kind).meaning && finding.remedy == words_of(kind).remedy;
    });
}

TEST_CASE(
    "an attempt to unseal in clear is no finding, and unvouched until it is signed", "[audit]"
) {
    Example example;
    auto rows = example.log.rows;
    auto& log = example.log;
    CHECK(example.verify(rows).unvouched == 0);  // those up to 48 are signed
    forge_clear(rows, test::attempt_event(log.wall));
    forge_clear(rows, test::attempt_event(log.wall));
    for (const bool with_keys : {false, true}) {
        const auto report = example.verify(rows, with_keys);
        CHECK(report.status == VerifyStatus::ok);
        CHECK(report.unvouched == 2);
        CHECK(std::ranges::any_of(report.not_checked, [](const std::string& line) {
            return line.starts_with("2 entries written while sealed");
        }));
    }
    LogBuilder unsealed{rows};
    unsealed.wall = log.wall + std::chrono::seconds{2};
    unsealed.append_retrieve(52);
    unsealed.commit();
    unsealed.checkpoint();
    const auto report = example.verify(unsealed.rows);
    CHECK(report.status == VerifyStatus::ok);
    CHECK(report.unvouched == 0);
}

TEST_CASE(
    "an entry in clear of a kind that no sealed vault writes is a finding, with keys and without",
    "[audit]"
) {
    const Example example;
    for (int code = 0; code < 256; ++code) {
        const auto action = static_cast<Action>(code);
        if (name(action).empty() || action == Action::unseal_attempt) continue;
        INFO(name(action));
        auto event = test::attempt_event(example.log.wall);
        event.action = action;
        auto rows = example.log.rows;
        forge_clear(rows, event);
        for (const bool with_keys : {false, true}) {
            const auto report = example.verify(rows, with_keys);
            CHECK(blames(report, 50));
            CHECK(means(report, FindingKind::forged));
            CHECK(says(report, action == Action::genesis ? "genesis" : "in clear"));
        }
    }
}

TEST_CASE("an entry of an older format than one before it is a finding", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    forge_clear(rows, test::attempt_event(example.log.wall), 1);
    for (const bool with_keys : {false, true}) {
        const auto report = example.verify(rows, with_keys);
        CHECK(blames(report, 50));
        CHECK(means(report, FindingKind::forged));
        CHECK(says(report, "older format"));
    }
}

TEST_CASE("a log that begins in format 1 and goes on in format 2 verifies", "[audit]") {
    LogBuilder old;
    Rows rows;
    // The same entries with leaves of format 1, whose commitments were not bound.
    old.append_genesis();
    merkle::Frontier frontier;
    const auto put = [&](std::uint64_t index, const PreparedEvent& event) {
        Leaf leaf;
        leaf.format = 1;
        leaf.kind = index == 0 ? Leaf::Kind::genesis : Leaf::Kind::event;
        leaf.index = index;
        leaf.time = test::start_time;
        leaf.core_commit = event.core_commit;
        leaf.priv_commit = event.priv_commit;
        const auto bytes = encode(leaf);
        const auto nodes = frontier.append(merkle::hash_leaf(bytes));
        rows[entry_key(index)] = entry_value(bytes, nodes, event.core_row, event.priv_row);
    };
    const Genesis genesis{
        test::uuid_number(0xA0),
        origin,
        std::string{production_kind},
        old.verify_options().verifier_key};
    put(0, prepare_clear(genesis_event(genesis, "n1", test::start_time), old.random).value());
    for (std::uint64_t i = 1; i < 6; ++i)
        put(i, prepare(test::retrieve_event(i), old.sealer, old.random));
    LogState state;
    state.frontier = frontier;
    state.last_time = test::start_time;
    rows[state_key()] = encode(state);
    LogBuilder log{rows};
    log.append(prepare(test::retrieve_event(6), old.sealer, old.random));
    log.commit();
    log.checkpoint();
    const auto report = verify_log(MemorySource{log.rows}, log.verify_options(), &old.sealer);
    CHECK(report.status == VerifyStatus::ok);
    CHECK(report.findings.empty());
    CHECK(report.size == 7);
    CHECK(parse_leaf(split_entry(log.rows.at(entry_key(5)))->leaf)->format == 1);
    CHECK(parse_leaf(split_entry(log.rows.at(entry_key(6)))->leaf)->format == 2);
}

TEST_CASE(
    "an entry that was cut out cannot be hidden by renumbering the rest, even with the log's key",
    "[audit]"
) {
    const Example example;
    const auto& log = example.log;
    Rows rows;
    merkle::Frontier frontier;
    auto state = parse_log_state(log.rows.at(state_key())).value();
    for (std::uint64_t i = 0; i < 49; ++i) {
        const auto entry = split_entry(log.rows.at(entry_key(i < 20 ? i : i + 1))).value();
        auto leaf = parse_leaf(entry.leaf).value();
        leaf.index = i;
        const auto bytes = encode(leaf);
        const auto nodes = frontier.append(merkle::hash_leaf(bytes));
        rows[entry_key(i)] = entry_value(bytes, nodes, entry.core_row, entry.priv_row);
    }
    state.frontier = frontier;
    state.checkpoint_size = 49;
    rows[state_key()] = encode(state);
    rows[checkpoint_key(49)] =
        merkle::sign_checkpoint({origin, 49, frontier.root()}, origin, log.key);
    // The details are bound to where they were written, which takes the vault's keys to see, but for
    // those in clear.
    CHECK(blames(example.verify(rows, true), 20));
    CHECK(blames(example.verify(rows), 23));
}

TEST_CASE("the newest checkpoint missing, or all of them, is found by the state row", "[audit]") {
    const Example example;
    for (const bool with_keys : {false, true}) {
        auto rows = example.log.rows;
        rows.erase(checkpoint_key(48));
        auto report = example.verify(rows, with_keys);
        CHECK(blames(report, 47));
        CHECK(means(report, FindingKind::missing));
        CHECK(says(report, "the newest checkpoint, over 48 entries, is missing"));
        for (const std::uint64_t size : {10U, 20U, 33U}) rows.erase(checkpoint_key(size));
        report = example.verify(rows, with_keys);
        CHECK(blames(report, 47));
        CHECK(says(report, "the newest checkpoint, over 48 entries, is missing"));
    }
    CHECK(check_start(MemoryView{example.log.rows}, {origin, example.log.key.public_key()}));
    auto rows = example.log.rows;
    rows.erase(checkpoint_key(48));
    const auto start = check_start(MemoryView{rows}, {origin, example.log.key.public_key()});
    REQUIRE_FALSE(start);
    CHECK(start.error().code == Errc::integrity);
    for (const std::uint64_t size : {10U, 20U, 33U}) rows.erase(checkpoint_key(size));
    CHECK_FALSE(check_start(MemoryView{rows}, {origin, example.log.key.public_key()}));
}

TEST_CASE("a state row that is older than the newest checkpoint is a finding", "[audit]") {
    Example example;
    const auto older = example.log.rows.at(state_key());
    auto state = parse_log_state(older).value();
    example.log.checkpoint();
    auto rows = example.log.rows;
    CHECK(example.verify(rows).status == VerifyStatus::ok);
    CHECK(parse_log_state(rows.at(state_key()))->checkpoint_size == 50);
    rows[state_key()] = older;  // of the same entries, before the checkpoint over 50 of them
    REQUIRE(state.checkpoint_size == 48);
    const auto report = example.verify(rows);
    CHECK(blames(report, 49));
    CHECK(means(report, FindingKind::older));
    CHECK(says(report, "the state row is older than the checkpoint over 50 entries"));
    CHECK_FALSE(check_start(MemoryView{rows}, {origin, example.log.key.public_key()}));
}

TEST_CASE("a hand-over that nobody signed is a finding, and nothing is believed of it", "[audit]") {
    const Example example;
    for (const std::string note : {"", "anything", "sv1.handover\n"}) {
        auto rows = example.log.rows;
        rows[handover_key(20)] = note;
        const auto report = example.verify(rows);
        CHECK(report.status == VerifyStatus::tampering);
        CHECK(means(report, FindingKind::forged));
        CHECK(says(report, "a hand-over is damaged or not signed by this key"));
        CHECK(report.handovers.empty());
        CHECK_FALSE(check_start(MemoryView{rows}, {origin, example.log.key.public_key()}));
    }
}

TEST_CASE("rows of no kind among the log's are a finding", "[audit]") {
    const Example example;
    for (const std::string key : {"", "\x05", "\xFF\xFF", "x"}) {
        auto rows = example.log.rows;
        rows[key.empty() ? std::string(1, '\0') : key] = "anything";
        for (const bool with_keys : {false, true}) {
            const auto report = example.verify(rows, with_keys);
            CHECK(report.status == VerifyStatus::tampering);
            CHECK(means(report, FindingKind::stray));
            CHECK(says(report, "1 rows of the log are of no kind"));
        }
    }
}

TEST_CASE("sealed sections are opened and parsed with keys, and told in order", "[audit]") {
    Example example;
    std::vector<std::uint64_t> told;
    const auto use = [&](std::uint64_t index, const Event& event) {
        told.push_back(index);
        if (event.action == Action::retrieve) CHECK(event.record.has_value());
    };
    const auto report = verify_log(
        MemorySource{example.log.rows}, example.log.verify_options(), &example.log.sealer, use
    );
    CHECK(report.status == VerifyStatus::ok);
    REQUIRE(told.size() == 44);  // the genesis and five attempts to unseal are in clear
    CHECK(std::ranges::is_sorted(told));
    told.clear();
    const auto without =
        verify_log(MemorySource{example.log.rows}, example.log.verify_options(), nullptr, use);
    CHECK(without.status == VerifyStatus::ok);
    CHECK(told.empty());
}

TEST_CASE(
    "a sealed section that is no event is a finding with keys, and hides no other entry", "[audit]"
) {
    Example example;
    auto& log = example.log;
    auto prepared = prepare(test::retrieve_event(50), log.sealer, log.random);
    const auto seal = [&](Section section, Bytes& row, Digest& commit, const Bytes& bytes) {
        const auto parsed = parse_detail_row(row).value();
        const Salt salt{};
        Bytes plain(salt.begin(), salt.end());
        plain.insert(plain.end(), bytes.begin(), bytes.end());
        const auto event = test::uuid_number(1);
        const auto blob = log.sealer.seal(section, parsed.day, event, plain);
        ByteWriter out;
        out.bytes(ByteView{row}.first(7));
        out.u16(static_cast<std::uint16_t>(event.bytes.size() + blob.size()));
        out.bytes(event.bytes).bytes(blob);
        row = std::move(out).take();
        commit = commitment(section, salt, bytes);
    };
    std::string what;
    SECTION("core") {
        seal(Section::core, prepared.core_row, prepared.core_commit, Bytes{0xFF});
        what = "the core section is malformed";
    }
    SECTION("priv") {
        seal(Section::priv, prepared.priv_row, prepared.priv_commit, Bytes{0xFF});
        what = "the priv section is malformed";
    }
    log.append(prepared);
    log.append_retrieve(51);
    log.commit();
    CHECK(example.verify(log.rows).status == VerifyStatus::ok);
    std::vector<std::uint64_t> told;
    const auto report = verify_log(
        MemorySource{log.rows},
        log.verify_options(),
        &log.sealer,
        [&](std::uint64_t index, const Event&) { told.push_back(index); }
    );
    CHECK(blames(report, 50));
    CHECK(says(report, what));
    CHECK(means(report, FindingKind::damaged));
    CHECK(std::ranges::find(told, 51U) != told.end());
}

TEST_CASE("a report counts all findings, and each says what it means and what to do", "[audit]") {
    const Example example;
    auto rows = example.log.rows;
    for (std::uint64_t i = 5; i < 50; ++i) rows[entry_key(i)][30] ^= 1;
    const auto report = example.verify(rows);
    CHECK(report.findings.size() == 16);
    CHECK(report.finding_count >= 45);
    for (const auto& finding : report.findings) {
        CHECK_FALSE(finding.meaning.empty());
        CHECK_FALSE(finding.remedy.empty());
    }
}

TEST_CASE("every kind of finding has words of its own, and is known by them", "[audit]") {
    std::set<std::string_view> meanings;
    for (const auto& words : finding_words) {
        CHECK_FALSE(words.meaning.empty());
        CHECK_FALSE(words.remedy.empty());
        CHECK(meanings.insert(words.meaning).second);
        CHECK(words_of(words.kind).meaning == words.meaning);
        CHECK(kind_meaning(words.meaning) == words.kind);
    }
    CHECK(kind_meaning("something else") == FindingKind::damaged);
}

class Folder {
 public:
    Folder() {
        SystemRandom random;
        path = std::filesystem::temp_directory_path() /
               ("rookery-audit-" + to_string(Uuid::random(random)));
        std::filesystem::create_directories(path);
    }

    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }

    [[nodiscard]] std::string read(const char* name) const {
        std::ifstream in(path / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    void write(const char* name, std::string_view text) const {
        std::ofstream(path / name, std::ios::binary) << text;
    }

    std::filesystem::path path;
};

TEST_CASE("a state file finds rollback and split view, and follows what verified", "[audit]") {
    const Folder folder;
    Example example;
    auto options = example.log.verify_options();
    options.state_file = folder.path / "seen";
    const auto verify = [&](const Rows& rows) { return verify_log(MemorySource{rows}, options); };

    const auto old_rows = example.log.rows;
    REQUIRE(verify(old_rows).status == VerifyStatus::ok);
    CHECK(folder.read("seen") == old_rows.at(checkpoint_key(48)));
    example.log.grow_to(60);
    example.log.checkpoint();
    REQUIRE(verify(example.log.rows).status == VerifyStatus::ok);
    const auto newest = example.log.rows.at(checkpoint_key(60));
    CHECK(folder.read("seen") == newest);

    SECTION("an older copy is a rollback") {
        const auto report = verify(old_rows);
        CHECK(blames(report, 50));
        CHECK(says(report, "rollback"));
        CHECK(report.evidence == std::vector<std::string>{newest});
        CHECK(folder.read("seen") == newest);
    }
    SECTION("another log under the same key is a split view") {
        LogBuilder other;
        other.wall += std::chrono::milliseconds{1};
        other.grow_to(70);
        other.checkpoint();
        const auto report = verify(other.rows);
        CHECK(blames(report, 59));
        CHECK(says(report, "split view"));
        CHECK(folder.read("seen") == newest);
    }
    SECTION("another log of the same size is a split view too") {
        LogBuilder other;
        other.wall += std::chrono::milliseconds{1};
        other.grow_to(60);
        other.checkpoint();
        CHECK(says(verify(other.rows), "split view"));
    }
    SECTION("a state file of another key or in another form is a usage error") {
        folder.write("seen", "anything");
        CHECK(verify(example.log.rows).status == VerifyStatus::usage);
        folder.write("seen", merkle::sign_checkpoint({origin, 1, {}}, origin, test::log_key(1)));
        CHECK(verify(example.log.rows).status == VerifyStatus::usage);
    }
    SECTION("a state file that cannot be written makes the verdict unavailable") {
        options.state_file = folder.path / "missing" / "seen";
        CHECK(verify(example.log.rows).status == VerifyStatus::unavailable);
    }
}

/// Puts rows into a store on disk and closes it.
void store_rows(const std::filesystem::path& data, const Rows& rows) {
    const auto store =
        storage::open_rocksdb(data / "store", storage::OpenMode::create_if_missing).value();
    auto commit = store->begin();
    for (const auto& [key, value] : rows) commit->put(storage::Family::log, key, value);
    commit->put(storage::Family::meta, storage::text_rules_key, storage::text_key_rules());
    REQUIRE(commit->write());
}

TEST_CASE("a log on disk is verified from its data directory", "[audit]") {
    const Folder folder;
    const Example example;
    store_rows(folder.path, example.log.rows);

    VerifyOptions options;
    CHECK(rookery::verify_log(folder.path, options).status == VerifyStatus::unavailable);
    folder.write("log.vkey", example.log.verify_options().verifier_key + "\n");
    const auto own_key = rookery::verify_log(folder.path, options);
    CHECK(own_key.status == VerifyStatus::ok);
    CHECK(own_key.size == 50);
    CHECK(own_key.not_checked.back().find("from the data directory itself") != std::string::npos);
    const auto given_key = rookery::verify_log(folder.path, example.log.verify_options());
    CHECK(given_key.status == VerifyStatus::ok);
    CHECK(given_key.not_checked.size() + 1 == own_key.not_checked.size());

    // The start check agrees on the same store.
    {
        const auto store =
            storage::open_rocksdb(folder.path / "store", storage::OpenMode::must_exist).value();
        CHECK(check_start(*store->view(), {origin, example.log.key.public_key()}));
        CHECK(LogReader::open(store->view(), &example.log.sealer).value().read(7, Sections::core));
        auto commit = store->begin();
        auto changed = example.log.rows.at(entry_key(22));
        changed[40] = static_cast<char>(changed[40] ^ 1);
        commit->put(storage::Family::log, entry_key(22), changed);
        REQUIRE(commit->write());
    }
    const auto report = rookery::verify_log(folder.path, example.log.verify_options());
    CHECK(blames(report, 22));
    CHECK(
        rookery::verify_log(folder.path / "nowhere", example.log.verify_options()).status ==
        VerifyStatus::unavailable
    );
}

}  // namespace
}  // namespace rookery::audit::verify_test

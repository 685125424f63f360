// What somebody with the disk does to one entry hides that entry and no other.
#include "audit/unreadable.hpp"

#include "audit/core_section.hpp"
#include "audit/detail_row.hpp"
#include "audit/log_reader.hpp"
#include "merkle/hash.hpp"
#include "storage/rocksdb_store.hpp"
#include "support.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <set>

namespace rookery::audit::unreadable_test {
namespace {

using test::LogBuilder;
using test::MemoryView;
using test::Rows;
using test::uuid_number;

constexpr std::uint64_t log_size = 60;

/// A view whose store cannot give some entries: reads of them fail, and a cursor ends at the first.
class BrokenView final : public storage::StoreView {
 public:
    BrokenView(Rows rows, std::set<std::string> broken, Errc code)
        : rows_(std::move(rows)), broken_(std::move(broken)), code_(code) {}

    [[nodiscard]] Result<bool> get(
        storage::Family family, std::string_view key,
        const std::function<void(std::string_view)>& use
    ) const override {
        ++reads;
        if (broken_.contains(std::string{key})) return fail(code_, "the store failed");
        return rows_.get(family, key, use);
    }

    [[nodiscard]] std::unique_ptr<storage::Cursor> scan(
        const storage::KeyRange& range, storage::Order order
    ) const override {
        return std::make_unique<Walk>(*this, rows_.scan(range, order));
    }

    [[nodiscard]] std::uint64_t sequence() const override { return 0; }

    mutable std::size_t reads = 0;

 private:
    class Walk final : public storage::Cursor {
     public:
        Walk(const BrokenView& view, std::unique_ptr<storage::Cursor> inner)
            : view_(view), inner_(std::move(inner)) {}

        [[nodiscard]] bool valid() const override { return inner_->valid() && !broken(); }

        void next() override { inner_->next(); }

        [[nodiscard]] std::string_view key() const override { return inner_->key(); }

        [[nodiscard]] std::string_view value() const override { return inner_->value(); }

        [[nodiscard]] Result<void> status() const override {
            if (broken()) return fail(view_.code_, "the store failed");
            return {};
        }

     private:
        [[nodiscard]] bool broken() const {
            return inner_->valid() && view_.broken_.contains(std::string{inner_->key()});
        }

        const BrokenView& view_;
        std::unique_ptr<storage::Cursor> inner_;
    };

    MemoryView rows_;
    std::set<std::string> broken_;
    Errc code_;
};

/// An entry's row in its parts, to be put together again with one of them changed.
struct Parts {
    explicit Parts(const std::string& value) {
        const auto entry = split_entry(value).value();
        leaf = parse_leaf(entry.leaf).value();
        for (std::size_t i = 0; i < entry.node_count(); ++i) nodes.push_back(entry.node(i));
        core.assign(entry.core_row.begin(), entry.core_row.end());
        priv.assign(entry.priv_row.begin(), entry.priv_row.end());
    }

    /// With a leaf hash that is the leaf's, as whoever writes to the disk would have it.
    [[nodiscard]] std::string row() const {
        const auto bytes = encode(leaf);
        auto all = nodes;
        all.front() = merkle::hash_leaf(bytes);
        return entry_value(bytes, all, core, priv);
    }

    Leaf leaf;
    std::vector<Digest> nodes;
    Bytes core;
    Bytes priv;
};

struct Damaged {
    Damaged() { log.grow_to(log_size); }

    std::string& row(std::uint64_t index) { return log.rows.at(entry_key(index)); }

    [[nodiscard]] Parts parts(std::uint64_t index) const {
        return Parts{log.rows.at(entry_key(index))};
    }

    void flip_core(std::uint64_t index) {
        auto changed = parts(index);
        changed.core.back() ^= 1;
        row(index) = changed.row();
    }

    /// Other section bytes, sealed and committed to as the vault would.
    void seal_core(std::uint64_t index, const Bytes& bytes) {
        auto changed = parts(index);
        const Salt salt{};
        Bytes plain(salt.begin(), salt.end());
        plain.insert(plain.end(), bytes.begin(), bytes.end());
        const auto day = parse_detail_row(changed.core).value().day;
        const auto event = uuid_number(1);
        const auto blob = log.sealer.seal(Section::core, day, event, plain);
        const auto size = event.bytes.size() + blob.size();
        changed.core.resize(7);
        changed.core.push_back(static_cast<std::uint8_t>(size >> 8));
        changed.core.push_back(static_cast<std::uint8_t>(size));
        changed.core.insert(changed.core.end(), event.bytes.begin(), event.bytes.end());
        changed.core.insert(changed.core.end(), blob.begin(), blob.end());
        changed.leaf.core_commit =
            core_commit_in(changed.leaf, commitment(Section::core, salt, bytes));
        row(index) = changed.row();
    }

    LogBuilder log;
};

/// All pages. Every one keeps to the query's `top`, and leads on to smaller indexes.
std::vector<FoundEntry> pages(
    const LogReader& reader, LogQuery query, Sections sections = Sections::core
) {
    std::vector<FoundEntry> out;
    for (;;) {
        const auto page = reader.search(query, sections).value();
        REQUIRE(page.entries.size() <= query.top);
        for (const auto& entry : page.entries) {
            REQUIRE((out.empty() || index_of(entry) < index_of(out.back())));
            out.push_back(entry);
        }
        if (!page.next_below) return out;
        REQUIRE(*page.next_below < query.below.value_or(UINT64_MAX));
        query.below = page.next_below;
    }
}

/// What is unreadable, by index; the test fails unless every other entry is there.
std::map<std::uint64_t, Unreadable> unreadable(
    const LogReader& reader, std::size_t top = 7, Sections sections = Sections::core
) {
    LogQuery query;
    query.top = top;
    const auto all = pages(reader, query, sections);
    REQUIRE(all.size() == log_size);
    std::map<std::uint64_t, Unreadable> out;
    for (std::size_t i = 0; i < all.size(); ++i) {
        REQUIRE(index_of(all[i]) == log_size - 1 - i);
        if (!all[i]) out.emplace(all[i].error().index, all[i].error().why);
    }
    return out;
}

using Expected = std::map<std::uint64_t, Unreadable>;

TEST_CASE("a whole log has no unreadable entry", "[audit]") {
    const Damaged damaged;
    CHECK(unreadable(damaged.log.reader(), 7, Sections::core_and_priv).empty());
}

TEST_CASE("each kind of damage is named, and every other entry is still shown", "[audit]") {
    Damaged damaged;
    auto why = Unreadable::row_missing;
    auto code = Errc::integrity;
    std::optional<Instant> time = damaged.parts(33).leaf.time;
    SECTION("the row is missing") {
        damaged.log.rows.erase(entry_key(33));
        time.reset();
    }
    SECTION("the row is cut") {
        damaged.row(33).pop_back();
        why = Unreadable::row_damaged;
        time.reset();
    }
    SECTION("the row is empty") {
        damaged.row(33).clear();
        why = Unreadable::row_damaged;
        time.reset();
    }
    SECTION("a byte of the leaf is flipped") {
        damaged.row(33)[40] ^= 1;
        why = Unreadable::row_damaged;
        time.reset();
    }
    SECTION("another entry's row is in its place") {
        damaged.row(33) = damaged.row(35);
        why = Unreadable::other_leaf;
        time.reset();
    }
    SECTION("the sealed core is flipped") {
        damaged.flip_core(33);
        why = Unreadable::details_shut;
    }
    SECTION("the core's row has another version") {
        auto changed = damaged.parts(33);
        changed.core.front() ^= 1;
        damaged.row(33) = changed.row();
        why = Unreadable::row_damaged;
    }
    SECTION("the core is gone") {
        auto changed = damaged.parts(33);
        changed.core.clear();
        damaged.row(33) = changed.row();
        why = Unreadable::row_damaged;
    }
    SECTION("another entry's details are in its place") {
        auto changed = damaged.parts(33);
        changed.core = damaged.parts(35).core;
        damaged.row(33) = changed.row();
        why = Unreadable::details_differ;
    }
    SECTION("the details are sealed and committed to, and no event") {
        damaged.seal_core(33, Bytes{0xFF});
        why = Unreadable::details_malformed;
    }
    SECTION("the details are of a schema to come") {
        auto core = encode_core(test::retrieve_event(33));
        REQUIRE(core[2] == 1);
        core[2] = 2;
        damaged.seal_core(33, core);
        why = Unreadable::newer_format;
        code = Errc::newer_format;
    }
    SECTION("an entry of a kind that takes a key is written in clear") {
        auto changed = damaged.parts(33);
        auto clear = test::retrieve_event(33);
        clear.action = Action::unseal_attempt;
        auto forged = prepare_clear(clear, damaged.log.random).value();
        clear.action = Action::retrieve;
        // What prepare_clear refuses to make: the same row with another section.
        const auto blob = parse_detail_row(forged.core_row).value().blob;
        const auto bytes = encode_core(clear);
        Salt salt{};
        std::memcpy(salt.data(), blob.data(), salt.size());
        forged.core_row.resize(9);
        const auto size = salt.size() + bytes.size();
        forged.core_row[7] = static_cast<std::uint8_t>(size >> 8);
        forged.core_row[8] = static_cast<std::uint8_t>(size);
        forged.core_row.insert(forged.core_row.end(), salt.begin(), salt.end());
        forged.core_row.insert(forged.core_row.end(), bytes.begin(), bytes.end());
        changed.core = forged.core_row;
        changed.leaf.core_commit =
            core_commit_in(changed.leaf, commitment(Section::core, salt, bytes));
        damaged.row(33) = changed.row();
        why = Unreadable::details_in_clear;
    }
    SECTION("the day of details in clear is another one") {
        auto changed = damaged.parts(34);
        changed.core[5] ^= 1;
        damaged.row(34) = changed.row();
        CHECK(unreadable(damaged.log.reader()) == Expected{{34, Unreadable::details_foreign}});
        return;
    }
    CHECK(unreadable(damaged.log.reader()) == Expected{{33, why}});
    LogQuery query;
    query.from = 33;
    query.below = 34;
    const auto found = damaged.log.reader().search(query, Sections::core).value();
    REQUIRE(found.entries.size() == 1);
    REQUIRE_FALSE(found.entries.front());
    CHECK(found.entries.front().error() == UnreadableEntry{33, why, time});
    CHECK(damaged.log.reader().read(33, Sections::core).error().code == code);
    CHECK(damaged.log.reader().read(32, Sections::core));
}

TEST_CASE("damage of the priv section alone hides an entry from those who ask for it", "[audit]") {
    Damaged damaged;
    auto changed = damaged.parts(33);
    changed.priv.back() ^= 1;
    damaged.row(33) = changed.row();
    CHECK(unreadable(damaged.log.reader()).empty());
    CHECK(
        unreadable(damaged.log.reader(), 7, Sections::core_and_priv) ==
        Expected{{33, Unreadable::details_shut}}
    );
}

TEST_CASE("every byte of an entry's row may be flipped, and the others are shown", "[audit]") {
    const Damaged whole;
    const auto& good = whole.log.rows.at(entry_key(35));
    const auto nodes = split_entry(good).value().nodes.size();
    for (std::size_t i = 0; i < good.size(); ++i) {
        if (i >= 84 + 1 + 32 && i < 84 + 1 + nodes) continue;  // inner nodes: the tree's business
        auto rows = whole.log.rows;
        rows[entry_key(35)][i] ^= 1;
        const auto reader =
            LogReader::open(std::make_shared<MemoryView>(std::move(rows)), &whole.log.sealer)
                .value();
        INFO(i);
        const auto found = unreadable(reader, log_size, Sections::core_and_priv);
        REQUIRE(found.size() == 1);
        REQUIRE(found.contains(35));
    }
}

TEST_CASE(
    "all details from an index on destroyed leave what lies before, and the times", "[audit]"
) {
    Damaged damaged;
    for (std::uint64_t index = 40; index < log_size; ++index) {
        auto changed = damaged.parts(index);
        std::ranges::fill(changed.core, std::uint8_t{0});
        std::ranges::fill(changed.priv, std::uint8_t{0});
        damaged.row(index) = changed.row();
    }
    const auto found = unreadable(damaged.log.reader());
    REQUIRE(found.size() == 20);
    CHECK(found.begin()->first == 40);
    LogQuery query;
    query.record = uuid_number(3);
    query.top = 7;
    const auto about = pages(damaged.log.reader(), query);
    REQUIRE(about.size() == 20 + 8);  // 38, 33, 28 …
    for (std::size_t i = 0; i < 20; ++i) {
        REQUIRE_FALSE(about[i]);
        CHECK(about[i].error().time == damaged.parts(about[i].error().index).leaf.time);
    }
    CHECK(about[20].value().leaf.index == 38);
}

TEST_CASE("no filter excludes what cannot be read, and each page has it once", "[audit]") {
    Damaged damaged;
    damaged.flip_core(52);
    damaged.log.rows.erase(entry_key(31));
    damaged.row(11) = damaged.row(12);
    const auto reader = damaged.log.reader();
    const auto found = [&](const LogQuery& query) {
        std::vector<std::uint64_t> out;
        for (const auto& entry : pages(reader, query)) out.push_back(index_of(entry));
        return out;
    };
    for (const std::size_t top : {1U, 2U, 3U, 50U}) {
        LogQuery query;
        query.top = top;
        query.record = uuid_number(3);
        CHECK(
            found(query) ==
            std::vector<std::uint64_t>{58, 53, 52, 48, 43, 38, 33, 31, 28, 23, 18, 13, 11, 8, 3}
        );
        query.actor = "agent-2";
        CHECK(found(query) == std::vector<std::uint64_t>{53, 52, 38, 31, 23, 11, 8});
        query = {};
        query.top = top;
        query.actor = "nobody";
        CHECK(found(query) == std::vector<std::uint64_t>{52, 31, 11});
        query.scan_max = 4;
        CHECK(found(query) == std::vector<std::uint64_t>{52, 31, 11});
        query.credential = ByteArray<8>{77};
        CHECK(found(query) == std::vector<std::uint64_t>{52, 31, 11});
        query.from = 12;
        query.below = 52;
        CHECK(found(query) == std::vector<std::uint64_t>{31});
    }
}

TEST_CASE(
    "what cannot be read ends no search by time, nor does what anybody could set back", "[audit]"
) {
    Damaged damaged;
    auto& log = damaged.log;
    while (log.writer.size() < log_size + 20) {
        auto event = test::retrieve_event(log.writer.size());
        event.time = log.wall;
        log.append(prepare(event, log.sealer, log.random));
    }
    log.commit();
    const auto set_back = [&](std::uint64_t index) {
        auto changed = damaged.parts(index);
        changed.leaf.time = from_ms(0);
        damaged.row(index) = changed.row();
    };
    set_back(78);
    set_back(76);
    damaged.flip_core(76);
    log.rows.erase(entry_key(74));
    // A forged one that says that it is older does not match, and ends nothing either.
    const auto attempt = test::attempt_event(from_ms(0));
    const auto clear = prepare_clear(attempt, log.random).value();
    auto forged = damaged.parts(72);
    forged.core = clear.core_row;
    forged.priv = clear.priv_row;
    forged.leaf.core_commit = core_commit_in(forged.leaf, clear.core_commit);
    forged.leaf.priv_commit = clear.priv_commit;
    forged.leaf.time = attempt.time;
    damaged.row(72) = forged.row();

    LogQuery query;
    query.since = damaged.parts(65).leaf.time;
    std::vector<std::uint64_t> found;
    for (const auto& entry : pages(log.reader(), query)) found.push_back(index_of(entry));
    std::vector<std::uint64_t> expected;
    for (std::uint64_t index = log_size + 20; index-- > 65;) {
        if (index != 72) expected.push_back(index);
    }
    CHECK(found == expected);
}

TEST_CASE("a damaged block of the store hides the entries in it and no other", "[audit]") {
    const Damaged damaged;
    const auto view = std::make_shared<BrokenView>(
        damaged.log.rows, std::set{entry_key(59), entry_key(30), entry_key(31)}, Errc::integrity
    );
    const auto reader = LogReader::open(view, &damaged.log.sealer).value();
    CHECK(
        unreadable(reader) ==
        Expected{
            {59, Unreadable::row_damaged},
            {31, Unreadable::row_damaged},
            {30, Unreadable::row_damaged}}
    );
    // One read of each entry at most, however often the cursor would have failed.
    view->reads = 0;
    LogQuery query;
    query.actor = "nobody";
    query.scan_max = 40;
    CHECK(reader.search(query, Sections::core).value().next_below == 20);
    CHECK(view->reads == 40);
}

TEST_CASE("a store that cannot be read for another reason is an error and no damage", "[audit]") {
    const Damaged damaged;
    const auto view =
        std::make_shared<BrokenView>(damaged.log.rows, std::set{entry_key(30)}, Errc::io);
    const auto reader = LogReader::open(view, &damaged.log.sealer).value();
    CHECK(reader.search({}, Sections::core).error().code == Errc::io);
    auto rows = damaged.log.rows;
    rows.erase(entry_key(40));  // met by a point read
    const auto holed =
        std::make_shared<BrokenView>(std::move(rows), std::set{entry_key(30)}, Errc::io);
    CHECK(
        LogReader::open(holed, &damaged.log.sealer)
            .value()
            .search({}, Sections::core)
            .error()
            .code == Errc::io
    );
}

TEST_CASE("a row that is no entry's, between two that are, hides neither", "[audit]") {
    Damaged damaged;
    damaged.log.rows[entry_key(30) + "x"] = "nothing";
    damaged.log.rows[entry_key(20).substr(0, 5)] = "nothing";
    CHECK(unreadable(damaged.log.reader()).empty());
}

TEST_CASE("a flipped byte of a file of the store hides the entries of its block", "[audit]") {
    namespace fs = std::filesystem;
    const Damaged damaged;
    SystemRandom random;
    const auto folder =
        fs::temp_directory_path() / ("rookery-log-" + to_string(Uuid::random(random)));

    struct Remove {
        fs::path path;

        ~Remove() {
            std::error_code ignored;
            fs::remove_all(path, ignored);
        }
    } const remove{folder};

    {
        const auto store =
            storage::open_rocksdb(folder, storage::OpenMode::create_if_missing).value();
        const auto commit = store->begin();
        for (const auto& [key, value] : damaged.log.rows)
            commit->put(storage::Family::log, key, value);
        REQUIRE(commit->write());
    }
    // What was written goes from the write-ahead log into a file when the store is opened again.
    storage::open_rocksdb(folder, storage::OpenMode::must_exist).value();
    const auto leaf = split_entry(damaged.log.rows.at(entry_key(30))).value().leaf;
    std::size_t flipped = 0;
    for (const auto& file : fs::directory_iterator(folder)) {
        if (file.path().extension() != ".sst") continue;
        std::ifstream in{file.path(), std::ios::binary};
        std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        const auto at = bytes.find(text_of(leaf));
        if (at == std::string::npos) continue;
        bytes[at + 40] ^= 1;
        std::ofstream{file.path(), std::ios::binary} << bytes;
        ++flipped;
    }
    REQUIRE(flipped == 1);
    const auto store = storage::open_rocksdb(folder, storage::OpenMode::must_exist).value();
    const auto reader = LogReader::open(store->view(), &damaged.log.sealer).value();
    const auto found = unreadable(reader);
    CHECK(found.contains(30));
    CHECK(found.size() < log_size / 3);
    for (const auto& [index, why] : found) CHECK(why == Unreadable::row_damaged);
}

TEST_CASE("entries in clear are marked as written while sealed, but not the genesis", "[audit]") {
    const Damaged damaged;
    for (const auto& entry : pages(damaged.log.reader(), {})) {
        const auto index = entry.value().leaf.index;
        INFO(index);
        CHECK(entry->while_sealed == (index % 10 == 4));
        CHECK(
            damaged.log.reader().read(index, Sections::core)->while_sealed == entry->while_sealed
        );
    }
}

TEST_CASE(
    "without keys sealed entries are unreadable for that reason, the others are shown", "[audit]"
) {
    const Damaged damaged;
    const auto reader =
        LogReader::open(std::make_shared<MemoryView>(damaged.log.rows), nullptr).value();
    for (const auto& entry : pages(reader, {})) {
        const auto index = index_of(entry);
        const bool clear = index == 0 || index % 10 == 4;
        INFO(index);
        REQUIRE(entry.has_value() == clear);
        if (!clear) CHECK(entry.error().why == Unreadable::no_key);
    }
}

TEST_CASE("every reason has words of its own", "[audit]") {
    std::set<std::string_view> seen;
    for (int code = 0; code <= static_cast<int>(Unreadable::no_key); ++code) {
        const auto said = words(static_cast<Unreadable>(code));
        CHECK(said != "unknown");
        CHECK(seen.insert(said).second);
    }
}

}  // namespace
}  // namespace rookery::audit::unreadable_test

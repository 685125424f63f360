// An older copy of a row that is put back on the disk, with the tag that it had: under a running vault it is found by whoever
// reads it, and in a stopped one by the comparison that a start makes.
#include "audit/log_reader.hpp"
#include "ledger/row_freshness.hpp"
#include "storage/row_key.hpp"
#include "support/test_vault.hpp"
#include "vault/freshness_watch.hpp"
#include "vault/vault_parts.hpp"

#include <map>
#include <utility>

namespace freshness_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::storage::Family;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view table = "msdyn_octwitterapplication";

class Applications {
 public:
    explicit Applications(test::Kept kept) : vault(kept) {}

    Uuid make(const std::string& name) {
        return vault.create(table, std::pair{"msdyn_name", name});
    }

    Result<void> rename(const Uuid& id, const std::string& name) {
        Upsert message;
        message.target = TestVault::target(table, id);
        message.preconditions.must_exist = true;
        message.input.cells.push_back(TestVault::cell(table, "msdyn_name", name));
        ROOKERY_CHECK(vault.run<NoContent>(vault.vault().system(), std::move(message)));
        return {};
    }

    void remove(const Uuid& id) {
        Delete message;
        message.target = TestVault::target(table, id);
        vault.run_as_system<NoContent>(message);
    }

    Result<void> read(const Uuid& id) {
        Retrieve message;
        message.target = TestVault::target(table, id);
        message.selection.columns = {schema::table(table)->column("msdyn_name")};
        ROOKERY_CHECK(vault.run<RowReply>(vault.vault().system(), message));
        return {};
    }

    Result<void> list() {
        RetrieveMultiple message;
        message.table = schema::table(table);
        ROOKERY_CHECK(vault.run<ListReply>(vault.vault().system(), std::move(message)));
        return {};
    }

    [[nodiscard]] static std::string key(const Uuid& id) {
        return storage::row_key({schema::table(table)->id, id});
    }

    [[nodiscard]] std::string stored(const Uuid& id) {
        return value(vault.vault().view().store()->get(Family::rows, key(id))).value();
    }

    /// Straight into the running store, past the ledger, which then publishes it with a write of its own.
    void put_under(const Uuid& id, const std::string* bytes) {
        {
            const auto commit = vault.vault().parts().store->begin();
            write(*commit, id, bytes);
            REQUIRE(commit->write());
        }
        make("published");
    }

    /// Into the stopped store; then it is open again.
    void put_while_stopped(const Uuid& id, const std::string* bytes) {
        vault.close();
        {
            const auto store = vault.store();
            const auto commit = store->begin();
            write(*commit, id, bytes);
            REQUIRE(commit->write());
        }
        REQUIRE(vault.reopen());
    }

    /// Until everything is compared.
    void watch() {
        FreshnessWatch::Options options;
        options.before_serving = std::chrono::minutes{10};
        options.found = [this](std::string_view place, std::string_view what) {
            told.emplace_back(place, what);
        };
        const auto watching = FreshnessWatch::start(vault.vault(), options);
    }

    struct OnLog {
        audit::Action action;
        audit::Reason reason;
        std::optional<Uuid> record;
    };

    std::vector<OnLog> failures() {
        const auto view = vault.vault().view();
        const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
        std::vector<OnLog> out;
        for (std::uint64_t i = 0; i < reader.size(); ++i) {
            const auto entry = value(reader.read(i, audit::Sections::core));
            if (entry.event.outcome != audit::Outcome::failed) continue;
            out.push_back({entry.event.action, entry.event.reason, entry.event.record});
        }
        return out;
    }

    [[nodiscard]] std::vector<std::string> warnings() const {
        return const_cast<TestVault&>(vault).vault().parts().warnings();
    }

    TestVault vault;
    std::vector<std::pair<std::string, std::string>> told;

 private:
    static void write(storage::Commit& commit, const Uuid& id, const std::string* bytes) {
        if (bytes != nullptr) {
            commit.put(Family::rows, key(id), *bytes);
        } else {
            commit.remove(Family::rows, key(id));
        }
    }
};

void require_refused(const Result<void>& read) {
    REQUIRE_FALSE(read);
    REQUIRE(read.error().code == Errc::integrity);
    REQUIRE(read.error().message == "integrity check failed");
}

}  // namespace

TEST_CASE(
    "an older copy that is put back under a running vault is refused to its next reader", "[faults]"
) {
    Applications world(GENERATE(test::Kept::in_memory, test::Kept::on_disk));
    const auto id = world.make("one");
    const auto other = world.make("other");
    const auto before = world.stored(id);
    REQUIRE(world.rename(id, "two"));
    REQUIRE(world.read(id));
    world.put_under(id, &before);

    require_refused(world.read(id));
    require_refused(world.list());
    require_refused(world.rename(id, "three"));
    REQUIRE(world.read(other));
    const auto failed = world.failures();
    REQUIRE(failed.size() == 3);
    CHECK(failed.front().action == audit::Action::retrieve);
    CHECK(failed.front().reason == audit::Reason::stale_row);
    CHECK(failed.front().record == id);
    REQUIRE(world.warnings().size() >= 1);

    // Whoever watches puts it on the log as what it is.
    world.watch();
    const auto noted = world.failures();
    REQUIRE(noted.size() == 4);
    CHECK(noted.back().action == audit::Action::finding);
    CHECK(noted.back().record == id);
    REQUIRE(world.told.size() == 1);
}

TEST_CASE(
    "a deleted row that is put back, and one that is taken away, are refused to readers", "[faults]"
) {
    Applications world(test::Kept::in_memory);
    const auto id = world.make("one");
    const auto before = world.stored(id);
    SECTION("put back after its deletion") {
        world.remove(id);
        world.put_under(id, &before);
        require_refused(world.read(id));
    }
    SECTION("taken away") {
        world.put_under(id, nullptr);
        require_refused(world.read(id));
    }
    SECTION("its tombstone taken away, so that the id could be used again") {
        world.remove(id);
        world.put_under(id, nullptr);
        Create message;
        message.table = schema::table(table);
        message.input.cells.push_back(TestVault::cell(table, "msdyn_octwitterapplicationid", id));
        const auto made =
            world.vault.run<NoContent>(world.vault.vault().system(), std::move(message));
        REQUIRE_FALSE(made);
        REQUIRE(made.error().code == Errc::integrity);
    }
}

TEST_CASE(
    "what was put back while the vault was stopped is named before the first request", "[faults]"
) {
    Applications world(GENERATE(test::Kept::in_memory, test::Kept::on_disk));
    const auto id = world.make("one");
    const auto other = world.make("other");
    const auto before = world.stored(id);
    SECTION("an older copy") {
        REQUIRE(world.rename(id, "two"));
        world.put_while_stopped(id, &before);
    }
    SECTION("a deleted one") {
        world.remove(id);
        world.put_while_stopped(id, &before);
    }
    SECTION("one is taken away") { world.put_while_stopped(id, nullptr); }
    world.watch();
    require_refused(world.read(id));
    REQUIRE(world.read(other));
    REQUIRE(world.told.size() == 1);
    CHECK(world.told.front().first == std::string(table) + " " + to_string(id));
    const auto noted = world.failures();
    REQUIRE(noted.size() == 2);
    CHECK(noted.front().action == audit::Action::finding);
    CHECK(noted.front().record == id);
    CHECK_FALSE(world.vault.vault().parts().freshness->knows_all());
    CHECK(world.warnings().size() >= 1);
}

TEST_CASE("a start that nobody tampered with knows every row and finds nothing", "[faults]") {
    Applications world(test::Kept::on_disk);
    const auto id = world.make("one");
    world.remove(world.make("two"));
    REQUIRE(world.rename(id, "three"));
    const auto warnings = world.warnings();
    REQUIRE(world.vault.reopen());
    world.watch();
    CHECK(world.vault.vault().parts().freshness->knows_all());
    REQUIRE(world.read(id));
    REQUIRE(world.list());
    REQUIRE(world.read(world.make("four")));
    CHECK(world.told.empty());
    CHECK(world.failures().empty());
    CHECK(world.warnings() == warnings);

    // From now on nothing comes that was not written.
    const auto gone = world.make("five");
    const auto before = world.stored(gone);
    REQUIRE(world.vault.reopen());
    world.watch();
    world.put_under(gone, nullptr);
    require_refused(world.read(gone));
}

TEST_CASE("a change of a row that no entry tells of is said of all rows together", "[faults]") {
    Applications world(test::Kept::in_memory);
    const auto id = world.make("one");
    auto bytes = world.stored(id);
    // The trailer is outside the tag: the versionnumber is the first of it (docs/formats/row.md).
    const std::size_t trailer = 9;
    bytes[bytes.size() - trailer] = static_cast<char>(bytes[bytes.size() - trailer] ^ 1);
    world.put_while_stopped(id, &bytes);
    world.watch();
    REQUIRE(world.told.size() == 1);
    CHECK(world.told.front().first == "rows");
    CHECK(world.vault.vault().parts().freshness->do_sums_disagree());
    CHECK(world.failures().size() == 1);
}

}  // namespace freshness_test

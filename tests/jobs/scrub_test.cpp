#include "jobs/scrub.hpp"

#include "audit/log_reader.hpp"
#include "audit/log_row.hpp"
#include "jobs/jobs_vault.hpp"
#include "ledger/outbox.hpp"
#include "storage/index_key.hpp"
#include "storage/row_key.hpp"
#include "vault/vault_parts.hpp"
#include "vault/verify_store.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace scrub_test {

using namespace rookery;
using namespace rookery::jobs;
using messages::JobStatus;
using rookery::test::JobsVault;
using rookery::test::TestVault;
using rookery::test::value;
using storage::Family;

namespace {

Uuid application(TestVault& vault, const std::string& name) {
    return vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", name});
}

void rename(TestVault& vault, const Uuid& id, const std::string& name) {
    messages::Upsert message;
    message.target = TestVault::target("msdyn_octwitterapplication", id);
    message.input.cells.push_back(TestVault::cell("msdyn_octwitterapplication", "msdyn_name", name)
    );
    vault.run_as_system<messages::NoContent>(std::move(message));
}

std::string key_of(const Uuid& id) {
    return storage::row_key({schema::known::msdyn_octwitterapplication.id, id});
}

std::string stored(TestVault& vault, Family family, const std::string& key) {
    return value(vault.vault().parts().store->view()->get(family, key)).value();
}

/// Straight into the store of a running vault, past the ledger, which then publishes it with a harmless write.
void overwrite(TestVault& vault, Family family, const std::string& key, std::string_view bytes) {
    {
        const auto commit = vault.vault().parts().store->begin();
        commit->put(family, key, bytes);
        REQUIRE(commit->write());
    }
    application(vault, "published");
}

void remove_key(TestVault& vault, Family family, const std::string& key) {
    {
        const auto commit = vault.vault().parts().store->begin();
        commit->remove(family, key);
        REQUIRE(commit->write());
    }
    application(vault, "published");
}

struct Found {
    std::string kind;
    std::string place;
    std::optional<Uuid> record;
};

std::vector<Found> found_on_log(TestVault& vault) {
    const auto view = vault.vault().view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    audit::LogQuery query;
    query.top = 10'000;
    const auto page = value(reader.search(query, audit::Sections::core));
    std::vector<Found> out;
    for (const auto& entry : page.entries) {
        if (!entry || entry->event.action != audit::Action::finding) continue;
        Found found;
        for (const auto& [name, extra] : entry->event.extras) {
            if (name == "finding") found.kind = std::get<std::string>(extra);
            if (name == "place") found.place = std::get<std::string>(extra);
        }
        found.record = entry->event.record;
        out.push_back(std::move(found));
    }
    return out;
}

/// A vault with its scrub; `run` lets it come to its end.
struct Scrubbed {
    JobsVault jobs{std::make_unique<Scrub>()};
    TestVault& vault = jobs.vault;

    messages::JobRow run() {
        const auto id = jobs.start("scrub");
        for (int i = 0; i < 10'000; ++i) {
            (void)jobs.runner->turn();
            const auto row = jobs.row(id);
            if (row.completed) return row;
        }
        FAIL("it does not end");
        return {};
    }
};

}  // namespace

TEST_CASE("the scrub of a vault that nobody touched finds nothing", "[jobs]") {
    Scrubbed scrubbed;
    const auto id = application(scrubbed.vault, "one");
    rename(scrubbed.vault, id, "two");
    const auto row = scrubbed.run();
    CHECK(row.status == JobStatus::succeeded);
    CHECK(row.progress.findings == 0);
    CHECK(row.progress.done == row.progress.total);
    CHECK(row.progress.done > 500);
    CHECK(found_on_log(scrubbed.vault).empty());
}

TEST_CASE("a flipped byte of a row is found while the vault runs, and is on the log", "[jobs]") {
    Scrubbed scrubbed;
    const auto id = application(scrubbed.vault, "one");
    auto bytes = stored(scrubbed.vault, Family::rows, key_of(id));
    bytes[40] = static_cast<char>(bytes[40] ^ 1);
    overwrite(scrubbed.vault, Family::rows, key_of(id), bytes);
    const auto row = scrubbed.run();
    CHECK(row.status == JobStatus::failed);
    CHECK(row.progress.findings >= 1);
    const auto found = found_on_log(scrubbed.vault);
    REQUIRE_FALSE(found.empty());
    CHECK(std::ranges::any_of(found, [&](const Found& one) {
        return one.kind == "damaged" && one.record == id;
    }));
    CHECK(scrubbed.jobs.vault.jobs()->state().front().progress.findings == row.progress.findings);
}

TEST_CASE("an older copy of a row put back is found while the vault runs", "[jobs]") {
    Scrubbed scrubbed;
    const auto id = application(scrubbed.vault, "one");
    const auto before = stored(scrubbed.vault, Family::rows, key_of(id));
    rename(scrubbed.vault, id, "two");
    overwrite(scrubbed.vault, Family::rows, key_of(id), before);
    CHECK(scrubbed.run().status == JobStatus::failed);
    const auto found = found_on_log(scrubbed.vault);
    CHECK(std::ranges::any_of(found, [&](const Found& one) {
        return one.kind == "older" && one.record == id;
    }));
}

TEST_CASE("a row that was taken away is found while the vault runs", "[jobs]") {
    Scrubbed scrubbed;
    const auto id = application(scrubbed.vault, "one");
    remove_key(scrubbed.vault, Family::rows, key_of(id));
    CHECK(scrubbed.run().status == JobStatus::failed);
    const auto found = found_on_log(scrubbed.vault);
    CHECK(std::ranges::any_of(found, [&](const Found& one) {
        return one.kind == "missing" && one.record == id;
    }));
}

TEST_CASE("index and outbox entries that no vault wrote are found while it runs", "[jobs]") {
    Scrubbed scrubbed;
    const auto id = application(scrubbed.vault, "one");
    SECTION("an index entry that no row carries") {
        std::string entry("\x00\x03\x01", 3);
        entry += "made-up";
        entry += text_of(id.view());
        overwrite(scrubbed.vault, Family::rowidx, entry, {});
    }
    SECTION("an index entry that is missing") {
        const auto view = scrubbed.vault.vault().view();
        const auto range = storage::by_modified(schema::known::msdyn_octwitterapplication);
        const auto cursor = view.store()->scan(range, storage::Order::ascending);
        REQUIRE(cursor->valid());
        remove_key(scrubbed.vault, Family::rowidx, std::string(cursor->key()));
    }
    SECTION("a key that no vault has") { overwrite(scrubbed.vault, Family::meta, "stray", "x"); }
    CHECK(scrubbed.run().status == JobStatus::failed);
    CHECK_FALSE(found_on_log(scrubbed.vault).empty());
}

TEST_CASE("a changed entry of the log is found while the vault runs", "[jobs]") {
    Scrubbed scrubbed;
    application(scrubbed.vault, "one");
    const auto key = audit::entry_key(GENERATE(0U, 5U, 40U));
    auto bytes = stored(scrubbed.vault, Family::log, key);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    overwrite(scrubbed.vault, Family::log, key, bytes);
    CHECK(scrubbed.run().status == JobStatus::failed);
    const auto found = found_on_log(scrubbed.vault);
    CHECK(std::ranges::any_of(found, [&](const Found& one) {
        return one.place.starts_with("log entry");
    }));
}

TEST_CASE(
    "a damaged disk under a running vault is found, and what is around it looked at", "[jobs]"
) {
    JobsVault jobs(std::make_unique<Scrub>(), {}, rookery::test::Kept::on_disk);
    for (int i = 0; i < 500; ++i) application(jobs.vault, "one");
    {
        const auto commit = jobs.vault.vault().parts().store->begin();
        for (int i = 0; i < 200; ++i) {
            const auto key = std::string(ledger::outbox_prefix) + std::to_string(i);
            commit->put(Family::meta, key, std::string(100, 'x'));
        }
        REQUIRE(commit->write());
    }
    REQUIRE(jobs.vault.reopen());  // the engine writes its files
    {
        const auto commit = jobs.vault.vault().parts().store->begin();
        for (int i = 0; i < 20; ++i) {
            for (const auto family : {Family::rows, Family::rowidx, Family::meta}) {
                commit->put(family, (i < 10 ? "\x01" : "\xfe") + std::to_string(i), "x");
            }
        }
        REQUIRE(commit->write());
    }
    jobs.run(std::make_unique<Scrub>());
    const auto scrub = [&] {
        const auto id = jobs.start("scrub");
        for (int i = 0; i < 10'000 && !jobs.row(id).completed; ++i) (void)jobs.runner->turn();
        return jobs.row(id);
    };
    const auto before = scrub();
    REQUIRE(before.progress.findings >= 260);  // those that were planted
    int found = 0;
    std::ptrdiff_t warned = 0;
    for (const auto& file : std::filesystem::directory_iterator(jobs.vault.data() / "store")) {
        if (file.path().extension() != ".sst") continue;
        const auto at = static_cast<std::streamoff>(file.file_size() / 3);
        const auto flip = [&] {
            std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
            const auto byte = static_cast<char>(bytes.seekg(at).get() ^ 1);
            bytes.seekp(at).put(byte);
        };
        flip();
        const auto row = scrub();
        CHECK(row.status == JobStatus::failed);
        CHECK(row.progress.findings > 200);  // a block hides some, and none behind it
        if (row.progress.findings != before.progress.findings) ++found;
        const auto status =
            jobs.vault.run_as_system<messages::StatusReply>(messages::RetrieveVaultStatus{});
        warned += std::ranges::count_if(status.warnings, [](const std::string& one) {
            return one.starts_with("the outbox is damaged");
        });
        flip();
    }
    CHECK(found > 0);
    CHECK(warned == 1);  // of the one file that has it; the rest of the status is there each time
}

TEST_CASE("a key that is longer than any of a vault is found, and passed by", "[jobs]") {
    Scrubbed scrubbed;
    scrubbed.jobs.options.step_units = GENERATE(2U, 512U);
    scrubbed.jobs.run(std::make_unique<Scrub>());
    overwrite(scrubbed.vault, Family::meta, std::string(storage::key_bytes_max + 1, 'a'), "x");
    CHECK(scrubbed.run().status == JobStatus::failed);
    const auto found = found_on_log(scrubbed.vault);
    REQUIRE_FALSE(found.empty());
    CHECK(found.front().kind == "stray");
    CHECK(found.size() < 10);
}

TEST_CASE("findings are bounded: a store in ruins ends the scrub early", "[jobs]") {
    Scrubbed scrubbed;
    {
        const auto commit = scrubbed.vault.vault().parts().store->begin();
        for (int i = 0; i < 3000; ++i) {
            commit->put(Family::meta, "stray " + std::to_string(i), "x");
        }
        REQUIRE(commit->write());
    }
    application(scrubbed.vault, "published");
    const auto row = scrubbed.run();
    CHECK(row.status == JobStatus::failed);
    CHECK(row.progress.findings >= scrub_findings_max);
    CHECK(row.progress.findings < scrub_findings_max + 100);
    CHECK(found_on_log(scrubbed.vault).size() < scrub_findings_max + 100);
}

TEST_CASE("a scrub goes on in the middle after a restart", "[jobs]") {
    Scrubbed scrubbed;
    for (int i = 0; i < 20; ++i) application(scrubbed.vault, "one");
    scrubbed.jobs.options.step_units = 100;
    scrubbed.jobs.run(std::make_unique<Scrub>());
    const auto id = scrubbed.jobs.start("scrub");
    scrubbed.jobs.turns(4);
    scrubbed.jobs.runner->stop();
    scrubbed.jobs.runner->keep();
    scrubbed.jobs.runner.reset();
    REQUIRE(scrubbed.vault.reopen());
    const auto before = scrubbed.jobs.row(id);
    CHECK(before.status == JobStatus::in_progress);
    CHECK(before.progress.done > 100);
    CHECK_FALSE(before.progress.cursor.empty());
    scrubbed.jobs.run(std::make_unique<Scrub>());
    scrubbed.jobs.turns(2);
    CHECK(scrubbed.jobs.vault.jobs()->state().front().progress.done > before.progress.done);
    scrubbed.jobs.turns(1000);
    const auto after = scrubbed.jobs.row(id);
    CHECK(after.status == JobStatus::succeeded);
}

TEST_CASE("a scrub finds nothing while others write, delete and make pairs", "[jobs]") {
    Scrubbed scrubbed;
    scrubbed.jobs.options.step_units = 7;
    scrubbed.jobs.run(std::make_unique<Scrub>());
    auto& vault = scrubbed.vault;
    const auto kept = application(vault, "kept");
    const auto user = vault.user("alice");
    const auto role = vault.role("Writers", {"prvReadTeam"}, schema::Depth::global);
    std::atomic<bool> done{false};
    std::atomic<int> rounds{0};
    std::thread writer([&] {
        const auto system = vault.vault().system();
        const auto run = [&](messages::Message message) {
            (void)vault.vault().run(system, message);
        };
        for (int i = 0; i < 2000 && !done; ++i) {
            messages::Upsert change;
            change.target = TestVault::target("msdyn_octwitterapplication", kept);
            change.input.cells.push_back(
                TestVault::cell("msdyn_octwitterapplication", "msdyn_name", std::to_string(i))
            );
            run(std::move(change));
            messages::Create make;
            make.table = &schema::known::msdyn_octwitterapplication;
            const auto id = Uuid::random(vault.vault().random());
            make.input.cells.push_back(
                TestVault::cell("msdyn_octwitterapplication", "msdyn_octwitterapplicationid", id)
            );
            run(std::move(make));
            messages::Delete remove;
            remove.target = TestVault::target("msdyn_octwitterapplication", id);
            run(std::move(remove));
            messages::Associate pair;
            pair.association = schema::association("systemuserroles_association");
            pair.parent = TestVault::target("systemuser", user);
            pair.child = TestVault::target("role", role);
            run(std::move(pair));
            messages::Disassociate part;
            part.association = schema::association("systemuserroles_association");
            part.parent = TestVault::target("systemuser", user);
            part.child = TestVault::target("role", role);
            run(std::move(part));
            ++rounds;
        }
    });
    const auto row = scrubbed.run();
    done = true;
    writer.join();
    CHECK(rounds > 0);
    CHECK(row.status == JobStatus::succeeded);
    CHECK(row.progress.findings == 0);
    for (const auto& one : found_on_log(vault)) UNSCOPED_INFO(one.kind << " " << one.place);
    CHECK(found_on_log(vault).empty());
    const auto again = vault.reopen();
    REQUIRE(again);
    CHECK(value(verify_store(vault.vault())).ok());
}

}  // namespace scrub_test

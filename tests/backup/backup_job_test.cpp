#include "audit/log_reader.hpp"
#include "backup/backed_up_vault.hpp"
#include "jobs/backup.hpp"
#include "jobs/jobs_vault.hpp"

namespace backup_job_test {

using namespace rookery;
using namespace rookery::jobs;
using messages::JobStatus;
using rookery::test::is_whole;
using rookery::test::JobsVault;
using rookery::test::value;

namespace fs = std::filesystem;

namespace {

/// A running vault whose jobs are turned by the test.
struct Running {
    explicit Running(std::size_t keep = 7)
        : jobs(std::make_unique<Backup>(folder.path() / "backups", keep), {}, test::Kept::on_disk) {
        fs::create_directory(target());
        fs::permissions(target(), fs::perms::owner_all);
    }

    [[nodiscard]] fs::path target() const { return folder.path() / "backups"; }

    messages::JobRow run() {
        jobs.vault.clock().advance(std::chrono::seconds{1});
        const auto id = jobs.start("backup");
        for (int i = 0; i < 10'000; ++i) {
            (void)jobs.runner->turn();
            const auto row = jobs.row(id);
            if (row.completed) return row;
        }
        FAIL("it does not end");
        return {};
    }

    [[nodiscard]] std::vector<fs::path> backups() const {
        std::vector<fs::path> out;
        for (const auto& entry : fs::directory_iterator(target())) out.push_back(entry.path());
        std::sort(out.begin(), out.end());
        return out;
    }

    [[nodiscard]] std::vector<audit::Event> on_log(audit::Action action) {
        const auto view = jobs.vault.vault().view();
        const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
        audit::LogQuery query;
        query.top = 10'000;
        std::vector<audit::Event> out;
        for (const auto& entry : value(reader.search(query, audit::Sections::core)).entries) {
            if (entry && entry->event.action == action) out.push_back(entry->event);
        }
        return out;
    }

    test::TemporaryFolder folder;
    JobsVault jobs;
};

template <class T>
T extra(const audit::Event& event, std::string_view name) {
    for (const auto& [key, what] : event.extras) {
        if (key == name) return std::get<T>(what);
    }
    FAIL("there is no extra " << name);
    return {};
}

}  // namespace

TEST_CASE("a backup of a running vault is whole, signed and on the log", "[backup]") {
    Running running;
    const auto row = running.run();
    CHECK(row.status == JobStatus::succeeded);
    CHECK(row.progress.done == row.progress.total);
    REQUIRE(running.backups().size() == 1);
    const auto checked = value(messages::check_backup(running.backups().front()));
    CHECK(checked.report.ok());
    CHECK(checked.is_signed);
    const auto events = running.on_log(audit::Action::backup);
    REQUIRE(events.size() == 1);
    CHECK(extra<std::string>(events[0], "backup") == to_string(checked.manifest->id));
    CHECK(extra<std::uint64_t>(events[0], "size") == checked.manifest->log_size);
    CHECK(extra<std::string>(events[0], "name") == running.backups().front().filename());
    const auto& root = checked.manifest->log_root;
    CHECK(extra<Bytes>(events[0], "root") == Bytes(root.begin(), root.end()));
}

TEST_CASE("what is written while a backup is taken does not harm it", "[backup]") {
    Running running;
    const auto id = running.jobs.start("backup");
    bool ended = false;
    for (int i = 0; i < 10'000 && !ended; ++i) {
        running.jobs.vault.create(
            "msdyn_octwitterapplication", std::pair{"msdyn_name", std::to_string(i)}
        );
        (void)running.jobs.runner->turn();
        ended = running.jobs.row(id).completed.has_value();
    }
    REQUIRE(ended);
    REQUIRE(running.backups().size() == 1);
    CHECK(is_whole(running.backups().front()));
}

TEST_CASE("only so many backups stay as are to be kept", "[backup]") {
    Running running(2);
    for (int i = 0; i < 4; ++i) CHECK(running.run().status == JobStatus::succeeded);
    CHECK(running.backups().size() == 2);
    for (const auto& backup : running.backups()) CHECK(is_whole(backup));
    CHECK(running.on_log(audit::Action::backup).size() == 4);
}

TEST_CASE(
    "a backup whose directory is gone fails, and the vault and older backups are as before",
    "[backup]"
) {
    Running running;
    REQUIRE(running.run().status == JobStatus::succeeded);
    fs::rename(running.target(), running.folder.path() / "away");
    const auto row = running.run();
    CHECK(row.status == JobStatus::failed);
    CHECK(std::ranges::count(running.jobs.said, "job-failed") == 1);
    CHECK_FALSE(fs::exists(running.target()));
    fs::rename(running.folder.path() / "away", running.target());
    REQUIRE(running.backups().size() == 1);
    CHECK(is_whole(running.backups().front()));
    CHECK(running.on_log(audit::Action::backup).size() == 1);
    CHECK(running.run().status == JobStatus::succeeded);
}

TEST_CASE("a backup that is paused or canceled leaves nothing half behind", "[backup]") {
    Running running;
    const auto id = running.jobs.start("backup");
    const auto until_begun = [&] {
        for (int i = 0; i < 100 && running.backups().empty(); ++i) {
            (void)running.jobs.runner->turn();
        }
        REQUIRE(running.backups().size() == 1);
        REQUIRE_FALSE(running.jobs.row(id).completed);
    };
    running.jobs.options.step_units = 1;
    running.jobs.run(std::make_unique<Backup>(running.target(), 7));
    until_begun();
    REQUIRE(running.jobs.set(id, 1, 10));
    running.jobs.turns(5);
    CHECK(running.backups().empty());
    REQUIRE(running.jobs.set(id, 0, 0));
    until_begun();
    REQUIRE(running.jobs.set(id, 3, 32));
    running.jobs.turns(5);
    CHECK(running.backups().empty());
    CHECK(running.run().status == JobStatus::succeeded);
}

TEST_CASE("a backup that was in hand when the server ended begins anew", "[backup]") {
    Running running;
    running.jobs.options.step_units = 1;
    running.jobs.run(std::make_unique<Backup>(running.target(), 7));
    const auto id = running.jobs.start("backup");
    for (int i = 0; i < 100 && running.backups().empty(); ++i) (void)running.jobs.runner->turn();
    REQUIRE(running.backups().size() == 1);
    running.jobs.runner->keep();
    running.jobs.run(std::make_unique<Backup>(running.target(), 7));
    for (int i = 0; i < 10'000 && !running.jobs.row(id).completed; ++i) {
        (void)running.jobs.runner->turn();
    }
    CHECK(running.jobs.row(id).status == JobStatus::succeeded);
    REQUIRE(running.backups().size() == 1);
    CHECK(is_whole(running.backups().front()));
}

TEST_CASE("a backup of a running vault takes over the tables of the one before", "[backup]") {
    Running running;
    // The engine goes over a new table once more.
    for (int i = 0; i < 3; ++i) REQUIRE(running.run().status == JobStatus::succeeded);
    const auto backups = running.backups();
    REQUIRE(backups.size() == 3);
    std::size_t shared = 0;
    for (const auto& entry : fs::directory_iterator(backups[2] / "store")) {
        const auto before = backups[1] / "store" / entry.path().filename();
        if (fs::exists(before) && fs::equivalent(before, entry.path())) ++shared;
    }
    CHECK(shared > 0);
    fs::remove_all(backups[1]);
    CHECK(is_whole(backups[2]));
}

TEST_CASE(
    "backups by hand drive out none that the schedule took, nor the other way round", "[backup]"
) {
    Running running(2);
    const auto count = [&](bool scheduled) {
        return std::ranges::count_if(running.backups(), [&](const fs::path& path) {
            return path.filename().string().ends_with("-scheduled") == scheduled;
        });
    };
    const auto run_due = [&] {
        running.jobs.vault.clock().advance(std::chrono::seconds{1});
        messages::StartJob message;
        message.name = "backup";
        const auto caller = value(ensure_jobs_principal(running.jobs.vault.vault()));
        const auto id =
            value(running.jobs.vault.run<messages::StartedJobReply>(caller, message)).job;
        for (int i = 0; i < 10'000 && !running.jobs.row(id).completed; ++i) {
            (void)running.jobs.runner->turn();
        }
        REQUIRE(running.jobs.row(id).status == JobStatus::succeeded);
    };
    run_due();
    for (int i = 0; i < 3; ++i) REQUIRE(running.run().status == JobStatus::succeeded);
    CHECK(count(true) == 1);
    CHECK(count(false) == 2);
    for (int i = 0; i < 3; ++i) run_due();
    CHECK(count(true) == 2);
    CHECK(count(false) == 2);
    for (const auto& path : running.backups()) CHECK(is_whole(path));
}

}  // namespace backup_job_test

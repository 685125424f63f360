#include "jobs/job_runner.hpp"

#include "audit/log_reader.hpp"
#include "jobs/jobs_vault.hpp"

#include <algorithm>
#include <stdexcept>

namespace job_runner_test {

using namespace rookery;
using namespace rookery::jobs;
using namespace std::chrono_literals;
using messages::JobStatus;
using rookery::test::CountingJob;
using rookery::test::JobsVault;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

/// The job, which the runner owns, for the test to look at.
struct Counted {
    explicit Counted(std::uint64_t total) : owned(std::make_unique<CountingJob>(total)) {
        job = owned.get();
    }

    std::unique_ptr<CountingJob> owned;
    CountingJob* job;
};

std::vector<std::uint64_t> up_to(std::uint64_t end) {
    std::vector<std::uint64_t> out;
    for (std::uint64_t i = 0; i < end; ++i) out.push_back(i);
    return out;
}

/// statuscode after each change of the job's row that the log tells of.
std::vector<std::string> statuses_on_log(TestVault& vault, const Uuid& job) {
    const auto view = vault.vault().view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    audit::LogQuery query;
    query.record = job;
    query.top = 10'000;
    const auto page = value(reader.search(query, audit::Sections::core));
    std::vector<std::string> out;
    for (const auto& entry : page.entries) {
        for (const auto& [name, extra] : entry->event.extras) {
            if (name != "statuscode") continue;
            auto text = std::to_string(std::get<std::uint64_t>(extra));
            if (out.empty() || out.back() != text) out.push_back(std::move(text));
        }
    }
    std::ranges::reverse(out);
    return out;
}

}  // namespace

TEST_CASE("the most urgent job goes first, also before one that is in hand", "[jobs]") {
    JobsVault f(std::make_unique<CountingJob>(1));
    auto settings = f.options;
    settings.step_units = 1;
    settings.steady = [&] { return f.steady; };
    std::vector<ScheduledJob> all;
    const auto add = [&](const std::string& name, Urgency urgency) {
        all.push_back({std::make_unique<CountingJob>(5, name), {}, 0, {}, {}, urgency});
    };
    add("scheduled", Urgency::of_the_schedule);
    add("asked", Urgency::somebody_waits);
    add("compromise", Urgency::at_once);
    f.runner = std::make_unique<JobRunner>(
        std::move(settings), std::move(all), f.vault.vault(), f.caller(), f.vault.jobs()
    );
    const auto scheduled = f.start("scheduled");
    f.turns(4);
    const auto asked = f.start("asked");
    f.turns(4);
    const auto compromise = f.start("compromise");
    const auto status = [&](const Uuid& id) { return f.row(id).status; };
    const auto finish = [&](const Uuid& id) {
        for (int i = 0; i < 100 && status(id) != JobStatus::succeeded; ++i) f.turns(1);
        CHECK(status(id) == JobStatus::succeeded);
    };
    finish(compromise);
    CHECK(status(asked) == JobStatus::in_progress);
    CHECK(status(scheduled) == JobStatus::in_progress);
    finish(asked);
    CHECK(status(scheduled) == JobStatus::in_progress);
    finish(scheduled);
}

TEST_CASE("a job that was started runs to its end, and its row and the log tell so", "[jobs]") {
    Counted counted(2000);
    JobsVault jobs(std::move(counted.owned));
    const auto id = jobs.start();
    CHECK(jobs.row(id).status == JobStatus::waiting_for_resources);
    jobs.turns(20);
    CHECK(counted.job->counted == up_to(2000));
    const auto row = jobs.row(id);
    CHECK(row.status == JobStatus::succeeded);
    CHECK(row.progress.done == 2000);
    CHECK(row.progress.total == 2000);
    CHECK(row.completed);
    CHECK(statuses_on_log(jobs.vault, id) == std::vector<std::string>{"0", "20", "30"});
    CHECK(jobs.said == std::vector<std::string>{"job-started", "job-succeeded"});
}

TEST_CASE("nothing runs that nobody started", "[jobs]") {
    Counted counted(5);
    JobsVault jobs(std::move(counted.owned));
    const auto before = jobs.vault.vault().view().snapshot().log_size;
    jobs.turns(20);
    CHECK(counted.job->counted.empty());
    CHECK(jobs.vault.vault().view().snapshot().log_size == before);
}

TEST_CASE(
    "after a step that took a while the runner rests for the share that is others'", "[jobs]"
) {
    const auto share = GENERATE(1U, 10U, 50U, 100U);
    Counted counted(1'000'000);
    auto* job = counted.job;
    JobsVault jobs(std::make_unique<CountingJob>(1));
    jobs.options.share_percent = share;
    job->each = [&](std::uint64_t, JobStep&) { jobs.steady += 1ms; };
    jobs.run(std::move(counted.owned));
    jobs.start();
    CHECK(jobs.runner->turn() == 0ns);
    const auto rest = jobs.runner->turn();
    CHECK(job->counted.size() == 10);  // a step ends after 10 ms, whatever there is to do
    CHECK(rest == 10ms * (100 - share) / share);
}

TEST_CASE("a step takes no more units than it may", "[jobs]") {
    Counted counted(1'000'000);
    JobsVault jobs(std::move(counted.owned));
    jobs.start();
    jobs.turns(2);
    CHECK(counted.job->counted.size() == jobs.options.step_units);
}

TEST_CASE(
    "a job with an idle share takes longer steps while nobody else calls, and only then", "[jobs]"
) {
    const unsigned idle_share = GENERATE(0U, 50U);
    const bool alone = GENERATE(true, false);
    TestVault vault;
    const auto caller = value(ensure_jobs_principal(vault.vault()));
    Counted counted(1'000'000);
    auto* job = counted.job;
    RunnerOptions options;
    options.steady = [] { return 0ns; };
    const auto units = options.step_units;
    const auto times = options.step_alone;
    std::vector<ScheduledJob> all;
    all.push_back({std::move(counted.owned), {}, idle_share});
    JobRunner runner(std::move(options), std::move(all), vault.vault(), caller, vault.jobs());
    messages::StartJob start;
    start.name = "count";
    (void)vault.run_as_system<messages::StartedJobReply>(start);
    for (int i = 0; i < 2; ++i) (void)runner.turn();  // the first step finds out who calls
    REQUIRE(job->counted.size() == units);
    if (!alone) vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", "x"});
    (void)runner.turn();
    const auto before = job->counted.size();
    (void)runner.turn();
    const bool longer = alone && idle_share != 0;
    CHECK(job->counted.size() - before == units * (longer ? times : 1));
}

TEST_CASE("who calls during a long step has its rest as if it had been short", "[jobs]") {
    TestVault vault;
    const auto caller = value(ensure_jobs_principal(vault.vault()));
    Counted counted(1'000'000);
    auto* job = counted.job;
    auto steady = 0ns;
    RunnerOptions options;
    options.steady = [&] { return steady; };
    const auto units = options.step / 1ms;
    const auto times = options.step_alone;
    std::vector<ScheduledJob> all;
    all.push_back({std::move(counted.owned), {}, 100});
    JobRunner runner(std::move(options), std::move(all), vault.vault(), caller, vault.jobs());
    messages::StartJob start;
    start.name = "count";
    (void)vault.run_as_system<messages::StartedJobReply>(start);
    job->each = [&](std::uint64_t, JobStep&) { steady += 1ms; };
    for (int i = 0; i < 3; ++i) (void)runner.turn();
    const auto before = job->counted.size();
    job->each = [&](std::uint64_t number, JobStep&) {
        steady += 1ms;
        if (number != before) return;
        vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", "x"});
    };
    const auto rest = runner.turn();
    CHECK(job->counted.size() - before == static_cast<std::size_t>(units) * times);
    CHECK(rest == 10ms * 9);
}

TEST_CASE("a paused job makes no step, keeps how far it is, and goes on from there", "[jobs]") {
    Counted counted(3000);
    JobsVault jobs(std::move(counted.owned));
    const auto id = jobs.start();
    jobs.turns(3);
    const auto before = counted.job->counted.size();
    REQUIRE(before > 0);
    REQUIRE(before < 3000);
    REQUIRE(jobs.set(id, 1, 10));
    jobs.turns(20);
    CHECK(counted.job->counted.size() == before);
    CHECK(jobs.row(id).status == JobStatus::waiting);
    CHECK(jobs.row(id).progress.done == before);
    REQUIRE(jobs.set(id, 0, 0));
    jobs.turns(20);
    CHECK(jobs.row(id).status == JobStatus::succeeded);
    CHECK(counted.job->counted == up_to(3000));
    CHECK(
        statuses_on_log(jobs.vault, id) ==
        std::vector<std::string>{"0", "20", "10", "0", "20", "30"}
    );
}

TEST_CASE("the status shows a paused job after a restart, and what becomes of it", "[jobs]") {
    JobsVault jobs(std::make_unique<CountingJob>(3000));
    const auto id = jobs.start();
    jobs.turns(3);
    REQUIRE(jobs.set(id, 1, 10));
    jobs.turns(2);
    const auto shown = [&] { return jobs.vault.jobs()->state().front(); };
    CHECK(shown().status == JobStatus::waiting);
    jobs.runner.reset();
    REQUIRE(jobs.vault.reopen());
    jobs.run(std::make_unique<CountingJob>(3000));
    CHECK(shown().id.is_nil());
    jobs.turns(1);
    CHECK(shown().id == id);
    CHECK(shown().status == JobStatus::waiting);
    CHECK(shown().progress.done == jobs.row(id).progress.done);
    REQUIRE(jobs.set(id, 3, 32));
    jobs.turns(1);
    CHECK(shown().status == JobStatus::canceled);
}

TEST_CASE("a canceled job makes no step and is not taken up again", "[jobs]") {
    Counted counted(3000);
    JobsVault jobs(std::move(counted.owned));
    const auto id = jobs.start();
    jobs.turns(3);
    const auto before = counted.job->counted.size();
    REQUIRE(jobs.set(id, 3, 32));
    jobs.turns(20);
    CHECK(counted.job->counted.size() == before);
    CHECK(jobs.row(id).status == JobStatus::canceled);
    CHECK(jobs.row(id).progress.done == before);
    CHECK(jobs.row(id).completed);
    CHECK_FALSE(jobs.set(id, 0, 0));
}

TEST_CASE("after an orderly stop a job goes on where it was, and repeats nothing", "[jobs]") {
    Counted first(3000);
    JobsVault jobs(std::move(first.owned));
    const auto id = jobs.start();
    jobs.turns(3);
    const auto before = first.job->counted;
    jobs.runner->stop();
    jobs.runner->keep();
    jobs.runner.reset();
    REQUIRE(jobs.vault.reopen());
    CHECK(jobs.row(id).status == JobStatus::in_progress);

    Counted second(3000);
    jobs.run(std::move(second.owned));
    jobs.turns(20);
    CHECK(jobs.row(id).status == JobStatus::succeeded);
    auto all = before;
    all.insert(all.end(), second.job->counted.begin(), second.job->counted.end());
    CHECK(all == up_to(3000));
}

TEST_CASE("after a crash a job goes on from what was last written down", "[jobs]") {
    Counted first(1'000'000);
    JobsVault jobs(std::move(first.owned));
    const auto id = jobs.start();
    jobs.turns(3);
    jobs.vault.clock().advance(24h);  // however the clock is set
    jobs.turns(1);
    CHECK(jobs.row(id).progress.done == 0);
    jobs.steady += 601s;  // it is time to write
    jobs.turns(1);
    const auto written = jobs.row(id).progress.done;
    CHECK(written == first.job->counted.size());
    jobs.turns(2);  // these are not
    CHECK(jobs.row(id).progress.done == written);
    jobs.runner.reset();
    REQUIRE(jobs.vault.reopen());

    Counted second(1'000'000);
    jobs.run(std::move(second.owned));
    jobs.turns(3);
    REQUIRE_FALSE(second.job->counted.empty());
    CHECK(second.job->counted.front() == written);
}

TEST_CASE("a job writes its row seldom, however many steps it makes", "[jobs]") {
    Counted counted(1'000'000);
    JobsVault jobs(std::move(counted.owned));
    jobs.start();
    jobs.turns(2);
    const auto before = jobs.vault.vault().view().snapshot().log_size;
    jobs.turns(500);
    CHECK(jobs.vault.vault().view().snapshot().log_size == before);
    CHECK(jobs.vault.jobs()->state().front().progress.done == counted.job->counted.size());
}

TEST_CASE("a job that throws ends as failed, and the next one runs", "[jobs]") {
    Counted counted(5);
    bool faulty = true;
    counted.job->each = [&](std::uint64_t, JobStep&) {
        if (faulty) throw std::runtime_error("a fault");
    };
    JobsVault jobs(std::move(counted.owned));
    const auto id = jobs.start();
    jobs.turns(20);
    CHECK(jobs.row(id).status == JobStatus::failed);
    faulty = false;
    const auto next = jobs.start();
    jobs.turns(20);
    CHECK(jobs.row(next).status == JobStatus::succeeded);
    CHECK(jobs.row(id).status == JobStatus::failed);
}

TEST_CASE("a job that waits says why, and rests as long as it asked to", "[jobs]") {
    Counted counted(5);
    bool waits = true;
    counted.job->each = [&](std::uint64_t, JobStep& step) {
        if (!waits) return;
        step.end = StepEnd::waits;
        step.wait = 7s;
        step.progress.wait_reason = "the moon is full";
    };
    JobsVault jobs(std::move(counted.owned));
    const auto id = jobs.start();
    jobs.turns(1);
    CHECK(jobs.runner->turn() == 7s);
    CHECK(jobs.vault.jobs()->state().front().progress.wait_reason == "the moon is full");
    waits = false;
    jobs.turns(20);
    CHECK(jobs.row(id).status == JobStatus::succeeded);
    CHECK(jobs.row(id).progress.wait_reason.empty());
}

TEST_CASE("nothing runs while the user of the jobs is disabled", "[jobs]") {
    Counted counted(3000);
    JobsVault jobs(std::move(counted.owned));
    const auto id = jobs.start();
    jobs.turns(3);
    const auto before = counted.job->counted.size();
    jobs.disable(true);
    jobs.turns(20);
    CHECK(counted.job->counted.size() == before);
    CHECK_FALSE(jobs.shown().progress.wait_reason.empty());
    CHECK(jobs.said == std::vector<std::string>{"job-started", "jobs-wait"});
    jobs.disable(false);
    jobs.turns(20);
    CHECK(jobs.row(id).status == JobStatus::succeeded);
    CHECK(jobs.shown().progress.wait_reason.empty());
}

TEST_CASE("with nothing in hand it is said, too, that the user of the jobs is disabled", "[jobs]") {
    JobsVault jobs(std::make_unique<CountingJob>(5));
    jobs.disable(true);
    jobs.turns(20);
    CHECK_FALSE(jobs.shown().progress.wait_reason.empty());
    CHECK(jobs.said == std::vector<std::string>{"jobs-wait"});
    jobs.disable(false);
    jobs.turns(1);
    CHECK(jobs.shown().progress.wait_reason.empty());
}

TEST_CASE("what becomes of a job is shown while the user of the jobs is disabled", "[jobs]") {
    Counted counted(3000);
    JobsVault jobs(std::move(counted.owned));
    const auto id = jobs.start();
    jobs.turns(3);
    jobs.disable(true);
    jobs.turns(2);
    REQUIRE(jobs.set(id, 3, 32));
    jobs.turns(1);
    CHECK(jobs.shown().status == JobStatus::canceled);
    CHECK(jobs.shown().progress.wait_reason.empty());
    SECTION("its progress is recorded later, without a reason to wait") {
        jobs.disable(false);
        jobs.turns(2);
        CHECK(jobs.row(id).progress.done == counted.job->counted.size());
        CHECK(jobs.row(id).progress.wait_reason.empty());
        CHECK(jobs.row(id).status == JobStatus::canceled);
    }
    SECTION("it is let go when its row is deleted") {
        REQUIRE(jobs.remove(id));
        jobs.turns(1);
        CHECK(jobs.shown().id.is_nil());
        CHECK(jobs.said.back() == "job-stopped");
    }
}

TEST_CASE("a job that does not go on keeps no reason to wait in its row", "[jobs]") {
    JobsVault jobs(std::make_unique<CountingJob>(3000));
    const auto id = jobs.start();
    jobs.turns(3);
    const bool pause = GENERATE(false, true);
    REQUIRE((pause ? jobs.set(id, 1, 10) : jobs.set(id, 3, 32)));
    messages::RecordJob message;
    message.id = id;
    message.progress.wait_reason = "a reason";
    value(jobs.vault.run<messages::JobReply>(jobs.caller(), message));
    CHECK(jobs.row(id).progress.wait_reason.empty());
}

TEST_CASE("a stop ends the step in hand", "[jobs]") {
    Counted counted(1'000'000);
    JobsVault jobs(std::make_unique<CountingJob>(1, "other"));
    counted.job->each = [&](std::uint64_t number, JobStep&) {
        if (number == 3) jobs.runner->stop();
    };
    jobs.run(std::move(counted.owned));
    const auto id = jobs.start();
    jobs.turns(20);
    CHECK(counted.job->counted == up_to(4));
    jobs.runner->keep();
    CHECK(jobs.row(id).progress.done == 4);
    CHECK(jobs.row(id).status == JobStatus::in_progress);
}

TEST_CASE("a job starts by itself once its time has come, and not before", "[jobs]") {
    Counted counted(5);
    JobsVault jobs(std::move(counted.owned), 7 * 24h);
    jobs.turns(20);
    CHECK(jobs.ended().empty());
    jobs.vault.clock().advance(7 * 24h - 2min);
    jobs.turns(20);
    CHECK(jobs.ended().empty());
    jobs.vault.clock().advance(4min);
    jobs.turns(20);
    REQUIRE(jobs.ended().size() == 1);
    CHECK(jobs.ended().front().status == JobStatus::succeeded);
    jobs.vault.clock().advance(24h);  // counted from its last start
    jobs.turns(20);
    CHECK(jobs.ended().size() == 1);
    jobs.vault.clock().advance(7 * 24h);
    jobs.turns(20);
    CHECK(jobs.ended().size() == 2);
}

TEST_CASE("what destroys by age does not begin by itself in the hour after a start", "[jobs]") {
    JobsVault jobs(std::make_unique<CountingJob>(5, "other"));
    const auto offer = [&](std::chrono::seconds every, std::function<bool()> due) {
        std::vector<jobs::ScheduledJob> all;
        auto& one = all.emplace_back(jobs::ScheduledJob{std::make_unique<CountingJob>(5), every});
        one.due = std::move(due);
        one.after_start = 1h;
        jobs.run(std::move(all));
    };
    const auto due = GENERATE(false, true);
    CAPTURE(due);
    jobs.vault.clock().advance(30 * 24h);  // as a clock does that is wrong
    if (due) {
        offer(0s, [] { return true; });
    } else {
        offer(24h, {});
    }
    jobs.turns(20);
    CHECK(jobs.ended().empty());
    jobs.steady += 59min;
    jobs.vault.clock().advance(59min);
    jobs.turns(20);
    CHECK(jobs.ended().empty());
    // Whoever asks for it has it at once.
    (void)jobs.start();
    jobs.turns(20);
    CHECK(jobs.ended().size() == 1);
    jobs.steady += 1min;
    jobs.vault.clock().advance(30 * 24h);
    jobs.turns(20);
    CHECK(jobs.ended().size() > 1);
}

TEST_CASE("a job with an interval of 0 never starts by itself", "[jobs]") {
    Counted counted(5);
    JobsVault jobs(std::move(counted.owned), 0s);
    jobs.vault.clock().advance(1000 * 24h);
    jobs.turns(20);
    CHECK(jobs.ended().empty());
}

TEST_CASE("a paused job keeps its schedule from starting another", "[jobs]") {
    Counted counted(3000);
    JobsVault jobs(std::move(counted.owned), 24h);
    const auto id = jobs.start();
    REQUIRE(jobs.set(id, 1, 10));
    jobs.vault.clock().advance(48h);
    jobs.turns(20);
    CHECK(counted.job->counted.empty());
    CHECK(jobs.row(id).status == JobStatus::waiting);
}

TEST_CASE("the oldest rows of jobs that ended go", "[jobs]") {
    JobsVault jobs(std::make_unique<CountingJob>(1, "other"));
    jobs.options.rows_kept = 2;
    jobs.run(std::make_unique<CountingJob>(1));
    std::vector<Uuid> ids;
    for (int i = 0; i < 4; ++i) {
        ids.push_back(jobs.start());
        jobs.turns(5);
        jobs.vault.clock().advance(1min);
    }
    const auto left = jobs.ended();
    REQUIRE(left.size() == 2);
    CHECK(left[0].id == ids[2]);
    CHECK(left[1].id == ids[3]);
}

TEST_CASE("a job that this server does not have ends as failed", "[jobs]") {
    JobsVault jobs(std::make_unique<CountingJob>(5));
    const auto id = jobs.start();
    jobs.runner.reset();
    REQUIRE(jobs.vault.reopen());
    jobs.run(std::make_unique<CountingJob>(5, "other"));
    jobs.turns(20);
    CHECK(jobs.row(id).status == JobStatus::failed);
}

TEST_CASE("a job whose row is deleted while it is paused is gone", "[jobs]") {
    Counted counted(3000);
    JobsVault jobs(std::move(counted.owned));
    const auto id = jobs.start();
    jobs.turns(3);
    REQUIRE(jobs.set(id, 1, 10));
    CHECK_FALSE(jobs.remove(id));  // the step that was made is still to be recorded
    jobs.turns(2);
    REQUIRE(jobs.remove(id));
    const auto before = counted.job->counted.size();
    jobs.turns(20);
    CHECK(counted.job->counted.size() == before);
    CHECK(jobs.shown().id.is_nil());
}

TEST_CASE("how a job ended is shown after a restart", "[jobs]") {
    Counted counted(5);
    counted.job->each = [](std::uint64_t number, JobStep& step) {
        step.progress.findings = 7;
        if (number == 4) step.end = StepEnd::failed;
    };
    JobsVault jobs(std::move(counted.owned));
    const auto id = jobs.start();
    jobs.turns(20);
    REQUIRE(jobs.row(id).status == JobStatus::failed);
    jobs.runner.reset();
    REQUIRE(jobs.vault.reopen());
    jobs.run(std::make_unique<CountingJob>(3000));
    jobs.turns(1);
    CHECK(jobs.shown().id == id);
    CHECK(jobs.shown().status == JobStatus::failed);
    CHECK(jobs.shown().progress.findings == 7);
    CHECK(jobs.shown().last_completed == jobs.row(id).completed);

    jobs.vault.clock().advance(1min);
    const auto next = jobs.start();
    jobs.turns(3);
    CHECK(jobs.shown().id == next);
    CHECK(jobs.shown().last_completed == jobs.row(id).completed);
    REQUIRE(jobs.set(next, 3, 32));
    jobs.turns(20);
    CHECK(jobs.shown().status == JobStatus::canceled);
    CHECK(jobs.shown().last_completed == jobs.row(id).completed);  // that one did not complete
}

TEST_CASE("the next start of a job that is under way is not known", "[jobs]") {
    JobsVault jobs(std::make_unique<CountingJob>(3000), 24h);
    jobs.turns(2);
    CHECK(jobs.shown().next_start);
    const auto id = jobs.start();
    jobs.turns(3);
    CHECK_FALSE(jobs.shown().next_start);
    REQUIRE(jobs.set(id, 1, 10));
    jobs.turns(3);
    CHECK_FALSE(jobs.shown().next_start);
}

TEST_CASE("a job that was canceled does not count for the schedule", "[jobs]") {
    JobsVault jobs(std::make_unique<CountingJob>(5), 24h);
    jobs.vault.clock().advance(23h);
    const auto id = jobs.start();
    REQUIRE(jobs.set(id, 3, 32));
    jobs.vault.clock().advance(2h);
    jobs.turns(20);
    CHECK(jobs.ended().size() == 2);
}

TEST_CASE("a damaged row of a job keeps no other job from running", "[jobs]") {
    Counted counted(5);
    JobsVault jobs(std::move(counted.owned), 24h);
    const auto id = jobs.start();
    const bool ended = GENERATE(false, true);
    if (ended) jobs.turns(20);
    jobs.damage(id);
    counted.job->counted.clear();
    SECTION("that is due") { jobs.vault.clock().advance(48h); }
    SECTION("that somebody starts") { jobs.start(); }
    jobs.turns(20);
    CHECK(counted.job->counted == up_to(5));
    CHECK(std::ranges::count(jobs.said, "jobs-wait") == 1);
}

TEST_CASE("a job whose row is damaged while it runs is let go, and the next one runs", "[jobs]") {
    Counted counted(3000);
    JobsVault jobs(std::move(counted.owned));
    const auto id = jobs.start();
    jobs.turns(3);
    jobs.damage(id);
    jobs.turns(2);
    CHECK(jobs.shown().id.is_nil());
    CHECK(jobs.said == std::vector<std::string>{"job-started", "job-stopped", "jobs-wait"});
    counted.job->counted.clear();
    const auto next = jobs.start();
    jobs.turns(20);
    CHECK(jobs.row(next).status == JobStatus::succeeded);
    CHECK(counted.job->counted == up_to(3000));
}

TEST_CASE("old rows go, whoever made them", "[jobs]") {
    JobsVault jobs(std::make_unique<CountingJob>(1, "other"));
    jobs.options.rows_kept = 2;
    jobs.run(std::make_unique<CountingJob>(1));
    const auto completed = jobs.start();
    jobs.turns(5);
    for (int i = 0; i < 30; ++i) {
        const auto id = jobs.start();
        REQUIRE(jobs.set(id, 3, 32));
    }
    jobs.turns(5);
    const auto left = jobs.ended();
    CHECK(left.size() == 2);
    CHECK(left.front().id == completed);  // how it ended last stays to be seen
}

TEST_CASE(
    "a job that begins late, since its row could not be written, is said to begin", "[jobs]"
) {
    JobsVault jobs(std::make_unique<CountingJob>(3000));
    jobs.start();
    jobs.vault.set_free_space(0);
    jobs.turns(2);
    REQUIRE(jobs.said == std::vector<std::string>{"jobs-wait"});
    jobs.vault.set_free_space(std::uintmax_t{1} << 40);
    jobs.turns(2);
    CHECK(jobs.said == std::vector<std::string>{"jobs-wait", "job-started"});
}

TEST_CASE("a cursor that is too long for its row ends the job", "[jobs]") {
    class Long final : public Job {
     public:
        [[nodiscard]] std::string_view name() const override { return "count"; }

        [[nodiscard]] Result<JobStep>
        step(const messages::Vault&, const messages::JobProgress& at, StepBudget&) override {
            JobStep out{at, {}, {}, {}, {}};
            out.progress.cursor.assign(cursor_max + 1, 'x');
            return out;
        }
    };

    JobsVault jobs(std::make_unique<Long>());
    const auto id = jobs.start();
    jobs.turns(5);
    CHECK(jobs.row(id).status == JobStatus::failed);
}

}  // namespace job_runner_test

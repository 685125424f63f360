// What callers may do to jobs, and what nobody may.
#include "audit/log_reader.hpp"
#include "jobs/jobs_vault.hpp"
#include "messages/record_job.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace job_messages_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::CountingJob;
using rookery::test::JobsVault;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view table = "asyncoperation";

struct Fixture {
    JobsVault jobs{std::make_unique<CountingJob>(100'000)};
    TestVault& vault = jobs.vault;

    access::Caller with(std::initializer_list<std::string_view> privileges) {
        const auto user = vault.user("somebody");
        if (privileges.size() != 0) {
            const auto role = vault.role("role", privileges, schema::Depth::global);
            vault.associate("systemuserroles_association", user, role);
        }
        return TestVault::caller(user);
    }

    access::Caller administrator() {
        const auto user = vault.user("administrator");
        vault.associate("systemuserroles_association", user, system_administrator_role);
        return TestVault::caller(user);
    }

    Result<StartedJobReply> start(const access::Caller& caller, const std::string& name = "count") {
        StartJob message;
        message.name = name;
        return vault.run<StartedJobReply>(caller, std::move(message));
    }

    Result<NoContent> write(
        const access::Caller& caller, const Uuid& id,
        std::initializer_list<std::pair<std::string_view, InputValue>> cells
    ) {
        Upsert message;
        message.target = TestVault::target(table, id);
        message.preconditions.must_exist = true;
        for (const auto& [column, given] : cells) {
            message.input.cells.push_back(
                {schema::table(table)->column(column), std::visit(Copy{}, given)}
            );
        }
        return vault.run<NoContent>(caller, std::move(message));
    }

    Result<NoContent> set(
        const access::Caller& caller, const Uuid& id, std::int64_t state, std::int64_t status
    ) {
        return write(caller, id, {{"statecode", state}, {"statuscode", status}});
    }

 private:
    /// Values of these tests; a secret cannot be copied, and there is none.
    struct Copy {
        template <class T>
        InputValue operator()(const T& given) const {
            if constexpr (std::is_same_v<T, SecretBytes>) {
                return {};
            } else {
                return given;
            }
        }
    };
};

}  // namespace

TEST_CASE("an administrator starts a job, which belongs to the user of the jobs", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    const auto id = value(f.start(caller)).job;
    Retrieve message;
    message.target = TestVault::target(table, id);
    const auto reply = value(f.vault.run<RowReply>(caller, std::move(message)));
    CHECK(reply.row.row->get<storage::RowRef>("ownerid")->id == jobs_user);
    CHECK(reply.row.row->get<storage::RowRef>("createdby")->id == caller.user);
    CHECK(*reply.row.row->get<std::string>("name") == "count");
}

TEST_CASE("nobody starts a job without the rights for that", "[jobs]") {
    Fixture f;
    const auto* privilege = GENERATE("", "prvReadAsyncOperation", "prvCreateAsyncOperation");
    const auto caller = *privilege == '\0' ? f.with({}) : f.with({privilege});
    CHECK(f.start(caller).error().code == Errc::missing_privilege);
}

TEST_CASE("a job that this server does not have cannot be started", "[jobs]") {
    Fixture f;
    CHECK(f.start(f.administrator(), "other").error().code == Errc::invalid_argument);
}

TEST_CASE("no job can be started where none runs", "[jobs]") {
    Fixture f;
    f.jobs.runner.reset();
    REQUIRE(f.vault.reopen());
    CHECK(f.start(f.administrator()).error().code == Errc::unsupported);
}

TEST_CASE("there is one job of a name at a time", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    const auto first = value(f.start(caller)).job;
    CHECK(f.start(caller).error().code == Errc::restricted);
    REQUIRE(f.set(caller, first, 1, 10));
    CHECK(f.start(caller).error().code == Errc::restricted);
    REQUIRE(f.set(caller, first, 3, 32));
    CHECK(f.start(caller));
}

TEST_CASE("a request pauses, resumes and cancels", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    const auto id = value(f.start(caller)).job;
    const bool running = GENERATE(false, true);
    if (running) f.jobs.turns(3);
    CHECK(f.set(caller, id, 1, 10));
    CHECK(f.jobs.row(id).status == JobStatus::waiting);
    CHECK(f.set(caller, id, 0, 0));
    CHECK(f.jobs.row(id).status == JobStatus::waiting_for_resources);
    CHECK(f.set(caller, id, 3, 32));
    CHECK(f.jobs.row(id).status == JobStatus::canceled);
    CHECK(f.jobs.row(id).completed);
}

TEST_CASE("nobody steers a job on behalf of another", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    const auto id = value(f.start(caller)).job;
    auto both = caller;
    both.delegate = caller.user;
    CHECK(f.set(both, id, 1, 10).error().code == Errc::impersonation_denied);
    CHECK(f.set(both, id, 3, 32).error().code == Errc::impersonation_denied);
    REQUIRE(f.set(caller, id, 3, 32));
    Delete message;
    message.target = TestVault::target(table, id);
    CHECK(f.vault.run<NoContent>(both, message).error().code == Errc::impersonation_denied);
    CHECK(f.vault.run<NoContent>(caller, message));
}

TEST_CASE("a request brings about no other state", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    const auto id = value(f.start(caller)).job;
    const auto refused = [&](std::int64_t state, std::int64_t status) {
        const auto done = f.set(caller, id, state, status);
        return !done && done.error().code == Errc::bad_state;
    };
    for (const std::int64_t status : {20, 21, 22}) CHECK(refused(2, status));
    for (const std::int64_t status : {30, 31}) CHECK(refused(3, status));
    CHECK(refused(1, 32));           // a status of another state
    CHECK(f.set(caller, id, 0, 0));  // as it is
    REQUIRE(f.set(caller, id, 3, 32));
    CHECK(refused(0, 0));
    CHECK(refused(1, 10));
    CHECK(refused(3, 32));  // what has ended stays as it is
}

TEST_CASE("a job that is not paused cannot be resumed", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    const auto id = value(f.start(caller)).job;
    f.jobs.turns(3);
    REQUIRE(f.jobs.row(id).status == JobStatus::in_progress);
    CHECK(f.set(caller, id, 0, 0).error().code == Errc::bad_state);
}

TEST_CASE("nobody steers a job without the right to write it", "[jobs]") {
    Fixture f;
    const auto id = value(f.start(f.administrator())).job;
    const auto caller = f.with({"prvReadAsyncOperation", "prvCreateAsyncOperation"});
    CHECK(f.set(caller, id, 3, 32).error().code == Errc::missing_privilege);
    CHECK(f.jobs.row(id).status == JobStatus::waiting_for_resources);
}

TEST_CASE("a request writes no other column of a job", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    const auto id = value(f.start(caller)).job;
    const auto refused = [&](std::string_view column, InputValue given) {
        const auto done = f.write(caller, id, {{column, std::move(given)}});
        return !done && done.error().code == Errc::protected_column;
    };
    CHECK(refused("name", std::string("mine")));
    CHECK(refused("friendlymessage", std::string("mine")));
    CHECK(refused("rky_done", std::int64_t{7}));
    CHECK(refused("rky_findings", std::int64_t{7}));
    CHECK(refused("startedon", Instant{}));
    CHECK(refused("completedon", Instant{}));
    CHECK(refused("ownerid", TestVault::target("systemuser", caller.user)));
}

TEST_CASE("a request makes no row of a job", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    SECTION("by Create") {
        Create message;
        message.table = schema::table(table);
        CHECK(
            f.vault.run<NoContent>(caller, std::move(message)).error().code ==
            Errc::method_not_allowed
        );
    }
    SECTION("by Upsert") {
        Upsert message;
        message.target = TestVault::target(table, Uuid::random(f.vault.random()));
        CHECK(
            f.vault.run<NoContent>(caller, std::move(message)).error().code ==
            Errc::method_not_allowed
        );
    }
}

TEST_CASE("a job in progress cannot be deleted, others can", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    const auto id = value(f.start(caller)).job;
    f.jobs.turns(3);
    Delete message;
    message.target = TestVault::target(table, id);
    CHECK(f.vault.run<NoContent>(caller, message).error().code == Errc::restricted);
    REQUIRE(f.set(caller, id, 3, 32));
    CHECK(f.vault.run<NoContent>(caller, message).error().code == Errc::restricted);
    f.jobs.turns(1);  // what was found in the step before is recorded
    CHECK(f.vault.run<NoContent>(caller, message));
}

TEST_CASE("a job with findings cannot be deleted by a request", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    RecordJob message;
    message.id = value(f.start(caller)).job;
    message.progress.findings = 1;
    value(f.vault.run<JobReply>(f.jobs.caller(), message));
    REQUIRE(f.set(caller, message.id, 3, 32));
    Delete remove;
    remove.target = TestVault::target(table, message.id);
    CHECK(f.vault.run<NoContent>(caller, remove).error().code == Errc::restricted);
    CHECK(f.vault.run<NoContent>(f.jobs.caller(), remove));  // once it is an old one
}

TEST_CASE("no job can be started while the user of the jobs is disabled", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    f.jobs.disable(true);
    CHECK(f.start(caller).error().code == Errc::restricted);
    f.jobs.disable(false);
    CHECK(f.start(caller));
}

TEST_CASE("no job can be started while too many rows are still to be removed", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    for (std::size_t i = 0; i < job_rows_max; ++i) {
        const auto id = value(f.start(caller)).job;
        REQUIRE(f.set(caller, id, 3, 32));
    }
    CHECK(f.start(caller).error().code == Errc::too_many_requests);
    f.jobs.turns(1);
    CHECK(f.start(caller));
    CHECK(f.start(caller).error().code == Errc::restricted);
}

TEST_CASE("a job never ends before it began, however the clock is set", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    const auto id = value(f.start(caller)).job;
    f.jobs.turns(3);
    const auto began = f.vault.clock().now();
    f.vault.jump(-std::chrono::minutes{5});
    REQUIRE(f.set(caller, id, 3, 32));
    CHECK(*f.jobs.row(id).completed == std::chrono::floor<std::chrono::seconds>(began));
}

TEST_CASE("the entry of a job's row names what the runner wrote", "[jobs]") {
    Fixture f;
    const auto id = value(f.start(f.administrator())).job;
    RecordJob message;
    message.id = id;
    message.to = JobStatus::failed;
    message.message = "a message";
    value(f.vault.run<JobReply>(f.jobs.caller(), message));
    const auto view = f.vault.vault().view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    audit::LogQuery query;
    query.record = id;
    query.top = 1;
    const auto page = value(reader.search(query, audit::Sections::core));
    const auto& columns = page.entries.front()->event.columns;
    for (const auto* name : {"statecode", "statuscode", "friendlymessage", "rky_done"}) {
        CHECK(std::ranges::count(columns, schema::table(table)->column(name)->id) == 1);
    }
}

TEST_CASE("the status warns of jobs that somebody should see to", "[jobs]") {
    JobsVault jobs{std::make_unique<CountingJob>(3000), std::chrono::hours{24}};
    const auto warned = [&](std::string_view of) {
        const auto status = jobs.vault.run_as_system<StatusReply>(RetrieveVaultStatus{});
        return std::ranges::any_of(status.warnings, [&](const std::string& one) {
            return one.find(of) != std::string::npos;
        });
    };
    jobs.turns(2);
    CHECK_FALSE(warned("job"));
    SECTION("nothing runs, since their user is disabled") {
        jobs.disable(true);
        CHECK(warned("disabled"));
    }
    SECTION("one is overdue") {
        jobs.disable(true);
        jobs.vault.clock().advance(std::chrono::hours{26});
        CHECK(warned("overdue"));
    }
    SECTION("one is paused") {
        const auto id = jobs.start();
        REQUIRE(jobs.set(id, 1, 10));
        jobs.turns(2);
        CHECK(warned("paused"));
    }
    SECTION("one failed, until another one succeeds") {
        RecordJob message;
        message.id = jobs.start();
        message.to = JobStatus::failed;
        message.progress.findings = 1;
        value(jobs.vault.run<JobReply>(jobs.caller(), message));
        CHECK(warned("findings"));
        const auto next = jobs.start();
        jobs.turns(3);
        CHECK(warned("findings"));
        REQUIRE(jobs.row(next).status == JobStatus::in_progress);
        jobs.turns(20);
        REQUIRE(jobs.row(next).status == JobStatus::succeeded);
        CHECK_FALSE(warned("findings"));
    }
    SECTION("none runs at all") {
        jobs.runner.reset();
        REQUIRE(jobs.vault.reopen());
        CHECK(warned("no job runs"));
    }
}

TEST_CASE("who may not read jobs sees none, and nobody sees a cursor", "[jobs]") {
    Fixture f;
    const auto id = value(f.start(f.administrator())).job;
    f.jobs.turns(3);
    Retrieve message;
    message.target = TestVault::target(table, id);
    CHECK_FALSE(f.vault.run<RowReply>(f.with({}), message));
    CHECK(schema::table(table)->property("rky_cursor") == nullptr);
}

TEST_CASE("the runner cannot undo what a request did", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    const auto id = value(f.start(caller)).job;
    REQUIRE(f.set(caller, id, 3, 32));
    RecordJob message;
    message.id = id;
    message.to = GENERATE(JobStatus::in_progress, JobStatus::succeeded, JobStatus::failed);
    message.progress.done = 7;
    const auto reply = value(f.vault.run<JobReply>(f.jobs.caller(), message));
    CHECK(reply.status == JobStatus::canceled);
    CHECK(f.jobs.row(id).status == JobStatus::canceled);
    CHECK(f.jobs.row(id).progress.done == 7);  // of the step that was made
}

TEST_CASE("the runner tells no more findings at once than it may", "[jobs]") {
    Fixture f;
    RecordJob message;
    message.id = value(f.start(f.administrator())).job;
    message.findings.resize(job_findings_max + 1);
    CHECK(f.vault.run<JobReply>(f.jobs.caller(), message).error().code == Errc::invalid_argument);
}

TEST_CASE(
    "the user of the jobs has no right but on jobs, what they say and the wrapping of keys, and no "
    "column permission",
    "[jobs]"
) {
    Fixture f;
    const auto view = f.vault.vault().view();
    for (const auto& held : view.facts().privileges_of(jobs_role)) {
        const auto* of = held.privilege->table;
        const auto right = held.privilege->right;
        if (of == &schema::known::duplicaterecord) {  // makes them, for whoever asked
            CHECK((right == schema::Right::create || right == schema::Right::assign));
            continue;
        }
        CHECK(
            (of == &schema::known::asyncoperation || of == &schema::known::bulkdeleteoperation ||
             of == &schema::known::retentionoperation ||
             (of == &schema::known::retentionconfig && held.privilege->right == schema::Right::write
             ) ||
             of == &schema::known::bulkdeletefailure || held.privilege->name == schema::prv_rewrap)
        );
    }
    const auto profile =
        f.vault.create("fieldsecurityprofile", std::pair{"name", std::string("tokens")});
    f.vault.associate("systemuserprofiles_association", jobs_user, profile);
    CHECK(jobs::ensure_jobs_principal(f.vault.vault()).error().code == Errc::access_denied);
}

TEST_CASE("nobody but SYSTEM changes the user and the role of the jobs", "[jobs]") {
    Fixture f;
    const auto caller = f.administrator();
    const auto rename = [&](std::string_view of, const Uuid& id, std::string_view column) {
        Upsert message;
        message.target = TestVault::target(of, id);
        message.input.cells.push_back(TestVault::cell(of, column, std::string("mine")));
        return f.vault.run<NoContent>(caller, std::move(message)).error().code;
    };
    CHECK(rename("systemuser", jobs_user, "lastname") == Errc::built_in_protected);
    CHECK(rename("role", jobs_role, "name") == Errc::built_in_protected);
    Associate give;
    give.association = schema::association("systemuserroles_association");
    give.parent = TestVault::target("systemuser", caller.user);
    give.child = TestVault::target("role", jobs_role);
    CHECK(f.vault.run<NoContent>(caller, std::move(give)).error().code == Errc::built_in_protected);
}

TEST_CASE(
    "a vault made before there were jobs gets their rights for its administrators", "[jobs]"
) {
    TestVault vault;
    const auto& needed = schema::privilege(schema::known::asyncoperation, schema::Right::write);
    const auto administers = [&] {
        const auto view = vault.vault().view();
        for (const auto& held : view.facts().privileges_of(system_administrator_role)) {
            if (held.privilege == &needed) return true;
        }
        return false;
    };
    RemovePrivilegeRole message;
    message.role = TestVault::target("role", system_administrator_role);
    message.privilege = &needed;
    vault.run_as_system<NoContent>(std::move(message));
    REQUIRE_FALSE(administers());
    value(jobs::ensure_jobs_principal(vault.vault()));
    CHECK(administers());
    const auto grants = [&] {
        const auto view = vault.vault().view();
        for (const auto& held : view.facts().privileges_of(system_administrator_role)) {
            if (held.privilege->name == schema::prv_grant_unmask) return true;
        }
        return false;
    };
    CHECK_FALSE(grants());  // the one that it never has
    const auto size = vault.vault().view().snapshot().log_size;
    value(jobs::ensure_jobs_principal(vault.vault()));
    CHECK(vault.vault().view().snapshot().log_size == size);  // nothing left to do
}

}  // namespace job_messages_test

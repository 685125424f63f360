// The columns of a job that Dataverse has: what they say here, and that a request writes none.
#include "jobs/jobs_vault.hpp"
#include "messages/job_rows.hpp"
#include "messages/record_job.hpp"
#include "schema/asyncoperation.hpp"

#include <catch2/catch.hpp>

namespace job_columns_test {

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
    access::Caller caller = administrator();
    Uuid id = value(vault.run<StartedJobReply>(caller, named())).job;

    access::Caller administrator() {
        const auto user = vault.user("administrator");
        vault.associate("systemuserroles_association", user, system_administrator_role);
        return TestVault::caller(user);
    }

    static StartJob named() {
        StartJob message;
        message.name = "count";
        return message;
    }

    std::shared_ptr<const storage::Row> row() {
        Retrieve message;
        message.target = TestVault::target(table, id);
        return value(vault.run<RowReply>(caller, std::move(message))).row.row;
    }

    void end(JobStatus status, const std::string& text, std::optional<Errc> error = {}) {
        RecordJob message;
        message.id = id;
        message.to = status;
        message.message = text;
        message.error = error;
        value(vault.run<JobReply>(jobs.caller(), message));
    }

    Result<NoContent> write(const schema::Column& column) {
        Upsert message;
        message.target = TestVault::target(table, id);
        message.preconditions.must_exist = true;
        message.input.cells.push_back({&column, InputValue{std::string("mine")}});
        return vault.run<NoContent>(caller, std::move(message));
    }
};

}  // namespace

TEST_CASE("a request writes no column that only Dataverse has a use for", "[jobs]") {
    Fixture f;
    for (const auto& column : schema::async_operation::of_the_vendor) {
        if (!column.may(schema::can::odata)) continue;
        INFO(column.name);
        CHECK_FALSE(column.may(schema::can::create | schema::can::update));
        CHECK(f.write(column).error().code == Errc::protected_column);
    }
}

TEST_CASE("a job says which message asked for it, and how it failed", "[jobs]") {
    Fixture f;
    CHECK(*f.row()->get<std::string>("messagename") == "rky_StartJob");
    for (const auto* name : {"message", "errorcode", "executiontimespan", "regardingobjectid"}) {
        INFO(name);
        CHECK(f.row()->find(name) == nullptr);
    }
    f.jobs.turns(3);
    REQUIRE(f.jobs.row(f.id).status == JobStatus::in_progress);
    f.vault.clock().advance(std::chrono::seconds{90});
    f.end(JobStatus::failed, "a message", Errc::access_denied);
    const auto failed = f.row();
    CHECK(*failed->get<std::string>("message") == "a message");
    CHECK(*failed->get<std::string>("friendlymessage") == "a message");
    CHECK(*failed->get<std::int64_t>("errorcode") == number_of_error(Errc::access_denied));
    CHECK(*failed->get<std::int64_t>("errorcode") < 0);
    const auto took = std::chrono::floor<std::chrono::seconds>(
        *failed->get<Instant>("completedon") - *failed->get<Instant>("startedon")
    );
    CHECK(took >= std::chrono::seconds{90});
    CHECK(
        *failed->get<storage::Fraction>("executiontimespan") ==
        storage::Fraction{took.count() * storage::Fraction::one}
    );
}

TEST_CASE("a job that ends well has no error", "[jobs]") {
    Fixture f;
    f.jobs.turns(3);
    f.end(JobStatus::succeeded, "all of it");
    const auto row = f.row();
    CHECK(*row->get<std::string>("friendlymessage") == "all of it");
    CHECK(row->find("message") == nullptr);
    CHECK(row->find("errorcode") == nullptr);
    CHECK(row->find("executiontimespan") != nullptr);
}

TEST_CASE("an error that ends a job is told by its number", "[jobs]") {
    auto owned = std::make_unique<CountingJob>(5);
    owned->each = [](std::uint64_t, jobs::JobStep&) { throw std::runtime_error("a fault"); };
    JobsVault jobs{std::move(owned)};
    Retrieve message;
    message.target = TestVault::target(table, jobs.start());
    jobs.turns(20);
    const auto row = jobs.vault.run_as_system<RowReply>(std::move(message)).row.row;
    CHECK(*row->get<std::int64_t>("errorcode") == number_of_error(Errc::internal));
    CHECK_FALSE(row->get<std::string>("message")->empty());
}

TEST_CASE("what is so of every job here is said of a job of before, too", "[jobs]") {
    Fixture f;
    const auto row = f.row();
    CHECK(*row->get<std::int64_t>("depth") == 1);
    CHECK(*row->get<std::int64_t>("retrycount") == 0);
    for (const auto* name : {"retainjobhistory", "iswaitingforevent", "workflowisblocked"}) {
        INFO(name);
        CHECK_FALSE(*row->get<bool>(name));
        CHECK(row->table->column(name)->derived);
    }
}

}  // namespace job_columns_test

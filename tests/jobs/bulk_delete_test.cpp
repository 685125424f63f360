// What a bulk delete deletes, as whom, and what it says of what it could not.
#include "jobs/bulk_delete.hpp"

#include "jobs/jobs_vault.hpp"
#include "messages/asked_job.hpp"
#include "messages/bulk_delete.hpp"
#include "messages/bulk_delete_cursor.hpp"
#include "messages/record_bulk_delete.hpp"
#include "messages/sender.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>

namespace bulk_delete_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view handle_name = "msdyn_octwitterhandle";

RetrieveMultiple every_row_of(std::string_view table) {
    RetrieveMultiple out;
    out.table = schema::table(table);
    out.query_digest = std::string(32, 'q');
    return out;
}

/// Instead of FetchXML: names of tables, each with a blank behind it, and all rows of them.
Result<std::vector<RetrieveMultiple>> read(std::string_view text) {
    std::vector<RetrieveMultiple> out;
    for (auto blank = text.find(' '); blank != std::string_view::npos; blank = text.find(' ')) {
        out.push_back(every_row_of(text.substr(0, blank)));
        text.remove_prefix(blank + 1);
    }
    return out;
}

std::unique_ptr<jobs::Job> bulk_delete_of(TestVault& vault, const access::Caller& caller) {
    return std::make_unique<jobs::BulkDelete>(vault.vault(), caller, read);
}

struct Scene {
    test::JobsVault jobs{std::make_unique<test::CountingJob>(0, std::string(bulk_delete_job))};
    TestVault& vault = jobs.vault;
    Uuid cleaner;  // deletes handles that are his own, and reads all of them

    Scene() {
        jobs.run(bulk_delete_of(vault, jobs.caller()));
        cleaner = vault.user("cleaner");
        give({"prvBulkDelete", "prvReadmsdyn_octwitterhandle"}, schema::Depth::global);
        give({"prvDeletemsdyn_octwitterhandle", "prvReadBulkDeleteFailure"}, schema::Depth::basic);
        give({"prvReadBulkDeleteOperation"}, schema::Depth::basic);
    }

    void give(std::initializer_list<std::string_view> privileges, schema::Depth depth) {
        vault.associate(
            "systemuserroles_association",
            cleaner,
            vault.role("role " + std::to_string(++roles_), privileges, depth)
        );
    }

    Uuid handle(const Uuid& owner) {
        return vault.create(
            handle_name,
            std::pair{"msdyn_name", std::string("@handle")},
            std::pair{"ownerid", TestVault::target("systemuser", owner)}
        );
    }

    [[nodiscard]] static BulkDelete message(const std::vector<std::string>& tables) {
        BulkDelete out;
        out.job_name = "clean up";
        for (const auto& table : tables) {
            out.queries.push_back(every_row_of(table));
            out.text += table + " ";
        }
        return out;
    }

    [[nodiscard]] Result<StartedJobReply> start(
        const Uuid& user, const std::vector<std::string>& tables
    ) {
        return vault.run<StartedJobReply>(TestVault::caller(user), message(tables));
    }

    [[nodiscard]] std::vector<RowPtr> rows_of(std::string_view table) {
        const auto reply = vault.run_as_system<ListReply>(every_row_of(table));
        std::vector<RowPtr> out;
        for (const auto& row : reply.rows) out.push_back(row.row);
        return out;
    }

    /// Rows that the cleaner sees.
    [[nodiscard]] std::size_t seen(std::string_view table) {
        return value(vault.run<ListReply>(TestVault::caller(cleaner), every_row_of(table)))
            .rows.size();
    }

    /// How the newest job ended.
    [[nodiscard]] std::string said() {
        const auto all = rows_of("asyncoperation");
        const auto* text = all.back()->get<std::string>("friendlymessage");
        return text == nullptr ? std::string{} : *text;
    }

    [[nodiscard]] std::int64_t number(const storage::Row& row, std::string_view column) {
        return *row.get<std::int64_t>(column);
    }

 private:
    int roles_ = 0;
};

}  // namespace

TEST_CASE("a bulk delete deletes what its user may delete, and says what it could not", "[jobs]") {
    Scene scene;
    for (int i = 0; i < 120; ++i) scene.handle(scene.cleaner);
    const auto other = scene.vault.user("other");
    const auto kept = scene.handle(other);
    const auto job = value(scene.start(scene.cleaner, {std::string(handle_name)})).job;
    scene.jobs.turns();
    const auto row = scene.jobs.row(job);
    CHECK(row.status == JobStatus::succeeded);
    CHECK(row.progress.done == 121);
    const auto left = scene.rows_of(handle_name);
    REQUIRE(left.size() == 1);
    CHECK(left.front()->id == kept);
    const auto operations = scene.rows_of("bulkdeleteoperation");
    REQUIRE(operations.size() == 1);
    const auto& operation = *operations.front();
    CHECK(*operation.get<std::string>("name") == "clean up");
    CHECK(scene.number(operation, "successcount") == 120);
    CHECK(scene.number(operation, "failurecount") == 1);
    CHECK(operation.get<storage::RowRef>("asyncoperationid")->id == job);
    const auto failures = scene.rows_of("bulkdeletefailure");
    REQUIRE(failures.size() == 1);
    const auto& failure = *failures.front();
    CHECK(failure.get<storage::RowRef>("regardingobjectid")->id == kept);
    CHECK(failure.get<storage::RowRef>("asyncoperationid")->id == job);
    CHECK(failure.get<storage::RowRef>("ownerid")->id == scene.cleaner);
    CHECK_FALSE(failure.get<std::string>("errordescription")->empty());
    CHECK(scene.seen("bulkdeletefailure") == 1);
    CHECK(scene.seen("bulkdeleteoperation") == 1);
    // What it is about takes it along, whoever may delete that.
    Sender admin(scene.vault, scene.vault.vault().system());
    messages::Delete gone;
    gone.target = TestVault::target(handle_name, kept);
    REQUIRE(scene.vault.run<NoContent>(scene.vault.vault().system(), gone));
    CHECK(scene.rows_of("bulkdeletefailure").empty());
}

TEST_CASE("what was made after a bulk delete was asked for stays", "[jobs]") {
    Scene scene;
    for (int i = 0; i < 15; ++i) scene.handle(scene.cleaner);
    REQUIRE(scene.start(scene.cleaner, {std::string(handle_name)}));
    scene.vault.clock().advance(std::chrono::seconds{2});
    std::set<Uuid> later;
    for (int i = 0; i < 15; ++i) later.insert(scene.handle(scene.cleaner));
    // One that says that it is old was made later, too.
    later.insert(scene.vault.create(
        handle_name,
        std::pair{"msdyn_name", std::string("@old")},
        std::pair{"overriddencreatedon", scene.vault.clock().now() - std::chrono::days{400}},
        std::pair{"ownerid", TestVault::target("systemuser", scene.cleaner)}
    ));
    scene.jobs.turns(200);
    std::set<Uuid> left;
    for (const auto& row : scene.rows_of(handle_name)) left.insert(row->id);
    CHECK(left == later);
    REQUIRE(scene.jobs.ended().size() == 1);
    CHECK(scene.jobs.ended().front().status == JobStatus::succeeded);
}

TEST_CASE("each row is deleted in the name of the user, by the rights that he has then", "[jobs]") {
    Scene scene;
    scene.handle(scene.cleaner);
    const auto job = value(scene.start(scene.cleaner, {std::string(handle_name)})).job;
    // Before the job gets to it he may do nothing any more.
    messages::Upsert off;
    off.target = TestVault::target("systemuser", scene.cleaner);
    off.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", true));
    scene.vault.run_as_system<NoContent>(std::move(off));
    scene.jobs.turns();
    CHECK(scene.jobs.row(job).status == JobStatus::failed);
    CHECK(scene.rows_of(handle_name).size() == 1);
    messages::Upsert on;
    on.target = TestVault::target("systemuser", scene.cleaner);
    on.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", false));
    scene.vault.run_as_system<NoContent>(std::move(on));
    const auto again = value(scene.start(scene.cleaner, {std::string(handle_name)})).job;
    scene.jobs.turns();
    CHECK(scene.jobs.row(again).status == JobStatus::succeeded);
    CHECK(scene.rows_of(handle_name).empty());
    messages::RetrieveAuditEvents review;
    review.top = 100;
    const auto log = scene.vault.run_as_system<LogReply>(review);
    const auto deleted = std::ranges::count_if(log.entries, [&](const LogEntry& entry) {
        const auto& event = entry.event;
        return event.action == audit::Action::remove && event.table == handle_name &&
               event.actor.id == to_string(scene.cleaner);
    });
    CHECK(deleted == 1);
}

TEST_CASE(
    "a bulk delete takes its privilege and those on the tables, and one's own name", "[jobs]"
) {
    Scene scene;
    const auto bare = scene.vault.user("bare");
    CHECK(code(scene.start(bare, {std::string(handle_name)})) == Errc::missing_privilege);
    CHECK(code(scene.start(scene.cleaner, {"team"})) == Errc::missing_privilege);
    CHECK(
        code(scene.start(scene.cleaner, {std::string(handle_name), "team"})) ==
        Errc::missing_privilege
    );
    CHECK(code(scene.start(scene.cleaner, {})) == Errc::invalid_argument);
    CHECK(
        code(scene.start(scene.cleaner, std::vector<std::string>(17, std::string(handle_name)))) ==
        Errc::invalid_argument
    );
    auto later = Scene::message({std::string(handle_name)});
    later.start = scene.vault.vault().clock().now() + std::chrono::hours{1};
    CHECK(
        code(scene.vault.run<StartedJobReply>(TestVault::caller(scene.cleaner), later)) ==
        Errc::unsupported
    );
    auto caller = TestVault::caller(scene.cleaner);
    caller.delegate = scene.vault.vault().system().user;
    CHECK(
        code(scene.vault.run<StartedJobReply>(caller, Scene::message({std::string(handle_name)}))
        ) == Errc::impersonation_denied
    );
    // By its name alone it does not start.
    StartJob by_name;
    by_name.name = bulk_delete_job;
    CHECK(
        code(scene.vault.run<StartedJobReply>(scene.vault.vault().system(), by_name)) ==
        Errc::restricted
    );
}

TEST_CASE(
    "a bulk delete is of no table that decides rights, or whose rows nobody deletes", "[jobs]"
) {
    Scene scene;
    const auto system = scene.vault.vault().system();
    for (const auto* table : schema::tables()) {
        INFO(table->name);
        const auto started = code(
            scene.vault.run<StartedJobReply>(system, Scene::message({std::string(table->name)}))
        );
        if (table->of_log) {
            CHECK(started == Errc::built_in_protected);
        } else if (!table->writable && !table->removable) {
            CHECK(started == Errc::method_not_allowed);
        } else if (table->access_fact) {
            CHECK((started == Errc::restricted || started == Errc::method_not_allowed));
        } else {
            CHECK((started == Errc::count_ || started == Errc::too_many_requests));
        }
    }
}

TEST_CASE("a user has a few bulk deletes at a time, and the next when one has ended", "[jobs]") {
    Scene scene;
    const auto start = [&] { return scene.start(scene.cleaner, {std::string(handle_name)}); };
    for (std::size_t i = 0; i < asked_jobs_max; ++i) CHECK(start());
    CHECK(code(start()) == Errc::too_many_requests);
    // Nobody else is kept from his own.
    const auto system = scene.vault.vault().system();
    CHECK(scene.vault.run<StartedJobReply>(system, Scene::message({std::string(handle_name)})));
    scene.jobs.turns();
    CHECK(start());
}

TEST_CASE("who asked for a bulk delete sees his job and cancels it", "[jobs]") {
    Scene scene;
    scene.give({"prvReadAsyncOperation", "prvWriteAsyncOperation"}, schema::Depth::basic);
    scene.handle(scene.cleaner);
    const auto job = value(scene.start(scene.cleaner, {std::string(handle_name)})).job;
    CHECK(scene.seen("asyncoperation") == 1);
    messages::Upsert cancel;
    cancel.target = TestVault::target("asyncoperation", job);
    cancel.preconditions.must_exist = true;
    cancel.input.cells.push_back(TestVault::cell("asyncoperation", "statecode", std::int64_t{3}));
    cancel.input.cells.push_back(TestVault::cell("asyncoperation", "statuscode", std::int64_t{32}));
    CHECK(scene.vault.run<NoContent>(TestVault::caller(scene.cleaner), std::move(cancel)));
    scene.jobs.turns();
    CHECK(scene.jobs.row(job).status == JobStatus::canceled);
    CHECK(scene.rows_of(handle_name).size() == 1);
}

TEST_CASE("a bulk delete ends when its user loses the privilege for it", "[jobs]") {
    Scene scene;
    scene.handle(scene.cleaner);
    const auto job = value(scene.start(scene.cleaner, {std::string(handle_name)})).job;
    const auto role = scene.vault.run_as_system<ListReply>(every_row_of("role"));
    const auto named = std::ranges::find_if(role.rows, [](const ShownRow& row) {
        return *row.row->get<std::string>("name") == "role 1";
    });
    REQUIRE(named != role.rows.end());
    messages::RemovePrivilegeRole take;
    take.role = TestVault::target("role", named->row->id);
    take.privilege = schema::privilege(schema::prv_bulk_delete);
    scene.vault.run_as_system<NoContent>(std::move(take));
    scene.jobs.turns();
    CHECK(scene.jobs.row(job).status == JobStatus::failed);
    CHECK(scene.rows_of(handle_name).size() == 1);
}

TEST_CASE("a bulk delete that may delete too little ends, and its row can be removed", "[jobs]") {
    Scene scene;
    const auto other = scene.vault.user("other");
    for (std::uint64_t i = 0; i < jobs::bulk_delete_failures_max + 20; ++i) scene.handle(other);
    const auto job = value(scene.start(scene.cleaner, {std::string(handle_name)})).job;
    scene.jobs.turns();
    CHECK(scene.jobs.row(job).status == JobStatus::failed);
    CHECK(scene.said().find("Too many rows") != std::string::npos);
    CHECK(scene.rows_of("bulkdeletefailure").size() == jobs::bulk_delete_failures_max);
    CHECK(scene.jobs.remove(job));
    CHECK(scene.rows_of("bulkdeletefailure").empty());
    CHECK(scene.rows_of("bulkdeleteoperation").empty());
}

TEST_CASE("bulk deletes wait for each other, and one that was cut off goes on", "[jobs]") {
    Scene scene;
    for (int i = 0; i < 120; ++i) scene.handle(scene.cleaner);
    const auto first = value(scene.start(scene.cleaner, {std::string(handle_name)})).job;
    const auto second = value(scene.start(scene.cleaner, {std::string(handle_name)})).job;
    (void)scene.jobs.runner->turn();
    (void)scene.jobs.runner->turn();
    // Another process: what the runner knew is gone, and the row says where to go on.
    scene.jobs.run(bulk_delete_of(scene.vault, scene.jobs.caller()));
    scene.jobs.turns();
    CHECK(scene.jobs.row(first).status == JobStatus::succeeded);
    CHECK(scene.jobs.row(second).status == JobStatus::succeeded);
    CHECK(scene.rows_of(handle_name).empty());
}

TEST_CASE("the cursor of a bulk delete comes out as it went in", "[jobs]") {
    BulkDeleteCursor cursor;
    cursor.by.user = Uuid::parse("22222222-2222-4222-8222-222222222222").value();
    cursor.operation = Uuid::parse("33333333-3333-4333-8333-333333333333").value();
    cursor.query = 1;
    CHECK(parse_bulk_delete_cursor(to_text(cursor)).value() == cursor);
    cursor.by.credential = cursor.operation;
    cursor.token = "dG9rZW4";
    CHECK(parse_bulk_delete_cursor(to_text(cursor)).value() == cursor);
    const auto text = to_text(cursor);
    for (const auto& bad :
         {std::string{}, std::string{"a"}, text.substr(1), "x" + text, text + " x"}) {
        INFO(bad);
        CHECK(code(parse_bulk_delete_cursor(bad)) == Errc::integrity);
    }
}

}  // namespace bulk_delete_test

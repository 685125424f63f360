// What a detection of duplicates finds, for whom, what it leaves behind, and where that goes.
#include "jobs/duplicate_detection.hpp"

#include "jobs/jobs_vault.hpp"
#include "messages/asked_job.hpp"
#include "messages/bulk_detect_duplicates.hpp"
#include "messages/detection_cursor.hpp"
#include "messages/publish_duplicate_rule.hpp"
#include "messages/record_duplicates.hpp"
#include "messages/row_planner.hpp"
#include "messages/sender.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace duplicate_detection_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view handles = "msdyn_octwitterhandle";

RetrieveMultiple every_row_of(std::string_view table) {
    RetrieveMultiple out;
    out.table = schema::table(table);
    out.query_digest = std::string(32, 'q');
    return out;
}

/// Instead of FetchXML: the name of a table, and all rows of it.
Result<std::vector<RetrieveMultiple>> read(std::string_view text) {
    std::vector<RetrieveMultiple> out;
    out.push_back(every_row_of(text));
    return out;
}

std::unique_ptr<jobs::Job> detection_of(TestVault& vault, const access::Caller& caller) {
    return std::make_unique<jobs::DuplicateDetection>(vault.vault(), caller, read);
}

struct Scene {
    test::JobsVault jobs{
        std::make_unique<test::CountingJob>(0, std::string(duplicate_detection_job))};
    TestVault& vault = jobs.vault;
    Uuid clerk;  // asks for jobs, and reads handles of his own

    Scene() {
        jobs.run(detection_of(vault, jobs.caller()));
        clerk = vault.user("clerk");
        give(
            {"prvCreateAsyncOperation",
             "prvReadAsyncOperation",
             "prvWriteAsyncOperation",
             "prvReadDuplicateRecord",
             "prvReadmsdyn_octwitterhandle"},
            schema::Depth::basic
        );
    }

    void give(std::initializer_list<std::string_view> privileges, schema::Depth depth) {
        vault.associate(
            "systemuserroles_association",
            clerk,
            vault.role("role " + std::to_string(++roles_), privileges, depth)
        );
    }

    /// Published.
    Uuid rule(std::string_view column, std::string_view table = handles) {
        const auto out = vault.create(
            "duplicaterule",
            std::pair{"name", std::string("rule")},
            std::pair{"baseentityname", std::string(table)}
        );
        vault.create(
            "duplicaterulecondition",
            std::pair{"regardingobjectid", TestVault::target("duplicaterule", out)},
            std::pair{"baseattributename", std::string(column)},
            std::pair{"operatorcode", std::int64_t{0}}
        );
        vault.run_as_system<StartedJobReply>(PublishDuplicateRule{out});
        return out;
    }

    Uuid handle(const std::string& name, const Uuid& owner) {
        return vault.create(
            handles,
            std::pair{"msdyn_name", name},
            std::pair{"msdyn_octwitterscreenname", name},
            std::pair{"ownerid", TestVault::target("systemuser", owner)}
        );
    }

    Uuid handle(const std::string& name) { return handle(name, clerk); }

    [[nodiscard]] static BulkDetectDuplicates message(std::string_view table = handles) {
        BulkDetectDuplicates out;
        out.job_name = "look for twins";
        out.query = every_row_of(table);
        out.text = table;
        return out;
    }

    [[nodiscard]] Result<StartedJobReply> start(
        const Uuid& user, std::string_view table = handles
    ) {
        return vault.run<StartedJobReply>(TestVault::caller(user), message(table));
    }

    Uuid detect() {
        const auto job = value(start(clerk)).job;
        jobs.turns();
        return job;
    }

    [[nodiscard]] std::vector<RowPtr> rows_of(std::string_view table, const access::Caller& who) {
        std::vector<RowPtr> out;
        for (const auto& row : value(vault.run<ListReply>(who, every_row_of(table))).rows) {
            out.push_back(row.row);
        }
        return out;
    }

    [[nodiscard]] std::vector<RowPtr> found() {
        return rows_of("duplicaterecord", vault.vault().system());
    }

    using Pairs = std::set<std::pair<Uuid, Uuid>>;

    [[nodiscard]] Pairs pairs() {
        Pairs out;
        for (const auto& row : found()) {
            out.emplace(
                row->get<storage::RowRef>("baserecordid")->id,
                row->get<storage::RowRef>("duplicaterecordid")->id
            );
        }
        return out;
    }

    [[nodiscard]] std::string said(const Uuid& job) {
        for (const auto& row : rows_of("asyncoperation", vault.vault().system())) {
            const auto* text = row->get<std::string>("friendlymessage");
            if (row->id == job && text != nullptr) return *text;
        }
        return {};
    }

 private:
    int roles_ = 0;
};

}  // namespace

TEST_CASE("a detection records each pair of duplicates, for whoever asked", "[jobs]") {
    for (const std::string_view column : {"msdyn_name", "msdyn_octwitterscreenname"}) {
        INFO(column);  // with an index, and without
        Scene scene;
        const auto rule = scene.rule(column);
        const auto one = scene.handle("rook");
        const auto two = scene.handle("ROOK");
        for (int i = 0; i < 60; ++i) scene.handle("other " + std::to_string(i));
        const auto job = value(scene.start(scene.clerk)).job;
        CHECK(scene.said(job) == "look for twins");
        scene.jobs.turns();
        const auto row = scene.jobs.row(job);
        CHECK(row.status == JobStatus::succeeded);
        CHECK(row.progress.done == 62);
        CHECK(scene.said(job) == "Rows compared: 62, duplicates recorded: 2.");
        CHECK(scene.pairs() == Scene::Pairs{{one, two}, {two, one}});
        for (const auto& found : scene.found()) {
            CHECK(found->get<storage::RowRef>("asyncoperationid")->id == job);
            CHECK(found->get<storage::RowRef>("duplicateruleid")->id == rule);
            CHECK(found->get<storage::RowRef>("ownerid")->id == scene.clerk);
            CHECK(found->get<storage::RowRef>("owninguser")->id == scene.clerk);
            CHECK(found->get<Instant>("createdon") != nullptr);
        }
        CHECK(scene.rows_of("duplicaterecord", TestVault::caller(scene.clerk)).size() == 2);
    }
}

TEST_CASE("what the user may not read then is no duplicate of anything", "[jobs]") {
    for (const std::string_view column : {"msdyn_name", "msdyn_octwitterscreenname"}) {
        INFO(column);
        Scene scene;
        scene.rule(column);
        scene.handle("rook");
        scene.handle("rook", scene.vault.user("other"));
        scene.detect();
        CHECK(scene.found().empty());
        scene.give({"prvReadmsdyn_octwitterhandle"}, schema::Depth::global);
        scene.detect();
        CHECK(scene.found().size() == 2);
    }
}

TEST_CASE(
    "what was found goes with either of the two rows, with the job, and by nobody", "[jobs]"
) {
    Scene scene;
    scene.rule("msdyn_name");
    const auto one = scene.handle("rook");
    const auto two = scene.handle("rook");
    const auto three = scene.handle("rook");
    const auto job = scene.detect();
    CHECK(scene.found().size() == 6);
    // Whoever may delete the row takes along what is said of it.
    const auto remover = scene.vault.user("remover");
    scene.vault.associate(
        "systemuserroles_association",
        remover,
        scene.vault.role("r", {"prvDeletemsdyn_octwitterhandle"}, schema::Depth::global)
    );
    CHECK(Sender(scene.vault, TestVault::caller(remover)).remove(handles, one));
    CHECK(scene.pairs() == Scene::Pairs{{two, three}, {three, two}});
    Sender system(scene.vault, scene.vault.vault().system());
    CHECK(
        code(system.remove("duplicaterecord", scene.found().front()->id)) ==
        Errc::method_not_allowed
    );
    CHECK(scene.jobs.remove(job));
    CHECK(scene.found().empty());
}

TEST_CASE(
    "a detection takes the right to make a job, reading, a rule, and one's own name", "[jobs]"
) {
    Scene scene;
    const auto bare = scene.vault.user("bare");
    CHECK(code(scene.start(bare)) == Errc::missing_privilege);
    CHECK(code(scene.start(scene.clerk)) == Errc::no_rules);
    const auto rule = scene.rule("msdyn_name");
    CHECK(code(scene.start(scene.clerk, "msdyn_octwitterapplication")) == Errc::missing_privilege);
    CHECK(code(scene.start(scene.clerk, "systemuser")) == Errc::missing_privilege);
    const auto system = scene.vault.vault().system();
    CHECK(
        code(scene.vault.run<StartedJobReply>(system, Scene::message("systemuser"))) ==
        Errc::detection_unsupported
    );
    auto later = Scene::message();
    later.start = scene.vault.vault().clock().now() + std::chrono::hours{1};
    const auto clerk = TestVault::caller(scene.clerk);
    CHECK(code(scene.vault.run<StartedJobReply>(clerk, later)) == Errc::unsupported);
    auto wordy = Scene::message();
    wordy.text = std::string(detection_query_max + 1, 'x');
    CHECK(code(scene.vault.run<StartedJobReply>(clerk, wordy)) == Errc::invalid_argument);
    auto delegate = clerk;
    delegate.delegate = system.user;
    CHECK(
        code(scene.vault.run<StartedJobReply>(delegate, Scene::message())) ==
        Errc::impersonation_denied
    );
    StartJob by_name;
    by_name.name = duplicate_detection_job;
    CHECK(code(scene.vault.run<StartedJobReply>(system, by_name)) == Errc::restricted);
    for (std::size_t i = 0; i < asked_jobs_max; ++i) CHECK(scene.start(scene.clerk));
    CHECK(code(scene.start(scene.clerk)) == Errc::too_many_requests);
    scene.jobs.turns();
    CHECK(scene.start(scene.clerk));
    static_cast<void>(rule);
}

TEST_CASE("a detection ends with its user, and is canceled by him", "[jobs]") {
    Scene scene;
    scene.rule("msdyn_name");
    scene.handle("rook");
    scene.handle("rook");
    const auto canceled = value(scene.start(scene.clerk)).job;
    CHECK(Sender(scene.vault, TestVault::caller(scene.clerk))
              .update(
                  "asyncoperation",
                  canceled,
                  std::pair{"statecode", std::int64_t{3}},
                  std::pair{"statuscode", std::int64_t{32}}
              ));
    const auto ended = value(scene.start(scene.clerk)).job;
    CHECK(Sender(scene.vault, scene.vault.vault().system())
              .update("systemuser", scene.clerk, std::pair{"isdisabled", true}));
    scene.jobs.turns();
    CHECK(scene.jobs.row(canceled).status == JobStatus::canceled);
    CHECK(scene.jobs.row(ended).status == JobStatus::failed);
    CHECK(scene.found().empty());
}

TEST_CASE("a detection that was cut off goes on, and says nothing twice", "[jobs]") {
    Scene scene;
    scene.rule("msdyn_octwitterscreenname");
    for (int i = 0; i < 120; ++i) scene.handle("name " + std::to_string(i % 60));
    const auto job = value(scene.start(scene.clerk)).job;
    (void)scene.jobs.runner->turn();
    (void)scene.jobs.runner->turn();
    scene.jobs.run(detection_of(scene.vault, scene.jobs.caller()));
    scene.jobs.turns();
    CHECK(scene.jobs.row(job).status == JobStatus::succeeded);
    CHECK(scene.found().size() == 120);
}

TEST_CASE(
    "a detection and a record have so many duplicates at most, and can be removed", "[jobs]"
) {
    Scene scene;
    scene.rule("msdyn_octwitterscreenname");
    Uuid last;
    for (int i = 0; i < 60; ++i) last = scene.handle("same");
    const auto job = scene.detect();
    CHECK(scene.jobs.row(job).status == JobStatus::succeeded);
    CHECK(scene.found().size() == jobs::detected_duplicates_max);
    CHECK(scene.said(job).find("records no more") != std::string::npos);
    Uuid later;
    for (int i = 0; i < 6; ++i) later = scene.detect();
    CHECK(
        scene.said(later).find("Left out, since a record has no more places: ") != std::string::npos
    );
    std::map<Uuid, std::size_t> bases;
    std::map<Uuid, std::size_t> duplicates;
    for (const auto& row : scene.found()) {
        ++bases[row->get<storage::RowRef>("baserecordid")->id];
        ++duplicates[row->get<storage::RowRef>("duplicaterecordid")->id];
    }
    for (const auto& [id, count] : bases) CHECK(count <= duplicates_of_record_max);
    for (const auto& [id, count] : duplicates) CHECK(count <= duplicates_of_record_max);
    // Another one has places of his own.
    const auto other = scene.vault.user("other");
    scene.vault.associate(
        "systemuserroles_association",
        other,
        scene.vault.role(
            "other",
            {"prvCreateAsyncOperation", "prvReadmsdyn_octwitterhandle"},
            schema::Depth::global
        )
    );
    const auto his = value(scene.start(other)).job;
    const auto before = scene.found().size();
    scene.jobs.turns();
    CHECK(scene.jobs.row(his).status == JobStatus::succeeded);
    CHECK(scene.found().size() == before + jobs::detected_duplicates_max);
    CHECK(Sender(scene.vault, scene.vault.vault().system()).remove(handles, last));
    CHECK(scene.jobs.remove(job));
}

TEST_CASE("what detections found keeps no record from being deleted with others", "[jobs]") {
    Scene scene;
    scene.rule("msdyn_octwitterscreenname");
    const auto application =
        scene.vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string("a")});
    for (int i = 0; i < 30; ++i) {
        scene.vault.create(
            handles,
            std::pair{"msdyn_octwitterscreenname", std::string("same")},
            std::pair{"ownerid", TestVault::target("systemuser", scene.clerk)},
            std::pair{
                "msdyn_octwitterapplicationid",
                TestVault::target("msdyn_octwitterapplication", application)}
        );
    }
    std::vector<Uuid> found_by;
    for (int i = 0; i < 3; ++i) found_by.push_back(scene.detect());
    CHECK(scene.found().size() > rows_changed_max);
    Sender system(scene.vault, scene.vault.vault().system());
    CHECK(code(system.remove("msdyn_octwitterapplication", application)) == Errc::count_);
    CHECK(scene.rows_of(handles, scene.vault.vault().system()).empty());
    CHECK(scene.found().size() <= rows_changed_max);
    for (const auto& job : found_by) CHECK(scene.jobs.remove(job));
    CHECK(scene.found().empty());
}

TEST_CASE("of two jobs that a user asks for at once no more than his five are made", "[jobs]") {
    Scene scene;
    scene.rule("msdyn_name");
    for (std::size_t i = 1; i < asked_jobs_max; ++i) CHECK(scene.start(scene.clerk));
    auto& vault = scene.vault.vault();
    RequestInfo info;
    WorkBudget work;
    const auto plan = [&] {
        return vault.pipeline().plan(
            vault.view(), TestVault::caller(scene.clerk), Scene::message(), info, work
        );
    };
    auto one = plan();
    auto two = plan();
    CHECK(std::holds_alternative<ledger::Receipt>(vault.ledger().commit(std::move(one))));
    CHECK(std::holds_alternative<ledger::Stale>(vault.ledger().commit(std::move(two))));
}

TEST_CASE("nobody's ended jobs take the place of another's", "[jobs]") {
    Scene scene;
    scene.rule("msdyn_name");
    const auto other = scene.vault.user("other");
    scene.vault.associate(
        "systemuserroles_association",
        other,
        scene.vault.role(
            "other",
            {"prvCreateAsyncOperation", "prvReadmsdyn_octwitterhandle"},
            schema::Depth::global
        )
    );
    scene.jobs.options.rows_kept = 4;
    scene.jobs.run(detection_of(scene.vault, scene.jobs.caller()));
    const auto his = value(scene.start(other)).job;
    scene.jobs.turns();
    for (int i = 0; i < 12; ++i) {
        const auto canceled = value(scene.start(scene.clerk)).job;
        CHECK(Sender(scene.vault, TestVault::caller(scene.clerk))
                  .update(
                      "asyncoperation",
                      canceled,
                      std::pair{"statecode", std::int64_t{3}},
                      std::pair{"statuscode", std::int64_t{32}}
                  ));
        scene.jobs.turns();
    }
    scene.detect();
    CHECK(scene.jobs.ended().size() <= 5);
    CHECK(scene.jobs.row(his).status == JobStatus::succeeded);
}

TEST_CASE("each look for duplicates is a list in the user's name on the log", "[jobs]") {
    Scene scene;
    scene.rule("msdyn_name");
    scene.handle("rook");
    scene.handle("rook");
    scene.detect();
    RetrieveAuditEvents review;
    review.top = 100;
    const auto log = scene.vault.run_as_system<LogReply>(review);
    const auto looked = std::ranges::count_if(log.entries, [&](const LogEntry& entry) {
        const auto& event = entry.event;
        return event.action == audit::Action::list && event.table == handles &&
               event.message == "rky_DetectDuplicates" &&
               event.actor.id == to_string(scene.clerk) && event.count == 2;
    });
    CHECK(looked == 1);
}

TEST_CASE("the cursor of a detection comes out as it went in", "[jobs]") {
    DetectionCursor cursor;
    cursor.by.user = Uuid::parse("22222222-2222-4222-8222-222222222222").value();
    cursor.job = Uuid::parse("33333333-3333-4333-8333-333333333333").value();
    cursor.rows = 17;
    cursor.found = 3;
    cursor.left_out = 2;
    cursor.query = "<queries><fetch a=\"b c\"/></queries>";
    CHECK(parse_detection_cursor(to_text(cursor)).value() == cursor);
    cursor.by.credential = cursor.job;
    cursor.token = "dG9rZW4";
    const auto text = to_text(cursor);
    CHECK(parse_detection_cursor(text).value() == cursor);
    for (const auto& bad :
         {std::string{}, std::string{"a"}, text.substr(1), "x" + text, text.substr(0, 90)}) {
        INFO(bad);
        CHECK(code(parse_detection_cursor(bad)) == Errc::integrity);
    }
}

}  // namespace duplicate_detection_test

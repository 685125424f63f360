// Runs that retain records, bring them back and purge them: as whom, what they say of it, and that they go on in the middle.
#include "jobs/retention_scene.hpp"
#include "messages/create_credential.hpp"
#include "messages/purge_retained_content.hpp"
#include "messages/record_retention.hpp"
#include "messages/retention_cursor.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"

#include <algorithm>

namespace retention_runs_test {

using namespace rookery;
using namespace rookery::messages;
using namespace std::chrono_literals;
using rookery::test::code;
using rookery::test::RetentionScene;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

using Numbers = std::vector<std::int64_t>;
namespace account = schema::retention_operation;

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view secret = "msdyn_securetwitterconsumersecret";

/// Of somebody who reads its secret in clear.
Uuid application_with_a_secret(RetentionScene& scene) {
    const auto reader = scene.vault.user("reader");
    const auto profile =
        scene.vault.create("fieldsecurityprofile", std::pair{"name", std::string("clear")});
    scene.vault.create(
        "fieldpermission",
        std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
        std::pair{"entityname", std::string(application)},
        std::pair{"attributelogicalname", std::string(secret)},
        std::pair{"cancreate", std::int64_t{4}},
        std::pair{"canread", std::int64_t{4}},
        std::pair{"canreadunmasked", std::int64_t{3}}
    );
    scene.vault.associate("systemuserprofiles_association", reader, profile);
    scene.vault.associate(
        "systemuserroles_association",
        reader,
        scene.vault.role(
            "applications",
            {"prvReadmsdyn_octwitterapplication", "prvCreatemsdyn_octwitterapplication"},
            schema::Depth::basic
        )
    );
    return value(test::Sender(scene.vault, TestVault::caller(reader))
                     .create(
                         application,
                         std::pair{"msdyn_name", std::string("app")},
                         std::pair<std::string_view, SecretBytes>{
                             secret, SecretBytes::copy_of(std::string_view("a secret of tests"))}
                     ));
}

/// Under which its secret is.
std::string wrapped_key(RetentionScene& scene, const Uuid& id) {
    const auto& table = *schema::table(application);
    const auto view = scene.vault.vault().view();
    const auto bytes =
        value(view.store()->get(storage::Family::rows, storage::row_key({table.id, id})));
    REQUIRE(bytes);
    const auto stored = value(storage::decode(table, id, *bytes, view.keys().authenticator));
    const auto* row = storage::row_of(stored);
    REQUIRE(row != nullptr);
    return std::string(text_of(row->wrapped_dek));
}

PurgeRetainedContent purge_of_handles() {
    PurgeRetainedContent out;
    out.table = schema::table(RetentionScene::handle_name);
    return out;
}

}  // namespace

TEST_CASE("a run retains the records of its query, and another one brings them back", "[jobs]") {
    RetentionScene scene;
    for (int i = 0; i < 35; ++i) scene.handle();
    const auto run = value(scene.start());
    CHECK(scene.came_to(run.operation) == Numbers{account::waiting, 0, 0});
    scene.turns();
    CHECK(scene.jobs.row(run.job).status == JobStatus::succeeded);
    CHECK(scene.jobs.row(run.job).progress.done == 35);
    CHECK(scene.came_to(run.operation) == Numbers{account::succeeded, 35, 0});
    CHECK(scene.rows(RetentionScene::handle_name).empty());
    CHECK(scene.retained() == 35);
    const auto row = scene.account(run.operation);
    CHECK(row->get<storage::RowRef>("ownerid")->id == scene.archivist);
    CHECK(*row->get<std::string>("asyncoperationid") == to_string(run.job));
    CHECK(*row->get<std::string>("rootentitylogicalname") == RetentionScene::handle_name);
    CHECK(row->get<Instant>("endtime") != nullptr);

    const auto back = value(scene.start<BulkRollbackRetain>());
    scene.turns();
    CHECK(scene.came_to(back.operation) == Numbers{account::succeeded, 35, 0});
    CHECK(scene.rows(RetentionScene::handle_name).size() == 35);
    CHECK(scene.retained() == 0);
}

TEST_CASE(
    "each record is retained in the name of who asked, by the rights that he has then", "[jobs]"
) {
    RetentionScene scene;
    scene.handle();
    const auto run = value(scene.start());
    scene.disable(scene.archivist);
    scene.turns();
    CHECK(scene.jobs.row(run.job).status == JobStatus::failed);
    CHECK(scene.came_to(run.operation) == Numbers{account::failed, 0, 0});
    CHECK_FALSE(scene.account(run.operation)->get<std::string>("additionaldetails")->empty());
    CHECK(scene.retained() == 0);
    scene.disable(scene.archivist, false);
    REQUIRE(scene.start());
    scene.turns();
    CHECK(scene.retained() == 1);
    RetrieveAuditEvents review;
    review.top = 200;
    const auto log = scene.vault.run_as_system<LogReply>(review);
    CHECK(std::ranges::count_if(log.entries, [&](const LogEntry& entry) {
              return entry.event.action == audit::Action::record_retain &&
                     entry.event.actor.id == to_string(scene.archivist);
          }) == 1);
}

TEST_CASE(
    "runs take what retaining takes, one's own name, and a table that is retained", "[jobs]"
) {
    RetentionScene scene;
    const auto bare = TestVault::caller(scene.vault.user("bare"));
    CHECK(
        code(scene.start<BulkRetain>(bare, RetentionScene::handle_name)) == Errc::missing_privilege
    );
    CHECK(
        code(scene.start<BulkRollbackRetain>(bare, RetentionScene::handle_name)) ==
        Errc::missing_privilege
    );
    // Who deletes what is his own retains nothing.
    const auto owner = scene.vault.user("owner");
    scene.vault.associate(
        "systemuserroles_association",
        owner,
        scene.vault.role(
            "handles",
            {"prvReadmsdyn_octwitterhandle", "prvDeletemsdyn_octwitterhandle"},
            schema::Depth::global
        )
    );
    CHECK(
        code(scene.start<BulkRetain>(TestVault::caller(owner), RetentionScene::handle_name)) ==
        Errc::missing_privilege
    );
    auto caller = TestVault::caller(scene.archivist);
    CHECK(code(scene.start<BulkRetain>(caller, "team")) == Errc::not_retained);
    CHECK(code(scene.start<BulkRollbackRetain>(caller, "team")) == Errc::not_retained);
    caller.delegate = scene.vault.vault().system().user;
    CHECK(
        code(scene.start<BulkRetain>(caller, RetentionScene::handle_name)) ==
        Errc::impersonation_denied
    );
    for (const auto& words : retention_words) {
        StartJob by_name;
        by_name.name = words.job;
        CHECK(
            code(scene.vault.run<StartedJobReply>(scene.vault.vault().system(), by_name)) ==
            Errc::restricted
        );
    }
}

TEST_CASE("an operation has the id that it is given, once", "[jobs]") {
    RetentionScene scene;
    const auto caller = TestVault::caller(scene.archivist);
    const auto id = Uuid::parse("11111111-1111-4111-8111-111111111111").value();
    CHECK(value(scene.start<BulkRetain>(caller, RetentionScene::handle_name, id)).operation == id);
    CHECK(
        code(scene.start<BulkRetain>(caller, RetentionScene::handle_name, id)) == Errc::duplicate_id
    );
    scene.turns();
    CHECK(
        code(scene.start<BulkRollbackRetain>(caller, RetentionScene::handle_name, id)) ==
        Errc::duplicate_id
    );
}

TEST_CASE("a run that is cut off goes on where it was, and its count never goes back", "[jobs]") {
    RetentionScene scene;
    scene.page_by_page();
    for (int i = 0; i < 55; ++i) scene.handle();
    const auto run = value(scene.start());
    std::int64_t most = 0;
    for (int restart = 0; restart < 12; ++restart) {
        scene.turns(3);
        const auto now = scene.came_to(run.operation)[1];
        CHECK(now >= most);
        most = now;
        scene.offer();
    }
    scene.turns();
    CHECK(scene.came_to(run.operation) == Numbers{account::succeeded, 55, 0});
    CHECK(scene.retained() == 55);
}

TEST_CASE("a step that is made again counts a record once at most", "[jobs]") {
    RetentionScene scene;
    for (int i = 0; i < 25; ++i) scene.handle();
    const auto run = value(scene.start());
    // As if the step had ended between a record and what is said of it.
    for (const auto& row : scene.rows(RetentionScene::handle_name)) {
        if (row->id.bytes[15] % 2 != 0) continue;
        Retain message;
        message.target = {row->table, row->id};
        message.operation = run.operation;
        REQUIRE(scene.vault.run<RetainReply>(TestVault::caller(scene.archivist), message));
    }
    const auto by_others = static_cast<std::int64_t>(scene.retained());
    scene.turns();
    CHECK(scene.came_to(run.operation) == Numbers{account::succeeded, 25 - by_others, 0});
    CHECK(scene.retained() == 25);
    // Its job is taken up again after its last word: nothing is done twice.
    scene.handle();
    const auto before = scene.came_to(run.operation);
    RecordRetention again;
    again.operation = run.operation;
    again.done = 5;
    again.status = account::failed;
    REQUIRE(scene.vault.run<RetentionReply>(scene.jobs.caller(), again));
    CHECK(scene.came_to(run.operation) == before);
}

TEST_CASE("what cannot be retained is counted, and the first ones are said with why", "[jobs]") {
    RetentionScene scene;
    // A record whose place was taken cannot come back.
    const auto first = scene.handle("@first");
    const auto app = scene.vault.create(application, std::pair{"msdyn_name", std::string("app")});
    REQUIRE(test::system_of(scene.vault)
                .update(
                    RetentionScene::handle_name,
                    first,
                    std::pair{"msdyn_octwitterapplicationid", TestVault::target(application, app)}
                ));
    scene.handle("@second");
    REQUIRE(scene.start());
    scene.turns();
    REQUIRE(scene.retained() == 2);
    REQUIRE(test::system_of(scene.vault).remove(application, app));
    const auto run = value(scene.start<BulkRollbackRetain>());
    scene.turns();
    CHECK(scene.came_to(run.operation) == Numbers{account::succeeded, 1, 1});
    const auto row = scene.account(run.operation);
    const auto* said = row->get<std::string>("additionaldetails");
    REQUIRE(said != nullptr);
    CHECK(said->find(to_string(first)) != std::string::npos);
    CHECK(scene.retained() == 1);
}

TEST_CASE("a token that comes back takes what a grant takes, as of the one who asked", "[jobs]") {
    RetentionScene scene;
    (void)application_with_a_secret(scene);
    REQUIRE(scene.start(application));
    scene.turns();
    REQUIRE(scene.retained(application) == 1);
    const auto refused = value(scene.start<BulkRollbackRetain>(application));
    scene.turns();
    CHECK(scene.came_to(refused.operation) == Numbers{account::succeeded, 0, 1});
    scene.vault.associate(
        "systemuserroles_association",
        scene.archivist,
        scene.vault.role("grants", {"prvrkyGrantUnmask"}, schema::Depth::global)
    );
    const auto back = value(scene.start<BulkRollbackRetain>(application));
    scene.turns();
    CHECK(scene.came_to(back.operation) == Numbers{account::succeeded, 1, 0});
    CHECK(scene.rows(application).size() == 1);
}

TEST_CASE(
    "a run brings no token back for whoever made the credential that asked for it", "[jobs]"
) {
    RetentionScene scene;
    auto& vault = scene.vault;
    (void)application_with_a_secret(scene);
    const auto reader =
        scene.rows(application).front()->get<storage::RowRef>("ownerid")->id;  // in clear
    const auto puppet = vault.user("puppet");
    const auto gives = vault.role(
        "gives", {"prvrkyManageCredentials", "prvrkyGrantUnmask"}, schema::Depth::global
    );
    vault.associate("systemuserroles_association", reader, gives);
    const auto credential = value(vault.run<CredentialReply>(
        TestVault::caller(reader), Message{CreateCredential{puppet, "made", 1h}}
    ));
    for (const auto& role : {gives, system_administrator_role}) {
        vault.associate("systemuserroles_association", puppet, role);
    }
    REQUIRE(scene.start(application));
    scene.turns();
    REQUIRE(scene.retained(application) == 1);
    auto caller = TestVault::caller(puppet);
    caller.credential = credential.credential;
    const auto run = value(scene.start<BulkRollbackRetain>(caller, application));
    scene.turns();
    CHECK(scene.came_to(run.operation) == Numbers{account::succeeded, 0, 1});
    CHECK(scene.retained(application) == 1);
    // Himself, without it, he may.
    const auto own = value(scene.start<BulkRollbackRetain>(TestVault::caller(puppet), application));
    scene.turns();
    CHECK(scene.came_to(own.operation) == Numbers{account::succeeded, 1, 0});
}

TEST_CASE("a run ends in the middle once the credential that asked for it does", "[jobs]") {
    RetentionScene scene;
    auto& vault = scene.vault;
    scene.page_by_page();
    for (int i = 0; i < 30; ++i) scene.handle();
    const auto credential = value(vault.run<CredentialReply>(
        vault.vault().system(), Message{CreateCredential{scene.archivist, "made", 1h}}
    ));
    auto caller = TestVault::caller(scene.archivist);
    caller.credential = credential.credential;
    const auto run = value(scene.start<BulkRetain>(caller, RetentionScene::handle_name));
    scene.turns(3);
    const auto before = scene.retained();
    REQUIRE(before > 0);
    REQUIRE(before < 30);
    vault.clock().advance(2h);
    scene.turns();
    CHECK(scene.retained() == before);
    const auto came_to = scene.came_to(run.operation);
    CHECK(came_to[0] == account::failed);
    CHECK(came_to[1] == static_cast<std::int64_t>(before));
    // He himself may go on.
    REQUIRE(scene.start());
    scene.turns();
    CHECK(scene.retained() == 30);
}

TEST_CASE("failures that are said have a bound, and the count has none", "[jobs]") {
    RetentionScene scene;
    const auto run = value(scene.start());
    RecordRetention message;
    message.operation = run.operation;
    for (std::size_t i = 0; i < retention_failures_said_max; ++i) {
        message.failures.push_back({{1, run.job}, std::string(200, 'x')});
    }
    REQUIRE(scene.vault.run<RetentionReply>(scene.jobs.caller(), message));
    const auto reply = value(scene.vault.run<RetentionReply>(scene.jobs.caller(), message));
    CHECK(reply.failed == 2 * retention_failures_said_max);
    const auto row = scene.account(run.operation);
    CHECK(row->get<std::string>("additionaldetails")->size() <= account::details_max);
    message.failures.push_back(message.failures.front());
    CHECK(
        code(scene.vault.run<RetentionReply>(scene.jobs.caller(), message)) ==
        Errc::invalid_argument
    );
    // Nobody but the jobs says what was done.
    message.failures.clear();
    CHECK(
        code(scene.vault.run<RetentionReply>(TestVault::caller(scene.vault.user("x")), message)) ==
        Errc::missing_privilege
    );
}

TEST_CASE("who asked for a run pauses, resumes and cancels it, and its account says so", "[jobs]") {
    RetentionScene scene;
    scene.page_by_page();
    for (int i = 0; i < 30; ++i) scene.handle();
    const auto run = value(scene.start());
    const auto set = [&](std::int64_t state, std::int64_t status) {
        Upsert message;
        message.target = TestVault::target("asyncoperation", run.job);
        message.preconditions.must_exist = true;
        message.input.cells.push_back(TestVault::cell("asyncoperation", "statecode", state));
        message.input.cells.push_back(TestVault::cell("asyncoperation", "statuscode", status));
        return scene.vault.run<NoContent>(TestVault::caller(scene.archivist), std::move(message));
    };
    REQUIRE(set(1, 10));
    scene.turns();
    CHECK(scene.retained() == 0);
    REQUIRE(set(0, 0));
    scene.turns(3);
    REQUIRE(set(3, 32));
    scene.turns(5);
    CHECK(scene.jobs.row(run.job).status == JobStatus::canceled);
    scene.vault.clock().advance(2min);
    scene.turns();
    CHECK(scene.came_to(run.operation)[0] == account::cancelled);
    CHECK(scene.came_to(run.operation)[1] == static_cast<std::int64_t>(scene.retained()));
}

TEST_CASE("a user has a few runs of a kind at a time", "[jobs]") {
    RetentionScene scene;
    for (int i = 0; i < 5; ++i) CHECK(scene.start());
    CHECK(code(scene.start()) == Errc::too_many_requests);
    CHECK(scene.start<BulkRollbackRetain>());
    scene.turns();
    CHECK(scene.start());
}

TEST_CASE("what was purged is in no file of the store once its job has ended", "[jobs]") {
    RetentionScene scene(test::Kept::on_disk);
    const auto id = application_with_a_secret(scene);
    REQUIRE(scene.start(application));
    scene.turns();
    REQUIRE(scene.retained(application) == 1);
    const auto key = wrapped_key(scene, id);
    REQUIRE_FALSE(key.empty());
    CHECK(scene.jobs.found_in_files({key}) == 1);
    const auto purged = value(scene.vault.run<PurgeRetainedReply>(
        TestVault::caller(scene.archivist), PurgeRetainedContent{}
    ));
    REQUIRE(purged.ended.size() == 1);
    CHECK(scene.retained(application) == 0);
    const auto jobs_called = [&](JobStateCode state) {
        const auto all = value(read_jobs(scene.vault.vault().view(), state)).rows;
        return std::ranges::count(all, forgetting_job, &JobRow::name);
    };
    CHECK(jobs_called(JobStateCode::ready) == 1);
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (jobs_called(JobStateCode::completed) == 0 && std::chrono::steady_clock::now() < until) {
        scene.turns(20);
    }
    REQUIRE(jobs_called(JobStateCode::completed) == 1);
    CHECK(scene.jobs.found_in_files({key}) == 0);
    // One that ends nothing has nothing to forget.
    REQUIRE(
        scene.vault.run<PurgeRetainedReply>(TestVault::caller(scene.archivist), purge_of_handles())
    );
    CHECK(jobs_called(JobStateCode::ready) == 0);
}

TEST_CASE("a job that forgets is not stopped, and one that waits forgets for several", "[jobs]") {
    RetentionScene scene;
    scene.handle();
    scene.handle();
    REQUIRE(scene.start());
    scene.turns();
    auto page = purge_of_handles();
    page.page_size = 1;
    for (int i = 0; i < 2; ++i) {
        REQUIRE(scene.vault.run<PurgeRetainedReply>(TestVault::caller(scene.archivist), page));
    }
    auto waiting = value(read_jobs(scene.vault.vault().view(), JobStateCode::ready)).rows;
    REQUIRE(waiting.size() == 1);
    test::Sender admin(scene.vault, TestVault::caller(scene.archivist));
    const auto canceled = admin.update(
        "asyncoperation",
        waiting.front().id,
        std::pair{"statecode", std::int64_t{3}},
        std::pair{"statuscode", std::int64_t{32}}
    );
    CHECK(code(canceled) == Errc::restricted);
    scene.turns();
    CHECK(scene.jobs.row(waiting.front().id).status == JobStatus::succeeded);
}

TEST_CASE("the cursors of a run and of what forgets come out as they went in", "[jobs]") {
    RetentionCursor cursor;
    cursor.by.user = Uuid::parse("22222222-2222-4222-8222-222222222222").value();
    cursor.operation = Uuid::parse("33333333-3333-4333-8333-333333333333").value();
    CHECK(parse_retention_cursor(to_text(cursor)).value() == cursor);
    cursor.by.credential = cursor.operation;
    cursor.policy = PolicyRun{cursor.by.user, from_ms(1'800'000'000'001)};
    CHECK(parse_retention_cursor(to_text(cursor)).value() == cursor);
    const auto text = to_text(cursor);
    for (const auto& bad :
         {std::string{}, std::string{"a"}, text.substr(1), "x" + text, text + " x", text + "/1"}) {
        INFO(bad);
        CHECK(code(parse_retention_cursor(bad)) == Errc::integrity);
    }
    const ForgettingCursor forgetting{7, {schema::table(RetentionScene::handle_name)}};
    CHECK(parse_forgetting_cursor(to_text(forgetting)).value() == forgetting);
    const auto no_bin = "forgetting 7 " + std::to_string(schema::table("team")->id);
    for (const auto& bad :
         {std::string{},
          std::string{"forgetting 7"},
          std::string{"forgetting x 2"},
          no_bin,
          std::string{"waiting 7 2"}}) {
        INFO(bad);
        CHECK(code(parse_forgetting_cursor(bad)) == Errc::integrity);
    }
}

}  // namespace retention_runs_test

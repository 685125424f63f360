// Policies of retention: when they run, in whose name, and what ends their runs.
#include "jobs/restored_vault.hpp"
#include "jobs/retention_scene.hpp"
#include "messages/job_start.hpp"
#include "messages/start_retention_run.hpp"
#include "messages/validate_retention_config.hpp"
#include "query/policy_reader.hpp"

namespace retention_policies_test {

using namespace rookery;
using namespace rookery::messages;
using namespace std::chrono_literals;
using rookery::test::code;
using rookery::test::RetentionScene;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view config_name = "retentionconfig";
constexpr std::int64_t scheduled = schema::retention_config::scheduled;
namespace account = schema::retention_operation;

struct PolicyScene : RetentionScene {
    Sender admin{vault, TestVault::caller(archivist)};

    template <class... Cells>
    Result<Uuid> policy_by(Sender& who, Cells&&... cells) {
        return who.create(
            config_name,
            std::pair{"name", std::string("old handles")},
            std::pair{"entitylogicalname", std::string(handle_name)},
            std::pair{"criteria", std::string(handle_name)},
            std::forward<Cells>(cells)...
        );
    }

    template <class... Cells>
    Uuid policy(Cells&&... cells) {
        return value(
            policy_by(admin, std::pair{"statuscode", scheduled}, std::forward<Cells>(cells)...)
        );
    }

    RowPtr config(const Uuid& id) { return value(system_of_scene().row(config_name, id)); }

    Sender system_of_scene() { return test::system_of(vault); }

    std::optional<Instant> next_run(const Uuid& id) {
        const auto row = config(id);
        const auto* next = row->get<Instant>("nextrun");
        return next == nullptr ? std::nullopt : std::optional(*next);
    }

    Instant now() { return vault.clock().now(); }

    /// The schedule is looked at once a minute.
    void minute() {
        vault.clock().advance(1min);
        turns();
    }

    std::vector<RowPtr> accounts() { return rows("retentionoperation"); }
};

}  // namespace

TEST_CASE(
    "a policy is a draft until it is activated, and what is written of it is checked", "[jobs]"
) {
    PolicyScene scene;
    const auto draft = value(scene.policy_by(scene.admin));
    scene.handle();
    scene.minute();
    CHECK(scene.retained() == 0);
    CHECK_FALSE(scene.next_run(draft));
    CHECK(*scene.config(draft)->get<std::string>("uniquename") == "retention_" + to_string(draft));
    const auto refuses = [&](std::string_view column, std::string text) {
        return code(scene.admin.update(config_name, draft, std::pair{column, std::move(text)}));
    };
    CHECK(refuses("recurrence", "HOURLY") == Errc::invalid_argument);
    CHECK(refuses("criteria", "no table") == Errc::malformed);
    CHECK(refuses("criteria", "msdyn_octwitterapplication") == Errc::invalid_argument);
    CHECK(refuses("criteria", "team") != Errc::count_);
    CHECK(refuses("entitylogicalname", "msdyn_octwitterapplication") == Errc::invalid_argument);
    REQUIRE(scene.admin.update(config_name, draft, std::pair{"statuscode", scheduled}));
    CHECK(scene.next_run(draft) == scene.now());
    scene.minute();
    CHECK(scene.retained() == 1);
}

TEST_CASE("the policies of a vault that was restored wait to be activated anew", "[jobs]") {
    PolicyScene scene;
    scene.handle();
    const auto due = scene.policy();
    const auto later = scene.policy(std::pair{"starttime", scene.now() + 100h});
    const auto draft = value(scene.policy_by(scene.admin));
    CHECK(value(jobs::unschedule_policies_of_then(scene.vault.vault())) == 2);
    scene.minute();
    scene.vault.clock().advance(101h);
    scene.minute();
    CHECK(scene.retained() == 0);
    for (const auto& id : {due, later}) {
        const auto status = RetentionScene::number(*scene.config(id), "statuscode");
        CHECK(status == schema::retention_config::unscheduled);
    }
    CHECK(value(jobs::unschedule_policies_of_then(scene.vault.vault())) == 0);
    REQUIRE(scene.admin.update(config_name, due, std::pair{"statuscode", scheduled}));
    scene.minute();
    CHECK(scene.retained() == 1);
    CHECK_FALSE(scene.next_run(draft));
}

TEST_CASE("a policy without a recurrence runs once, and is unscheduled then", "[jobs]") {
    PolicyScene scene;
    scene.handle();
    const auto id = scene.policy(std::pair{"starttime", scene.now() + 1h});
    CHECK(scene.next_run(id) == scene.now() + 1h);
    scene.minute();
    CHECK(scene.retained() == 0);
    scene.vault.clock().advance(1h);
    scene.minute();
    CHECK(scene.retained() == 1);
    const auto row = scene.config(id);
    CHECK(RetentionScene::number(*row, "statuscode") == schema::retention_config::unscheduled);
    CHECK_FALSE(scene.next_run(id));
    const auto accounts = scene.accounts();
    REQUIRE(accounts.size() == 1);
    const auto& run = *accounts.front();
    CHECK(run.get<storage::RowRef>("retentionconfigid")->id == id);
    CHECK(run.get<storage::RowRef>("ownerid")->id == scene.archivist);
    CHECK(*run.get<std::string>("name") == "old handles");
    CHECK(*row->get<std::string>("asyncoperationid") == *run.get<std::string>("asyncoperationid"));
    scene.handle();
    scene.vault.clock().advance(std::chrono::days{40});
    scene.minute();
    CHECK(scene.retained() == 1);
}

TEST_CASE("a policy that is handed over waits for its new owner to activate it", "[jobs]") {
    PolicyScene scene;
    const auto id = scene.policy(std::pair{"starttime", scene.now() + 1h});
    const auto other = scene.vault.user("other");
    REQUIRE(scene.admin.update(
        config_name, id, std::pair{"ownerid", TestVault::target("systemuser", other)}
    ));
    CHECK(
        RetentionScene::number(*scene.config(id), "statuscode") ==
        schema::retention_config::unscheduled
    );
    CHECK_FALSE(scene.next_run(id));
    scene.vault.clock().advance(2h);
    scene.handle();
    scene.minute();
    CHECK(scene.retained() == 0);
    REQUIRE(scene.admin.update(config_name, id, std::pair{"statuscode", scheduled}));
    scene.minute();
    CHECK(scene.retained() == 1);
}

TEST_CASE("more policies than there are places for runs all run", "[jobs]") {
    PolicyScene scene;
    constexpr std::size_t many = jobs_beside_max + 5;
    for (std::size_t i = 0; i < many; ++i) (void)scene.policy();
    for (int i = 0; i < 5 && scene.accounts().size() < many; ++i) scene.minute();
    scene.minute();
    CHECK(scene.accounts().size() == many);
    for (const auto& run : scene.accounts()) {
        CHECK(RetentionScene::number(*run, "statuscode") == account::succeeded);
    }
}

TEST_CASE("runs that were missed are made up for by one", "[jobs]") {
    PolicyScene scene;
    const auto start = scene.now() + 1h;
    const auto id =
        scene.policy(std::pair{"starttime", start}, std::pair{"recurrence", std::string("DAILY")});
    scene.vault.clock().advance(std::chrono::days{5} + 2h);
    scene.handle();
    scene.minute();
    CHECK(scene.retained() == 1);
    CHECK(scene.accounts().size() == 1);
    CHECK(scene.next_run(id) == start + std::chrono::days{6});
    CHECK(RetentionScene::number(*scene.config(id), "statuscode") == scheduled);
    scene.minute();
    CHECK(scene.accounts().size() == 1);
    scene.vault.clock().advance(std::chrono::days{1});
    scene.minute();
    CHECK(scene.accounts().size() == 2);
}

TEST_CASE("who activates a policy answers for it, and it runs as he may by then", "[jobs]") {
    PolicyScene scene;
    scene.handle();
    // Who may write policies and no more than that makes drafts alone.
    const auto clerk_id = scene.vault.user("clerk");
    scene.vault.associate(
        "systemuserroles_association",
        clerk_id,
        scene.vault.role(
            "policies",
            {"prvCreateretentionconfig", "prvReadretentionconfig", "prvWriteretentionconfig"},
            schema::Depth::global
        )
    );
    Sender clerk{scene.vault, TestVault::caller(clerk_id)};
    const auto draft = value(scene.policy_by(clerk));
    CHECK(
        code(clerk.update(config_name, draft, std::pair{"statuscode", scheduled})) ==
        Errc::missing_privilege
    );
    CHECK(
        code(scene.policy_by(clerk, std::pair{"statuscode", scheduled})) == Errc::missing_privilege
    );
    // Nor does he change one that is to run.
    const auto id = scene.policy(std::pair{"recurrence", std::string("DAILY")});
    CHECK(
        code(clerk.update(config_name, id, std::pair{"name", std::string("mine")})) ==
        Errc::missing_privilege
    );
    CHECK(scene.config(id)->get<storage::RowRef>("rky_activatedby")->id == scene.archivist);
    auto for_another = TestVault::caller(scene.archivist);
    for_another.delegate = scene.vault.vault().system().user;
    Sender delegate{scene.vault, for_another};
    CHECK(
        code(delegate.update(config_name, id, std::pair{"name", std::string("his")})) ==
        Errc::impersonation_denied
    );
    // By the time he may no more, its run fails and says so.
    scene.disable(scene.archivist);
    scene.minute();
    REQUIRE(scene.accounts().size() == 1);
    CHECK(RetentionScene::number(*scene.accounts().front(), "statuscode") == account::failed);
    CHECK_FALSE(scene.accounts().front()->get<std::string>("additionaldetails")->empty());
    CHECK(scene.retained() == 0);
    // Nobody writes what the vault keeps of it.
    scene.disable(scene.archivist, false);
    REQUIRE(scene.admin.update(
        config_name,
        id,
        std::pair{"nextrun", scene.now() - 1h},
        std::pair{"rky_activatedby", TestVault::target("systemuser", clerk_id)}
    ));
    CHECK(scene.config(id)->get<storage::RowRef>("rky_activatedby")->id == scene.archivist);
    CHECK(scene.next_run(id) >= scene.now());
}

TEST_CASE("a policy that is changed, deactivated or deleted ends its pending runs", "[jobs]") {
    PolicyScene scene;
    scene.handle();
    const auto ends = [&](const auto& act) {
        INFO(scene.accounts().size());
        const auto id = scene.policy();
        REQUIRE(scene.vault.run<RetentionRunReply>(
            scene.jobs.caller(), StartRetentionRun{id, *scene.next_run(id)}
        ));
        act(id);
        scene.turns();
        for (const auto& run : scene.accounts()) {
            if (run->get<storage::RowRef>("retentionconfigid")->id != id) continue;
            CHECK(RetentionScene::number(*run, "statuscode") == account::cancelled);
        }
        CHECK(scene.retained() == 0);
        (void)scene.admin.remove(config_name, id);
    };
    ends([&](const Uuid& id) {
        REQUIRE(scene.admin.update(config_name, id, std::pair{"name", std::string("another")}));
    });
    ends([&](const Uuid& id) {
        REQUIRE(scene.admin.update(config_name, id, std::pair{"statecode", std::int64_t{1}}));
    });
    ends([&](const Uuid& id) { REQUIRE(scene.admin.remove(config_name, id)); });
    CHECK(scene.accounts().size() == 3);
}

TEST_CASE("a run of a policy is started once, and the next waits for its end", "[jobs]") {
    PolicyScene scene;
    const auto id = scene.policy(std::pair{"recurrence", std::string("DAILY")});
    const auto due = *scene.next_run(id);
    const auto start = [&](Instant when) {
        return value(scene.vault.run<RetentionRunReply>(
                         scene.jobs.caller(), StartRetentionRun{id, when}
                     ))
            .runs;
    };
    CHECK(start(due - 1s) == 0);
    CHECK(start(due) == 1);
    CHECK(start(due) == 0);
    CHECK(start(*scene.next_run(id)) == 0);  // its time has not come
    // As long as its run has not ended, no other one begins.
    const auto job = value(read_jobs(scene.vault.vault().view(), JobStateCode::ready)).rows.at(0);
    REQUIRE(scene.jobs.set(job.id, 1, 10));
    scene.vault.clock().advance(std::chrono::days{2});
    scene.minute();
    CHECK(scene.accounts().size() == 1);
    REQUIRE(scene.jobs.set(job.id, 0, 0));
    scene.turns();
    scene.minute();
    CHECK(scene.accounts().size() == 2);
    // From the jobs alone.
    CHECK(
        code(scene.vault.run<RetentionRunReply>(
            TestVault::caller(scene.vault.user("x")), StartRetentionRun{id, due}
        )) == Errc::missing_privilege
    );
}

TEST_CASE("a policy purges what was retained longer ago than it says", "[jobs]") {
    PolicyScene scene;
    scene.handle();
    const auto id = scene.policy(
        std::pair{"recurrence", std::string("DAILY")},
        std::pair{"rky_purgeafterdays", std::int64_t{3}}
    );
    scene.minute();
    CHECK(scene.retained() == 1);
    scene.vault.clock().advance(std::chrono::days{2});
    scene.minute();
    CHECK(scene.retained() == 1);
    scene.vault.clock().advance(std::chrono::days{2});
    scene.handle();
    scene.minute();
    CHECK(scene.retained() == 1);  // the new one alone
    std::int64_t purged = 0;
    for (const auto& run : scene.accounts()) {
        if (RetentionScene::number(*run, "rky_kind") != 2) continue;
        CHECK(RetentionScene::number(*run, "statuscode") == account::succeeded);
        purged += RetentionScene::number(*run, "retentioncount");
    }
    CHECK(purged == 1);
    CHECK(
        code(scene.admin.update(config_name, id, std::pair{"rky_purgeafterdays", std::int64_t{3}})
        ) == Errc::count_
    );
}

TEST_CASE("a policy of a vault that retains no more has an account that failed", "[jobs]") {
    PolicyScene scene;
    scene.handle();
    const auto id = scene.policy(std::pair{"recurrence", std::string("DAILY")});
    scene.jobs.runner.reset();
    scene.vault.retain_records(false);
    scene.offer();
    scene.minute();
    REQUIRE(scene.accounts().size() == 1);
    CHECK(RetentionScene::number(*scene.accounts().front(), "statuscode") == account::failed);
    CHECK(*scene.next_run(id) > scene.now());
    CHECK(
        code(scene.policy_by(scene.admin, std::pair{"statuscode", scheduled})) == Errc::not_retained
    );
}

TEST_CASE("a policy is validated as it is when it is written", "[jobs]") {
    PolicyScene scene;
    const auto says = [&](std::string entity, std::string criteria, std::optional<Uuid> config = {}
                      ) {
        ValidateRetentionConfig message{std::move(entity), std::move(criteria), config};
        return value(scene.vault.run<ValidRetentionReply>(
                         TestVault::caller(scene.archivist), std::move(message)
                     ))
            .error;
    };
    const std::string handle(RetentionScene::handle_name);
    CHECK(says(handle, handle).empty());
    CHECK(says("", handle).empty());
    CHECK_FALSE(says("msdyn_octwitterapplication", handle).empty());
    CHECK_FALSE(says("", "nonsense").empty());
    CHECK_FALSE(says("", "team").empty());
    const auto id = scene.policy();
    CHECK(says("", handle, id).empty());
    CHECK_FALSE(says("", "msdyn_octwitterapplication", id).empty());
    CHECK(
        code(scene.vault.run<ValidRetentionReply>(
            TestVault::caller(scene.vault.user("x")), ValidateRetentionConfig{"", handle, {}}
        )) == Errc::missing_privilege
    );
    CHECK(
        code(scene.vault.run<ValidRetentionReply>(
            TestVault::caller(scene.archivist), ValidateRetentionConfig{"", handle, scene.archivist}
        )) == Errc::not_found
    );
}

}  // namespace retention_policies_test

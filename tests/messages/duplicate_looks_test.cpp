// What a request that asks for it learns of duplicates by being refused: that it is on the log first, what it relied on, what it
// costs, and who is not compared at all.
#include "messages/change_set_scene.hpp"
#include "messages/publish_duplicate_rule.hpp"
#include "messages/sharing_scene.hpp"
#include "vault/vault.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace duplicate_looks_test {

using namespace rookery;
using namespace rookery::messages;
using namespace rookery::test::change_set;
using rookery::test::input_of;
using rookery::test::TestVault;
using rookery::test::value;
using schema::Depth;

namespace {

constexpr std::string_view screen = "msdyn_octwitterscreenname";

struct Scene : Fixture {
    Uuid bob = vault.user("bob");
    RequestInfo info;
    WorkBudget work;

    Scene() { give("own", {"prvCreatemsdyn_octwitterhandle", "prvReadmsdyn_octwitterhandle"}); }

    void give(const std::string& role, std::initializer_list<std::string_view> privileges) {
        vault.associate(
            "systemuserroles_association", bob, vault.role(role, privileges, Depth::basic)
        );
    }

    Uuid rule(std::string_view column, std::int64_t op = 0, std::int64_t characters = 0) {
        const auto out = vault.create(
            "duplicaterule",
            std::pair{"name", name("rule")},
            std::pair{"baseentityname", name(handle)}
        );
        auto condition = input_of(
            "duplicaterulecondition",
            std::pair{"regardingobjectid", TestVault::target("duplicaterule", out)},
            std::pair{"baseattributename", name(column)},
            std::pair{"operatorcode", op}
        );
        if (characters != 0) {
            condition.cells.push_back(
                TestVault::cell("duplicaterulecondition", "operatorparam", characters)
            );
        }
        Create made;
        made.table = schema::table("duplicaterulecondition");
        made.input = std::move(condition);
        vault.run_as_system<NoContent>(std::move(made));
        vault.run_as_system<StartedJobReply>(PublishDuplicateRule{out});
        return out;
    }

    Uuid named(std::string_view text) {
        return vault.create(handle, std::pair{"msdyn_name", name(text)});
    }

    static Create detecting(std::string_view text) {
        auto out = test::change_set::create(handle, std::pair{"msdyn_name", name(text)});
        out.duplicates = Duplicates::refused;
        return out;
    }

    Planned plan(const access::Caller& caller, const Message& message) {
        return vault.vault().pipeline().plan_or_refuse(
            vault.vault().view(), caller, message, info, work
        );
    }

    Refused refusal(const access::Caller& caller, const Message& message) {
        auto planned = plan(caller, message);
        REQUIRE(std::holds_alternative<Refused>(planned));
        return std::get<Refused>(std::move(planned));
    }

    bool is_stale(ledger::Pending pending) {
        const auto result = vault.vault().ledger().commit(std::move(pending));
        CHECK_FALSE(std::holds_alternative<Error>(result));
        return std::holds_alternative<ledger::Stale>(result);
    }

    /// The searches on the log, newest first.
    std::vector<audit::Event> looks() {
        std::vector<audit::Event> out;
        for (const auto& entry : log()) {
            if (entry.event.action == audit::Action::list) out.push_back(entry.event);
        }
        return out;
    }
};

std::uint64_t compared(const audit::Event& event) {
    for (const auto& [extra, held] : event.extras) {
        if (extra == "compared") return std::get<std::uint64_t>(held);
    }
    return 0;
}

Upsert changes_nothing_there(const Uuid& id) {
    return update(handle, id, std::pair{"msdyn_name", name("x")});
}

}  // namespace

TEST_CASE(
    "a refusal for a duplicate goes to the log with what was looked at, and no other does",
    "[messages][duplicates]"
) {
    Scene f;
    f.rule("msdyn_name");
    f.named("rook");
    const auto system = f.vault.vault().system();
    CHECK_FALSE(f.refusal(system, changes_nothing_there(f.id())).reveals());
    auto refused = f.refusal(system, Scene::detecting("rook"));
    CHECK(refused.error().code == Errc::duplicate_found);
    CHECK(refused.reveals());
    const auto before = f.vault.vault().view().snapshot().log_size;
    CHECK_FALSE(f.is_stale(std::move(refused).pending()));
    CHECK(f.vault.vault().view().snapshot().log_size == before + 2);
    const auto looks = f.looks();
    REQUIRE(looks.size() == 1);
    CHECK(looks.front().table == handle);
    CHECK(looks.front().count == 1);
    CHECK(compared(looks.front()) == 1);
    CHECK(f.count(handle) == 1);
}

TEST_CASE(
    "a refusal for a duplicate is stale once he may not read what it was found by",
    "[messages][duplicates]"
) {
    Scene f;
    f.rule("msdyn_name");
    const auto bob = TestVault::caller(f.bob);
    const auto row = f.named("rook");
    CHECK(std::holds_alternative<ledger::Pending>(f.plan(bob, Scene::detecting("rook"))));
    GrantAccess grant;
    grant.target = TestVault::target(handle, row);
    grant.principal = TestVault::target("systemuser", f.bob);
    grant.rights = schema::name_of(schema::Right::read).access_bit;
    SECTION("by a share") {
        f.vault.run_as_system<NoContent>(grant);
        auto refused = f.refusal(bob, Scene::detecting("rook"));
        RevokeAccess revoke;
        revoke.target = grant.target;
        revoke.principal = grant.principal;
        f.vault.run_as_system<NoContent>(revoke);
        CHECK(f.is_stale(std::move(refused).pending()));
    }
    SECTION("by a role") {
        const auto all =
            f.vault.role("all", {"prvReadmsdyn_octwitterhandle"}, schema::Depth::global);
        f.vault.associate("systemuserroles_association", f.bob, all);
        auto refused = f.refusal(bob, Scene::detecting("rook"));
        CHECK(f.system.disassociate("systemuserroles_association", f.bob, all));
        CHECK(f.is_stale(std::move(refused).pending()));
    }
    SECTION("by a rule") {
        f.vault.run_as_system<NoContent>(grant);
        auto refused = f.refusal(bob, Scene::detecting("rook"));
        f.rule(screen);
        CHECK(f.is_stale(std::move(refused).pending()));
    }
}

TEST_CASE(
    "what was looked at for a part of a change set is on the log when another part fails",
    "[messages][duplicates]"
) {
    Scene f;
    f.rule("msdyn_name");
    f.named("rook");
    const auto system = f.vault.vault().system();
    const auto all = f.vault.role("all", {"prvReadmsdyn_octwitterhandle"}, Depth::global);
    f.vault.associate("systemuserroles_association", f.bob, all);
    const auto refuse = [&](const access::Caller& caller, auto... messages) {
        ChangeSet set(f.vault.vault().pipeline(), f.vault.vault().view());
        std::optional<Refused> refused;
        const auto add = [&](Message message) {
            if (!refused) refused = set.add(caller, message, f.info, f.work);
        };
        (add(std::move(messages)), ...);
        REQUIRE(refused);
        return std::move(set).refuse(std::move(*refused));
    };
    const auto missing = f.id();
    const auto plain = [] {
        return test::change_set::create(handle, std::pair{"msdyn_name", name("plain")});
    };
    CHECK_FALSE(refuse(system, plain(), changes_nothing_there(missing)).reveals());
    SECTION("a later one") {
        auto refused = refuse(system, Scene::detecting("crow"), changes_nothing_there(missing));
        CHECK(refused.error().code == Errc::not_found);
        REQUIRE(refused.reveals());
        CHECK_FALSE(f.is_stale(std::move(refused).pending()));
        REQUIRE(f.looks().size() == 1);
        CHECK(f.looks().front().count == 0);
        CHECK(f.log().front().event.outcome == audit::Outcome::failed);
    }
    SECTION("an earlier one is not done") {
        auto refused = refuse(system, plain(), Scene::detecting("crow"), Scene::detecting("rook"));
        CHECK(refused.error().code == Errc::duplicate_found);
        CHECK_FALSE(f.is_stale(std::move(refused).pending()));
        CHECK(f.looks().size() == 2);
    }
    SECTION("and it is stale with what the first one relied on") {
        const auto bob = TestVault::caller(f.bob);
        auto refused = refuse(bob, Scene::detecting("crow"), changes_nothing_there(missing));
        REQUIRE(refused.reveals());
        CHECK(f.system.disassociate("systemuserroles_association", f.bob, all));
        CHECK(f.is_stale(std::move(refused).pending()));
    }
    CHECK(f.count(handle) == 1);
}

TEST_CASE(
    "many rows of one request are one search on the log, also when one of them fails",
    "[messages][duplicates]"
) {
    Scene f;
    f.rule("msdyn_name");
    UpdateMultiple message;
    message.table = schema::table(handle);
    message.duplicates = Duplicates::refused;
    for (int i = 0; i < 3; ++i) {
        message.rows.push_back(
            {TestVault::target(handle, f.named("row " + std::to_string(i))),
             input_of(handle, std::pair{"msdyn_name", name("other " + std::to_string(i))})}
        );
    }
    const auto system = f.vault.vault().system();
    SECTION("done") {
        auto planned = f.plan(system, std::move(message));
        REQUIRE(std::holds_alternative<ledger::Pending>(planned));
        CHECK_FALSE(f.is_stale(std::get<ledger::Pending>(std::move(planned))));
        REQUIRE(f.looks().size() == 1);
        CHECK(compared(f.looks().front()) == 3);
    }
    SECTION("refused") {
        message.rows.push_back(
            {TestVault::target(handle, f.id()),
             input_of(handle, std::pair{"msdyn_name", name("x")})}
        );
        auto refused = f.refusal(system, std::move(message));
        REQUIRE(refused.reveals());
        CHECK_FALSE(f.is_stale(std::move(refused).pending()));
        REQUIRE(f.looks().size() == 1);
        CHECK(compared(f.looks().front()) == 3);
    }
}

TEST_CASE("a thousand rows and five rules are no more than the log takes at once", "[messages]") {
    Scene f;
    for (int i = 0; i < 5; ++i) f.rule("msdyn_name");
    CreateMultiple message;
    message.table = schema::table(handle);
    message.duplicates = Duplicates::refused;
    for (int i = 0; i < 1000; ++i) {
        message.rows.push_back(
            input_of(handle, std::pair{"msdyn_name", name("row " + std::to_string(i))})
        );
    }
    CHECK(f.vault.run_as_system<IdsReply>(std::move(message)).ids.size() == 1000);
    REQUIRE(f.looks().size() == 1);
    CHECK(compared(f.looks().front()) == 5000);
}

TEST_CASE(
    "rows are compared only for who may write, and where nothing else stands in the way",
    "[messages][duplicates]"
) {
    Scene f;
    f.rule("msdyn_name");
    const auto row = f.named("rook");
    const auto bob = TestVault::caller(f.bob);
    f.vault.associate(
        "systemuserroles_association",
        f.bob,
        f.vault.role("write all", {"prvWritemsdyn_octwitterhandle"}, Depth::global)
    );
    const auto change = [&](std::vector<std::uint64_t> versions) {
        auto out = update(handle, row, std::pair{"msdyn_name", name("crow")});
        out.duplicates = Duplicates::refused;
        out.preconditions.versions = std::move(versions);
        return out;
    };
    auto unread = f.refusal(bob, change({}));  // he may not read it
    CHECK(unread.error().code == Errc::no_row_access);
    CHECK_FALSE(unread.reveals());
    auto older = f.refusal(f.vault.vault().system(), change({1}));
    CHECK(older.error().code == Errc::version_mismatch);
    CHECK_FALSE(older.reveals());
}

TEST_CASE("long texts that are compared are paid for by their bytes", "[messages][duplicates]") {
    Scene f;
    f.rule(screen, 2, 10);
    const auto spent = [&](const std::string& text) {
        auto message = test::change_set::create(handle, std::pair{screen, text});
        message.duplicates = Duplicates::refused;
        const auto before = f.work.left();
        CHECK(std::holds_alternative<ledger::Pending>(
            f.plan(f.vault.vault().system(), std::move(message))
        ));
        return before - f.work.left();
    };
    std::string wide;
    for (int i = 0; i < 40; ++i) wide += "é";
    const auto narrow = spent("short");
    CHECK(spent(wide) >= narrow + 70 * cost::wide_byte);
    for (int i = 0; i < 10; ++i)
        f.vault.create(handle, std::pair{screen, wide + std::to_string(i)});
    CHECK(spent("short") >= narrow + 10 * 80 * cost::wide_byte);
}

}  // namespace duplicate_looks_test

// A change set: messages that are done together or not at all, each decided on what those before it leave.
#include "messages/change_set_scene.hpp"
#include "messages/row_planner.hpp"
#include "messages/token_scene.hpp"

#include <chrono>
#include <optional>

namespace change_set_test {

using namespace rookery;
using namespace rookery::messages;
using namespace rookery::test::change_set;
using rookery::test::code;
using rookery::test::input_of;
using rookery::test::TestVault;
using rookery::test::TokenScene;
using rookery::test::value;

TEST_CASE("a part of a change set uses what a part before it made", "[messages][batch]") {
    Fixture f;
    const auto parent = f.id();
    const auto child = f.id();
    auto run = f.run();
    CHECK(run.add(create_handle(parent, "42")) == Errc::count_);
    CHECK(
        run.add(create(
            secret,
            std::pair{"msdyn_octwitterhandlesecretid", child},
            std::pair{"msdyn_name", name("s")},
            std::pair{"msdyn_octwitterhandleid", TestVault::target(handle, parent)}
        )) == Errc::count_
    );
    CHECK(run.add(update(secret, child, std::pair{"msdyn_name", name("t")})) == Errc::count_);
    KeyValues key{&schema::known::msdyn_octwitterhandle.keys.front(), {name("42")}};
    Upsert by_key;
    by_key.target = {schema::table(handle), std::move(key)};
    by_key.preconditions.must_exist = true;
    by_key.input = input_of(handle, std::pair{"msdyn_name", name("by key")});
    CHECK(run.add(std::move(by_key)) == Errc::count_);
    CHECK(run.receipts().size() == 4);

    const auto row = value(f.system.row(secret, child));
    CHECK(*row->get<std::string>("msdyn_name") == "t");
    CHECK(row->row_version == 2);
    CHECK(row->get<storage::RowRef>("msdyn_octwitterhandleid")->id == parent);
    CHECK(*value(f.system.row(handle, parent))->get<std::string>("msdyn_name") == "by key");
    f.check_store();
}

TEST_CASE(
    "each part of a change set has its own entries, and all of them stand together",
    "[messages][batch]"
) {
    Fixture f;
    // Numbers alone: a snapshot would keep the store open.
    const auto log_size = f.vault.vault().view().snapshot().log_size;
    const auto versionnumber = f.vault.vault().view().snapshot().versionnumber;
    const auto id = f.id();
    auto run = f.run();
    CHECK(
        run.add(create(application, std::pair{"msdyn_octwitterapplicationid", id})) == Errc::count_
    );
    CHECK(run.add(update(application, id, std::pair{"msdyn_name", name("a")})) == Errc::count_);
    CHECK(run.add(remove(application, id)) == Errc::count_);
    CHECK(run.add(create(application, std::pair{"msdyn_name", name("b")})) == Errc::count_);
    const auto receipts = run.receipts();
    REQUIRE(receipts.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(receipts[i].log_index() == log_size + i);
        CHECK(receipts[i].versionnumber(0) == versionnumber + 1 + i);
    }
    const auto log = f.log();
    const std::vector<audit::Action> actions{
        audit::Action::create, audit::Action::remove, audit::Action::update, audit::Action::create};
    for (std::size_t i = 0; i < 4; ++i) CHECK(log[i].event.action == actions[i]);
    CHECK(log[3].event.row_versions->after == 1);
    CHECK(log[2].event.row_versions->before == 1);
    CHECK(log[2].event.row_versions->after == 2);
    CHECK(log[1].event.row_versions->after == 3);
    f.check_store();
}

TEST_CASE(
    "before it is committed nobody sees a change set, and one that is dropped never was",
    "[messages][batch]"
) {
    Fixture f;
    const auto kept = value(f.system.create(application, std::pair{"msdyn_name", name("kept")}));
    const auto made = f.id();
    const auto log = f.log().size();
    {
        auto run = f.run();
        CHECK(
            run.add(create(application, std::pair{"msdyn_octwitterapplicationid", made})) ==
            Errc::count_
        );
        CHECK(
            run.add(update(application, made, std::pair{"msdyn_name", name("x")})) == Errc::count_
        );
        CHECK(
            run.add(update(application, kept, std::pair{"msdyn_name", name("x")})) == Errc::count_
        );
        CHECK(
            run.add(update(application, kept, std::pair{"msdyn_name", name("y")})) == Errc::count_
        );
        CHECK_FALSE(f.system.there(application, made));
        CHECK(run.add(remove(application, f.id())) == Errc::not_found);
    }
    CHECK_FALSE(f.system.there(application, made));
    CHECK(*value(f.system.row(application, kept))->get<std::string>("msdyn_name") == "kept");
    CHECK(f.count(application) == 1);
    // The read that was answered; of the set there is no entry.
    CHECK(f.log().size() <= log + 4);
    CHECK(f.vault.create(application, std::pair{"msdyn_octwitterapplicationid", made}) == made);
    f.check_store();
}

TEST_CASE("a row that comes and goes in one change set leaves its id used", "[messages][batch]") {
    Fixture f;
    const auto id = f.id();
    auto run = f.run();
    CHECK(run.add(create_handle(id, "7")) == Errc::count_);
    CHECK(run.add(create_handle(f.id(), "7")) == Errc::duplicate_key);
    CHECK(run.add(create_handle(id, "8")) == Errc::duplicate_id);
    CHECK(run.add(remove(handle, id)) == Errc::count_);
    CHECK(run.add(create_handle(id, "8")) == Errc::duplicate_id);
    const auto heir = f.id();
    CHECK(run.add(create_handle(heir, "7")) == Errc::count_);
    CHECK(run.receipts().size() == 3);
    CHECK_FALSE(f.system.there(handle, id));
    CHECK(f.system.there(handle, heir));
    CHECK(
        code(f.system.create(handle, std::pair{"msdyn_octwitterhandleid", id})) ==
        Errc::duplicate_id
    );
    f.check_store();
}

TEST_CASE("a record may be deleted and restored in one change set", "[messages][batch]") {
    Fixture f;
    f.vault.keep_deleted(bin_keep_max);
    const auto app = value(f.system.create(application, std::pair{"msdyn_name", name("app")}));
    auto run = f.run();
    Delete gone;
    gone.target = TestVault::target(application, app);
    REQUIRE(run.add(Message{std::move(gone)}) == Errc::count_);
    Restore back;
    back.target = TestVault::target(application, app);
    REQUIRE(run.add(Message{std::move(back)}) == Errc::count_);
    CHECK(run.receipts().size() == 2);
    CHECK(f.system.there(application, app));
    const auto report = value(verify_store(f.vault.vault()));
    CHECK(report.ok());
    CHECK(report.kept == 0);
}

TEST_CASE("records may be retained and come back in one change set", "[messages][batch]") {
    Fixture f;
    f.vault.retain_records();
    const auto app = value(f.system.create(application, std::pair{"msdyn_name", name("app")}));
    auto run = f.run();
    Retain gone;
    gone.target = TestVault::target(application, app);
    REQUIRE(run.add(Message{std::move(gone)}) == Errc::count_);
    // What it retains itself is newer than any number that it could name.
    PurgeRetainedContent purge;
    purge.max_version = UINT64_MAX;
    REQUIRE(run.add(Message{std::move(purge)}) == Errc::count_);
    RollbackRetain back;
    back.target = TestVault::target(application, app);
    REQUIRE(run.add(Message{std::move(back)}) == Errc::count_);
    CHECK(run.receipts().size() == 3);
    CHECK(f.system.there(application, app));
    const auto report = value(verify_store(f.vault.vault()));
    CHECK(report.ok());
    CHECK(report.retained == 0);
}

TEST_CASE(
    "a change set that retains, and one that purges, is all or nothing", "[messages][batch]"
) {
    Fixture f;
    f.vault.retain_records();
    const auto app = value(f.system.create(application, std::pair{"msdyn_name", name("app")}));
    const auto other = value(f.system.create(application, std::pair{"msdyn_name", name("other")}));
    const auto retain = [&](const Uuid& id) {
        Retain message;
        message.target = TestVault::target(application, id);
        return Message{std::move(message)};
    };
    {
        auto run = f.run();
        REQUIRE(run.add(retain(app)) == Errc::count_);
        CHECK(run.add(retain(f.id())) == Errc::not_found);
    }
    CHECK(f.system.there(application, app));
    {
        auto run = f.run();
        REQUIRE(run.add(retain(app)) == Errc::count_);
        REQUIRE(run.add(retain(other)) == Errc::count_);
        CHECK(run.receipts().size() == 2);
    }
    {
        auto run = f.run();
        REQUIRE(run.add(Message{PurgeRetainedContent{}}) == Errc::count_);
        CHECK(run.add(retain(f.id())) == Errc::not_found);
    }
    CHECK(value(verify_store(f.vault.vault())).retained == 2);
    {
        auto run = f.run();
        REQUIRE(run.add(Message{PurgeRetainedContent{}}) == Errc::count_);
        CHECK(run.receipts().size() == 1);
    }
    const auto report = value(verify_store(f.vault.vault()));
    CHECK(report.ok());
    CHECK(report.retained == 0);
}

TEST_CASE("a pair may be made, ended and made again in one change set", "[messages][batch]") {
    Fixture f;
    const auto user = f.vault.user("member");
    const auto team = f.id();
    constexpr std::string_view members = "teammembership_association";
    auto run = f.run();
    CHECK(
        run.add(create("team", std::pair{"teamid", team}, std::pair{"name", name("t")})) ==
        Errc::count_
    );
    const auto made = pair_of<Associate>(members, team, user);
    const auto ended = pair_of<Disassociate>(members, team, user);
    CHECK(run.add(ended) == Errc::not_found);
    CHECK(run.add(made) == Errc::count_);
    CHECK(run.add(made) == Errc::duplicate_id);
    CHECK(run.add(ended) == Errc::count_);
    CHECK(run.add(made) == Errc::count_);
    CHECK(run.receipts().size() == 4);
    CHECK(code(f.system.send(made)) == Errc::duplicate_id);
    CHECK(f.vault.vault().view().facts().team(team) != nullptr);
    f.check_store();
    CHECK(code(f.system.send(made)) == Errc::duplicate_id);
}

TEST_CASE("a version that an earlier part replaced is no version any more", "[messages][batch]") {
    Fixture f;
    const auto id = value(f.system.create(application, std::pair{"msdyn_name", name("a")}));
    const auto version = value(f.system.row(application, id))->versionnumber;
    auto run = f.run();
    const auto conditional = [&] {
        auto out = update(application, id, std::pair{"msdyn_name", name("b")});
        out.preconditions.versions = {version};
        return out;
    };
    CHECK(run.add(conditional()) == Errc::count_);
    CHECK(run.add(conditional()) == Errc::version_mismatch);
    CHECK(run.receipts().size() == 1);
}

TEST_CASE(
    "a change set that relied on what others have changed is stale as a whole", "[messages][batch]"
) {
    Fixture f;
    const auto id = value(f.system.create(application, std::pair{"msdyn_name", name("a")}));
    auto run = f.run();
    CHECK(run.add(create(application, std::pair{"msdyn_name", name("new")})) == Errc::count_);
    CHECK(run.add(update(application, id, std::pair{"msdyn_name", name("b")})) == Errc::count_);
    CHECK(run.add(update(application, id, std::pair{"msdyn_name", name("c")})) == Errc::count_);
    CHECK(f.system.update(application, id, std::pair{"msdyn_name", name("other")}));
    CHECK(std::holds_alternative<ledger::Stale>(run.commit()));
    CHECK(f.count(application) == 1);
    CHECK(*value(f.system.row(application, id))->get<std::string>("msdyn_name") == "other");
}

TEST_CASE("a key that is taken meanwhile makes a change set stale", "[messages][batch]") {
    Fixture f;
    auto run = f.run();
    CHECK(run.add(create_handle(f.id(), "7")) == Errc::count_);
    CHECK(run.add(create_handle(f.id(), "8")) == Errc::count_);
    CHECK(f.system.create(handle, std::pair{"msdyn_name", name("x")}, std::pair{unique, name("8")})
    );
    CHECK(std::holds_alternative<ledger::Stale>(run.commit()));
    CHECK(f.count(handle) == 1);
}

TEST_CASE(
    "a part of a change set is decided by the rights that those before it leave",
    "[messages][batch]"
) {
    Fixture f;
    static_cast<void>(test::administrator_of(f.vault));  // who stays one
    const auto other = f.vault.user("second");
    f.vault.associate("systemuserroles_association", other, system_administrator_role);
    const auto member = f.vault.user("member");
    const auto role =
        f.vault.role("r", {"prvCreatemsdyn_octwitterapplication"}, schema::Depth::global);

    Run run(f.vault, TestVault::caller(other));
    const auto making = [] { return create(application, std::pair{"msdyn_name", name("a")}); };
    CHECK(run.add(making()) == Errc::count_);
    CHECK(
        run.add(
            pair_of<Disassociate>("systemuserroles_association", other, system_administrator_role)
        ) == Errc::count_
    );
    CHECK(run.add(making()) == Errc::missing_privilege);
    CHECK(
        run.add(pair_of<Associate>("systemuserroles_association", member, role)) ==
        Errc::missing_privilege
    );
    // To everybody else it is as it was.
    CHECK(f.vault.run<NoContent>(TestVault::caller(other), making()));
    CHECK(f.count(application) == 1);
}

TEST_CASE(
    "what grants and takes rights in one change set counts as it stands in the end",
    "[messages][batch]"
) {
    Fixture f;
    const auto user = f.vault.user("user");
    const auto role =
        f.vault.role("r", {"prvCreatemsdyn_octwitterapplication"}, schema::Depth::global);
    const auto made = pair_of<Associate>("systemuserroles_association", user, role);
    const auto ended = pair_of<Disassociate>("systemuserroles_association", user, role);
    const auto may = [&] {
        return code(f.vault.run<NoContent>(
                   TestVault::caller(user), create(application, std::pair{"msdyn_name", name("a")})
               )) == Errc::count_;
    };
    auto run = f.run();
    CHECK(run.add(made) == Errc::count_);
    CHECK(run.receipts().size() == 1);
    CHECK(may());
    auto again = f.run();
    CHECK(again.add(ended) == Errc::count_);
    CHECK(again.add(made) == Errc::count_);
    CHECK(again.add(ended) == Errc::count_);
    CHECK(again.receipts().size() == 3);
    CHECK_FALSE(may());
    f.check_store();
    CHECK_FALSE(may());
}

TEST_CASE(
    "a token that is set twice in one change set leaves the versions of two changes",
    "[messages][batch]"
) {
    TokenScene alone;
    TokenScene together;
    const auto rotate = [](TokenScene& scene, const std::string& to) {
        return update(
            secret,
            scene.record,
            std::pair<std::string_view, SecretBytes>{TokenScene::token, SecretBytes::copy_of(to)}
        );
    };
    alone.rotate("second-token");
    alone.rotate("third-token");
    Run run(together.vault, TestVault::caller(together.writer));
    CHECK(run.add(rotate(together, "second-token")) == Errc::count_);
    CHECK(run.add(rotate(together, "third-token")) == Errc::count_);
    CHECK(run.receipts().size() == 2);
    CHECK(together.list(together.agent).versions.size() == alone.list(alone.agent).versions.size());
    CHECK(value(verify_store(together.vault.vault())).ok());
}

TEST_CASE("only what changes rows stands in a change set", "[messages][batch]") {
    Fixture f;
    auto run = f.run();
    CHECK(run.add(WhoAmI{}) == Errc::unsupported);
    CHECK(run.add(Seal{}) == Errc::unsupported);
    Retrieve retrieve;
    retrieve.target = TestVault::target("systemuser", f.vault.vault().system().user);
    CHECK(run.add(std::move(retrieve)) == Errc::unsupported);
    CHECK_FALSE(may_stand_in_change_set(Message{AddRootKeySlot{}}));
    CHECK_FALSE(may_stand_in_change_set(Message{TestRootKeySlot{}}));
    CHECK_FALSE(may_stand_in_change_set(Message{SyncNow{}}));
    CHECK(may_stand_in_change_set(Message{CreateMultiple{}}));
    CHECK(may_stand_in_change_set(Message{RevokeCredential{}}));
    Rejected rejected;
    rejected.error = {Errc::bad_payload, "x", {}, {}};
    CHECK(run.add(std::move(rejected)) == Errc::bad_payload);
}

TEST_CASE("a change set changes at most 1,000 records", "[messages][batch]") {
    Fixture f;
    auto run = f.run();
    CreateMultiple most;
    most.table = schema::table(application);
    most.rows.resize(rows_changed_max - 1);
    CHECK(run.add(std::move(most)) == Errc::count_);
    const auto last = f.id();
    CHECK(
        run.add(create(application, std::pair{"msdyn_octwitterapplicationid", last})) ==
        Errc::count_
    );
    // The same record again is no other record.
    CHECK(run.add(update(application, last, std::pair{"msdyn_name", name("x")})) == Errc::count_);
    SECTION("as many") {
        CHECK(run.receipts().size() == 3);
        CHECK(f.count(application) == rows_changed_max);
    }
    SECTION("one more") {
        CHECK(
            run.add(create(application, std::pair{"msdyn_name", name("x")})) == Errc::too_many_rows
        );
    }
}

TEST_CASE("a row in a change set costs a fraction of one alone", "[.bench]") {
    TestVault vault(test::Kept::on_disk);
    const auto system = vault.vault().system();
    const auto took = [](auto&& work) {
        const auto start = std::chrono::steady_clock::now();
        work();
        return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
            .count();
    };
    constexpr int alone = 200;
    constexpr int together = 1000;
    const auto one = took([&] {
        for (int i = 0; i < alone; ++i)
            vault.create(application, std::pair{"msdyn_name", name("a")});
    });
    const auto set = took([&] {
        Run run(vault, system);
        for (int i = 0; i < together; ++i) {
            REQUIRE(
                run.add(create(application, std::pair{"msdyn_name", name("a")})) == Errc::count_
            );
        }
        REQUIRE(run.receipts().size() == together);
    });
    WARN("alone " << one / alone << " us a row, in a change set " << set / together << " us");
}

}  // namespace change_set_test

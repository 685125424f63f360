// What shares do to requests that are planned meanwhile: those that rely on one are planned again, and no others.
#include "messages/change_set_scene.hpp"
#include "messages/share_id.hpp"
#include "messages/sharing_scene.hpp"
#include "storage/row_key.hpp"
#include "vault/vault.hpp"

namespace share_guards_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;
using schema::Depth;

namespace {

constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";
constexpr auto read = schema::name_of(schema::Right::read).access_bit;

/// alice owns a record that is shared with bob for an hour, and one that is not.
struct Fixture {
    TestVault vault;
    Uuid alice = vault.user("alice");
    Uuid bob = vault.user("bob");
    Uuid carol = vault.user("carol");
    Uuid guests = vault.create(
        "team", std::pair{"name", std::string("guests")}, std::pair{"teamtype", std::int64_t{1}}
    );
    Uuid record = make(alice);
    Uuid other = make(alice);
    RequestInfo info;
    WorkBudget work;

    Fixture() {
        const auto role = vault.role(
            "own",
            {"prvReadmsdyn_octwitterhandlesecret",
             "prvWritemsdyn_octwitterhandlesecret",
             "prvDeletemsdyn_octwitterhandlesecret",
             "prvSharemsdyn_octwitterhandlesecret"},
            Depth::basic
        );
        for (const auto& user : {alice, bob, carol}) {
            vault.associate("systemuserroles_association", user, role);
        }
        share(record, bob, vault.clock().now() + std::chrono::hours{1});
    }

    Uuid make(const Uuid& owner) {
        return vault.create(
            secrets,
            std::pair{"msdyn_name", std::string("one")},
            std::pair{"ownerid", TestVault::target("systemuser", owner)}
        );
    }

    static GrantAccess granting(const Uuid& row, Target with, std::optional<Instant> end = {}) {
        GrantAccess out;
        out.target = TestVault::target(secrets, row);
        out.principal = std::move(with);
        out.rights = read;
        out.expires = end;
        return out;
    }

    void share(const Uuid& row, const Uuid& with, std::optional<Instant> end = {}) {
        vault.run_as_system<NoContent>(granting(row, TestVault::target("systemuser", with), end));
    }

    void revoke(const Uuid& row, const Uuid& from) {
        RevokeAccess message;
        message.target = TestVault::target(secrets, row);
        message.principal = TestVault::target("systemuser", from);
        vault.run_as_system<NoContent>(std::move(message));
    }

    ledger::Pending plan(const Uuid& user, const Message& message) {
        return vault.vault().pipeline().plan(
            vault.vault().view(), TestVault::caller(user), message, info, work
        );
    }

    bool is_stale(ledger::Pending pending) {
        const auto result = vault.vault().ledger().commit(std::move(pending));
        CHECK_FALSE(std::holds_alternative<Error>(result));
        return std::holds_alternative<ledger::Stale>(result);
    }

    static Message retrieve(const Uuid& row) {
        Retrieve message;
        message.target = TestVault::target(secrets, row);
        return message;
    }

    static Message list() {
        RetrieveMultiple message;
        message.table = schema::table(secrets);
        return message;
    }

    static Message count() { return RetrieveTotalRecordCount{{schema::table(secrets)}}; }

    static Message removal(const Uuid& row) {
        Delete message;
        message.target = TestVault::target(secrets, row);
        return message;
    }

    static Message renaming(const Uuid& row) {
        return test::change_set::update(
            secrets, row, std::pair{"msdyn_name", std::string("another name")}
        );
    }

    Message joining() const {
        Associate message;
        message.association = schema::association("teammembership_association");
        message.parent = TestVault::target("team", guests);
        message.child = TestVault::target("systemuser", carol);
        return message;
    }
};

}  // namespace

TEST_CASE("whoever shares a record makes no request of others stale", "[messages]") {
    Fixture f;
    const auto own = f.make(f.carol);
    for (const auto& message : {Fixture::retrieve(own), Fixture::list(), Fixture::count()}) {
        auto pending = f.plan(f.carol, message);
        f.share(f.other, f.bob);
        CHECK_FALSE(f.is_stale(std::move(pending)));
        f.revoke(f.other, f.bob);
    }
    // Nor one that relies on another share.
    for (const auto& message : {Fixture::retrieve(f.record), Fixture::list(), Fixture::count()}) {
        auto pending = f.plan(f.bob, message);
        f.share(f.other, f.carol, f.vault.clock().now() + std::chrono::seconds{10});
        f.vault.clock().advance(std::chrono::seconds{10});
        CHECK_FALSE(f.is_stale(std::move(pending)));
    }
}

TEST_CASE("a share that still gives what was relied on makes nothing stale", "[messages]") {
    Fixture f;
    const auto write = schema::name_of(schema::Right::write).access_bit;
    for (const auto& message : {Fixture::retrieve(f.record), Fixture::list(), Fixture::count()}) {
        auto pending = f.plan(f.bob, message);
        auto more = Fixture::granting(f.record, TestVault::target("systemuser", f.bob));
        more.rights |= write;
        f.vault.run_as_system<NoContent>(std::move(more));
        f.revoke(f.record, f.bob);
        f.share(f.record, f.bob);  // and changed back
        CHECK_FALSE(f.is_stale(std::move(pending)));
    }
}

TEST_CASE("who gives a record away is not kept waiting by who shares others", "[messages]") {
    Fixture f;
    ReassignObjectsSystemUser message;
    message.user = TestVault::target("systemuser", f.alice);
    message.to = TestVault::target("systemuser", f.carol);
    auto pending = f.plan(f.vault.vault().system().user, Message{std::move(message)});
    f.share(f.make(f.carol), f.bob);
    CHECK_FALSE(f.is_stale(std::move(pending)));
}

TEST_CASE("what relied on a share is stale once the share is gone", "[messages]") {
    Fixture f;
    for (const auto& message : {Fixture::retrieve(f.record), Fixture::list(), Fixture::count()}) {
        auto pending = f.plan(f.bob, message);
        f.revoke(f.record, f.bob);
        CHECK(f.is_stale(std::move(pending)));
        f.share(f.record, f.bob);
    }
}

TEST_CASE("what relied on a share is stale once the share is over", "[messages]") {
    for (const auto& make :
         {+[](const Fixture& f) { return Fixture::retrieve(f.record); },
          +[](const Fixture&) { return Fixture::list(); },
          +[](const Fixture&) { return Fixture::count(); }}) {
        Fixture f;
        auto pending = f.plan(f.bob, make(f));
        f.vault.clock().advance(std::chrono::hours{1});
        CHECK(f.is_stale(std::move(pending)));
    }
}

TEST_CASE("a change set that shares something itself relies on a share no less", "[messages]") {
    Fixture f;
    const auto own = f.make(f.bob);
    auto to_write = Fixture::granting(f.record, TestVault::target("systemuser", f.bob));
    to_write.rights |= schema::name_of(schema::Right::write).access_bit;
    f.vault.run_as_system<NoContent>(std::move(to_write));
    test::change_set::Run run(f.vault, TestVault::caller(f.bob));
    CHECK(
        run.add(Fixture::granting(own, TestVault::target("systemuser", f.carol))) == Errc::count_
    );
    CHECK(run.add(Fixture::renaming(f.record)) == Errc::count_);
    // Of two changes of the same state, the set's own and this one, neither passes for the other.
    f.revoke(f.record, f.bob);
    CHECK(std::holds_alternative<ledger::Stale>(run.commit()));
}

TEST_CASE("who writes a record all the time does not keep it from him", "[messages]") {
    Fixture f;
    RevokeAccess message;
    message.target = TestVault::target(secrets, f.record);
    message.principal = TestVault::target("systemuser", f.bob);
    auto pending = f.plan(f.alice, Message{std::move(message)});
    f.vault.run_as_system<NoContent>(Fixture::renaming(f.record));
    CHECK_FALSE(f.is_stale(std::move(pending)));
}

TEST_CASE("who joins a team is judged by what is shared with it when he does", "[messages]") {
    Fixture f;
    auto pending = f.plan(f.vault.vault().system().user, f.joining());
    f.vault.run_as_system<NoContent>(Fixture::granting(f.other, TestVault::target("team", f.guests))
    );
    CHECK(f.is_stale(std::move(pending)));
}

TEST_CASE(
    "a record that is shared meanwhile is deleted with that share or not at all", "[messages]"
) {
    Fixture f;
    auto pending = f.plan(f.alice, Fixture::removal(f.other));
    f.share(f.other, f.bob);
    CHECK(f.is_stale(std::move(pending)));
    CHECK_FALSE(f.is_stale(f.plan(f.alice, Fixture::removal(f.other))));
    CHECK(f.vault.vault().view().facts().shares().rows().size() == 1);
}

TEST_CASE("two who share one record with one user at once make one share", "[messages]") {
    Fixture f;
    const Message message = Fixture::granting(f.other, TestVault::target("systemuser", f.bob));
    auto first = f.plan(f.alice, message);
    auto second = f.plan(f.alice, message);
    CHECK_FALSE(f.is_stale(std::move(first)));
    CHECK(f.is_stale(std::move(second)));
}

TEST_CASE("the ids of a record's shares lie together, away from those of another", "[messages]") {
    SystemRandom random;
    const auto& table = *schema::table(secrets);
    const storage::RowRef record{table.id, Uuid::random(random)};
    const storage::RowRef other{table.id, Uuid::random(random)};
    const auto range = shares_of_record(record);
    const auto is_in = [&](const Uuid& share) {
        const auto key = storage::row_key({schema::known::principalobjectaccess.id, share});
        return range.lower <= key && key < range.upper;
    };
    for (int i = 0; i < 100; ++i) {
        const access::Principal with{access::PrincipalKind::user, Uuid::random(random)};
        const auto id = share_id(record, with);
        CHECK(is_in(id));
        CHECK_FALSE(is_in(share_id(other, with)));
        CHECK(id == share_id(record, with));
        CHECK(id != share_id(record, {access::PrincipalKind::team, with.id}));
        CHECK((id.bytes[6] >> 4) == 8);
    }
}

}  // namespace share_guards_test

// GrantAccess, ModifyAccess, RevokeAccess and RetrieveSharedPrincipalsAndAccess: what they do, who may, and what is left of it.
#include "messages/sharing_scene.hpp"

#include <algorithm>

namespace sharing_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;
using schema::Depth;
using schema::Right;

namespace {

constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";

constexpr std::uint32_t bit(Right right) { return schema::name_of(right).access_bit; }

constexpr auto read = bit(Right::read);
constexpr auto write = bit(Right::write);

/// alice owns a record with a token and may share it; bob holds Read and Write of his own.
struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Uuid alice = vault.user("alice");
    Uuid bob = vault.user("bob");
    Uuid own_role = vault.role(
        "own",
        {"prvReadmsdyn_octwitterhandlesecret",
         "prvWritemsdyn_octwitterhandlesecret",
         "prvSharemsdyn_octwitterhandlesecret"},
        Depth::basic
    );
    Uuid record;

    Fixture() {
        test::let_system_set_tokens(vault);
        record = make();
        vault.associate("systemuserroles_association", alice, own_role);
        vault.associate("systemuserroles_association", bob, own_role);
    }

    Uuid make() {
        return value(system.create(
            secrets,
            std::pair{"msdyn_name", std::string("shared")},
            std::pair{"ownerid", TestVault::target("systemuser", alice)},
            std::pair{"msdyn_useraccesstoken", SecretBytes::copy_of("the token")}
        ));
    }

    Sender as(const Uuid& user) { return {vault, TestVault::caller(user)}; }

    template <class M>
    M message(const Uuid& with, std::uint32_t rights, std::string_view principals = "systemuser") {
        M out;
        out.target = TestVault::target(secrets, record);
        out.principal = TestVault::target(principals, with);
        out.rights = rights;
        return out;
    }

    Result<void> share(Sender sender, const Uuid& with, std::uint32_t rights) {
        return sender.send(message<GrantAccess>(with, rights));
    }

    Result<void> revoke(Sender sender, const Uuid& from) {
        RevokeAccess out;
        out.target = TestVault::target(secrets, record);
        out.principal = TestVault::target("systemuser", from);
        return sender.send(std::move(out));
    }

    bool reads(const Uuid& user) { return as(user).row(secrets, record).has_value(); }

    Result<void> renames(const Uuid& user) {
        return as(user).update(secrets, record, std::pair{"msdyn_name", std::string("by him")});
    }

    /// (user or team, rights) of each share that holds.
    std::vector<std::pair<Uuid, std::uint32_t>> shares() {
        RetrieveSharedPrincipalsAndAccess question;
        question.target = TestVault::target(secrets, record);
        std::vector<std::pair<Uuid, std::uint32_t>> out;
        const auto reply = vault.run_as_system<SharedPrincipalsReply>(std::move(question));
        for (const auto& one : reply.principals) out.emplace_back(one.with.id, one.rights);
        return out;
    }

    std::size_t share_rows() { return vault.vault().view().facts().shares().rows().size(); }

    Uuid role_of(
        const Uuid& user, std::initializer_list<std::string_view> privileges, Depth depth
    ) {
        const auto role = vault.role("more", privileges, depth);
        vault.associate("systemuserroles_association", user, role);
        return role;
    }

    /// Who holds it reads the token of what he may read.
    void unmask(const Uuid& user) {
        const auto profile =
            vault.create("fieldsecurityprofile", std::pair{"name", std::string("unmask")});
        vault.create(
            "fieldpermission",
            std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
            std::pair{"entityname", std::string(secrets)},
            std::pair{"attributelogicalname", std::string("msdyn_useraccesstoken")},
            std::pair{"canread", std::int64_t{4}},
            std::pair{"canreadunmasked", std::int64_t{1}}
        );
        vault.associate("systemuserprofiles_association", user, profile);
    }
};

}  // namespace

TEST_CASE(
    "GrantAccess adds to a share, ModifyAccess replaces it, RevokeAccess ends it", "[messages]"
) {
    Fixture f;
    CHECK_FALSE(f.reads(f.bob));
    REQUIRE(f.share(f.as(f.alice), f.bob, read));
    CHECK(f.reads(f.bob));
    CHECK(code(f.renames(f.bob)) == Errc::no_row_access);
    REQUIRE(f.share(f.as(f.alice), f.bob, write));
    CHECK(f.shares() == std::vector{std::pair{f.bob, read | write}});
    CHECK(f.renames(f.bob));
    REQUIRE(f.as(f.alice).send(f.message<ModifyAccess>(f.bob, read)));
    CHECK(f.shares() == std::vector{std::pair{f.bob, read}});
    CHECK(code(f.renames(f.bob)) == Errc::no_row_access);
    REQUIRE(f.revoke(f.as(f.alice), f.bob));
    CHECK_FALSE(f.reads(f.bob));
    CHECK(f.shares().empty());
    CHECK(f.share_rows() == 0);
    // Again, and from nothing.
    REQUIRE(f.revoke(f.as(f.alice), f.bob));
    REQUIRE(f.share(f.as(f.alice), f.bob, read));
    CHECK(f.reads(f.bob));
}

TEST_CASE("ModifyAccess to no right at all ends a share", "[messages]") {
    Fixture f;
    REQUIRE(f.share(f.as(f.alice), f.bob, read));
    REQUIRE(f.as(f.alice).send(f.message<ModifyAccess>(f.bob, 0)));
    CHECK(f.share_rows() == 0);
    REQUIRE(f.as(f.alice).send(f.message<ModifyAccess>(f.bob, read)));
    CHECK(f.shares() == std::vector{std::pair{f.bob, read}});
}

TEST_CASE("whoever shares needs Share on the row and each right that he gives", "[messages]") {
    Fixture f;
    const auto carol = f.vault.user("carol");
    CHECK(code(f.share(f.as(carol), f.bob, read)) == Errc::missing_privilege);
    CHECK(code(f.share(f.as(f.bob), carol, read)) == Errc::no_row_access);
    REQUIRE(f.share(f.as(f.alice), f.bob, read | bit(Right::share)));
    CHECK(code(f.share(f.as(f.bob), carol, read | write)) == Errc::no_row_access);
    CHECK(f.share(f.as(f.bob), carol, read));
    // What is there already he does not give.
    REQUIRE(f.share(f.as(f.alice), carol, write));
    CHECK(f.share(f.as(f.bob), carol, read));
    CHECK(code(f.share(f.as(f.bob), carol, bit(Right::remove))) == Errc::missing_privilege);
    CHECK(f.as(f.bob).send(f.message<ModifyAccess>(carol, read)));
    CHECK(
        code(f.as(f.bob).send(f.message<ModifyAccess>(carol, read | write))) == Errc::no_row_access
    );
}

TEST_CASE(
    "nobody shares with himself, with the owner, or with the vault's own users", "[messages]"
) {
    Fixture f;
    CHECK(code(f.share(f.as(f.alice), f.alice, read)) == Errc::shared_with_owner);
    REQUIRE(f.share(f.as(f.alice), f.bob, read | bit(Right::share)));
    CHECK(code(f.share(f.as(f.bob), f.bob, read | write)) == Errc::no_row_access);
    const auto administrator = f.vault.user("administrator");
    f.vault.associate(
        "systemuserroles_association", administrator, messages::system_administrator_role
    );
    const auto admin = f.as(administrator);
    CHECK(code(f.share(admin, administrator, read)) == Errc::access_denied);
    CHECK(code(f.share(admin, messages::system_user, read)) == Errc::built_in_protected);
}

TEST_CASE(
    "a share that shows somebody a token needs the grant and leaves its entry", "[messages]"
) {
    Fixture f;
    f.unmask(f.bob);
    auto admin = test::administrator_of(f.vault);
    CHECK(code(f.share(admin, f.bob, read)) == Errc::grant_unmask_denied);
    CHECK(code(f.share(f.as(f.alice), f.bob, read)) == Errc::grant_unmask_denied);
    CHECK(f.share(admin, f.bob, write));
    // Not even by way of a team, an access team among them.
    const auto guests = value(f.system.create(
        "team", std::pair{"name", std::string("guests")}, std::pair{"teamtype", std::int64_t{1}}
    ));
    CHECK(admin.send(f.message<GrantAccess>(guests, read, "team")));
    CHECK(
        code(admin.associate("teammembership_association", guests, f.bob)) ==
        Errc::grant_unmask_denied
    );
    REQUIRE(f.system.associate("teammembership_association", guests, f.bob));
    CHECK(f.reads(f.bob));
    // One more way to it is given likewise.
    CHECK(
        code(admin.send(f.message<ModifyAccess>(f.bob, read | write))) == Errc::grant_unmask_denied
    );
}

TEST_CASE(
    "a record that shows nothing yet is shared with the grant, and shown with it again",
    "[messages]"
) {
    Fixture f;
    f.unmask(f.bob);
    auto admin = test::administrator_of(f.vault);
    const auto with_token = std::exchange(
        f.record,
        value(f.system.create(
            secrets,
            std::pair{"msdyn_name", std::string("empty")},
            std::pair{"ownerid", TestVault::target("systemuser", f.alice)}
        ))
    );
    CHECK(code(f.share(admin, f.bob, read)) == Errc::grant_unmask_denied);
    f.record = with_token;
    REQUIRE(f.system.update(secrets, f.record, std::pair{"statecode", std::int64_t{1}}));
    CHECK(code(f.share(admin, f.bob, read)) == Errc::grant_unmask_denied);
    REQUIRE(f.share(f.system, f.bob, read));
    CHECK(
        code(admin.update(secrets, f.record, std::pair{"statecode", std::int64_t{0}})) ==
        Errc::grant_unmask_denied
    );
}

TEST_CASE("a share ends when it is said to, and what is given by one ends no later", "[messages]") {
    Fixture f;
    const auto now = f.vault.clock().now();
    auto ending = f.message<GrantAccess>(f.bob, read | bit(Right::share));
    ending.expires = now;
    CHECK(code(f.as(f.alice).send(std::move(ending))) == Errc::invalid_argument);
    ending = f.message<GrantAccess>(f.bob, read | bit(Right::share));
    ending.expires = now + std::chrono::hours{1};
    REQUIRE(f.as(f.alice).send(std::move(ending)));
    CHECK(f.reads(f.bob));

    const auto carol = f.vault.user("carol");
    f.vault.associate("systemuserroles_association", carol, f.own_role);
    CHECK(code(f.share(f.as(f.bob), carol, read)) == Errc::access_denied);
    auto shorter = f.message<GrantAccess>(carol, read);
    shorter.expires = now + std::chrono::hours{1};
    REQUIRE(f.as(f.bob).send(std::move(shorter)));
    auto longer = f.message<ModifyAccess>(carol, read);
    longer.expires = now + std::chrono::hours{2};
    CHECK(code(f.as(f.bob).send(std::move(longer))) == Errc::access_denied);

    f.vault.clock().advance(std::chrono::hours{1});
    CHECK_FALSE(f.reads(f.bob));
    CHECK_FALSE(f.reads(carol));
    CHECK(f.shares().empty());
    // Of one that is over nothing comes back.
    REQUIRE(f.share(f.as(f.alice), f.bob, write));
    CHECK_FALSE(f.reads(f.bob));
}

TEST_CASE("who reads a token until a share ends is given it longer by a grant", "[messages]") {
    Fixture f;
    f.unmask(f.bob);
    const auto now = f.vault.clock().now();
    const auto for_hours = [&](int hours) {
        auto out = f.message<ModifyAccess>(f.bob, read);
        out.expires = now + std::chrono::hours{hours};
        return out;
    };
    REQUIRE(f.system.send(for_hours(2)));
    CHECK(f.reads(f.bob));
    auto alice = f.as(f.alice);
    CHECK(code(alice.send(for_hours(3))) == Errc::grant_unmask_denied);
    CHECK(alice.send(for_hours(1)));
    auto admin = test::administrator_of(f.vault);
    CHECK(
        code(admin.update(
            secrets, f.record, std::pair{"ownerid", TestVault::target("systemuser", f.bob)}
        )) == Errc::grant_unmask_denied
    );
}

TEST_CASE("nobody shares a record with a team of his own, to keep it", "[messages]") {
    Fixture f;
    f.unmask(f.alice);
    const auto guests = value(f.system.create(
        "team", std::pair{"name", std::string("guests")}, std::pair{"teamtype", std::int64_t{1}}
    ));
    REQUIRE(f.system.associate("teammembership_association", guests, f.alice));
    auto alice = f.as(f.alice);
    CHECK(code(alice.send(f.message<GrantAccess>(guests, read, "team"))) == Errc::access_denied);
    // Nor what else he may do, nor by joining what it was shared with before.
    CHECK(code(alice.send(f.message<GrantAccess>(guests, write, "team"))) == Errc::access_denied);
    REQUIRE(f.system.disassociate("teammembership_association", guests, f.alice));
    CHECK(alice.send(f.message<GrantAccess>(guests, read | write, "team")));
    auto admin = test::administrator_of(f.vault);
    CHECK(
        code(admin.associate("teammembership_association", guests, f.alice)) ==
        Errc::grant_unmask_denied
    );
}

TEST_CASE("an administrator does not join a team to keep what he reads now", "[messages]") {
    Fixture f;
    const auto administrator = f.vault.user("administrator");
    f.vault.associate(
        "systemuserroles_association", administrator, messages::system_administrator_role
    );
    const auto guests = value(f.system.create(
        "team", std::pair{"name", std::string("guests")}, std::pair{"teamtype", std::int64_t{1}}
    ));
    auto admin = f.as(administrator);
    REQUIRE(admin.send(f.message<GrantAccess>(guests, read, "team")));
    CHECK(
        code(admin.associate("teammembership_association", guests, administrator)) ==
        Errc::access_denied
    );
    CHECK(admin.associate("teammembership_association", guests, f.bob));
}

TEST_CASE("a user and a team never have the same id", "[messages]") {
    Fixture f;
    CHECK(
        code(f.system.create(
            "team", std::pair{"teamid", f.bob}, std::pair{"name", std::string("bob")}
        )) == Errc::duplicate_id
    );
    const auto team = value(f.system.create("team", std::pair{"name", std::string("guests")}));
    CHECK(
        code(f.system.create(
            "systemuser",
            std::pair{"systemuserid", team},
            std::pair{"domainname", std::string("guests")},
            std::pair{
                "businessunitid",
                TestVault::target("businessunit", f.vault.vault().root_business_unit())}
        )) == Errc::duplicate_id
    );
}

TEST_CASE("the entries of a record say who was given what, until when, or refused", "[messages]") {
    Fixture f;
    auto ending = f.message<GrantAccess>(f.bob, read);
    ending.expires = f.vault.clock().now() + std::chrono::hours{1};
    REQUIRE(f.as(f.alice).send(ending));
    CHECK(code(f.as(f.bob).send(f.message<ModifyAccess>(f.alice, write))) == Errc::no_row_access);
    REQUIRE(f.revoke(f.as(f.alice), f.bob));
    RetrieveAuditEvents question;
    question.record = f.record;
    question.top = 3;
    const auto log = f.vault.run_as_system<LogReply>(std::move(question)).entries;
    REQUIRE(log.size() == 3);
    const auto text = [](const audit::Event& event, std::string_view name) {
        const auto* found = audit::find_extra<std::string>(event, name);
        return found == nullptr ? std::string{} : *found;
    };
    const auto& ended = log[0].event;
    CHECK(ended.action == audit::Action::unshare);
    CHECK(text(ended, "systemuserid") == to_string(f.bob));
    CHECK(text(ended, "rky_expireson.before") == to_iso8601(*ending.expires));
    const auto& refused = log[1].event;
    CHECK(refused.outcome == audit::Outcome::denied);
    CHECK(text(refused, "systemuserid") == to_string(f.alice));
    const auto& shared = log[2].event;
    CHECK(shared.action == audit::Action::share);
    CHECK(text(shared, "rky_expireson") == to_iso8601(*ending.expires));
}

TEST_CASE("shares that are over make room for new ones, and come back", "[messages]") {
    Fixture f;
    const auto end = f.vault.clock().now() + std::chrono::hours{1};
    std::vector<Uuid> teams;
    for (int i = 0; i < 5; ++i) {
        teams.push_back(f.vault.create(
            "team",
            std::pair{"name", "team " + std::to_string(i)},
            std::pair{"teamtype", std::int64_t{1}}
        ));
        auto ending = f.message<GrantAccess>(teams.back(), read, "team");
        ending.expires = end;
        REQUIRE(f.system.send(std::move(ending)));
    }
    f.vault.clock().advance(std::chrono::hours{2});
    CHECK(f.share_rows() == 5);
    REQUIRE(f.system.send(f.message<GrantAccess>(teams.front(), write, "team")));
    CHECK(f.share_rows() == 5);
    CHECK(f.shares() == std::vector{std::pair{teams.front(), write}});
    REQUIRE(f.share(f.as(f.alice), f.bob, read));
    CHECK(f.share_rows() == 2);
    REQUIRE(f.system.send(f.message<GrantAccess>(teams.back(), read, "team")));
    CHECK(f.share_rows() == 3);
}

TEST_CASE("a record is shared with so many that it can be deleted with its shares", "[messages]") {
    Fixture f;
    for (int i = 0; i < 500; ++i) {
        const auto team = f.vault.create(
            "team",
            std::pair{"name", "team " + std::to_string(i)},
            std::pair{"teamtype", std::int64_t{1}}
        );
        REQUIRE(f.system.send(f.message<GrantAccess>(team, read, "team")));
    }
    CHECK(code(f.share(f.as(f.alice), f.bob, read)) == Errc::too_many_rows);
    REQUIRE(f.system.remove(secrets, f.record));
    CHECK(f.share_rows() == 0);
}

TEST_CASE(
    "a share stays when its row has another owner, and goes with row and principal", "[messages]"
) {
    Fixture f;
    const auto carol = f.vault.user("carol");
    REQUIRE(f.share(f.as(f.alice), f.bob, read));
    REQUIRE(f.system.update(
        secrets, f.record, std::pair{"ownerid", TestVault::target("systemuser", carol)}
    ));
    CHECK(f.reads(f.bob));
    const auto guests = value(f.system.create(
        "team", std::pair{"name", std::string("guests")}, std::pair{"teamtype", std::int64_t{1}}
    ));
    REQUIRE(f.system.send(f.message<GrantAccess>(guests, read, "team")));
    CHECK(f.share_rows() == 2);
    REQUIRE(f.system.remove("team", guests));
    CHECK(f.share_rows() == 1);
    REQUIRE(f.system.remove(secrets, f.record));
    CHECK(f.share_rows() == 0);
}

TEST_CASE("lists and counts have what is shared, once, whatever their order", "[messages]") {
    Fixture f;
    // Others' rows between those that bob sees, and one of his own that is shared with him too.
    std::vector<Uuid> seen;
    for (int i = 0; i < 30; ++i) {
        f.record = f.make();
        if (i % 3 != 0) continue;
        REQUIRE(f.share(f.as(f.alice), f.bob, read));
        seen.push_back(f.record);
    }
    REQUIRE(f.system.update(
        secrets,
        f.record = seen.front(),
        std::pair{"ownerid", TestVault::target("systemuser", f.bob)}
    ));
    for (int i = 0; i < 4; ++i) {
        seen.push_back(value(f.system.create(
            secrets,
            std::pair{"msdyn_name", std::string("own")},
            std::pair{"ownerid", TestVault::target("systemuser", f.bob)}
        )));
    }
    std::ranges::sort(seen);
    const auto* table = schema::table(secrets);
    for (const auto* order : {"", "msdyn_name", "modifiedon", "msdyn_octwitteruniquehandleid"}) {
        CAPTURE(order);
        std::vector<Uuid> listed;
        std::string token;
        do {
            RetrieveMultiple message;
            message.table = table;
            message.page_size = 3;
            message.query_digest = std::string(32, 'q');
            message.paging_token = token;
            if (*order != '\0') message.order.push_back({table->column(order), false, {}});
            const auto reply =
                value(f.vault.run<ListReply>(TestVault::caller(f.bob), std::move(message)));
            for (const auto& shown : reply.rows) listed.push_back(shown.row->id);
            token = reply.next_token.value_or(std::string{});
        } while (!token.empty());
        std::ranges::sort(listed);
        CHECK(listed == seen);
    }
    RetrieveTotalRecordCount count{{table}};
    const auto counted =
        value(f.vault.run<TotalRecordCountReply>(TestVault::caller(f.bob), std::move(count)));
    CHECK(counted.counts.front().rows == seen.size());
}

TEST_CASE("what nobody owns cannot be shared", "[messages]") {
    Fixture f;
    GrantAccess message;
    message.target = TestVault::target(
        "fieldsecurityprofile",
        f.vault.create("fieldsecurityprofile", std::pair{"name", std::string("one")})
    );
    message.principal = TestVault::target("systemuser", f.bob);
    message.rights = read;
    CHECK(code(f.system.send(std::move(message))) == Errc::invalid_argument);
}

}  // namespace sharing_test

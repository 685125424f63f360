// principalobjectattributeaccess: a secured column that is shared on one row, who may share it, and what it shows.
#include "messages/sharing_scene.hpp"
#include "pipeline/metadata_id.hpp"

namespace column_share_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;
using schema::Depth;

namespace {

constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";
constexpr std::string_view shares = "principalobjectattributeaccess";

const schema::Table& secret_table() { return *schema::table(secrets); }

Uuid attribute(std::string_view column) {
    return metadata_id(secret_table(), *secret_table().column(column));
}

/// alice may share her record and use its token; bob reads records and no secured column.
struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Uuid alice = vault.user("alice");
    Uuid bob = vault.user("bob");
    Uuid role = vault.role(
        "all",
        {"prvReadmsdyn_octwitterhandlesecret",
         "prvWritemsdyn_octwitterhandlesecret",
         "prvSharemsdyn_octwitterhandlesecret",
         "prvAppendTomsdyn_octwitterhandlesecret",
         "prvCreatePrincipalObjectAttributeAccess",
         "prvReadPrincipalObjectAttributeAccess",
         "prvWritePrincipalObjectAttributeAccess",
         "prvDeletePrincipalObjectAttributeAccess",
         "prvAppendPrincipalObjectAttributeAccess",
         "prvAppendToUser",
         "prvReadUser",
         "prvAppendToTeam",
         "prvReadTeam"},
        Depth::global
    );
    Uuid reader = vault.role(
        "reader", {"prvReadmsdyn_octwitterhandlesecret", "prvWritemsdyn_octwitterhandlesecret"},
        Depth::global
    );
    Uuid record;

    Fixture() {
        test::let_system_set_tokens(vault);
        record = make();
        vault.associate("systemuserroles_association", alice, role);
        vault.associate("systemuserroles_association", bob, reader);
        const auto profile =
            vault.create("fieldsecurityprofile", std::pair{"name", std::string("use")});
        vault.create(
            "fieldpermission",
            std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", profile)},
            std::pair{"entityname", std::string(secrets)},
            std::pair{"attributelogicalname", std::string("msdyn_useraccesstoken")},
            std::pair{"canread", std::int64_t{4}},
            std::pair{"canupdate", std::int64_t{4}}
        );
        vault.associate("systemuserprofiles_association", alice, profile);
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

    Result<Uuid> share(
        Sender sender, const Uuid& with, bool read, bool update,
        std::string_view column = "msdyn_useraccesstoken", std::string_view kind = "systemuser"
    ) {
        return sender.create(
            shares,
            std::pair{"attributeid", attribute(column)},
            std::pair{"objectid", TestVault::target(secrets, record)},
            std::pair{"principalid", TestVault::target(kind, with)},
            std::pair{"readaccess", read},
            std::pair{"updateaccess", update}
        );
    }

    /// Whether he sees the mask; he never sees more.
    bool masked(const Uuid& user, const Uuid& row) {
        Retrieve message;
        message.target = TestVault::target(secrets, row);
        message.selection.unmasked = true;
        const auto reply = value(vault.run<RowReply>(TestVault::caller(user), std::move(message)));
        return is_masked(reply.row);
    }

    static bool is_masked(const ShownRow& row) {
        for (const auto& cell : row.cells) {
            if (cell.column->name != "msdyn_useraccesstoken") continue;
            CHECK_FALSE(std::holds_alternative<SecretBytes>(cell.value));
            return std::holds_alternative<Masked>(cell.value);
        }
        return false;
    }

    std::vector<Uuid> masked_in_list(const Uuid& user) {
        RetrieveMultiple message;
        message.table = &secret_table();
        message.selection.unmasked = true;
        const auto reply = value(vault.run<ListReply>(TestVault::caller(user), std::move(message)));
        std::vector<Uuid> out;
        for (const auto& row : reply.rows) {
            if (is_masked(row)) out.push_back(row.row->id);
        }
        return out;
    }

    Result<void> writes(const Uuid& user) {
        return as(user).update(
            secrets, record, std::pair{"msdyn_useraccesstoken", SecretBytes::copy_of("by him")}
        );
    }
};

}  // namespace

TEST_CASE("a column that is shared is masked on its row, and nothing on another", "[messages]") {
    Fixture f;
    const auto other = f.make();
    CHECK_FALSE(f.masked(f.bob, f.record));
    REQUIRE(f.share(f.as(f.alice), f.bob, true, false));
    CHECK(f.masked(f.bob, f.record));
    CHECK_FALSE(f.masked(f.bob, other));
    CHECK(f.masked_in_list(f.bob) == std::vector{f.record});
    CHECK(code(f.writes(f.bob)) == Errc::column_update_denied);
}

TEST_CASE("a column that is shared to be updated is, on its row alone", "[messages]") {
    Fixture f;
    const auto id = value(f.share(f.as(f.alice), f.bob, false, true));
    CHECK(f.writes(f.bob));
    CHECK_FALSE(f.masked(f.bob, f.record));
    f.record = f.make();
    CHECK(code(f.writes(f.bob)) == Errc::column_update_denied);
    REQUIRE(f.as(f.alice).remove(shares, id));
    CHECK(f.vault.vault().view().facts().column_shares().rows().empty());
}

TEST_CASE("a column share is changed and ended", "[messages]") {
    Fixture f;
    auto alice = f.as(f.alice);
    const auto id = value(f.share(alice, f.bob, true, false));
    REQUIRE(alice.update(shares, id, std::pair{"updateaccess", true}));
    CHECK(f.writes(f.bob));
    CHECK(
        code(alice.update(
            shares, id, std::pair{"updateaccess", false}, std::pair{"readaccess", false}
        )) == Errc::column_share_emptied
    );
    REQUIRE(alice.remove(shares, id));
    CHECK_FALSE(f.masked(f.bob, f.record));
    CHECK(code(f.writes(f.bob)) == Errc::column_update_denied);
}

TEST_CASE("a column share needs its row, and goes with it and with its principal", "[messages]") {
    Fixture f;
    const auto team = value(f.system.create(
        "team", std::pair{"name", std::string("guests")}, std::pair{"teamtype", std::int64_t{1}}
    ));
    REQUIRE(f.share(f.as(f.alice), f.bob, true, false));
    REQUIRE(f.share(f.as(f.alice), team, true, true, "msdyn_useraccesstoken", "team"));
    const auto count = [&] { return f.vault.vault().view().facts().column_shares().rows().size(); };
    CHECK(count() == 2);
    REQUIRE(f.system.associate("teammembership_association", team, f.bob));
    CHECK(f.writes(f.bob));
    REQUIRE(f.system.remove("team", team));
    CHECK(count() == 1);
    CHECK(code(f.writes(f.bob)) == Errc::column_update_denied);
    REQUIRE(f.system.remove(secrets, f.record));
    CHECK(count() == 0);
}

TEST_CASE("a column share says what, once, and of a secured column", "[messages]") {
    Fixture f;
    auto alice = f.as(f.alice);
    CHECK(code(f.share(alice, f.bob, false, false)) == Errc::column_share_empty);
    CHECK(code(f.share(alice, f.bob, true, false, "msdyn_name")) == Errc::column_not_secured);
    REQUIRE(f.share(alice, f.bob, true, false));
    CHECK(code(f.share(alice, f.bob, false, true)) == Errc::column_shared_already);
}

TEST_CASE("two rows of one request do not share a column with one user", "[messages]") {
    Fixture f;
    const auto with_rows = [&](int rows) {
        CreateMultiple message;
        message.table = schema::table(shares);
        for (int i = 0; i < rows; ++i) {
            message.rows.push_back(test::input_of(
                shares,
                std::pair{"attributeid", attribute("msdyn_useraccesstoken")},
                std::pair{"objectid", TestVault::target(secrets, f.record)},
                std::pair{"principalid", TestVault::target("systemuser", f.bob)},
                std::pair{"readaccess", true}
            ));
        }
        return f.vault.run<IdsReply>(TestVault::caller(f.alice), std::move(message));
    };
    CHECK(code(with_rows(2)) == Errc::column_shared_already);
    CHECK(with_rows(1));
}

TEST_CASE("whoever ends a column share needs Share on its record", "[messages]") {
    Fixture f;
    const auto id = value(f.share(f.as(f.alice), f.bob, true, false));
    f.vault.associate(
        "systemuserroles_association",
        f.bob,
        f.vault.role("ends", {"prvDeletePrincipalObjectAttributeAccess"}, Depth::global)
    );
    CHECK(code(f.as(f.bob).remove(shares, id)) == Errc::missing_privilege);
    CHECK(f.as(f.alice).remove(shares, id));
}

TEST_CASE("nobody shares a column further than he may use it, or with himself", "[messages]") {
    Fixture f;
    auto alice = f.as(f.alice);
    CHECK(
        code(f.share(alice, f.bob, true, false, "msdyn_useraccesstokensecret")) ==
        Errc::column_share_denied
    );
    CHECK(code(f.share(alice, f.alice, true, false)) == Errc::access_denied);
    CHECK(code(f.share(alice, system_user, true, false)) == Errc::built_in_protected);
    // Nor a record that he may not share.
    f.vault.associate(
        "systemuserroles_association",
        f.bob,
        f.vault.role(
            "columns",
            {"prvCreatePrincipalObjectAttributeAccess",
             "prvAppendPrincipalObjectAttributeAccess",
             "prvAppendTomsdyn_octwitterhandlesecret",
             "prvAppendToUser"},
            Depth::global
        )
    );
    const auto carol = f.vault.user("carol");
    CHECK(code(f.share(f.as(f.bob), carol, true, false)) == Errc::missing_privilege);
}

}  // namespace column_share_test

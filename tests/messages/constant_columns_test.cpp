// Columns that say what is so in every vault: of the organization, and of the vault's own roles.
#include "messages/sender.hpp"
#include "query/delta_token.hpp"
#include "storage/row_codec.hpp"

namespace constant_columns_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);

    std::shared_ptr<const storage::Row> organization() {
        const auto asked =
            vault.run_as_system<CurrentOrganizationReply>(RetrieveCurrentOrganization{});
        return value(system.row("organization", asked.organization));
    }

    bool flag(const Uuid& role, std::string_view column) {
        const auto row = value(system.row("role", role));
        const auto* said = row->get<bool>(column);
        REQUIRE(said != nullptr);
        return *said;
    }
};

}  // namespace

TEST_CASE("the organization says that everything is logged, kept, and in English", "[messages]") {
    Fixture f;
    const auto row = f.organization();
    CHECK(*row->get<std::int64_t>("languagecode") == 1033);
    CHECK(*row->get<bool>("isauditenabled"));
    CHECK(*row->get<bool>("isuseraccessauditenabled"));
    CHECK(*row->get<bool>("isreadauditenabled"));
    CHECK(*row->get<std::int64_t>("auditretentionperiodv2") == -1);
    CHECK_FALSE(*row->get<bool>("sharetopreviousowneronassign"));
    const std::chrono::days delta_days{*row->get<std::int64_t>("expirechangetrackingindays")};
    CHECK(delta_days == delta_lifetime);
    CHECK(
        *row->get<std::string>("orgdborgsettings") ==
        "<OrgSettings><EnableOwnershipAcrossBusinessUnits>false"
        "</EnableOwnershipAcrossBusinessUnits></OrgSettings>"
    );
}

TEST_CASE("what is so in every vault is not in the store, and can be asked for", "[messages]") {
    Fixture f;
    const auto id = f.organization()->id;
    const auto& table = schema::known::organization;
    for (const auto& column : table.columns) {
        if (column.derived) CHECK_FALSE(storage::has_cells(column));
    }
    RetrieveMultiple message;
    message.table = &table;
    Filter filter;
    filter.node = Compare{table.column("isauditenabled"), Comparison::eq, storage::Value{true}};
    message.filter = std::move(filter);
    const auto list = f.vault.run_as_system<ListReply>(std::move(message));
    REQUIRE(list.rows.size() == 1);
    CHECK(list.rows.front().row->id == id);
}

TEST_CASE("roles can be deleted and customized, but for the vault's own", "[messages]") {
    Fixture f;
    const auto made = f.vault.role("made", {}, schema::Depth::global);
    for (const auto* column : {"canbedeleted", "iscustomizable"}) {
        CHECK(f.flag(made, column));
        CHECK_FALSE(f.flag(system_administrator_role, column));
    }
    // As it says, so it is.
    CHECK(code(f.system.remove("role", system_administrator_role)) == Errc::built_in_protected);
    CHECK(f.system.remove("role", made));
}

TEST_CASE("a role has a description", "[messages]") {
    Fixture f;
    const auto role = f.vault.role("made", {}, schema::Depth::global);
    REQUIRE(f.system.update("role", role, std::pair{"description", std::string("for readers")}));
    CHECK(*value(f.system.row("role", role))->get<std::string>("description") == "for readers");
}

}  // namespace constant_columns_test

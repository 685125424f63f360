// What a lookup's row is called, as it is shown beside the lookup.
#include "messages/token_scene.hpp"

namespace target_names_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::TokenScene;
using rookery::test::value;

namespace {

constexpr std::string_view handle = "msdyn_octwitterhandle";

/// A record of the scene's team that refers to a handle.
struct Fixture : TokenScene {
    Uuid bird = vault.create(handle, std::pair{"msdyn_name", std::string("@rookery")});

    Fixture() {
        REQUIRE(test::system_of(vault).update(
            secrets, record, std::pair{"msdyn_octwitterhandleid", TestVault::target(handle, bird)}
        ));
    }

    static std::string name_in(const ShownRow& row, std::string_view column) {
        for (const auto& cell : row.cells) {
            if (cell.column->name == column) return cell.formatted;
        }
        return "not shown";
    }

    std::string name(const Uuid& user, std::string_view column, bool wanted = true) {
        Retrieve message;
        message.target = TestVault::target(secrets, record);
        message.selection.annotations = wanted;
        const auto row = value(vault.run<RowReply>(TestVault::caller(user), Message{message}));
        return name_in(row.row, column);
    }

    std::string name_in_list(const Uuid& user, std::string_view column) {
        RetrieveMultiple message;
        message.table = schema::table(secrets);
        message.selection.annotations = true;
        const auto list = value(vault.run<ListReply>(TestVault::caller(user), std::move(message)));
        REQUIRE(list.rows.size() == 1);
        return name_in(list.rows.front(), column);
    }
};

}  // namespace

TEST_CASE("whoever reads a row knows what its lookups lead to by name", "[messages]") {
    Fixture f;
    for (const auto& user : {f.agent, f.reader}) {
        CHECK(f.name(user, "msdyn_octwitterhandleid") == "@rookery");
        CHECK(f.name_in_list(user, "msdyn_octwitterhandleid") == "@rookery");
        CHECK(f.name(user, "ownerid") == "Social");
        CHECK(f.name_in_list(user, "ownerid") == "Social");
    }
    CHECK(f.name(f.agent, "msdyn_octwitterhandleid", false).empty());
}

TEST_CASE("a name is no access to the row", "[messages]") {
    Fixture f;
    Retrieve message;
    message.target = TestVault::target(handle, f.bird);
    CHECK_FALSE(f.vault.run<RowReply>(TestVault::caller(f.agent), Message{message}));
}

TEST_CASE("a row that the vault made calls a record by name for who may read it", "[messages]") {
    Fixture f;
    f.vault.tokens().keep_versions = 3;
    f.rotate("second-token");
    const auto global = [&](const Uuid& user, std::string_view privilege) {
        const auto role =
            f.vault.role("role " + std::string(privilege), {privilege}, schema::Depth::global);
        f.vault.associate("systemuserroles_association", user, role);
    };
    const auto name = [&] {
        RetrieveMultiple message;
        message.table = schema::table("rky_tokenversion");
        message.selection.annotations = true;
        const auto list =
            value(f.vault.run<ListReply>(TestVault::caller(f.stranger), std::move(message)));
        REQUIRE_FALSE(list.rows.empty());
        return Fixture::name_in(list.rows.front(), "rky_record");
    };
    global(f.stranger, "prvReadrky_tokenversion");
    CHECK(name().empty());
    global(f.stranger, "prvReadmsdyn_octwitterhandlesecret");
    CHECK(name() == "rookery");
}

TEST_CASE("a lookup that leads to nothing with a name has none", "[messages]") {
    Fixture f;
    REQUIRE(test::system_of(f.vault).update(handle, f.bird, std::pair{"msdyn_name", std::string()})
    );
    CHECK(f.name(f.agent, "msdyn_octwitterhandleid").empty());
}

}  // namespace target_names_test

// The rows of the table privilege, which are not in the store.
#include "messages/sender.hpp"

#include <set>

namespace privilege_rows_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

const schema::Table* table() { return schema::table("privilege"); }

ListReply list(TestVault& vault, RetrieveMultiple message) {
    message.table = table();
    return vault.run_as_system<ListReply>(std::move(message));
}

std::string name_of(const ShownRow& row) { return *row.row->get<std::string>("name"); }

Filter named(std::string name) {
    return {Compare{table()->column("name"), Comparison::eq, storage::Value(std::move(name))}};
}

}  // namespace

TEST_CASE("each privilege is a row, found by its id and in a list", "[messages]") {
    TestVault vault;
    auto system = test::system_of(vault);
    std::set<std::string> listed;
    for (const auto& row : list(vault, {}).rows) listed.insert(name_of(row));
    CHECK(listed.size() == schema::privileges().size());
    for (const auto& privilege : schema::privileges()) {
        INFO(privilege.name);
        CHECK(listed.contains(std::string(privilege.name)));
        const auto row = value(system.row("privilege", schema::privilege_id(privilege)));
        CHECK(*row->get<std::string>("name") == privilege.name);
    }
    CHECK(code(system.row("privilege", vault.vault().root_business_unit())) == Errc::not_found);
}

TEST_CASE("privileges are filtered, ordered and paged as other rows are", "[messages]") {
    TestVault vault;
    RetrieveMultiple one;
    one.filter = named("prvReadmsdyn_octwitterhandlesecret");
    const auto found = list(vault, std::move(one));
    REQUIRE(found.rows.size() == 1);
    CHECK(*found.rows.front().row->get<bool>("canbebasic"));
    CHECK(*found.rows.front().row->get<std::int64_t>("accessright") == 1);

    std::vector<std::string> names;
    std::optional<std::string> token;
    do {
        RetrieveMultiple page;
        page.order.push_back({table()->column("name"), false});
        page.page_size = 7;
        if (token) page.paging_token = *token;
        const auto reply = list(vault, std::move(page));
        for (const auto& row : reply.rows) names.push_back(name_of(row));
        token = reply.next_token;
    } while (token);
    CHECK(names.size() == schema::privileges().size());

    RetrieveMultiple count;
    count.table = table();
    count.count_only = true;
    CHECK(vault.run_as_system<CountReply>(std::move(count)).count == schema::privileges().size());
}

TEST_CASE("the privileges of a role lead to their rows", "[messages]") {
    TestVault vault;
    const auto role =
        vault.role("Reader", {"prvReadmsdyn_octwitterhandlesecret"}, schema::Depth::basic);
    RetrieveMultiple message;
    message.within.emplace();
    message.within->parent = TestVault::target("role", role);
    message.within->association = schema::association("roleprivileges_association");
    const auto rows = list(vault, std::move(message)).rows;
    REQUIRE(rows.size() == 1);
    CHECK(name_of(rows.front()) == "prvReadmsdyn_octwitterhandlesecret");
}

TEST_CASE("a privilege is put into no role and taken out of none as a pair", "[messages]") {
    TestVault vault;
    auto system = test::system_of(vault);
    const auto role =
        vault.role("Reader", {"prvReadmsdyn_octwitterhandlesecret"}, schema::Depth::basic);
    const auto id = [](std::string_view name) {
        return schema::privilege_id(*schema::privilege(name));
    };
    constexpr std::string_view pairs = "roleprivileges_association";
    CHECK(
        code(system.associate(pairs, role, id("prvDeletemsdyn_octwitterhandlesecret"))) ==
        Errc::method_not_allowed
    );
    CHECK(
        code(system.disassociate(pairs, role, id("prvReadmsdyn_octwitterhandlesecret"))) ==
        Errc::method_not_allowed
    );
}

TEST_CASE("privileges are read by whoever may read them", "[messages]") {
    TestVault vault;
    const auto user = vault.user("nobody");
    RetrieveMultiple message;
    message.table = table();
    CHECK_FALSE(vault.run<ListReply>(TestVault::caller(user), std::move(message)));
}

}  // namespace privilege_rows_test

// A managed property: an object with a flag that the vault says, which no request changes or compares.
#include "odata/request/row_body.hpp"
#include "odata/response/formatted_value.hpp"
#include "render_for_test.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <memory>

namespace managed_property_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

const schema::Table& roles = schema::known::role;
const std::string role_url = "/api/data/v9.2/roles(" + id_text + ")";

const schema::Column& can_be_deleted() { return *roles.column("canbedeleted"); }

std::string answer(bool value, std::vector<http::Header> headers = {}) {
    auto row = std::make_unique<storage::Row>();
    row->table = &roles;
    row->id = id_of(id_text);
    row->set("canbedeleted", value);
    messages::RowReply reply;
    reply.row.row = std::move(row);
    reply.row.cells.push_back(
        {&can_be_deleted(), reply.row.row->find(can_be_deleted().id), std::string{}}
    );
    const auto url = role_url + "?$select=canbedeleted";
    return body_of(shown(context_of(url, std::move(headers)), std::move(reply)));
}

}  // namespace

TEST_CASE("a managed property is shown as Dataverse's object, which nobody can change", "[odata]") {
    CHECK(
        answer(true).find("\"canbedeleted\":{\"Value\":true,\"CanBeChanged\":false,"
                          "\"ManagedPropertyLogicalName\":\"canbedeleted\"}") != std::string::npos
    );
    CHECK(answer(false).find("{\"Value\":false,") != std::string::npos);
    const auto annotated = answer(true, {{"Prefer", "odata.include-annotations=\"*\""}});
    CHECK(annotated.find("canbedeleted@") == std::string::npos);
    CHECK(formatted_value(can_be_deleted(), storage::Value{true}).empty());
}

TEST_CASE("a managed property in a body is left out like what is read-only", "[odata]") {
    const auto request_for_origin = request("GET", secrets);
    const RequestOrigin origin{test_root, request_for_origin};
    const auto body = parse_json(R"({"name":"r","canbedeleted":{"Value":true}})");
    REQUIRE(body);
    const auto read = read_row(*body, roles, RowUse::create, origin);
    REQUIRE(read);
    CHECK(read->cells.size() == 1);
}

TEST_CASE("a managed property is not compared", "[odata]") {
    for (const auto* filter : {"canbedeleted%20eq%20true", "iscustomizable/Value%20eq%20true"}) {
        INFO(filter);
        CHECK(
            refused("GET", "/api/data/v9.2/roles?$filter=" + std::string{filter}) != Errc::count_
        );
    }
}

}  // namespace managed_property_test

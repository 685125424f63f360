// Every column of users, teams and business units that requests write and that means nothing here: kept as it was given, on
// create and on update, up to its limit. The columns are those of the schema.
#include "asking_scene.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace related_columns_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;
using schema::Column;
using schema::Type;
namespace can = schema::can;

namespace {

/// A text of more is not tried at its limit.
constexpr std::uint32_t length_tried_max = 4001;

struct Kind {
    const schema::Table& table;
    json needs;
    // What the vault makes something of: other tests have it.
    std::set<std::string_view> elsewhere;
};

const Kind kinds[] = {
    {schema::known::systemuser,
     {{"domainname", "somebody"}},
     {"domainname",
      "applicationid",
      "azureactivedirectoryobjectid",
      "isdisabled",
      "accessmode",
      "overriddencreatedon"}},
    {schema::known::team,
     {{"name", "some"}},
     {"teamtype", "azureactivedirectoryobjectid", "membershiptype", "overriddencreatedon"}},
    {schema::known::businessunit, {{"name", "some"}}, {"isdisabled", "overriddencreatedon"}},
};

bool is_outside(const Column& column) {
    return std::ranges::all_of(column.targets, [](std::string_view target) {
        return schema::table(target)->outside;
    });
}

/// How a body names it.
std::string named(const Column& column) {
    if (!column.is_lookup()) return std::string(column.name);
    return std::string(column.nav) + "@odata.bind";
}

std::string url(const Column& column, const std::string& id) {
    return "/" + std::string(schema::table(column.targets.front())->set_name) + "(" + id + ")";
}

json most(const Column& column) {
    switch (column.type) {
        case Type::text:
            return std::string(std::min(column.length_max, length_tried_max), 'a');
        case Type::boolean:
            return true;
        case Type::choice:
            return column.options.back().value;
        case Type::uid:
            return id_text;
        case Type::lookup:
            return url(column, id_text);
        default:
            return column.max;
    }
}

json least(const Column& column) {
    switch (column.type) {
        case Type::text:
            return "b";
        case Type::boolean:
            return false;
        case Type::choice:
            return column.options.front().value;
        case Type::uid:
            return other_id_text;
        case Type::lookup:
            return url(column, other_id_text);
        default:
            return column.min;
    }
}

/// Each is refused.
std::vector<json> beyond(const Column& column) {
    switch (column.type) {
        case Type::text:
            if (column.length_max > length_tried_max) return {5, true};
            return {std::string(column.length_max + 1, 'a'), 5};
        case Type::boolean:
            return {"true", 2};
        case Type::choice:
            return {column.options.back().value + 1, column.options.front().value - 1, "1", true};
        case Type::uid:
            return {"no id", 5};
        case Type::lookup:
            return {"/roles(" + id_text + ")", id_text};
        case Type::real:
            return {static_cast<double>(column.max) + 0.5, column.min - 1, 1e300, "1", true};
        default:
            return {column.max + 1, column.min - 1, 0.5, "1"};
    }
}

/// As the row shows it.
json shown(const Column& column, const json& given) {
    if (!column.is_lookup()) return given;
    const std::string text = given;
    const auto from = text.find('(') + 1;
    return text.substr(from, text.find(')') - from);
}

std::vector<const Column*> written(const Kind& kind) {
    std::vector<const Column*> out;
    for (const auto& column : kind.table.columns) {
        if (!column.may(can::odata) || !column.may(can::create)) continue;
        if (column.may(can::row_id) || kind.elsewhere.contains(column.name)) continue;
        if (column.is_lookup() && !is_outside(column)) continue;
        out.push_back(&column);
    }
    return out;
}

}  // namespace

TEST_CASE("what means nothing here is kept as it is given, up to its limit", "[odata]") {
    for (const auto& kind : kinds) {
        const auto columns = written(kind);
        CHECK(columns.size() >= 10);
        AskingScene scene;
        auto body = kind.needs;
        for (const auto* column : columns) body[named(*column)] = most(*column);
        const std::string set(kind.table.set_name);
        const auto row_url = set + "(" + scene.made(set, body) + ")";
        const auto created = scene.row(row_url);
        auto changed = json::object();
        for (const auto* column : columns) {
            INFO(set << " " << column->name);
            CHECK(created.at(std::string(column->wire_name())) == shown(*column, most(*column)));
            changed[named(*column)] = least(*column);
        }
        const auto patched = scene.ask("PATCH", row_url, changed.dump(), {{"If-Match", "*"}});
        INFO(patched.body);
        REQUIRE(patched.status == 204);
        const auto updated = scene.row(row_url);
        for (const auto* column : columns) {
            INFO(set << " " << column->name);
            const auto is = column->may(can::update) ? least(*column) : most(*column);
            CHECK(updated.at(std::string(column->wire_name())) == shown(*column, is));
        }
    }
}

TEST_CASE("what is over a limit, or of another type, is refused on create and update", "[odata]") {
    for (const auto& kind : kinds) {
        AskingScene scene;
        const std::string set(kind.table.set_name);
        const auto row_url = set + "(" + scene.made(set, kind.needs) + ")";
        for (const auto* column : written(kind)) {
            for (const auto& wrong : beyond(*column)) {
                INFO(set << " " << column->name << " " << wrong.dump().substr(0, 40));
                const json body{{named(*column), wrong}};
                CHECK(scene.ask("POST", set, body.dump()).status == 400);
                if (!column->may(can::update)) continue;
                CHECK(scene.ask("PATCH", row_url, body.dump(), {{"If-Match", "*"}}).status == 400);
            }
        }
    }
}

TEST_CASE("a user's address is shown in one piece too, which nobody writes", "[odata]") {
    AskingScene scene;
    const auto user = "systemusers(" +
                      scene.made(
                          "systemusers",
                          {{"domainname", "somebody"},
                           {"address1_line1", "1 Rook Lane"},
                           {"address1_line3", "Tower"},
                           {"address1_city", "Nest"},
                           {"address1_stateorprovince", "WA"},
                           {"address1_postalcode", "98052"},
                           {"address1_country", "USA"},
                           {"address1_composite", "mine"},
                           {"address2_postalcode", "98053"}}
                      ) +
                      ")";
    const auto row = scene.row(user);
    CHECK(row.at("address1_composite") == "1 Rook Lane\r\nTower\r\nNest, WA 98052\r\nUSA");
    CHECK(row.at("address2_composite") == "98053");
    const json body{{"address2_postalcode", nullptr}, {"address1_line3", std::string(1024, 'a')}};
    CHECK(scene.ask("PATCH", user, body.dump(), {{"If-Match", "*"}}).status == 204);
    CHECK(scene.row(user).at("address2_composite") == nullptr);
    CHECK(scene.row(user).at("address1_composite").get<std::string>().size() == 1000);
}

TEST_CASE("what an address and a user prefer has the reference's defaults", "[odata]") {
    AskingScene scene;
    const auto user =
        scene.row("systemusers(" + scene.made("systemusers", {{"domainname", "somebody"}}) + ")");
    for (const std::string name :
         {"preferredaddresscode",
          "preferredemailcode",
          "preferredphonecode",
          "address1_addresstypecode",
          "address2_shippingmethodcode"}) {
        INFO(name);
        CHECK(user.at(name) == 1);
    }
}

TEST_CASE("another product's row is not followed, and its id is what is kept", "[odata]") {
    AskingScene scene;
    const auto team =
        "teams(" +
        scene.made(
            "teams",
            {{"name", "t"},
             {"associatedteamtemplateid@odata.bind", "/teamtemplates(" + other_id_text + ")"}}
        ) +
        ")";
    CHECK(scene.row(team).at("_teamtemplateid_value") == other_id_text);
    CHECK(scene.ask("GET", team + "/associatedteamtemplateid").status == 501);
    CHECK(
        scene.row("teams?$filter=_teamtemplateid_value eq " + other_id_text).at("value").size() == 1
    );
    // It is no access team by that.
    CHECK(scene.row(team).at("teamtype") == 0);
    CHECK(scene.ask("GET", "teamtemplates").status == 404);
    CHECK(scene.ask("GET", "positions").status == 404);
}

}  // namespace related_columns_test

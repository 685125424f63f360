// Every column of the table of tokens as the vendor's reference has it, tried on create and on update: a good value, each limit,
// what is beyond it, a value of another type, null.
#include "asking_scene.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <set>

namespace column_rules_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;

namespace {

const std::string set = "msdyn_octwitterhandlesecrets";
const std::string mask = "********";

const json& facts() {
    static const auto read = [] {
        std::ifstream file{ROOKERY_SOURCE_DIR "/tests/odata/token_table_facts.json"};
        return json::parse(file);
    }();
    return read;
}

/// The columns of one type that the reference lists as writable.
std::vector<json> writable(const std::string& type) {
    std::vector<json> out;
    for (const auto& column : facts().at("columns")) {
        if (column.at("writable") == true && column.at("AttributeType") == type)
            out.push_back(column);
    }
    return out;
}

std::string name_of(const json& column) { return column.at("LogicalName"); }

bool is_sealed(const std::string& name) {
    return schema::known::msdyn_octwitterhandlesecret.column(name)->type == schema::Type::sealed;
}

struct Scene : AskingScene {
    Scene() {
        // SYSTEM writes tokens too.
        const auto profile =
            vault.create("fieldsecurityprofile", std::pair{"name", std::string("all")});
        for (const std::string column : {"msdyn_useraccesstoken", "msdyn_useraccesstokensecret"}) {
            vault.create(
                "fieldpermission",
                std::pair{
                    "fieldsecurityprofileid",
                    test::TestVault::target("fieldsecurityprofile", profile)},
                std::pair{"entityname", std::string("msdyn_octwitterhandlesecret")},
                std::pair{"attributelogicalname", column},
                std::pair{"canread", std::int64_t{4}},
                std::pair{"cancreate", std::int64_t{4}},
                std::pair{"canupdate", std::int64_t{4}}
            );
        }
        vault.associate("systemuserprofiles_association", caller.user, profile);
        record = made(set, json::object());
    }

    std::string at() const { return set + "(" + record + ")"; }

    /// A new row with this, or why there is none.
    Asked create(const json& body) {
        return ask("POST", set + "?$select=statecode", body.dump(), represented);
    }

    Asked update(const json& body) { return ask("PATCH", at(), body.dump(), {{"If-Match", "*"}}); }

    /// Of a row that is made with this, and goes again.
    json created(const json& body, const std::string& property) {
        const auto out = create(body);
        INFO(out.body);
        REQUIRE(out.status == 201);
        const std::string id = out.json().at("msdyn_octwitterhandlesecretid");
        const auto shown = row(set + "(" + id + ")?$select=" + property).at(property);
        REQUIRE(ask("DELETE", set + "(" + id + ")").status == 204);
        return shown;
    }

    json now(const std::string& property) {
        return row(at() + "?$select=" + property).at(property);
    }

    void refuses(const json& body, const std::string& code) {
        INFO(body.dump().substr(0, 80));
        for (const auto& out : {create(body), update(body)}) {
            CHECK(out.status == 400);
            CHECK(out.code() == code);
        }
    }

    std::string record;
    std::vector<http::Header> represented{{"Prefer", "return=representation"}};
};

}  // namespace

TEST_CASE("the reference has the columns that are tried here, and no other", "[odata]") {
    std::set<std::string> types;
    std::size_t writable_columns = 0;
    for (const auto& column : facts().at("columns")) {
        if (column.at("writable") != true) continue;
        types.insert(column.at("AttributeType"));
        ++writable_columns;
    }
    CHECK(facts().at("columns").size() == 27);
    CHECK(writable_columns == 15);
    const std::set<std::string> tried{
        "Integer",
        "String",
        "Lookup",
        "Uniqueidentifier",
        "DateTime",
        "Owner",
        "EntityName",
        "State",
        "Status"};
    CHECK(types == tried);
}

TEST_CASE("texts are taken up to their length and refused beyond it", "[odata]") {
    Scene scene;
    CHECK(writable("String").size() == 4);
    for (const auto& column : writable("String")) {
        const auto name = name_of(column);
        INFO(name);
        const std::size_t most = column.at("MaxLength");
        const bool key = name == "msdyn_octwitteruniquehandleid";
        const auto shown = [&](const std::string& text) {
            return json(is_sealed(name) ? mask : text);
        };
        for (const auto& text :
             {std::string("good"), std::string(most, 'a'), std::string(most, 'b')}) {
            // What a token says of its handle a handle has to carry.
            if (key) scene.made("msdyn_octwitterhandles", {{name, text}});
            CHECK(scene.created({{name, text}}, name) == shown(text));
            CHECK(scene.update({{name, text}}).status == 204);
            CHECK(scene.now(name) == shown(text));
        }
        const auto before = scene.now(name);
        scene.refuses({{name, std::string(most + 1, 'c')}}, "0x80044331");
        const auto words = scene.update({{name, std::string(most + 1, 'c')}}).words();
        CHECK(
            words ==
            "A validation error occurred.  The length of the '" + name +
                "' attribute of the 'msdyn_octwitterhandlesecret' entity exceeded the maximum "
                "allowed length of '" +
                std::to_string(most) + "'."
        );
        for (const json& wrong : {json(5), json(true), json(1.5), json::array(), json::object()}) {
            scene.refuses({{name, wrong}}, "0x80048d19");
        }
        CHECK(scene.now(name) == before);
        CHECK(scene.created({{name, nullptr}}, name) == nullptr);
        CHECK(scene.update({{name, nullptr}}).status == 204);
        CHECK(scene.now(name) == nullptr);
    }
}

TEST_CASE("whole numbers are taken between their limits and refused beyond them", "[odata]") {
    Scene scene;
    CHECK(writable("Integer").size() == 3);
    for (const auto& column : writable("Integer")) {
        const auto name = name_of(column);
        INFO(name);
        const std::int64_t least = column.at("MinValue");
        const std::int64_t most = column.at("MaxValue");
        const bool create_only = name == "importsequencenumber";
        for (const auto number : {std::int64_t{5}, least, most}) {
            CHECK(scene.created({{name, number}}, name) == number);
            CHECK(scene.update({{name, number}}).status == 204);
            CHECK(scene.now(name) == (create_only ? json(nullptr) : json(number)));
        }
        for (const auto number : {least - 1, most + 1})
            scene.refuses({{name, number}}, "0x8004432f");
        for (const json& wrong : {json("5"), json(true), json::array()}) {
            scene.refuses({{name, wrong}}, "0x80048d19");
        }
        scene.refuses({{name, 1.5}}, "0x8004432f");
        CHECK(scene.created({{name, nullptr}}, name) == nullptr);
    }
}

TEST_CASE("a row's id is chosen when it is made, and never changed", "[odata]") {
    Scene scene;
    const std::string key = "msdyn_octwitterhandlesecretid";
    CHECK(scene.created({{key, other_id_text}}, key) == other_id_text);
    CHECK(scene.create({{key, other_id_text}}).status == 412);
    CHECK(scene.create({{key, "no id"}}).status == 400);
    CHECK(scene.create({{key, 5}}).status == 400);
    CHECK(scene.update({{key, scene.record}}).status == 204);
    CHECK(scene.update({{key, id_text}}).status == 400);
}

TEST_CASE("a migration's date takes its privilege, and changes places with createdon", "[odata]") {
    Scene scene;
    const std::string name = "overriddencreatedon";
    const json body{{name, "2019-05-01T10:11:12.987+02:00"}};
    const auto out = scene.create(body);
    REQUIRE(out.status == 201);
    const std::string id = out.json().at("msdyn_octwitterhandlesecretid");
    const auto row = scene.row(set + "(" + id + ")");
    CHECK(row.at("createdon") == "2019-05-01T08:11:12Z");
    CHECK(row.at(name) == row.at("modifiedon"));
    for (const json& wrong : {json("yesterday"), json("2019-13-01T00:00:00Z"), json(true)}) {
        CHECK(scene.create({{name, wrong}}).status == 400);
    }
    CHECK(scene.create({{name, "yesterday"}}).code() == "0x80040239");
    CHECK(scene.create({{name, 5}}).code() == "0x80048d19");
    // On update it is left aside, as what only a create takes.
    const auto before = scene.now("createdon");
    CHECK(scene.update(body).status == 204);
    CHECK(scene.now("createdon") == before);
    CHECK(scene.now(name) == nullptr);

    const auto clerk = scene.vault.user("clerk");
    const auto role = scene.vault.role(
        "clerk",
        {"prvCreatemsdyn_octwitterhandlesecret", "prvReadmsdyn_octwitterhandlesecret"},
        schema::Depth::basic
    );
    scene.vault.associate("systemuserroles_association", clerk, role);
    const auto as_system = scene.caller;
    scene.caller = test::TestVault::caller(clerk);
    CHECK(scene.create({{"msdyn_name", "x"}}).status == 201);
    const auto refused = scene.create(body);
    CHECK(refused.status == 403);
    CHECK(refused.words().find("prvOverrideCreatedOnCreatedBy") != std::string::npos);
    scene.caller = as_system;
}

TEST_CASE("lookups are bound by URL, and neither by a plain id nor by their value", "[odata]") {
    Scene scene;
    CHECK(writable("Lookup").size() == 2);
    for (const auto& column : writable("Lookup")) {
        const auto name = name_of(column);
        INFO(name);
        const auto target = name.substr(0, name.size() - 2);
        const auto id = scene.made(target + "s", {{"msdyn_name", "parent"}});
        const auto value = "_" + name + "_value";
        const json good{{name + "@odata.bind", "/" + target + "s(" + id + ")"}};
        CHECK(scene.created(good, value) == id);
        CHECK(scene.update(good).status == 204);
        CHECK(scene.now(value) == id);
        scene.refuses({{name + "@odata.bind", "/roles(" + id + ")"}}, "0x80048d19");
        scene.refuses({{name + "@odata.bind", id}}, "0x80048d19");
        scene.refuses({{name + "@odata.bind", 5}}, "0x80048d19");
        scene.refuses({{name, id}}, "0x80048d19");
        scene.refuses({{value, id}}, "0x80048d19");
        scene.refuses(
            {{"M" + name.substr(1) + "@odata.bind", "/" + target + "s(" + id + ")"}}, "0x80048d19"
        );
        const json missing{{name + "@odata.bind", "/" + target + "s(" + other_id_text + ")"}};
        CHECK(scene.create(missing).status == 404);
        CHECK(scene.update(missing).status == 404);
        CHECK(scene.now(value) == id);
        CHECK(scene.update({{name, nullptr}}).status == 204);
        CHECK(scene.now(value) == nullptr);
    }
}

TEST_CASE("the owner is a user or a team, the caller's own by default", "[odata]") {
    Scene scene;
    CHECK(scene.now("_ownerid_value") == to_string(scene.caller.user));
    const auto user = to_string(scene.vault.user("user"));
    const auto team = scene.made("teams", {{"name", "team"}});
    for (const auto& [url, id, mirror] :
         {std::tuple{"/systemusers(" + user + ")", user, "_owninguser_value"},
          std::tuple{"/teams(" + team + ")", team, "_owningteam_value"}}) {
        const json body{{"ownerid@odata.bind", url}};
        CHECK(scene.created(body, "_ownerid_value") == id);
        CHECK(scene.update(body).status == 204);
        CHECK(scene.now("_ownerid_value") == id);
        CHECK(scene.now(mirror) == id);
    }
    CHECK(scene.now("_owninguser_value") == nullptr);
    scene.refuses({{"ownerid@odata.bind", "/roles(" + user + ")"}}, "0x80048d19");
    scene.refuses({{"ownerid", user}}, "0x80048d19");
    scene.refuses({{"ownerid", nullptr}}, "0x80040203");
    // What kind it is follows from it: no property says so.
    scene.refuses({{"owneridtype", "team"}}, "0x80048d19");
}

TEST_CASE("a state is no matter of a create, and its status of both", "[odata]") {
    Scene scene;
    CHECK(scene.created({{"statecode", 1}}, "statecode") == 0);
    CHECK(scene.created({{"statuscode", 1}}, "statuscode") == 1);
    CHECK(scene.create({{"statuscode", 2}}).code() == "0x80048408");
    for (const std::string name : {"statecode", "statuscode"}) {
        CHECK(scene.update({{name, 99}}).code() == "0x80048408");
        CHECK(scene.update({{name, "Inactive"}}).code() == "0x80048d19");
        CHECK(scene.update({{name, true}}).code() == "0x80048d19");
    }
    CHECK(scene.update({{"statecode", 1}}).status == 204);
    CHECK(scene.now("statuscode") == 2);
}

TEST_CASE(
    "columns that the vault sets are left aside or refused, and keep their values", "[odata]"
) {
    Scene scene;
    const auto user = to_string(scene.vault.user("user"));
    const auto before = scene.row(scene.at());
    for (const auto& column : facts().at("columns")) {
        if (column.at("writable") == true) continue;
        const auto name = name_of(column);
        INFO(name);
        const std::string type = column.at("AttributeType");
        if (type == "String") {
            // The names of an owner are annotations of his lookup.
            scene.refuses({{name, "x"}}, "0x80048d19");
            CHECK(scene.ask("GET", scene.at() + "?$select=" + name).status == 400);
            continue;
        }
        json body;
        if (type == "DateTime") body = {{name, "2001-01-01T00:00:00Z"}};
        if (type == "BigInt") body = {{name, 1}};
        const auto unit =
            "/businessunits(" + to_string(scene.vault.vault().root_business_unit()) + ")";
        if (type == "Lookup") {
            const auto id = name == "owningteam" ? scene.made("teams", {{"name", name}}) : user;
            const auto url =
                name == "owningteam" ? "/teams(" + id + ")" : "/systemusers(" + id + ")";
            body = {{name + "@odata.bind", name == "owningbusinessunit" ? unit : url}};
            scene.refuses({{"_" + name + "_value", id}}, "0x80048d19");
        }
        REQUIRE_FALSE(body.is_null());
        const auto made = scene.create(body);
        const auto changed = scene.update(body);
        const auto* own = schema::known::msdyn_octwitterhandlesecret.column(name);
        const bool refused = own->may(schema::can::refuse);
        CHECK(made.status == (refused ? 400 : 201));
        if (refused) CHECK(made.code() == "0x8004022e");
        // What is there already may be repeated.
        const bool same = name == "owningbusinessunit";
        CHECK(changed.status == (refused && !same ? 400 : 204));
    }
    const auto after = scene.row(scene.at());
    for (const std::string name :
         {"createdon",
          "_createdby_value",
          "_createdonbehalfby_value",
          "_modifiedby_value",
          "_modifiedonbehalfby_value",
          "_owningbusinessunit_value",
          "_owningteam_value",
          "_owninguser_value"}) {
        INFO(name);
        CHECK(after.at(name) == before.at(name));
    }
    CHECK(after.at("versionnumber") > before.at("versionnumber"));
}

TEST_CASE("a row shows every column of its own, null or not, with labels when asked", "[odata]") {
    Scene scene;
    REQUIRE(
        scene.update({{"importsequencenumber", 1}, {"utcconversiontimezonecode", 12345}}).status ==
        204
    );
    const auto shown = scene.row(scene.at());
    for (const auto& column : facts().at("columns")) {
        const auto name = name_of(column);
        const std::string type = column.at("AttributeType");
        INFO(name);
        const bool lookup = type == "Lookup" || type == "Owner";
        const bool hidden = name.starts_with("ownerid") && name != "ownerid";
        CHECK(shown.contains(lookup ? "_" + name + "_value" : name) != hidden);
    }
    const auto out =
        scene.ask("GET", scene.at(), {}, {{"Prefer", "odata.include-annotations=\"*\""}});
    const auto labels = out.json();
    const std::string suffix = "@OData.Community.Display.V1.FormattedValue";
    CHECK(labels.at("statecode" + suffix) == "Active");
    CHECK(labels.at("statuscode" + suffix) == "Active");
    CHECK(labels.at("utcconversiontimezonecode" + suffix) == "12,345");
    CHECK(labels.at("_ownerid_value" + suffix) == "SYSTEM");
    CHECK(labels.at("_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname") == "systemuser");
    CHECK(labels.at("_owninguser_value@Microsoft.Dynamics.CRM.lookuplogicalname") == "systemuser");
    CHECK(labels.contains("createdon" + suffix));
    CHECK(labels.at("versionnumber").is_number());
}

}  // namespace column_rules_test

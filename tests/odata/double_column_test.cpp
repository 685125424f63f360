// Columns of the type double: read from a body and a URL, rounded, compared, ordered and answered.
#include "asking_scene.hpp"
#include "metadata_for_test.hpp"
#include "odata/response/formatted_value.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

namespace double_column_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;
using storage::Fraction;

namespace {

const std::string set = "businessunits";

struct Scene : AskingScene {
    std::string unit(const std::string& name, const json& latitude) {
        return set + "(" + made(set, {{"name", name}, {"address1_latitude", latitude}}) + ")";
    }

    std::vector<std::string> names(const std::string& query) {
        std::vector<std::string> out;
        const auto listed = row(set + "?$select=name&" + query);
        for (const auto& one : listed.at("value")) out.push_back(one.at("name"));
        return out;
    }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a double is rounded to the digits of its column", "[odata]") {
    Scene scene;
    const auto url = scene.unit("a", 47.639999999);
    CHECK(scene.row(url).at("address1_latitude") == 47.64);
    const std::string body = R"({"creditlimit":1234.565,"address1_latitude":-9e1})";
    CHECK(scene.ask("PATCH", url, body, {{"If-Match", "*"}}).status == 204);
    CHECK(scene.row(url).at("creditlimit") == 1234.57);
    CHECK(scene.row(url).at("address1_latitude") == -90);
    // What is rounded into the range is in it.
    CHECK(scene.ask("PUT", url + "/address1_latitude", R"({"value":90.000001})").status == 204);
    CHECK(scene.ask("PUT", url + "/address1_latitude", R"({"value":90.00001})").status == 400);
    CHECK(scene.ask("DELETE", url + "/address1_latitude").status == 204);
    CHECK(scene.row(url).at("address1_latitude") == nullptr);
}

TEST_CASE("a double has a point in every answer", "[odata]") {
    Scene scene;
    const auto url = scene.unit("a", 7);
    CHECK(scene.ask("GET", url).body.find("\"address1_latitude\":7.0") != std::string::npos);
    CHECK(scene.ask("GET", url + "/address1_latitude/$value").body == "7.0");
    const auto& limit = *schema::known::businessunit.column("creditlimit");
    CHECK(formatted_value(limit, Fraction{123'456'780'000}) == "1,234,567.80");
    CHECK(formatted_value(limit, Fraction{-100'000'000}) == "-1,000.00");
    CHECK(formatted_value(limit, Fraction{-5'000}) == "-0.05");
    const auto& latitude = *schema::known::businessunit.column("address1_latitude");
    CHECK(formatted_value(latitude, Fraction{700'000}) == "7.00000");
}

TEST_CASE("doubles are compared and ordered as numbers", "[odata]") {
    Scene scene;
    scene.unit("ten", 10);
    scene.unit("two", 2.5);
    scene.unit("minus", -1.25);
    const std::string there = "$filter=address1_latitude ne null&";
    CHECK(scene.names(there + "$orderby=address1_latitude") == Names{"minus", "two", "ten"});
    CHECK(scene.names("$filter=address1_latitude eq 2.5") == Names{"two"});
    CHECK(scene.names("$filter=address1_latitude eq 10") == Names{"ten"});
    CHECK(scene.names("$filter=address1_latitude lt -1.2") == Names{"minus"});
    CHECK(scene.names("$filter=address1_latitude ge 1e1") == Names{"ten"});
    CHECK(
        scene.names(
            "$orderby=name&$filter=Microsoft.Dynamics.CRM.In(PropertyName='address1_latitude',"
            "PropertyValues=['10','2.5'])"
        ) == Names{"ten", "two"}
    );
    for (const std::string wrong : {"'2.5'", "true", "INF", "NaN", "2,5", "1e20"}) {
        INFO(wrong);
        CHECK(scene.ask("GET", set + "?$filter=address1_latitude eq " + wrong).status == 400);
    }
}

TEST_CASE("FetchXML compares doubles, and groups by them", "[odata]") {
    Scene scene;
    scene.unit("a", 2.5);
    scene.unit("b", 2.5);
    scene.unit("c", 3);
    const std::string fetch =
        "<fetch><entity name='businessunit'><attribute name='name'/><filter>"
        "<condition attribute='address1_latitude' operator='gt' value='2.75'/></filter></entity>"
        "</fetch>";
    const auto found = scene.row(set + "?fetchXml=" + fetch).at("value");
    REQUIRE(found.size() == 1);
    CHECK(found.at(0).at("name") == "c");
    const auto groups =
        scene
            .row(
                set +
                "?$apply=filter(address1_latitude ne null)/groupby((address1_latitude),"
                "aggregate($count as n))"
            )
            .at("value");
    REQUIRE(groups.size() == 2);
    CHECK(groups.at(0).at("address1_latitude") == 2.5);
    CHECK(groups.at(0).at("n") == 2);
    // Sums are of whole numbers.
    CHECK(
        scene.ask("GET", set + "?$apply=aggregate(creditlimit with sum as s)").code() ==
        "0x80041120"
    );
}

TEST_CASE("the metadata tells of a double what the reference does", "[odata][metadata]") {
    const auto at = [](const std::string& column) {
        return metadata_at(
            "/api/data/v9.2/EntityDefinitions(LogicalName='businessunit')/"
            "Attributes(LogicalName='" +
            column + "')/Microsoft.Dynamics.CRM.DoubleAttributeMetadata"
        );
    };
    const auto latitude = at("address2_latitude");
    CHECK(latitude.at("AttributeType") == "Double");
    CHECK(latitude.at("MinValue") == -90);
    CHECK(latitude.at("MaxValue") == 90);
    CHECK(latitude.at("Precision") == 5);
    CHECK(at("creditlimit").at("Precision") == 2);
}

}  // namespace double_column_test

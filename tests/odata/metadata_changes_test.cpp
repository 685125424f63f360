// RetrieveMetadataChanges, and the other functions that tell what this server is.
#include "base/percent_encode.hpp"
#include "metadata_for_test.hpp"
#include "odata/metadata/filter.hpp"

#include <set>

namespace metadata_changes_test {

using namespace rookery;
using namespace rookery::odata;
using nlohmann::json;

namespace {

std::string url_of(const std::string& query, const std::string& more = {}) {
    return service + "RetrieveMetadataChanges(Query=@q" +
           (more.empty() ? "" : ",ClientVersionStamp=@s") + ")?@q=" + percent_encode(query) +
           (more.empty() ? "" : "&@s='" + more + "'");
}

json changes(const std::string& query, const std::string& stamp = {}) {
    return metadata_at(url_of(query, stamp));
}

Errc code_of(const std::string& query) { return refused("GET", url_of(query)); }

/// Criteria of one condition, as the clients of Dataverse write them.
std::string where(const std::string& name, const std::string& by, const std::string& value) {
    return R"("Criteria":{"FilterOperator":"And","Conditions":[{"PropertyName":")" + name +
           R"(","ConditionOperator":")" + by + R"(","Value":)" + value + "}]}";
}

std::string text(const std::string& value) {
    return R"({"Type":"System.String","Value":")" + value + R"("})";
}

const std::string secret = where("LogicalName", "Equals", text("msdyn_octwitterhandlesecret"));

}  // namespace

TEST_CASE("tables are told of with the properties that were asked for", "[odata][metadata]") {
    const auto out = changes(
        R"({"Properties":{"AllProperties":false,"PropertyNames":["EntitySetName"]},)" + secret + "}"
    );
    REQUIRE(out.at("EntityMetadata").size() == 1);
    const auto& table = out.at("EntityMetadata").at(0);
    CHECK(table.at("EntitySetName") == "msdyn_octwitterhandlesecrets");
    CHECK(table.at("LogicalName") == "msdyn_octwitterhandlesecret");
    CHECK(table.contains("MetadataId"));
    CHECK(table.size() == 4);  // and HasChanged
    CHECK(out.at("DeletedMetadata").at("Count") == 0);
    CHECK(changes("{}").at("EntityMetadata").size() == schema::tables().size());
    const auto all = changes(R"({"Properties":{"AllProperties":true}})").at("EntityMetadata");
    CHECK(all.at(0).size() > 50);
    CHECK_FALSE(all.at(0).contains("Attributes"));
}

TEST_CASE("columns, keys and relationships come where they are asked for", "[odata][metadata]") {
    const auto out = changes(
        "{" + secret +
        R"(,"AttributeQuery":{"Properties":{"PropertyNames":["MaxLength","OptionSet"]},)" +
        where(
            "LogicalName",
            "In",
            R"({"Type":"System.String[]","Value":"[\"statecode\",\"msdyn_name\"]"})"
        ) +
        R"(},"KeyQuery":{"Properties":{"AllProperties":true}},"RelationshipQuery":{"Properties":{}}})"
    );
    const auto& table = out.at("EntityMetadata").at(0);
    REQUIRE(table.at("Attributes").size() == 2);
    CHECK(table.at("Attributes").at(0).at("MaxLength") == 100);
    CHECK(
        table.at("Attributes").at(0).at("@odata.type") ==
        "#Microsoft.Dynamics.CRM.ComplexStringAttributeMetadata"
    );
    CHECK(table.at("Attributes").at(1).at("OptionSet").at("Options").size() == 2);
    CHECK(table.at("Keys").size() == 1);
    CHECK(table.at("ManyToOneRelationships").size() == 10);
    CHECK(table.at("ManyToManyRelationships").empty());
}

TEST_CASE("criteria compare, and join as they say", "[odata][metadata]") {
    const auto count = [](const std::string& criteria) {
        return changes("{" + criteria + "}").at("EntityMetadata").size();
    };
    const auto all = schema::tables().size();
    CHECK(count(where("LogicalName", "NotEquals", text("team"))) == all - 1);
    CHECK(count(where("LogicalName", "NotIn", R"(["team","role"])")) == all - 2);
    CHECK(count(where("IsPrivate", "Equals", "false")) == all);
    CHECK(count(where("IsPrivate", "Equals", text("True"))) == 0);
    CHECK(count(where("ObjectTypeCode", "GreaterThan", "10900")) >= 1);
    CHECK(count(where("OwnershipType", "Equals", text("UserOwned"))) >= 3);
    CHECK(count(where("IsAuditEnabled", "Equals", "true")) == all);
    CHECK(count(where("PrimaryImageAttribute", "Equals", "null")) == all);
    const std::string either =
        R"("Criteria":{"FilterOperator":"Or","Conditions":[)"
        R"({"PropertyName":"LogicalName","ConditionOperator":"Equals","Value":"team"}],)"
        R"("Filters":[{"FilterOperator":"And","Conditions":[)"
        R"({"PropertyName":"LogicalName","ConditionOperator":"Equals","Value":"role"}]}]})";
    CHECK(count(either) == 2);
    CHECK(count(R"("Criteria":{"FilterOperator":"Or","Conditions":[],"Filters":[]})") == all);
}

TEST_CASE(
    "a client that knows the newest stamp is told that nothing changed", "[odata][metadata]"
) {
    const std::string stamp = changes("{}").at("ServerVersionStamp");
    CHECK(changes("{}", stamp).at("EntityMetadata").empty());
    CHECK(changes("{}", stamp).at("ServerVersionStamp") == stamp);
    CHECK(changes("{}", "another").at("EntityMetadata").size() == schema::tables().size());
}

TEST_CASE("a query that is not understood is refused", "[odata][metadata]") {
    CHECK(code_of("[") == Errc::bad_payload);
    CHECK(code_of("") == Errc::bad_payload);
    CHECK(code_of("[]") == Errc::malformed);
    CHECK(code_of(R"({"Criteria":5})") == Errc::malformed);
    CHECK(code_of(R"({"Criteria":{"FilterOperator":"Xor"}})") == Errc::malformed);
    CHECK(code_of("{" + where("Nothing", "Equals", "1") + "}") == Errc::unknown_property);
    CHECK(code_of("{" + where("LogicalName", "Like", "1") + "}") == Errc::malformed);
    CHECK(code_of("{" + where("IsPrivate", "Equals", text("x")) + "}") == Errc::malformed);
    CHECK(code_of("{" + where("DisplayName", "Equals", text("x")) + "}") == Errc::malformed);
    CHECK(code_of("{" + where("Privileges", "Equals", text("x")) + "}") == Errc::malformed);
    CHECK(code_of("{" + where("LogicalName", "In", text("x")) + "}") == Errc::bad_payload);
    for (const auto* const call :
         {"RetrieveMetadataChanges",
          "RetrieveMetadataChanges()",
          "RetrieveMetadataChanges(Query=@q)",
          "RetrieveMetadataChanges(Query=@q,Query=@q)?@q={}",
          "RetrieveMetadataChanges(Other=@q)?@q={}",
          "RetrieveMetadataChanges(Query=@q,)?@q={}"}) {
        INFO(call);
        CHECK(refused("GET", service + call) == Errc::malformed);
    }
    CHECK(refused("GET", service + "RetrieveMetadataChanges?@p1=%7B%7D") == Errc::count_);
}

TEST_CASE("a query has the limits of a $filter", "[odata][metadata]") {
    using namespace rookery::odata::metadata;
    const auto values = [](std::size_t count) {
        std::string out = "[";
        for (std::size_t i = 0; i < count; ++i) out += i == 0 ? R"("a")" : R"(,"a")";
        return "{" + where("LogicalName", "In", out + "]") + "}";
    };
    CHECK(code_of(values(comparisons_max)) == Errc::count_);
    CHECK(code_of(values(comparisons_max + 1)) == Errc::malformed);
    const auto names = [](std::size_t count) {
        std::string out;
        for (std::size_t i = 0; i < count; ++i) out += i == 0 ? R"("a")" : R"(,"a")";
        return R"({"Properties":{"PropertyNames":[)" + out + "]}}";
    };
    CHECK(code_of(names(selected_names_max)) == Errc::count_);
    CHECK(code_of(names(selected_names_max + 1)) == Errc::malformed);
}

TEST_CASE(
    "a client is told the interface's version and the language of labels", "[odata][metadata]"
) {
    CHECK(metadata_at(service + "RetrieveVersion()").at("Version") == "9.2.0.0");
    CHECK(metadata_at(service + "RetrieveVersion").at("Version") == "9.2.0.0");
    CHECK(metadata_at(service + "RetrieveAvailableLanguages").at("LocaleIds") == json{1033});
}

}  // namespace metadata_changes_test

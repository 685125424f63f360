// The table `audits` and the functions about it as clients meet them: by URL, and as JSON.
#include "base/percent_encode.hpp"
#include "render_for_test.hpp"
#include "schema/known_tables.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace audit_answer_test {

using namespace rookery;
using namespace rookery::odata;
using test::TestVault;
using test::value;

namespace {

using Json = nlohmann::json;

constexpr std::string_view application = "msdyn_octwitterapplication";
const std::string api = "/api/data/v9.2/";
const std::string crm = "Microsoft.Dynamics.CRM.";

struct Scene {
    TestVault vault;
    access::Caller auditor;
    Uuid poster;

    Scene() {
        const auto user = vault.user("auditor");
        vault.associate(
            "systemuserroles_association",
            user,
            vault.role(
                "Auditor",
                {schema::prv_read_audit,
                 schema::prv_read_record_audit,
                 "prvReadUser",
                 "prvReadQuery"},
                schema::Depth::global
            )
        );
        auditor = TestVault::caller(user);
        poster = vault.create(application, std::pair{"msdyn_name", std::string("p")});
    }

    http::Response send(
        const std::string& path, const std::vector<http::Header>& headers = {},
        const std::string& method = "GET", const std::string& body = {}
    ) {
        auto parsed = odata::parse(
            request(method, api + path, body, headers),
            test_root,
            anyone,
            auditor.user,
            no_kept_queries
        );
        return render(parsed.context, value(vault.vault().run(auditor, parsed.message)));
    }

    Json ask(const std::string& path, const std::vector<http::Header>& headers = {}) {
        const auto answer = send(path, headers);
        INFO(body_of(answer));
        REQUIRE(answer.status == 200);
        return Json::parse(body_of(answer));
    }

    std::string about_poster() const { return "_objectid_value%20eq%20" + to_string(poster); }

    std::string made() {
        return ask("audits?$filter=" + about_poster() + "&$select=auditid")
            .at("value")
            .at(0)
            .at("auditid");
    }
};

}  // namespace

TEST_CASE("audits are listed with the properties that Dataverse has for them", "[odata]") {
    Scene s;
    const auto json = s.ask("audits?$filter=" + s.about_poster());
    CHECK(json.at("@odata.context").get<std::string>().ends_with("$metadata#audits"));
    const auto& row = json.at("value").at(0);
    CHECK(row.at("objecttypecode") == application);
    CHECK(row.at("_objectid_value") == to_string(s.poster));
    CHECK(row.at("_regardingobjectid_value").is_null());
    CHECK(row.at("action") == 1);
    CHECK(row.at("operation") == 1);
    CHECK(row.at("_userid_value") == to_string(s.vault.vault().system().user));
    CHECK(row.at("_callinguserid_value").is_null());
    CHECK(row.at("transactionid").is_string());
    CHECK(row.at("createdon").get<std::string>().ends_with("Z"));
    CHECK(row.count("changedata") == 0);
    CHECK(s.send("audits?$select=changedata").status == 400);
    const auto one = s.ask("audits(" + row.at("auditid").get<std::string>() + ")?$select=action");
    CHECK(one.at("action") == 1);
}

TEST_CASE("annotations say what an audit's codes mean, and no name of its record", "[odata]") {
    Scene s;
    const auto row =
        s.ask("audits?$filter=" + s.about_poster(), {{"Prefer", "odata.include-annotations=\"*\""}})
            .at("value")
            .at(0);
    CHECK(row.at("action@OData.Community.Display.V1.FormattedValue") == "Create");
    CHECK(row.at("_objectid_value@Microsoft.Dynamics.CRM.lookuplogicalname") == application);
    CHECK(row.count("_objectid_value@OData.Community.Display.V1.FormattedValue") == 0);
    for (const auto* name : {"_objectid_value", "_userid_value"}) {
        CHECK(
            row.count(std::string(name) + "@Microsoft.Dynamics.CRM.associatednavigationproperty") ==
            0
        );
    }
}

TEST_CASE("audits take the options of a list", "[odata]") {
    Scene s;
    const auto json =
        s.ask("audits?$select=action,createdon&$orderby=createdon%20asc&$top=2&$count=true");
    CHECK(json.at("value").size() == 2);
    CHECK(json.at("@odata.count").get<std::uint64_t>() > 2);
    CHECK(json.at("value").at(0).at("action") == 46);
    CHECK(s.send("audits/$count").status == 200);
    const auto page = s.ask("audits?$select=action", {{"Prefer", "odata.maxpagesize=2"}});
    const auto link = page.at("@odata.nextLink").get<std::string>();
    const auto next =
        s.ask(link.substr(link.find(api) + api.size()), {{"Prefer", "odata.maxpagesize=2"}});
    CHECK(next.at("value").size() == 2);
    CHECK(next.at("value") != page.at("value"));
    const auto grouped = s.ask("audits?$apply=groupby((action),aggregate($count%20as%20n))");
    CHECK(grouped.at("value").size() > 1);
    CHECK(s.send("audits?$orderby=action").status == 501);
    CHECK(s.send("audits?$deltatoken=x").status == 501);
}

TEST_CASE(
    "FetchXML asks for audits, and for who it was, but for no rows by their audits", "[odata]"
) {
    Scene s;
    const auto fetch = [](const std::string& inside, std::string_view table = "audit") {
        return percent_encode(
            "<fetch><entity name=\"" + std::string(table) + "\">" + inside + "</entity></fetch>"
        );
    };
    const auto condition =
        "<attribute name=\"action\"/><filter><condition attribute=\"objectid\" operator=\"eq\" "
        "value=\"" +
        to_string(s.poster) + "\"/></filter>";
    const auto rows = s.ask("audits?fetchXml=" + fetch(condition)).at("value");
    REQUIRE(rows.size() == 1);
    CHECK(rows.at(0).at("action") == 1);
    const auto link =
        "<link-entity name=\"systemuser\" from=\"systemuserid\" to=\"userid\" "
        "alias=\"u\"><attribute name=\"fullname\"/>"
        "</link-entity>";
    const auto joined = s.ask("audits?fetchXml=" + fetch(condition + link)).at("value");
    REQUIRE(joined.size() == 1);
    CHECK(joined.at(0).at("u.fullname").is_string());
    const auto back = "<link-entity name=\"audit\" from=\"userid\" to=\"systemuserid\"/>";
    CHECK(s.send("systemusers?fetchXml=" + fetch(back, "systemuser")).status == 501);
    CHECK(s.send("systemusers?$filter=lk_audit_userid/any(a:a/action%20eq%201)").status >= 400);
    CHECK(s.send("systemusers(" + to_string(s.auditor.user) + ")/lk_audit_userid").status == 501);
}

TEST_CASE("whom an audit expands to is null", "[odata]") {
    Scene s;
    const auto row = s.ask(
                          "audits?$filter=" + s.about_poster() +
                          "&$select=action&$expand=userid($select=fullname),callinguserid"
    )
                         .at("value")
                         .at(0);
    CHECK(row.at("userid").is_null());
    CHECK(row.at("callinguserid").is_null());
}

TEST_CASE("nobody writes or deletes an audit", "[odata]") {
    Scene s;
    const auto row = "audits(" + s.made() + ")";
    CHECK(s.send("audits", {}, "POST", "{}").status == 405);
    CHECK(s.send(row, {}, "PATCH", "{\"action\":2}").status == 405);
    CHECK(s.send(row, {}, "DELETE").status == 405);
    CHECK(s.send(row + "/action", {}, "PUT", "{\"value\":2}").status == 405);
    for (const auto* action : {"DeleteAuditData", "DeleteRecordChangeHistory"}) {
        const auto answer = s.send(action, {}, "POST", R"j({"EndDate":"2026-01-01T00:00:00Z"})j");
        CHECK(answer.status == 403);
        CHECK(body_of(answer).find("kept whole") != std::string::npos);
    }
    const auto partitions = s.send("RetrieveAuditPartitionList()");
    CHECK(partitions.status == 501);
    CHECK(body_of(partitions).find("no partitions") != std::string::npos);
}

TEST_CASE("what Dataverse lets an administrator switch off stays on", "[odata]") {
    Scene s;
    const auto organization = to_string(s.vault
                                            .run_as_system<messages::CurrentOrganizationReply>(
                                                messages::RetrieveCurrentOrganization{}
                                            )
                                            .organization);

    const struct {
        const char* column;
        const char* off;
    } switches[] = {
        {"isauditenabled", "false"},
        {"isuseraccessauditenabled", "false"},
        {"isreadauditenabled", "false"},
        {"auditretentionperiodv2", "30"},
        {"sharetopreviousowneronassign", "true"},
    };

    const auto row = "organizations(" + organization + ")";
    const auto refused = [&](const std::string& path,
                             const std::string& method,
                             const std::string& body) {
        INFO(method << " " << path);
        CHECK(s.send(path, {}, method, body).status == 405);
        const auto log = s.vault.run_as_system<messages::LogReply>(messages::RetrieveAuditEvents{});
        CHECK(log.entries.front().event.message == "Rejected");
        CHECK(log.entries.front().event.outcome != audit::Outcome::success);
    };
    for (const auto& one : switches) {
        refused(row, "PATCH", std::string("{\"") + one.column + "\":" + one.off + "}");
        refused(row + "/" + one.column, "PUT", std::string("{\"value\":") + one.off + "}");
    }
    for (const auto* definition :
         {"EntityDefinitions(LogicalName='msdyn_octwitterhandlesecret')",
          "EntityDefinitions(LogicalName='msdyn_octwitterhandlesecret')/"
          "Attributes(LogicalName='msdyn_name')"}) {
        for (const auto* method : {"PUT", "PATCH", "DELETE"}) {
            refused(definition, method, R"j({"IsAuditEnabled":{"Value":false}})j");
        }
        const auto said =
            s.ask(std::string(definition) + "?$select=IsAuditEnabled").at("IsAuditEnabled");
        CHECK(said.at("Value") == true);
        CHECK(said.at("CanBeChanged") == false);
    }
}

TEST_CASE("RetrieveAuditDetails answers in Dataverse's shape", "[odata]") {
    Scene s;
    const auto json = s.ask("audits(" + s.made() + ")/" + crm + "RetrieveAuditDetails");
    CHECK(json.at("@odata.context")
              .get<std::string>()
              .ends_with("#" + crm + "RetrieveAuditDetailsResponse"));
    const auto& detail = json.at("AuditDetail");
    CHECK(detail.at("@odata.type") == "#" + crm + "AttributeAuditDetail");
    CHECK(
        detail.at("InvalidNewValueAttributes").dump().find("\"msdyn_name\"") != std::string::npos
    );
    CHECK(detail.at("LocLabelLanguageCode") == 0);
    CHECK(
        detail.at("DeletedAttributes") ==
        Json::parse(R"({"Count":0,"IsReadOnly":false,"Keys":[],"Values":[]})")
    );
    CHECK(detail.at("OldValue") == Json{{"@odata.type", "#" + crm + std::string(application)}});
    const auto& after = detail.at("NewValue");
    CHECK(after.at("statecode") == 0);
    CHECK(after.at("_ownerid_value") == to_string(s.vault.vault().system().user));
}

TEST_CASE(
    "the history of a row and of a column is asked for as Dataverse's documents do", "[odata]"
) {
    Scene s;
    const auto target =
        "?@t=" +
        percent_encode("{'@odata.id':'msdyn_octwitterapplications(" + to_string(s.poster) + ")'}");
    const auto paging =
        "&@p=" +
        percent_encode(
            R"j({"PageNumber":1,"Count":50,"ReturnTotalRecordCount":true,"PagingCookie":null})j"
        );
    const auto json =
        s.ask("RetrieveRecordChangeHistory(Target=@t,PagingInfo=@p)" + target + paging);
    CHECK(json.at("@odata.context")
              .get<std::string>()
              .ends_with("#" + crm + "RetrieveRecordChangeHistoryResponse"));
    const auto& all = json.at("AuditDetailCollection");
    CHECK(all.at("MoreRecords") == false);
    CHECK(all.at("PagingCookie") == "");
    CHECK(all.at("TotalRecordCount") == 1);
    CHECK(all.at("AuditDetails").size() == 1);
    CHECK(all.at("AuditDetails").at(0).count("AuditRecord") == 0);
    CHECK(
        s.ask("RetrieveRecordChangeHistory(Target=@t)" + target)
            .at("AuditDetailCollection")
            .at("TotalRecordCount") == -1
    );
    const auto of_column =
        "RetrieveAttributeChangeHistory(Target=@t,AttributeLogicalName=@a,PagingInfo=@p)" + target +
        paging;
    const auto column = s.ask(of_column + "&@a='ownerid'");
    CHECK(column.at("AuditDetailCollection").at("TotalRecordCount") == 1);
    for (const auto* wrong :
         {"RetrieveRecordChangeHistory(Target=@t)?@t=1",
          "RetrieveRecordChangeHistory()",
          "RetrieveRecordChangeHistory(Target=@t,PagingInfo=@p)?@t={'@odata.id':'msdyn_"
          "octwitterapplications(1)'}&@p=7"}) {
        INFO(wrong);
        CHECK(s.send(wrong).status == 400);
    }
    for (const auto* wrong : {"&@a='nothing'", "", "&@a='ownerid'&@p=%7B%22PageNumber%22:0%7D"}) {
        INFO(wrong);
        CHECK(
            s.send(
                 "RetrieveAttributeChangeHistory(Target=@t,AttributeLogicalName=@a,PagingInfo=@p)" +
                 target + wrong
            )
                .status == 400
        );
    }
}

TEST_CASE("a role's privilege and a pair have details of their own", "[odata]") {
    Scene s;
    const auto role = s.vault.role("Reader", {"prvReadTeam"}, schema::Depth::local);
    const auto user = s.vault.user("Rita");
    s.vault.associate("systemuserroles_association", user, role);
    const auto newest = [&](const std::string& set, const Uuid& id) {
        const auto target =
            "?@t=" + percent_encode("{'@odata.id':'" + set + "(" + to_string(id) + ")'}");
        return s.ask("RetrieveRecordChangeHistory(Target=@t)" + target)
            .at("AuditDetailCollection")
            .at("AuditDetails")
            .at(0);
    };
    const auto held = newest("roles", role);
    CHECK(held.at("@odata.type") == "#" + crm + "RolePrivilegeAuditDetail");
    CHECK(held.at("OldRolePrivileges").empty());
    CHECK(held.at("NewRolePrivileges").at(0).at("PrivilegeName") == "prvReadTeam");
    CHECK(held.at("NewRolePrivileges").at(0).at("Depth") == "Local");
    const auto pair = newest("systemusers", user);
    CHECK(pair.at("@odata.type") == "#" + crm + "RelationshipAuditDetail");
    CHECK(pair.at("RelationshipName") == "systemuserroles_association");
    CHECK(pair.at("TargetRecords").at(0).at("roleid") == to_string(role));
}

}  // namespace audit_answer_test

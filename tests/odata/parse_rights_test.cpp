// How the functions and actions about rights, members and counts are asked and answered.
#include "render_for_test.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

namespace parse_rights_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

const std::string api = "/api/data/v9.2/";
const std::string user = api + "systemusers(" + id_text + ")/Microsoft.Dynamics.CRM.";
const std::string team = api + "teams(" + id_text + ")/Microsoft.Dynamics.CRM.";
const std::string grant = to_string(schema::privilege_id(*schema::privilege("prvReadUser")));

messages::RetrieveUserPrivileges privileges(const std::string& url) {
    return message<messages::RetrieveUserPrivileges>(parsed("GET", url));
}

}  // namespace

TEST_CASE("a user's privileges are asked for whole, by id and by name", "[odata]") {
    const auto all = privileges(user + "RetrieveUserPrivileges()");
    CHECK_FALSE(all.only);
    CHECK(std::get<Uuid>(all.target.by) == id_of(id_text));
    using Only = std::vector<const schema::Privilege*>;
    const Only one = {schema::privilege("prvReadUser")};
    for (const auto& form :
         {"ByPrivilegeId(PrivilegeId=" + grant + ")",
          "ByPrivilegeId(PrivilegeId=@x)?@x=" + grant,
          std::string{"ByPrivilegeName(PrivilegeName='prvReadUser')"}}) {
        INFO(form);
        const auto out = privileges(user + "RetrieveUserPrivilege" + form);
        CHECK(out.only == one);
        CHECK(out.called.starts_with("RetrieveUserPrivilegeByPrivilege"));
    }
    const auto names = privileges(
        user +
        "RetrieveUserSetOfPrivilegesByNames(PrivilegeNames=@p)?@p=[%22prvReadUser%22,'nosuch']"
    );
    CHECK(names.only == one);
    CHECK(
        privileges(user + "RetrieveUserSetOfPrivilegesByIds(PrivilegeIds=[" + grant + "])").only ==
        one
    );
    CHECK(
        privileges(user + "RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='x')").only == Only{}
    );
}

TEST_CASE("a question about a privilege names one, in its form", "[odata]") {
    for (const auto* form :
         {"RetrieveUserPrivilegeByPrivilegeId",
          "RetrieveUserPrivilegeByPrivilegeId(PrivilegeId='x')",
          "RetrieveUserPrivilegeByPrivilegeName(PrivilegeName=null)",
          "RetrieveUserSetOfPrivilegesByIds(PrivilegeIds=['x'])",
          "RetrieveUserSetOfPrivilegesByNames(PrivilegeNames='x')"}) {
        INFO(form);
        CHECK(refused("GET", user + form) == Errc::malformed);
    }
}

TEST_CASE("a team's and a role's privileges are asked for", "[odata]") {
    const auto of_team =
        message<messages::RetrieveTeamPrivileges>(parsed("GET", team + "RetrieveTeamPrivileges"));
    CHECK(of_team.target.table == &schema::known::team);
    const auto of_role = message<messages::RetrieveRolePrivilegesRole>(
        parsed("GET", api + "RetrieveRolePrivilegesRole(RoleId=" + id_text + ")")
    );
    CHECK(of_role.target.table == &schema::known::role);
    CHECK(std::get<Uuid>(of_role.target.by) == id_of(id_text));
    CHECK(refused("GET", api + "RetrieveRolePrivilegesRole(RoleId='x')") == Errc::malformed);
}

TEST_CASE("rights on a row are asked of a user and of a team", "[odata]") {
    const std::string ask =
        "RetrievePrincipalAccess(Target=@p1)?@p1={'@odata.id':'msdyn_octwitterhandlesecrets(" +
        other_id_text + ")'}";
    for (const auto& url : {user + ask, team + ask}) {
        const auto out = message<messages::RetrievePrincipalAccess>(parsed("GET", url));
        CHECK(std::get<Uuid>(out.principal.by) == id_of(id_text));
        CHECK(out.target.table == &schema::known::msdyn_octwitterhandlesecret);
        CHECK(std::get<Uuid>(out.target.by) == id_of(other_id_text));
    }
    CHECK(refused("GET", user + "RetrievePrincipalAccess(Target=@p1)?@p1=5") == Errc::malformed);
    CHECK(refused("GET", user + "RetrievePrincipalAccess(Target=@p1)") == Errc::malformed);
}

TEST_CASE("rows of served tables are counted, each table once", "[odata]") {
    const auto ask = [](const std::string& names) {
        return api + "RetrieveTotalRecordCount(EntityNames=" + names + ")";
    };
    const auto out = message<messages::RetrieveTotalRecordCount>(
        parsed("GET", ask("@p") + "?@p=[%22systemuser%22,%22team%22,%22systemuser%22]")
    );
    CHECK(
        out.tables ==
        std::vector<const schema::Table*>{&schema::known::systemuser, &schema::known::team}
    );
    CHECK(is_message<messages::RetrieveTotalRecordCount>(parsed("GET", ask("['team']"))));
    std::string most = "['team'";
    for (std::size_t i = 1; i < messages::tables_counted_max; ++i) most += ",'team'";
    CHECK(is_message<messages::RetrieveTotalRecordCount>(parsed("GET", ask(most + "]"))));
    for (const auto& names :
         {most + ",'team']",
          std::string{"[]"},
          std::string{"'team'"},
          std::string{"['nosuch']"},
          std::string{"['account']"}}) {
        INFO(names);
        CHECK(refused("GET", ask(names)) == Errc::malformed);
    }
}

TEST_CASE("the organization is asked for by a kind of access", "[odata]") {
    const auto ask = [](const std::string& type) {
        return api + "RetrieveCurrentOrganization(AccessType=@p1)?@p1=" + type;
    };
    for (const auto* type : {"Default", "Internet", "Intranet"}) {
        const auto url =
            ask("Microsoft.Dynamics.CRM.EndpointAccessType'" + std::string{type} + "'");
        CHECK(is_message<messages::RetrieveCurrentOrganization>(parsed("GET", url)));
    }
    CHECK(
        refused("GET", ask("Microsoft.Dynamics.CRM.EndpointAccessType'Other'")) == Errc::malformed
    );
    CHECK(refused("GET", api + "RetrieveCurrentOrganization") == Errc::malformed);
}

TEST_CASE("members are users by id, by owner id or by reference", "[odata]") {
    const auto members = [](const std::string& items) {
        return parsed("POST", team + "AddMembersTeam", "{\"Members\":[" + items + "]}");
    };
    const auto member = [](std::string_view name, const std::string& value) {
        return "\"" + std::string{name} + "\":\"" + value + "\"";
    };
    const std::string type = "Microsoft.Dynamics.CRM.";
    const auto id = member("systemuserid", id_text);
    const auto owner = member("ownerid", other_id_text);
    const auto reference = member("@odata.id", "systemusers(" + id_text + ")");
    const auto out = message<messages::AddMembersTeam>(members(
        "{" + member("@odata.type", type + "systemuser") + "," + id + "},{" + owner + "},{" +
        reference + "}"
    ));
    REQUIRE(out.members.size() == 3);
    CHECK(std::get<Uuid>(out.members[1].by) == id_of(other_id_text));
    CHECK(std::get<Uuid>(out.members[2].by) == id_of(id_text));
    CHECK(out.target.table == &schema::known::team);
    const auto removed = message<messages::RemoveMembersTeam>(
        parsed("POST", team + "RemoveMembersTeam", "{\"Members\":[{" + id + "}]}")
    );
    CHECK(removed.members.size() == 1);
    for (const auto& items :
         {std::string{},
          std::string{"{}"},
          std::string{"5"},
          "{" + member("systemuserid", "x") + "}",
          "{" + member("teamid", id_text) + "}",
          "{" + id + "," + member("fullname", "x") + "}",
          "{" + id + "," + owner + "}",
          "{" + id + "," + reference + "}",
          "{" + member("@odata.id", "teams(" + id_text + ")") + "}",
          "{" + member("@odata.type", type + "team") + "," + id + "}"}) {
        INFO(items);
        CHECK(rejection(members(items)).code == Errc::bad_payload);
    }
    CHECK(refused("POST", team + "AddMembersTeam", "{}") == Errc::bad_payload);
}

TEST_CASE("privileges are shown with depth, id, unit and name", "[odata]") {
    messages::PrivilegesReply reply;
    reply.privileges = {
        {schema::privilege("prvReadUser"), schema::Depth::deep, id_of(other_id_text)}};
    const auto text = body_of(shown(context_of(user + "RetrieveUserPrivileges"), std::move(reply)));
    CHECK(text.ends_with(
        "RetrieveUserPrivilegesResponse\",\"RolePrivileges\":[{\"Depth\":\"Deep\",\"PrivilegeId\":"
        "\"" +
        grant + "\",\"BusinessUnitId\":\"" + other_id_text +
        "\",\"PrivilegeName\":\"prvReadUser\"}]}"
    ));
}

TEST_CASE("rights on a row are one text in the order of their bits, or None", "[odata]") {
    const auto text = [](std::vector<schema::Right> rights) {
        const auto url =
            user + "RetrievePrincipalAccess(Target=@p1)?@p1={'@odata.id':'teams(" + id_text + ")'}";
        return body_of(shown(context_of(url), messages::PrincipalAccessReply{std::move(rights)}));
    };
    using enum schema::Right;
    CHECK(
        text({create, read, write, remove, append, append_to, assign, share})
            .ends_with("\"AccessRights\":\"ReadAccess, WriteAccess, AppendAccess, AppendToAccess, "
                       "CreateAccess, DeleteAccess, ShareAccess, AssignAccess\"}")
    );
    CHECK(text({}).ends_with("\"AccessRights\":\"None\"}"));
}

TEST_CASE("counts and the organization are shown as Dataverse shows them", "[odata]") {
    const auto counts = body_of(shown(
        context_of(api + "RetrieveTotalRecordCount(EntityNames=['team'])"),
        messages::TotalRecordCountReply{{{&schema::known::team, 7}}}
    ));
    CHECK(
        counts.ends_with("\"EntityRecordCountCollection\":{\"Count\":1,\"IsReadOnly\":false,"
                         "\"Keys\":[\"team\"],\"Values\":[7]}}")
    );
    const auto ask = api +
                     "RetrieveCurrentOrganization(AccessType=Microsoft.Dynamics.CRM."
                     "EndpointAccessType'Default')";
    const auto text = body_of(
        shown(context_of(ask), messages::CurrentOrganizationReply{id_of(id_text), "Contoso"})
    );
    for (const auto& part :
         {"\"Detail\":{\"OrganizationId\":\"" + id_text + "\",\"FriendlyName\":\"Contoso\"",
          std::string{"\"OrganizationVersion\":\"9.2.0.0\""},
          std::string{"\"UrlName\":\"vault.example.com\""},
          std::string{
              "\"Endpoints\":{\"Count\":1,\"IsReadOnly\":false,\"Keys\":[\"WebApplication\"],"
              "\"Values\":[\"https://vault.example.com/\"]},\"State\":\"Enabled\"}}"}}) {
        CAPTURE(part, text);
        CHECK(text.find(part) != std::string::npos);
    }
    const auto unnamed =
        body_of(shown(context_of(ask), messages::CurrentOrganizationReply{id_of(id_text), {}}));
    CHECK(unnamed.find("\"FriendlyName\":null") != std::string::npos);
}

}  // namespace parse_rights_test

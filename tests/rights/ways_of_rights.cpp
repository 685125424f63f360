// What gives and takes rights, and what tells of them.
#include "rights/forecast.hpp"
#include "rights/matrix_world.hpp"
#include "rights/ways.hpp"
#include "schema/known_tables.hpp"

namespace rookery::rights {
namespace {

using namespace checks;
using namespace kinds;
using enum schema::Right;
namespace known = schema::known;

Check of_team() { return only(is<known::team>, Errc::unknown_segment); }

Check of_role() { return only(is<known::role>, Errc::unknown_segment); }

Check of_user() { return only(is<known::systemuser>, Errc::unknown_segment); }

void is_shared_to_read(World& world, const Aiming& aim) {
    auto& share = world.shares[Uuid{}];
    share.principal = aim.world.named("clerk");
    share.record = aim.row().id;
    share.rights = schema::name_of(read).access_bit;
}

void joins(World& world, const Aiming& aim) {
    world.memberships.emplace(aim.row().id, aim.world.named("stranger"));
}

void leaves(World& world, const Aiming& aim) {
    world.memberships.erase({aim.row().id, aim.world.named("systemuser 0")});
}

void has_a_credential(World& world, const Aiming& aim) {
    auto& one = world.credentials[Uuid{}];
    one.user = aim.row().id;
    one.maker = aim.user();
    one.expires = Instant::max();
    one.plaintext = false;
    one.counter = world.users.contains(one.user) ? world.users.at(one.user).counter : 0;
}

std::vector<Check> on_role() { return {of_role(), at_all(write), there(), row(write)}; }

std::vector<Check> on_members(Effect effect_of) {
    return {of_team(), at_all(append), there(), row(append), effect(effect_of)};
}

std::vector<Check> sharing() {
    return {at_all(share), only(is_owned, Errc::invalid_argument), there(), row(share)};
}

std::vector<Check> giving() {
    auto out = sharing();
    out.push_back(row(read));
    out.push_back(effect(is_shared_to_read));
    return out;
}

std::vector<Check> privileges_of_user() { return {of_user(), himself()}; }

}  // namespace

std::vector<Way> ways_of_rights() {
    return {
        {"GrantAccess",
         "",
         "POST",
         "GrantAccess",
         R"j({"Target":{"@odata.type":"Microsoft.Dynamics.CRM.~table~","~key~":"~row~"},"PrincipalAccess":{"AccessMask":"ReadAccess","Principal":{"@odata.type":"Microsoft.Dynamics.CRM.systemuser","systemuserid":"~clerk~"}}})j",
         giving()},
        {"ModifyAccess",
         "",
         "POST",
         "ModifyAccess",
         R"j({"Target":{"@odata.type":"Microsoft.Dynamics.CRM.~table~","~key~":"~row~"},"PrincipalAccess":{"AccessMask":"ReadAccess","Principal":{"@odata.type":"Microsoft.Dynamics.CRM.systemuser","systemuserid":"~clerk~"}}})j",
         giving()},
        {"RevokeAccess",
         "",
         "POST",
         "RevokeAccess",
         R"j({"Target":{"@odata.type":"Microsoft.Dynamics.CRM.~table~","~key~":"~row~"},"Revokee":{"@odata.type":"Microsoft.Dynamics.CRM.systemuser","systemuserid":"~clerk~"}})j",
         sharing()},
        {"RetrieveSharedPrincipalsAndAccess",
         "",
         "GET",
         "RetrieveSharedPrincipalsAndAccess(Target=@p)?@p={'@odata.id':'~set~(~row~)'}",
         "",
         {at_all(read), there(), row(read)}},
        {"AddPrivilegesRole",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.AddPrivilegesRole",
         R"j({"Privileges":[{"Depth":"Global","PrivilegeName":"prvReadmsdyn_octwitterhandle"}]})j",
         on_role()},
        {"ReplacePrivilegesRole",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.ReplacePrivilegesRole",
         R"j({"Privileges":[{"Depth":"Global","PrivilegeName":"prvReadmsdyn_octwitterhandle"}]})j",
         on_role()},
        {"RemovePrivilegeRole",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.RemovePrivilegeRole",
         R"j({"PrivilegeId":"~a privilege~"})j",
         on_role()},
        {"AddMembersTeam",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.AddMembersTeam",
         R"j({"Members":[{"systemuserid":"~stranger~"}]})j",
         on_members(joins)},
        {"RemoveMembersTeam",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.RemoveMembersTeam",
         R"j({"Members":[{"systemuserid":"~systemuser 0~"}]})j",
         on_members(leaves)},
        {"ReassignObjectsSystemUser",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.ReassignObjectsSystemUser",
         R"j({"ReassignPrincipal":{"systemuserid":"~clerk~"}})j",
         {of_user(), at_all(read), there()}},
        {"SetBusinessSystemUser",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.SetBusinessSystemUser",
         R"j({"BusinessUnit":{"businessunitid":"~south~"},"ReassignPrincipal":{"systemuserid":"~row~"},"DoNotMoveAllRecords":false})j",
         {of_user(), at_all(write), there(), row(write)}},
        {"RetrieveUserPrivileges",
         "",
         "GET",
         "~set~(~row~)/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()",
         "",
         privileges_of_user()},
        {"RetrieveUserPrivilegeByPrivilegeId",
         "",
         "GET",
         "~set~(~row~)/Microsoft.Dynamics.CRM.RetrieveUserPrivilegeByPrivilegeId(PrivilegeId=~a "
         "privilege~)",
         "",
         privileges_of_user()},
        {"RetrieveUserPrivilegeByPrivilegeName",
         "",
         "GET",
         "~set~(~row~)/"
         "Microsoft.Dynamics.CRM.RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='prvReadUser')",
         "",
         privileges_of_user()},
        {"RetrieveUserSetOfPrivilegesByIds",
         "",
         "GET",
         "~set~(~row~)/Microsoft.Dynamics.CRM.RetrieveUserSetOfPrivilegesByIds(PrivilegeIds=[~a "
         "privilege~])",
         "",
         privileges_of_user()},
        {"RetrieveUserSetOfPrivilegesByNames",
         "",
         "GET",
         "~set~(~row~)/"
         "Microsoft.Dynamics.CRM.RetrieveUserSetOfPrivilegesByNames(PrivilegeNames=['prvReadUser']"
         ")",
         "",
         privileges_of_user()},
        {"RetrieveAadUserPrivileges",
         "",
         "GET",
         "RetrieveAadUserPrivileges(DirectoryObjectId=~row~)",
         "",
         {at_all(read, "systemuser"), only(is<known::systemuser>, Errc::key_not_found), row(read)}},
        {"RetrieveAadUserRoles",
         "",
         "GET",
         "RetrieveAadUserRoles(DirectoryObjectId=~row~)",
         "",
         {at_all(read, "systemuser"),
          only(is<known::systemuser>, Errc::key_not_found),
          row(read),
          at_all(read, "role")}},
        {"RetrieveTeamPrivileges",
         "",
         "GET",
         "~set~(~row~)/Microsoft.Dynamics.CRM.RetrieveTeamPrivileges()",
         "",
         {of_team(), himself()}},
        {"RetrieveRolePrivilegesRole",
         "",
         "GET",
         "RetrieveRolePrivilegesRole(RoleId=~row~)",
         "",
         {at_all(read, "role"), only(is<known::role>, Errc::not_found), row(read)}},
        {"RetrievePrincipalAccess",
         "",
         "GET",
         "systemusers(~caller~)/"
         "Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@p)?@p={'@odata.id':'~set~(~row~)'"
         "}",
         "",
         {at_all(read), there(), row(read)}},
        {"RetrievePrincipalAccess",
         "of another",
         "GET",
         "systemusers(~clerk~)/"
         "Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@p)?@p={'@odata.id':'~set~(~row~)'"
         "}",
         "",
         {at_all(read), at_all(read, "systemuser"), there(), row(read)}},
        {"rky_RetrieveAccessOf",
         "",
         "GET",
         "rky_RetrieveAccessOf(User=~row~)",
         "",
         {holds(schema::prv_read_audit), only(is<known::systemuser>, Errc::not_found)}},
        {"rky_RetrieveAccessOf", "oneself", "GET", "rky_RetrieveAccessOf()", "", {}, {}, false},
        {"rky_RetrieveWhoCan",
         "",
         "GET",
         "rky_RetrieveWhoCan(Record=~row~,Table='~table~')",
         "",
         {only(has_tokens, Errc::malformed), holds(schema::prv_read_audit), there()}},
        {"rky_ExplainAccess",
         "",
         "GET",
         "rky_ExplainAccess(Message='Retrieve',Record=~row~,Table='~table~',User=~clerk~)",
         "",
         {holds(schema::prv_read_audit), there()}},
        {"rky_CreateCredential",
         "",
         "POST",
         "rky_CreateCredential",
         R"j({"UserId":"~row~","Name":"x","LifetimeSeconds":3600})j",
         {alone(),
          holds(schema::prv_manage_credentials),
          only(is<known::systemuser>, Errc::not_found),
          effect(has_a_credential)}},
        {"rky_RevokeCredential",
         "",
         "POST",
         "rky_RevokeCredential",
         R"j({"CredentialId":"~row~"})j",
         {alone(),
          only(is<known::rky_credential>, Errc::not_found),
          holds(schema::prv_manage_credentials)}},
        {"rky_ConfirmCredential",
         "",
         "POST",
         "rky_ConfirmCredential",
         R"j({"CredentialId":"~row~"})j",
         {alone(),
          holds(schema::prv_manage_credentials),
          only(is<known::rky_credential>, Errc::not_found)}},
    };
}

}  // namespace rookery::rights

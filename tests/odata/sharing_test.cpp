// How GrantAccess, ModifyAccess, RevokeAccess and RetrieveSharedPrincipalsAndAccess are asked and answered.
#include "odata/request/sharing.hpp"

#include "render_for_test.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

namespace sharing_test {

using namespace rookery;
using namespace rookery::odata;
using schema::Right;

namespace {

const std::string api = "/api/data/v9.2/";

constexpr std::uint32_t bit(Right right) { return schema::name_of(right).access_bit; }

const std::string target =
    R"j("Target":{"msdyn_octwitterhandlesecretid":")j" + id_text +
    R"j(","@odata.type":"Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret"})j";

std::string principal(std::string_view inner) {
    return R"j("Principal":{)j" + std::string(inner) + "}";
}

const std::string a_user = R"j("systemuserid":")j" + other_id_text +
                           R"j(","@odata.type":"Microsoft.Dynamics.CRM.systemuser")j";

std::string body(std::string_view mask, const std::string& with = principal(a_user)) {
    return "{" + target + R"j(,"PrincipalAccess":{"AccessMask":")j" + std::string(mask) + "\"," +
           with + "}}";
}

std::string with(std::string_view inner) { return body("ReadAccess", principal(inner)); }

messages::GrantAccess granted(const std::string& text) {
    return message<messages::GrantAccess>(parsed("POST", api + "GrantAccess", text));
}

}  // namespace

TEST_CASE("access rights are names with commas between them, None, or a number", "[odata]") {
    const auto both = bit(Right::read) | bit(Right::write);
    CHECK(access_rights("ReadAccess,WriteAccess") == both);
    CHECK(access_rights("ReadAccess, WriteAccess") == both);
    CHECK(access_rights("WriteAccess , ReadAccess,ReadAccess") == both);
    CHECK(access_rights("3") == both);
    CHECK(access_rights("None") == 0U);
    CHECK(access_rights("0") == 0U);
    for (const auto* wrong :
         {"",
          "readaccess",
          "ReadAccess,",
          ",",
          "ReadAccess;WriteAccess",
          "Read",
          "-1",
          "8",
          "4294967296",
          "1 ",
          "ReadAccess,None"}) {
        CAPTURE(wrong);
        CHECK_FALSE(access_rights(wrong));
    }
    CHECK(text_of_access_rights(both) == "ReadAccess, WriteAccess");
    CHECK(text_of_access_rights(0) == "None");
    std::uint32_t all = 0;
    for (const auto& name : schema::right_names) all |= name.access_bit;
    CHECK(
        text_of_access_rights(all) ==
        "ReadAccess, WriteAccess, AppendAccess, AppendToAccess, CreateAccess, DeleteAccess, "
        "ShareAccess, AssignAccess"
    );
    CHECK(access_rights(text_of_access_rights(all)) == all);
}

TEST_CASE("a share names its row and its principal as Dataverse's documentation does", "[odata]") {
    const auto share = granted(body("ReadAccess,WriteAccess"));
    CHECK(share.target.table == &secret_table());
    CHECK(std::get<Uuid>(share.target.by) == id_of(id_text));
    CHECK(share.principal.table == &schema::known::systemuser);
    CHECK(std::get<Uuid>(share.principal.by) == id_of(other_id_text));
    CHECK(share.rights == (bit(Right::read) | bit(Right::write)));
    CHECK_FALSE(share.expires);
    for (const auto& inner :
         {R"j("teamid":")j" + other_id_text + R"j(","@odata.type":"#Microsoft.Dynamics.CRM.team")j",
          R"j("ownerid":")j" + other_id_text + R"j(","@odata.type":"Microsoft.Dynamics.CRM.team")j",
          R"j("teamid":")j" + other_id_text + "\"",
          R"j("@odata.id":"teams()j" + other_id_text + ")\""}) {
        CAPTURE(inner);
        CHECK(granted(with(inner)).principal.table == &schema::known::team);
    }
    const auto by_url =
        R"j({"Target":{"@odata.id":"msdyn_octwitterhandlesecrets(msdyn_octwitteruniquehandleid='k')"},)j"
        R"j("PrincipalAccess":{"AccessMask":"1",)j" +
        principal(a_user) + "}}";
    CHECK(std::holds_alternative<messages::KeyValues>(granted(by_url).target.by));
}

TEST_CASE("a share may have an end", "[odata]") {
    auto text = body("ReadAccess");
    text.insert(text.size() - 1, R"j(,"rky_ExpiresOn":"2030-01-02T03:04:05Z")j");
    CHECK(granted(text).expires == parse_iso8601("2030-01-02T03:04:05Z"));
    text = body("ReadAccess");
    text.insert(text.size() - 1, R"j(,"rky_ExpiresOn":null)j");
    CHECK_FALSE(granted(text).expires);
    for (const auto* wrong : {"\"soon\"", "5", "true"}) {
        text = body("ReadAccess");
        text.insert(text.size() - 1, R"j(,"rky_ExpiresOn":)j" + std::string(wrong));
        CHECK(refused("POST", api + "GrantAccess", text) == Errc::bad_payload);
    }
}

TEST_CASE("a share that is not one is refused before anything is read", "[odata]") {
    const auto id = "\"" + other_id_text + "\"";
    for (const auto& text :
         {std::string("{}"),
          std::string("[]"),
          "{" + target + "}",
          body("Everything"),
          with(""),
          with(R"j("systemuserid":"x")j"),
          with("\"ownerid\":" + id),
          with("\"systemuserid\":" + id + ",\"teamid\":" + id),
          with("\"systemuserid\":" + id + ",\"ownerid\":" + id),
          with("\"systemuserid\":" + id + R"j(,"@odata.type":"Microsoft.Dynamics.CRM.team")j"),
          with("\"systemuserid\":" + id + R"j(,"@odata.type":"Microsoft.Dynamics.CRM.role")j"),
          with("\"@odata.id\":\"roles(" + other_id_text + ")\""),
          with(a_user + R"j(,"fullname":"x")j"),
          R"j({"Target":{"@odata.type":"Microsoft.Dynamics.CRM.nothing","x":)j" + id +
              R"j(},"PrincipalAccess":{"AccessMask":"1",)j" + principal(a_user) + "}}"}) {
        CAPTURE(text);
        CHECK(refused("POST", api + "GrantAccess", text) == Errc::bad_payload);
        CHECK(refused("POST", api + "ModifyAccess", text) == Errc::bad_payload);
    }
    CHECK(refused("GET", api + "GrantAccess") == Errc::method_not_allowed);
}

TEST_CASE("RevokeAccess names whom it takes from", "[odata]") {
    const auto text = "{" + target + R"j(,"Revokee":{"teamid":")j" + other_id_text + "\"}}";
    const auto out = message<messages::RevokeAccess>(parsed("POST", api + "RevokeAccess", text));
    CHECK(out.principal.table == &schema::known::team);
    CHECK(refused("POST", api + "RevokeAccess", body("ReadAccess")) == Errc::bad_payload);
}

TEST_CASE("with whom a row is shared is asked by its URL and told by principal", "[odata]") {
    const auto url = api +
                     "RetrieveSharedPrincipalsAndAccess(Target=@p)?@p={'@odata.id':'msdyn_"
                     "octwitterhandlesecrets(" +
                     id_text + ")'}";
    const auto out = message<messages::RetrieveSharedPrincipalsAndAccess>(parsed("GET", url));
    CHECK(std::get<Uuid>(out.target.by) == id_of(id_text));
    CHECK(refused("GET", api + "RetrieveSharedPrincipalsAndAccess(Target=@p)") == Errc::malformed);

    messages::SharedPrincipalsReply reply;
    reply.principals = {
        {{access::PrincipalKind::user, id_of(other_id_text)}, bit(Right::read) | bit(Right::write)},
        {{access::PrincipalKind::team, id_of(id_text)}, bit(Right::read)}};
    const auto text = body_of(shown(context_of(url), std::move(reply)));
    CHECK(
        text.find("#Microsoft.Dynamics.CRM.RetrieveSharedPrincipalsAndAccessResponse\"") !=
        std::string::npos
    );
    CHECK(
        text.find(
            R"("PrincipalAccesses":[{"AccessMask":"ReadAccess, WriteAccess","Principal":)"
            R"({"@odata.type":"#Microsoft.Dynamics.CRM.systemuser","ownerid":"33333333-3333-4333-8333-333333333333"}},)"
            R"({"AccessMask":"ReadAccess","Principal":{"@odata.type":"#Microsoft.Dynamics.CRM.team",)"
            R"("ownerid":"22222222-2222-4222-8222-222222222222"}}])"
        ) != std::string::npos
    );
}

}  // namespace sharing_test

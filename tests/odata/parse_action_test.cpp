#include "identity/authenticate.hpp"
#include "request_for_test.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

namespace parse_action_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

const std::string api = "/api/data/v9.2/";
const std::string create_all = secrets + "/Microsoft.Dynamics.CRM.CreateMultiple";
const std::string upsert_all = secrets + "/Microsoft.Dynamics.CRM.UpsertMultiple";
const std::string type_member =
    R"j("@odata.type":"Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret")j";
const std::string role_url = api + "roles(" + id_text + ")";

std::string targets(const std::vector<std::string>& members) {
    std::string out = "{\"Targets\":[";
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) out += ",";
        out += "{" + type_member + (members[i].empty() ? "" : ",") + members[i] + "}";
    }
    return out + "]}";
}

std::string by_id(const std::string& id) {
    return R"j("msdyn_octwitterhandlesecretid":")j" + id + "\"";
}

std::string by_key(const std::string& key) {
    return R"j("@odata.id":"msdyn_octwitterhandlesecrets(msdyn_octwitteruniquehandleid=')j" + key +
           "')\"";
}

}  // namespace

TEST_CASE("CreateMultiple reads its rows in order", "[odata]") {
    const auto out = message<messages::CreateMultiple>(
        parsed("POST", create_all, targets({R"j("msdyn_name":"a")j", R"("msdyn_name":"b")"}))
    );
    REQUIRE(out.rows.size() == 2);
    CHECK(std::get<std::string>(out.rows[1].cells.at(0).value) == "b");
}

TEST_CASE(
    "a condition is looked at where an operation names a row, and refused elsewhere", "[odata]"
) {
    const auto row = secrets + "(" + id_text + ")/Microsoft.Dynamics.CRM.";
    const std::string restore = R"j({"Number":1})j";
    const auto asked = [&](std::vector<http::Header> headers) {
        return message<messages::RestoreTokenVersion>(
                   parsed("POST", row + "rky_RestoreTokenVersion", restore, std::move(headers))
        )
            .preconditions;
    };
    CHECK_FALSE(asked({}).must_exist);
    CHECK_FALSE(asked({{"If-Match", "null"}, {"If-None-Match", "null"}}).must_exist);
    CHECK(asked({{"If-Match", "*"}}).must_exist);
    CHECK(asked({{"If-Match", "W/\"7\""}}).versions == std::vector<std::uint64_t>{7});
    CHECK(asked({{"If-Match", "\"7\""}}).unmatchable);
    const auto versions = message<messages::RetrieveTokenVersions>(
        parsed("GET", row + "rky_RetrieveTokenVersions()", {}, {{"If-Match", "W/\"7\""}})
    );
    CHECK(versions.preconditions.versions == std::vector<std::uint64_t>{7});
    const std::vector<http::Header> match{{"If-Match", "W/\"7\""}};
    const std::vector<http::Header> none{{"If-None-Match", "W/\"7\""}};
    CHECK(refused("POST", row + "rky_RestoreTokenVersion", restore, none) == Errc::unsupported);
    CHECK(
        refused("POST", row + "rky_RestoreTokenVersion", restore, {{"If-Match", "7"}}) ==
        Errc::malformed
    );
    CHECK(refused("GET", row + "rky_RetrieveTokenVersions()", {}, none) == Errc::unsupported);
    CHECK(refused("GET", api + "WhoAmI()", {}, match) == Errc::unsupported);
    CHECK(refused("POST", api + "rky_Seal", "{}", match) == Errc::unsupported);
    CHECK(refused("POST", create_all, targets({""}), match) == Errc::unsupported);
}

TEST_CASE("rows of a *Multiple need their type, and one call takes 1000", "[odata]") {
    CHECK(
        refused("POST", create_all, R"j({"Targets":[{"msdyn_name":"a"}]})j") == Errc::bad_payload
    );
    CHECK(refused("POST", create_all, R"j({"Targets":[]})j") == Errc::bad_payload);
    CHECK(refused("POST", create_all, R"j({"Targets":[5]})j") == Errc::bad_payload);
    CHECK(refused("POST", create_all, R"j({})j") == Errc::bad_payload);
    CHECK(refused("POST", create_all, R"j({"Targets":[],"x":1})j") == Errc::bad_payload);
    CHECK(refused("POST", create_all, targets(std::vector<std::string>(1000))) == Errc::count_);
    CHECK(
        refused("POST", create_all, targets(std::vector<std::string>(1001))) == Errc::too_many_rows
    );
    CHECK(refused("GET", create_all) == Errc::method_not_allowed);
}

TEST_CASE("a bound operation needs its namespace", "[odata]") {
    const auto error = rejection(parsed("POST", secrets + "/CreateMultiple", "{}"));
    CHECK(error.code == Errc::unresolved_parameters);
    CHECK(error.message == "Request message has unresolved parameters");
    CHECK(refused("POST", role_url + "/AddPrivilegesRole", "{}") == Errc::unresolved_parameters);
    CHECK(
        refused("POST", secrets + "/Microsoft.Dynamics.CRM.Nothing", "{}") == Errc::unknown_segment
    );
    CHECK(refused("POST", secrets + "/UpdateMultiple", "{}") == Errc::unresolved_parameters);
}

TEST_CASE("UpdateMultiple names rows by id or by key, one of them twice if need be", "[odata]") {
    const auto update_all = secrets + "/Microsoft.Dynamics.CRM.UpdateMultiple";
    const auto out = message<messages::UpdateMultiple>(parsed(
        "POST",
        update_all,
        targets({by_id(id_text) + R"j(,"msdyn_name":"a")j", by_key("k"), by_id(id_text)})
    ));
    REQUIRE(out.rows.size() == 3);
    CHECK(std::get<Uuid>(out.rows[0].target.by) == std::get<Uuid>(out.rows[2].target.by));
    CHECK(out.rows[0].input.cells.size() == 1);  // the id is none of them
    CHECK(std::holds_alternative<messages::KeyValues>(out.rows[1].target.by));
    for (const std::string& item :
         {std::string{R"("msdyn_name":"a")"},
          "\"@odata.id\":\"teams(" + id_text + ")\"",
          by_id(id_text) + R"j(,"nosuch":1)j"}) {
        CHECK(refused("POST", update_all, targets({item})) == Errc::bad_payload);
    }
    CHECK(refused("POST", update_all, R"({"Targets":[{"msdyn_name":"a"}]})") == Errc::bad_payload);
    CHECK(refused("POST", update_all, R"({"Targets":[]})") == Errc::bad_payload);
    const std::vector<std::string> most(1000, by_id(id_text));
    CHECK(refused("POST", update_all, targets(most)) == Errc::count_);
    const std::vector<std::string> more(1001, by_id(id_text));
    CHECK(refused("POST", update_all, targets(more)) == Errc::too_many_rows);
}

TEST_CASE("a state transition is asked of a row by the state's name", "[odata]") {
    const auto ask = [](const std::string& row, const std::string& state, const std::string& status
                     ) {
        return "/api/data/v9.2/"
               "IsValidStateTransition(Entity=@p,NewState=@s,NewStatus=@t)?@p={'@odata.id':'" +
               row + "'}&@s=" + state + "&@t=" + status;
    };
    const auto record = "msdyn_octwitterhandlesecrets(" + id_text + ")";
    const auto out =
        message<messages::IsValidStateTransition>(parsed("GET", ask(record, "'Inactive'", "2")));
    CHECK(out.target.table == &schema::known::msdyn_octwitterhandlesecret);
    CHECK(out.state == 1);
    CHECK(out.status == 2);
    CHECK(refused("GET", ask(record, "'inactive'", "2")) == Errc::malformed);
    CHECK(refused("GET", ask(record, "'Nothing'", "2")) == Errc::malformed);
    CHECK(refused("GET", ask(record, "'Active'", "x")) == Errc::malformed);
    CHECK(refused("GET", ask(record, "'Active'", "4294967297")) == Errc::malformed);
    CHECK(refused("GET", ask("teams(" + id_text + ")", "'Active'", "1")) == Errc::invalid_argument);
    CHECK(
        refused("GET", "/api/data/v9.2/IsValidStateTransition(NewState='Active',NewStatus=1)") ==
        Errc::malformed
    );
}

TEST_CASE("a user's new unit and the new owner of his records come as rows or URLs", "[odata]") {
    const auto user = "/api/data/v9.2/systemusers(" + id_text + ")/Microsoft.Dynamics.CRM.";
    const auto move = user + "SetBusinessSystemUser";
    const auto give = user + "ReassignObjectsSystemUser";
    const auto unit = R"("BusinessUnit":{"businessunitid":")" + id_text + R"("})";
    const auto to = R"("ReassignPrincipal":{"teamid":")" + id_text +
                    R"(","@odata.type":"Microsoft.Dynamics.CRM.team"})";
    const auto moved =
        message<messages::SetBusinessSystemUser>(parsed("POST", move, "{" + unit + "," + to + "}"));
    CHECK(moved.unit.table == &schema::known::businessunit);
    CHECK(moved.to.table == &schema::known::team);
    for (const std::string& principal :
         {R"({"systemuserid":")" + id_text + R"("})",
          R"({"ownerid":")" + id_text + R"(","@odata.type":"#Microsoft.Dynamics.CRM.systemuser"})",
          R"({"@odata.id":"systemusers()" + id_text + R"x()"})x"}) {
        CAPTURE(principal);
        const auto given = message<messages::ReassignObjectsSystemUser>(
            parsed("POST", give, R"({"ReassignPrincipal":)" + principal + "}")
        );
        CHECK(given.to.table == &schema::known::systemuser);
    }
    for (const std::string& principal :
         {std::string{"null"},
          std::string{"{}"},
          "\"" + id_text + "\"",
          R"({"ownerid":")" + id_text + R"("})",
          R"({"roleid":")" + id_text + R"("})",
          R"({"systemuserid":")" + id_text + R"(","@odata.type":"Microsoft.Dynamics.CRM.team"})",
          R"({"systemuserid":")" + id_text + R"(","ownerid":")" + id_text + R"("})",
          R"({"systemuserid":")" + id_text + R"(","fullname":"x"})",
          R"({"@odata.id":"roles()" + id_text + R"x()"})x"}) {
        CAPTURE(principal);
        CHECK(
            refused("POST", give, R"({"ReassignPrincipal":)" + principal + "}") == Errc::bad_payload
        );
    }
    CHECK(refused("POST", move, "{" + unit + "}") == Errc::bad_payload);
    CHECK(refused("POST", move, "{" + to + "}") == Errc::bad_payload);
    const auto stay = [&](const std::string& value) {
        return "{" + unit + "," + to + R"(,"DoNotMoveAllRecords":)" + value + "}";
    };
    CHECK(parsed("POST", move, stay("false")).context.operation != nullptr);
    CHECK(refused("POST", move, stay("true")) == Errc::unsupported);
    CHECK(refused("POST", move, stay("1")) == Errc::bad_payload);
}

TEST_CASE("UpsertMultiple names rows by id or by key and each once", "[odata]") {
    const auto out = message<messages::UpsertMultiple>(parsed(
        "POST", upsert_all, targets({by_id(id_text) + R"j(,"msdyn_name":"a")j", by_key("k")})
    ));
    REQUIRE(out.rows.size() == 2);
    CHECK(std::holds_alternative<Uuid>(out.rows[0].target.by));
    CHECK(out.rows[0].input.cells.size() == 1);
    CHECK(std::holds_alternative<messages::KeyValues>(out.rows[1].target.by));
    CHECK(
        refused("POST", upsert_all, targets({by_id(id_text), by_id(id_text)})) ==
        Errc::invalid_argument
    );
    CHECK(
        refused("POST", upsert_all, targets({by_key("k"), by_key("k")})) == Errc::invalid_argument
    );
    CHECK(refused("POST", upsert_all, targets({R"("msdyn_name":"a")"})) == Errc::bad_payload);
    CHECK(
        refused("POST", upsert_all, targets({"\"@odata.id\":\"teams(" + id_text + ")\""})) ==
        Errc::bad_payload
    );
}

TEST_CASE("role privileges come by name, by id, or by both when they agree", "[odata]") {
    const auto* privilege = schema::privilege("prvReadmsdyn_octwitterhandlesecret");
    REQUIRE(privilege != nullptr);
    const auto id = to_string(schema::privilege_id(*privilege));
    const auto body = [](const std::string& members) {
        return "{\"Privileges\":[{" + members + "}]}";
    };
    const auto add = role_url + "/Microsoft.Dynamics.CRM.AddPrivilegesRole";
    for (const auto& members :
         {R"j("Depth":"Deep","PrivilegeName":"prvReadmsdyn_octwitterhandlesecret")j" +
              std::string{},
          R"j("Depth":"Deep","PrivilegeId":")j" + id + "\"",
          R"j("Depth":"Deep","PrivilegeId":")j" + id +
              R"(","PrivilegeName":"prvReadmsdyn_octwitterhandlesecret","BusinessUnitId":null)"}) {
        const auto out = message<messages::AddPrivilegesRole>(parsed("POST", add, body(members)));
        CHECK(out.privileges.at(0).privilege == privilege);
        CHECK(out.privileges.at(0).depth == schema::Depth::deep);
        CHECK_FALSE(out.replace);
    }
    CHECK(message<messages::AddPrivilegesRole>(
              parsed(
                  "POST",
                  role_url + "/Microsoft.Dynamics.CRM.ReplacePrivilegesRole",
                  R"j({"Privileges":[]})j"
              )
    )
              .replace);
    CHECK(
        refused("POST", add, body(R"j("Depth":"Deep","PrivilegeName":"prvNothing")j")) ==
        Errc::invalid_argument
    );
    CHECK(
        refused("POST", add, body(R"j("Depth":"deep","PrivilegeId":")j" + id + "\"")) ==
        Errc::bad_payload
    );
    CHECK(refused("POST", add, body(R"j("Depth":"Deep")j")) == Errc::bad_payload);
    CHECK(
        refused(
            "POST",
            add,
            body(R"j("Depth":"Deep","PrivilegeName":"prvReadteam","PrivilegeId":")j" + id + "\"")
        ) != Errc::count_
    );
    const auto removed = message<messages::RemovePrivilegeRole>(parsed(
        "POST",
        role_url + "/Microsoft.Dynamics.CRM.RemovePrivilegeRole",
        "{\"PrivilegeId\":\"" + id + "\"}"
    ));
    CHECK(removed.privilege == privilege);
    CHECK(
        refused(
            "POST", secrets + "(" + id_text + ")/Microsoft.Dynamics.CRM.AddPrivilegesRole", "{}"
        ) == Errc::unknown_segment
    );
}

TEST_CASE("rows are associated and disassociated through $ref", "[odata]") {
    const auto users = api + "systemusers(" + id_text + ")/systemuserroles_association";
    const auto reference = "https://vault.example.com/api/data/v9.2/roles(" + other_id_text + ")";
    const auto added = message<messages::Associate>(
        parsed("POST", users + "/$ref", "{\"@odata.id\":\"" + reference + "\"}")
    );
    CHECK(added.association->name == "systemuserroles_association");
    CHECK(added.parent.table->name == "systemuser");
    CHECK(added.child.table->name == "role");

    const auto by_segment =
        message<messages::Disassociate>(parsed("DELETE", users + "(" + other_id_text + ")/$ref"));
    CHECK(to_string(std::get<Uuid>(by_segment.child.by)) == other_id_text);
    const auto by_option =
        message<messages::Disassociate>(parsed("DELETE", users + "/$ref?$id=" + reference));
    CHECK(by_option.child.table->name == "role");

    CHECK(refused("DELETE", users + "/$ref") == Errc::malformed);
    CHECK(refused("DELETE", users + "/$ref?$id=/teams(" + id_text + ")") == Errc::bad_payload);
    CHECK(
        refused("POST", users + "/$ref", "{\"@odata.id\":\"/teams(" + id_text + ")\"}") ==
        Errc::bad_payload
    );
    CHECK(refused("POST", users + "/$ref", "{}") == Errc::bad_payload);
    CHECK(refused("GET", users + "/$ref?$select=fullname") == Errc::malformed);
    CHECK(refused("PATCH", users + "/$ref", "{}") == Errc::method_not_allowed);
    CHECK(refused("GET", users + "(" + other_id_text + ")") == Errc::unsupported);
}

TEST_CASE("the privileges of a role change through its actions only", "[odata]") {
    const auto url = role_url + "/roleprivileges_association/$ref";
    CHECK(
        refused("POST", url, "{\"@odata.id\":\"/privileges(" + other_id_text + ")\"}") ==
        Errc::method_not_allowed
    );
    CHECK(
        refused("DELETE", url + "?$id=/privileges(" + other_id_text + ")") ==
        Errc::method_not_allowed
    );
}

TEST_CASE("a 1:N collection is changed through its child's lookup", "[odata]") {
    const auto url =
        api + "msdyn_octwitterhandles(" + id_text +
        ")/msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid/$ref";
    const auto out = message<messages::Associate>(parsed(
        "POST", url, "{\"@odata.id\":\"msdyn_octwitterhandlesecrets(" + other_id_text + ")\"}"
    ));
    CHECK(out.relationship != nullptr);
    CHECK(out.child.table->name == "msdyn_octwitterhandlesecret");
}

TEST_CASE("a lookup is set and cleared through $ref on an existing row", "[odata]") {
    const auto url = secrets + "(" + id_text + ")/msdyn_octwitterhandleid/$ref";
    const auto set = message<messages::Upsert>(
        parsed("PUT", url, "{\"@odata.id\":\"msdyn_octwitterhandles(" + other_id_text + ")\"}")
    );
    CHECK(set.preconditions.must_exist);
    CHECK(std::holds_alternative<messages::Target>(set.input.cells.at(0).value));
    const auto result = parsed("DELETE", url);
    CHECK(std::holds_alternative<std::monostate>(
        message_if<messages::Upsert>(result)->input.cells.at(0).value
    ));
    CHECK_FALSE(result.context.names_entity);
    CHECK(
        refused("PUT", url, "{\"@odata.id\":\"teams(" + other_id_text + ")\"}") == Errc::bad_payload
    );
    CHECK(refused("DELETE", secrets + "(" + id_text + ")/ownerid/$ref") == Errc::required_null);
    // From the other side too.
    const auto users = "/api/data/v9.2/businessunits(" + id_text + ")/business_unit_system_users";
    CHECK(refused("DELETE", users + "(" + other_id_text + ")/$ref") == Errc::required_null);
    CHECK(
        refused("DELETE", secrets + "(" + id_text + ")/modifiedonbehalfby/$ref") ==
        Errc::protected_column
    );
}

TEST_CASE("credentials are made and revoked by actions with checked parameters", "[odata]") {
    const auto make = [](const std::string& members) {
        return parsed("POST", api + "rky_CreateCredential", "{" + members + "}");
    };
    const auto out = message<messages::CreateCredential>(
        make("\"UserId\":\"" + id_text + R"j(","Name":"bot","LifetimeSeconds":3600)j")
    );
    CHECK(to_string(out.user) == id_text);
    CHECK(out.name == "bot");
    CHECK(out.lifetime == std::chrono::hours{1});
    for (const auto& members : std::vector<std::string>{
             std::string{},
             "\"UserId\":\"" + id_text + "\"",
             "\"UserId\":\"x\",\"Name\":\"bot\",\"LifetimeSeconds\":3600",
             "\"UserId\":\"" + id_text + "\",\"Name\":\"\",\"LifetimeSeconds\":3600",
             "\"UserId\":\"" + id_text + "\",\"Name\":\"bot\",\"LifetimeSeconds\":\"3600\"",
             "\"UserId\":\"" + id_text +
                 "\",\"Name\":\"bot\",\"LifetimeSeconds\":99999999999999999999",
             "\"UserId\":\"" + id_text +
                 "\",\"Name\":\"bot\",\"LifetimeSeconds\":60,\"Scope\":\"x\""}) {
        INFO(members);
        CHECK(rejection(make(members)).code != Errc::count_);
    }
    const auto revoked = message<messages::RevokeCredential>(
        parsed("POST", api + "rky_RevokeCredential", "{\"CredentialId\":\"" + id_text + "\"}")
    );
    CHECK(to_string(revoked.credential) == id_text);
    CHECK(refused("POST", api + "rky_RevokeCredential", "{}") == Errc::bad_payload);
}

TEST_CASE("audit events are asked for with parameters or with plain aliases", "[odata]") {
    const auto function = api + "rky_RetrieveAuditEvents";
    const auto out = message<messages::RetrieveAuditEvents>(parsed(
        "GET",
        function + "(Record=@r,Actor=@a,Since=@s,From=@f,Below=@b,Top=@t)?@r=" + id_text + "&@a='" +
            other_id_text + "'&@s=2026-01-01T00:00:00Z&@f=20&@b=100&@t=7"
    ));
    CHECK(to_string(*out.record) == id_text);
    CHECK(to_string(*out.actor) == other_id_text);
    CHECK(to_iso8601(*out.since) == "2026-01-01T00:00:00Z");
    CHECK(out.from == 20);
    CHECK(out.below == 100U);
    CHECK(out.top == 7);
    CHECK(message<messages::RetrieveAuditEvents>(parsed("GET", function + "?@t=9")).top == 9);
    CHECK(message<messages::RetrieveAuditEvents>(parsed("GET", function + "()")).top == 50);
    CHECK(
        to_string(*message<messages::RetrieveAuditEvents>(
                       parsed("GET", function + "(Record=" + id_text + ")")
        )
                       .record) == id_text
    );
    CHECK_FALSE(
        message<messages::RetrieveAuditEvents>(parsed("GET", function + "(Record=@r)")).record
    );
    // A credential by its id and by its fingerprint, which is all that the log has of it.
    const auto credential = [&](const std::string& given) {
        return message<messages::RetrieveAuditEvents>(parsed("GET", function + given)).credential;
    };
    CHECK(credential("?@c=" + id_text) == identity::fingerprint(*Uuid::parse(id_text)));
    CHECK(credential("?@c='" + id_text + "'") == identity::fingerprint(*Uuid::parse(id_text)));
    const ByteArray<8> fingerprint{0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7};
    CHECK(credential("?@c='c0c1c2c3c4c5c6c7'") == fingerprint);
    CHECK(credential("(Credential=@c)?@c='C0C1C2C3C4C5C6C7'") == fingerprint);
    CHECK_FALSE(credential("?@t=1"));
    for (const auto* handle : {"?@u='it''s%2042'", "(UniqueHandleId='it''s%2042')"}) {
        const auto by_handle =
            message<messages::RetrieveAuditEvents>(parsed("GET", function + handle));
        CHECK(by_handle.unique_handle_id == "it's 42");
        CHECK_FALSE(by_handle.record);
    }
    for (const auto& both : {"?@u='42'&@r=" + id_text, "?@r=" + id_text + "&@u='42'"}) {
        CHECK(refused("GET", function + both) == Errc::malformed);
    }
    for (const char* bad :
         {"?@t=0",         "?@f=-1",        "?@f='7'",    "?@u=42",
          "?@u=''",        "?@t=1001",      "?@t=-1",     "?@b=-1",
          "?@r=x",         "?@s=yesterday", "?@c='c0c1'", "?@c='c0c1c2c3c4c5c6c7c8'",
          "?@c='agent'",   "?@c=''",        "?@x=1",      "(Nothing=1)",
          "(Top=1,Top=2)", "(Top=)",        "(Top=1",     "(Top)",
          "?$top=1"}) {
        INFO(bad);
        CHECK(refused("GET", function + bad) == Errc::malformed);
    }
    CHECK(refused("POST", function, "{}") == Errc::method_not_allowed);
}

TEST_CASE(
    "who can read a record is asked by its id or its unique handle id, for one column or all",
    "[odata]"
) {
    const auto function = api + "rky_RetrieveWhoCan";
    const auto out = message<messages::RetrieveWhoCan>(parsed(
        "GET",
        function + "(Record=@r,Table=@t,Column=@c,After=@a,Top=@n)?@r=" + id_text +
            "&@t='msdyn_octwitterapplication'&@c=msdyn_securetwitterconsumerkey&@a=" +
            other_id_text + "&@n=7"
    ));
    CHECK(out.target.table == &schema::known::msdyn_octwitterapplication);
    CHECK(to_string(std::get<Uuid>(out.target.by)) == id_text);
    REQUIRE(out.column != nullptr);
    CHECK(out.column->name == "msdyn_securetwitterconsumerkey");
    CHECK(to_string(out.after) == other_id_text);
    CHECK(out.top == 7);
    const auto by_handle =
        message<messages::RetrieveWhoCan>(parsed("GET", function + "?@u='it''s%2042'"));
    CHECK(by_handle.target.table == &schema::known::msdyn_octwitterhandlesecret);
    const auto& key = std::get<messages::KeyValues>(by_handle.target.by);
    CHECK(std::get<std::string>(key.values.front()) == "it's 42");
    CHECK(by_handle.column == nullptr);
    CHECK(by_handle.top == 50);
    const auto by_owner =
        message<messages::RetrieveWhoCan>(parsed("GET", function + "?@o=" + id_text));
    CHECK(by_owner.target.table == &schema::known::msdyn_octwitterhandlesecret);
    REQUIRE(by_owner.owner);
    CHECK(to_string(*by_owner.owner) == id_text);
    const std::string record = "@r=" + id_text;
    for (const auto& bad : std::vector<std::string>{
             "",
             "()",
             "?@u=''",
             "?@u=42",
             "?@u='42'&" + record,
             "?@o=" + id_text + "&" + record,
             "?@u='42'&@o=" + id_text,
             "?@o=x",
             "?@u='42'&@t=msdyn_octwitterapplication",
             "?" + record + "&@t=nothing",
             "?" + record + "&@t=team",         // has no sealed column
             "?" + record + "&@t=msfp_survey",  // another product's
             "?" + record + "&@c=msdyn_name",
             "?" + record + "&@c=nothing",
             "?" + record + "&@n=0",
             "?" + record + "&@n=201",
             "?" + record + "&@n='7'",
             "?" + record + "&@a=x",
             "?" + record + "&@w=" + id_text,
             "(Record=" + id_text + ",Record=" + id_text + ")",
             "(Record=" + id_text + ")?$top=1"}) {
        CAPTURE(bad);
        CHECK(refused("GET", function + bad) == Errc::malformed);
    }
    CHECK(refused("POST", function, "{}") == Errc::method_not_allowed);
}

TEST_CASE("what a user may do is asked with his id, or without for oneself", "[odata]") {
    const auto function = api + "rky_RetrieveAccessOf";
    CHECK(
        to_string(
            *message<messages::RetrieveAccessOf>(parsed("GET", function + "(User=" + id_text + ")"))
                 .user
        ) == id_text
    );
    CHECK_FALSE(message<messages::RetrieveAccessOf>(parsed("GET", function)).user);
    CHECK_FALSE(message<messages::RetrieveAccessOf>(parsed("GET", function + "()")).user);
    CHECK(refused("GET", function + "?@w=me") == Errc::malformed);
    CHECK(refused("GET", function + "?@r=" + id_text) == Errc::malformed);
    CHECK(refused("POST", function, "{}") == Errc::method_not_allowed);
}

TEST_CASE(
    "an explanation is asked of a message with what belongs to it and nothing else", "[odata]"
) {
    using messages::Explained;
    const auto function = api + "rky_ExplainAccess";
    const auto explained = [&](const std::string& query) {
        return message<messages::ExplainAccess>(parsed("GET", function + query));
    };
    const auto out = explained(
        "(User=@w,Message=@m,Record=@r,Column=@c)?@w=" + id_text +
        "&@m='Retrieve'&@r=" + other_id_text + "&@c=msdyn_useraccesstoken"
    );
    CHECK(to_string(*out.user) == id_text);
    CHECK(out.what == Explained::retrieve);
    CHECK(out.table == &schema::known::msdyn_octwitterhandlesecret);
    CHECK(to_string(std::get<Uuid>(out.record->by)) == other_id_text);
    CHECK(out.column->name == "msdyn_useraccesstoken");
    CHECK_FALSE(explained("?@m=Create&@t=team").record);
    CHECK(explained("?@m=Create&@t=team").table == &schema::known::team);
    const std::string record = "&@r=" + id_text;
    for (const auto& [name, what] :
         {std::pair{"Update", Explained::update},
          std::pair{"Delete", Explained::remove},
          std::pair{"Assign", Explained::assign},
          std::pair{"SetState", Explained::set_state},
          std::pair{"Append", Explained::append},
          std::pair{"AppendTo", Explained::append_to}}) {
        CHECK(explained("?@m=" + std::string{name} + record).what == what);
    }
    CHECK(to_string(*explained("?@m=Assign&@o=" + other_id_text + record).owner) == other_id_text);
    for (const auto& bad : std::vector<std::string>{
             "",
             "?@m=Merge" + record,
             "?@m=retrieve" + record,
             "?@m=Retrieve",
             "?@m=Create" + record,
             "?@m=RetrieveMultiple&@u='42'",
             "?@m=Delete&@c=msdyn_useraccesstoken" + record,
             "?@m=Update&@o=" + other_id_text + record,
             "?@m=Retrieve&@c=msdyn_name" + record,
             "?@m=Retrieve&@n=5" + record}) {
        CAPTURE(bad);
        CHECK(refused("GET", function + bad) == Errc::malformed);
    }
    CHECK(refused("POST", function, "{}") == Errc::method_not_allowed);
}

TEST_CASE("WhoAmI and the vault's status are functions without parameters", "[odata]") {
    CHECK(is_message<messages::WhoAmI>(parsed("GET", api + "WhoAmI()")));
    CHECK(is_message<messages::RetrieveVaultStatus>(parsed("GET", api + "rky_RetrieveVaultStatus"))
    );
    CHECK(refused("GET", api + "WhoAmI(x=1)") == Errc::unknown_segment);
    CHECK(refused("GET", api + "WhoAmI/x") == Errc::unknown_segment);
}

TEST_CASE("the sync's operations take no parameters", "[odata]") {
    using namespace messages;
    CHECK(is_message<RetrieveSyncStatus>(parsed("GET", api + "rky_RetrieveSyncStatus()")));
    CHECK(is_message<SyncNow>(parsed("POST", api + "rky_SyncNow")));
    CHECK(is_message<SyncNow>(parsed("POST", api + "rky_SyncNow", "{}")));
    CHECK(is_message<RetrySync>(parsed("POST", api + "rky_RetrySync", "{}")));
    CHECK(refused("POST", api + "rky_RetrieveSyncStatus") == Errc::method_not_allowed);
    CHECK(refused("GET", api + "rky_SyncNow") == Errc::method_not_allowed);
    CHECK(refused("GET", api + "rky_RetrySync") == Errc::method_not_allowed);
    CHECK(refused("POST", api + "rky_RetrySync", "{\"Count\":1}") == Errc::bad_payload);
    CHECK(refused("POST", api + "rky_SyncNow", "[]") == Errc::bad_payload);
    CHECK(refused("POST", api + "rky_SyncNow?$top=1") == Errc::malformed);
    CHECK(refused("POST", api + "rky_SyncNow()", "{}") == Errc::unknown_segment);
    CHECK(refused("POST", api + "rky_RetrySync/x") == Errc::unknown_segment);
}

TEST_CASE("a push can be completed by the sync itself only, not over HTTP", "[odata]") {
    CHECK(refused("POST", api + "rky_CompletePush", "{}") == Errc::unknown_segment);
    CHECK(refused("GET", api + "rky_CompletePush") == Errc::unknown_segment);
}

TEST_CASE("sync errors can be read and deleted, not made or changed", "[odata]") {
    using namespace messages;
    const auto row = api + "syncerrors(" + id_text + ")";
    CHECK(is_message<Retrieve>(parsed("GET", row)));
    CHECK(is_message<Delete>(parsed("DELETE", row)));
    CHECK(refused("POST", api + "syncerrors", "{}") == Errc::method_not_allowed);
    CHECK(refused("PATCH", row, "{}") == Errc::method_not_allowed);
    CHECK(refused("PUT", row + "/name", "{\"value\":\"x\"}") == Errc::method_not_allowed);
    CHECK(parsed("PATCH", row, "{}").context.allow == "GET, DELETE");
    const auto follow =
        message<Retrieve>(parsed("GET", row + "/regardingobjectid_msdyn_octwitterhandle"));
    CHECK(follow.follow == schema::known::syncerror.column("regardingobjectid"));
    CHECK(follow.follow_to == &schema::known::msdyn_octwitterhandle);
    CHECK(refused("GET", row + "/regardingobjectid") == Errc::unknown_segment);
    const auto children = message<RetrieveMultiple>(parsed(
        "GET", api + "msdyn_octwitterhandles(" + id_text + ")/msdyn_octwitterhandle_SyncErrors"
    ));
    CHECK(children.table == &schema::known::syncerror);
}

TEST_CASE("a job is started by its name alone", "[odata]") {
    using namespace messages;
    CHECK(
        message<StartJob>(parsed("POST", api + "rky_StartJob", "{\"Name\":\"scrub\"}")).name ==
        "scrub"
    );
    CHECK(refused("POST", api + "rky_StartJob", "{}") == Errc::bad_payload);
    CHECK(refused("POST", api + "rky_StartJob", "{\"Name\":\"\"}") == Errc::bad_payload);
    CHECK(refused("POST", api + "rky_StartJob", "{\"Name\":7}") == Errc::bad_payload);
    CHECK(
        refused("POST", api + "rky_StartJob", "{\"Name\":\"scrub\",\"Share\":99}") ==
        Errc::bad_payload
    );
    CHECK(
        refused("POST", api + "rky_StartJob", "{\"Name\":\"" + std::string(101, 'x') + "\"}") ==
        Errc::bad_payload
    );
    CHECK(refused("GET", api + "rky_StartJob") == Errc::method_not_allowed);
}

TEST_CASE("how far a job is can be said by the server itself only, not over HTTP", "[odata]") {
    CHECK(refused("POST", api + "rky_RecordJob", "{}") == Errc::unknown_segment);
    CHECK(refused("GET", api + "rky_RecordJob") == Errc::unknown_segment);
}

TEST_CASE("Restore names a deleted record by its URL, or by its id with new values", "[odata]") {
    using messages::Restore;
    const auto restore = [](const std::string& target) {
        return message<Restore>(parsed("POST", api + "Restore", R"j({"Target":)j" + target + "}"));
    };
    const auto url =
        R"j("@odata.id":"https://vault.example.com)j" + secrets + "(" + id_text + R"j()")j";
    const auto by_url = restore("{" + url + "}");
    CHECK(by_url.target.table->name == "msdyn_octwitterhandlesecret");
    CHECK(to_string(std::get<Uuid>(by_url.target.by)) == id_text);
    CHECK(by_url.input.cells.empty());
    const auto changed =
        restore("{" + type_member + "," + by_id(id_text) + R"j(,"msdyn_name":"new"})j");
    CHECK(to_string(std::get<Uuid>(changed.target.by)) == id_text);
    REQUIRE(changed.input.cells.size() == 1);
    CHECK(changed.input.cells.front().column->name == "msdyn_name");
    CHECK(restore("{" + url + "," + type_member + "," + by_id(id_text) + "}").input.cells.empty());
    CHECK(to_string(std::get<Uuid>(restore("{" + by_id(id_text) + "}").target.by)) == id_text);
}

TEST_CASE("a Restore that names no record by its id, or two, is refused", "[odata]") {
    const auto url =
        R"j("@odata.id":"https://vault.example.com)j" + secrets + "(" + id_text + R"j()")j";
    const auto other_type = R"j("@odata.type":"Microsoft.Dynamics.CRM.team")j";
    const std::vector<std::string> targets = {
        "null",
        "[]",
        "{}",
        "{" + type_member + "}",
        "{" + by_id(id_text) + R"j(,"msdyn_octwitterhandleid":")j" + id_text + R"j("})j",
        "{" + type_member + "," + by_id("banana") + "}",
        "{" + by_key("1") + "}",
        "{" + url + "," + other_type + "}",
        "{" + url + "," + by_id(other_id_text) + "}",
        R"j({"@odata.id":7})j",
        R"j({"@odata.type":"Microsoft.Dynamics.CRM.account","accountid":")j" + id_text + R"j("})j",
        "{" + url + R"j(,"banana":1})j"};
    for (const auto& target : targets) {
        INFO(target);
        CHECK(
            refused("POST", api + "Restore", R"j({"Target":)j" + target + "}") == Errc::bad_payload
        );
    }
    CHECK(refused("POST", api + "Restore", "{}") == Errc::bad_payload);
    CHECK(refused("GET", api + "Restore") == Errc::method_not_allowed);
    CHECK(refused("POST", secrets + "/Microsoft.Dynamics.CRM.Restore", "{}") != Errc::count_);
}

TEST_CASE("Retain and RollbackRetain name a record, and perhaps an operation", "[odata]") {
    const auto target = "{" + type_member + "," + by_id(id_text) + "}";
    const auto body = [&](const std::string& more) {
        return R"j({"Target":)j" + target + more + "}";
    };
    const auto retain = message<messages::Retain>(parsed("POST", api + "Retain", body("")));
    CHECK(retain.target.table->name == "msdyn_octwitterhandlesecret");
    CHECK(to_string(std::get<Uuid>(retain.target.by)) == id_text);
    CHECK_FALSE(retain.operation);
    CHECK_FALSE(retain.purged_since);
    const auto operation = R"j(,"OperationId":")j" + other_id_text + R"j(")j";
    const auto back =
        message<messages::RollbackRetain>(parsed("POST", api + "RollbackRetain", body(operation)));
    CHECK(to_string(std::get<Uuid>(back.target.by)) == id_text);
    REQUIRE(back.operation);
    CHECK(to_string(*back.operation) == other_id_text);
    CHECK(back.input.cells.empty());
    const auto changed = message<messages::RollbackRetain>(parsed(
        "POST",
        api + "RollbackRetain",
        R"j({"Target":{)j" + type_member + "," + by_id(id_text) +
            R"j(,"ownerid@odata.bind":"/teams()j" + other_id_text +
            R"j()","msdyn_octwitterapplicationid@odata.bind":null}})j"
    ));
    REQUIRE(changed.input.cells.size() == 2);
    CHECK(changed.input.find("ownerid") != nullptr);
    CHECK(changed.input.find("msdyn_octwitterapplicationid") != nullptr);
    for (const auto* action : {"Retain", "RollbackRetain"}) {
        CHECK(refused("POST", api + action, "{}") == Errc::bad_payload);
        CHECK(refused("POST", api + action, R"j({"Target":null})j") == Errc::bad_payload);
        CHECK(refused("POST", api + action, body(R"j(,"OperationId":7)j")) == Errc::bad_payload);
        CHECK(refused("POST", api + action, body(R"j(,"At":7)j")) == Errc::bad_payload);
        CHECK(refused("GET", api + action) == Errc::method_not_allowed);
    }
}

TEST_CASE("PurgeRetainedContent takes a version, and what it is limited to", "[odata]") {
    using messages::PurgeRetainedContent;
    const auto purge = [](const std::string& body) {
        return message<PurgeRetainedContent>(parsed("POST", api + "PurgeRetainedContent", body));
    };
    const auto plain = purge(R"j({"MaxVersionToPurge":9})j");
    CHECK(plain.max_version == 9U);
    CHECK(plain.table == nullptr);
    CHECK(plain.page_size == messages::purge_retained_max);
    CHECK_FALSE(plain.retained_before);
    const auto whole = purge(
        R"j({"EntityName":"msdyn_octwitterhandle","PageSize":3,"OperationId":")j" + id_text +
        R"j(","MaxVersionToPurge":0,"rky_RetainedBefore":"2026-01-02T03:04:05Z"})j"
    );
    CHECK(whole.table == schema::table("msdyn_octwitterhandle"));
    CHECK(whole.page_size == 3);
    CHECK(to_string(*whole.operation) == id_text);
    CHECK(whole.max_version == 0U);
    CHECK(whole.retained_before == parse_iso8601("2026-01-02T03:04:05Z"));
    CHECK(
        purge(R"j({"MaxVersionToPurge":1,"PageSize":1000000})j").page_size ==
        messages::purge_retained_max
    );
    for (const auto* body :
         {"{}",
          R"j({"MaxVersionToPurge":null})j",
          R"j({"MaxVersionToPurge":-1})j",
          R"j({"MaxVersionToPurge":"9"})j",
          R"j({"MaxVersionToPurge":1,"PageSize":0})j",
          R"j({"MaxVersionToPurge":1,"EntityName":"account"})j",
          R"j({"MaxVersionToPurge":1,"rky_RetainedBefore":"yesterday"})j",
          R"j({"MaxVersionToPurge":1,"At":1})j"}) {
        INFO(body);
        CHECK(refused("POST", api + "PurgeRetainedContent", body) == Errc::bad_payload);
    }
}

TEST_CASE("deleted records are ended by the server itself only, not over HTTP", "[odata]") {
    CHECK(refused("POST", api + "rky_EndDeletedRecords", "{}") == Errc::unknown_segment);
}

TEST_CASE("documented operations that are not built answer 501, others 404", "[odata]") {
    CHECK(refused("GET", api + "$crossjoin") == Errc::unsupported);
    CHECK(refused("POST", api + "NoSuchAction", "{}") == Errc::unknown_segment);
}

TEST_CASE(
    "the destruction of a key is asked for by its version, and its purpose if it is no KEK",
    "[odata]"
) {
    using namespace messages;
    const auto destroy = api + "rky_DestroyKey";
    CHECK(message<DestroyKey>(parsed("POST", destroy, "{\"Version\":7}")).version == 7);
    CHECK(
        message<DestroyKey>(parsed("POST", destroy, "{\"Version\":7,\"Purpose\":\"row\"}"))
            .purpose == crypto::Purpose::row
    );
    const auto* body = GENERATE(
        "{}",
        "{\"Version\":0}",
        "{\"Version\":-1}",
        "{\"Version\":4294967296}",
        "{\"Version\":1.5}",
        "{\"Version\":\"1\"}",
        "{\"Version\":1,\"Force\":true}",
        "{\"Version\":1,\"Purpose\":1}",
        "{\"Version\":1,\"Purpose\":\"\"}",
        "{\"Version\":1,\"Purpose\":\"audit-kek\"}"
    );
    CHECK(refused("POST", destroy, body) == Errc::bad_payload);
    CHECK(refused("GET", destroy) == Errc::method_not_allowed);
}

TEST_CASE(
    "a destruction is approved by its job and the version, so that nobody approves another",
    "[odata]"
) {
    using namespace messages;
    const auto approve = api + "rky_ApproveKeyDestruction";
    const auto read = message<ApproveKeyDestruction>(
        parsed("POST", approve, "{\"JobId\":\"" + id_text + "\",\"Version\":7}")
    );
    CHECK(to_string(read.job) == id_text);
    CHECK(read.version == 7);
    CHECK(refused("POST", approve, "{\"JobId\":\"" + id_text + "\"}") == Errc::bad_payload);
    CHECK(refused("POST", approve, "{\"Version\":7}") == Errc::bad_payload);
    CHECK(refused("POST", approve, "{\"JobId\":\"x\",\"Version\":7}") == Errc::bad_payload);
}

TEST_CASE("keys are wrapped anew by the server itself only, not over HTTP", "[odata]") {
    CHECK(refused("POST", api + "rky_RewrapKeys", "{}") == Errc::unknown_segment);
    CHECK(refused("POST", api + "rky_RekeyData", "{}") == Errc::unknown_segment);
    CHECK(refused("POST", api + "rky_RetagRows", "{}") == Errc::unknown_segment);
    CHECK(
        message<messages::RetrieveKeyStatus>(parsed("GET", api + "rky_RetrieveKeyStatus()"))
            .facts()
            .name == "rky_RetrieveKeyStatus"
    );
}

TEST_CASE("a way into the vault is read by the members of its kind", "[odata]") {
    using namespace messages;
    const auto test = api + "rky_TestRootKeySlot";
    const auto add = api + "rky_AddRootKeySlot";
    const auto remove = api + "rky_RemoveRootKeySlot";
    const auto tested =
        message<TestRootKeySlot>(parsed("POST", test, R"({"Opens":{"Passphrase":"p"}})"));
    REQUIRE(tested.opens->parts.size() == 1);
    CHECK(tested.opens->parts[0].kind->name == "passphrase");
    CHECK(tested.opens->parts[0].brought.secrets.size() == 1);
    const auto added = message<AddRootKeySlot>(parsed(
        "POST",
        add,
        R"({"Opens":{"Shares":["a","b"]},"New":{"TokenPin":"1","TokenKey":"v:01","KeyFile":"k"},"Label":"l"})"
    ));
    CHECK(added.opens->parts[0].brought.secrets.size() == 2);
    REQUIRE(added.fresh->parts.size() == 2);
    CHECK(added.fresh->parts[0].brought.word == "v:01");
    CHECK(added.label == "l");
    const auto shares = message<AddRootKeySlot>(
        parsed("POST", add, R"({"Opens":{"KeyFile":"k"},"New":{"NewShares":"3/5"}})")
    );
    CHECK(shares.fresh->parts[0].brought.word == "3/5");
    const auto removed = message<RemoveRootKeySlot>(
        parsed("POST", remove, R"({"Opens":{"KeyFile":"k"},"SlotId":7,"Used":true})")
    );
    CHECK(removed.slot == 7);
    CHECK(removed.used);
    for (const auto* opens :
         {R"({})",
          R"({"Opens":{}})",
          R"({"Opens":"p"})",
          R"({"Opens":{"Passphrase":1}})",
          R"({"Opens":{"Passphrase":""}})",
          R"({"Opens":{"Passphrase":["p"]}})",
          R"({"Opens":{"Shares":"a"}})",
          R"({"Opens":{"Shares":[]}})",
          R"({"Opens":{"Shares":["a",1]}})",
          R"({"Opens":{"NewShares":"3/5"}})",
          R"({"Opens":{"Module":"/tmp/m.so","TokenPin":"1"}})",
          R"({"Opens":{"Passphrase":"p","KeyFile":"k","TokenPin":"1"}})",
          R"({"Opens":{"KeyFile":"k"},"Else":1})"}) {
        CAPTURE(opens);
        CHECK(refused("POST", test, opens) == Errc::bad_payload);
    }
    const auto long_one = R"({"Opens":{"Passphrase":")" + std::string(1025, 'p') + "\"}}";
    CHECK(refused("POST", test, long_one) == Errc::bad_payload);
    CHECK(refused("POST", add, R"({"Opens":{"KeyFile":"k"}})") == Errc::bad_payload);
    CHECK(
        refused("POST", add, R"({"Opens":{"KeyFile":"k"},"New":{"TokenKey":"v:01"}})") ==
        Errc::bad_payload
    );
    for (const auto* slot : {"0", "65536", "\"1\"", "null"}) {
        CAPTURE(slot);
        CHECK(
            refused(
                "POST", remove, R"({"Opens":{"KeyFile":"k"},"SlotId":)" + std::string(slot) + "}"
            ) == Errc::bad_payload
        );
    }
    CHECK(refused("GET", test) == Errc::method_not_allowed);
}

TEST_CASE("a compromise is of one record KEK, or of the root key", "[odata]") {
    using namespace messages;
    const auto report = api + "rky_CompromiseKey";
    CHECK(message<CompromiseKey>(parsed("POST", report, "{\"Version\":7}")).version == 7U);
    CHECK_FALSE(message<CompromiseKey>(parsed("POST", report, "{\"Root\":true}")).version);
    const auto* body = GENERATE(
        "{}",
        "{\"Root\":false}",
        "{\"Root\":1}",
        "{\"Root\":true,\"Version\":1}",
        "{\"Version\":0}",
        "{\"Version\":\"root\"}"
    );
    CHECK(refused("POST", report, body) == Errc::bad_payload);
    CHECK(refused("GET", report) == Errc::method_not_allowed);
}

TEST_CASE(
    "the records that a KEK exposed are asked for by its version, a page at a time", "[odata]"
) {
    using namespace messages;
    const auto path = api + "rky_RetrieveExposedRecords";
    const auto all = message<RetrieveExposedRecords>(parsed("GET", path + "()"));
    CHECK_FALSE(all.version);
    CHECK(all.from == 0);
    const auto one = message<RetrieveExposedRecords>(parsed("GET", path + "?@v=3&@f=5000"));
    CHECK(one.version == 3U);
    CHECK(one.from == 5000);
    for (const auto* wrong : {"?@v=0", "?@v=4294967296", "?@v='1'", "?@f=-1", "?@x=1"}) {
        CHECK(refused("GET", path + wrong) != Errc::count_);
    }
}

}  // namespace parse_action_test

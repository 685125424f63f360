// rookery access and the confirmation of tokens, against `rookery dev`.
#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

namespace access_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

std::string record(const DevServer& server, std::size_t which) {
    return server.ready()["records"][which].get<std::string>();
}

std::string user(const DevServer& server, const char* who) {
    return server.ready()["users"][who].get<std::string>();
}

std::size_t lines_with(const std::string& text, const std::string& part) {
    std::istringstream lines(text);
    std::size_t found = 0;
    for (std::string line; std::getline(lines, line);)
        found += line.find(part) != line.npos ? 1U : 0U;
    return found;
}

/// A row as the administrator creates it; its id.
std::string made(ApiClient& client, const std::string& set, const json& row) {
    const auto reply = client.request("POST", set, body_of(row.dump()));
    INFO((reply ? std::string{} : reply.error().message));
    REQUIRE(reply.has_value());
    return to_string(*entity_id_of(*reply));
}

}  // namespace

TEST_CASE("rookery access who-can names the agent, his way to the record and his tokens", "[cli]") {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto by_id = server.run_as("auditor", {"access", "who-can", record(server, 0)});
    INFO(by_id.out << by_id.error);
    REQUIRE(by_id.code == 0);
    CHECK_THAT(
        by_id.out,
        Contains(
            "'Agent Demo' " + user(server, "agent") +
            "  team 'Social' by role 'Rookery Agent'/basic, team 'Social' by role 'Rookery "
            "Agent'/basic of"
            " team 'Social'  profile 'Rookery Agent unmask one record'  one record\n"
        )
    );
    CHECK_THAT(
        by_id.out,
        Contains("    token ") && Contains("  fingerprint ") && Contains("  carries plaintext")
    );
    CHECK(lines_with(by_id.out, "  team 'Social' by ") == 1);
    for (const auto* other : {"Rita", "Ada", "Sam", "Stan"}) {
        CHECK(
            by_id.out.find(std::string{"'"} + other + " Demo' " + user(server, "reader")) ==
            std::string::npos
        );
    }
    CHECK(by_id.out.find("rky1_") == std::string::npos);

    const auto by_handle = server.run_as("security", {"access", "who-can", "1000000001"});
    CHECK(by_handle.out == by_id.out);
    const auto one = server.run_as(
        "auditor", {"access", "who-can", "1000000001", "--column", "access_token_secret", "--json"}
    );
    const auto answer = json::parse(one.out);
    CHECK(answer["RecordId"] == record(server, 0));
    CHECK(answer["Columns"] == json::array({"msdyn_useraccesstokensecret"}));
    REQUIRE(answer["Readers"].size() == 1);
    CHECK(answer["Readers"][0]["UserId"] == user(server, "agent"));
    CHECK_FALSE(answer.contains("@odata.context"));

    // Who asked is on the log of the record.
    const auto tail = server.run_as("auditor", {"audit", "tail", "--record", record(server, 0)});
    CHECK_THAT(tail.out, Contains("rky_RetrieveWhoCan"));

    CHECK(server.run_as("auditor", {"access", "who-can", "9999999999"}).code == 4);
    CHECK(server.run_as("auditor", {"access", "who-can", user(server, "agent")}).code == 4);
    CHECK(
        server.run_as("auditor", {"access", "who-can", "1000000001", "--column", "name"}).code != 0
    );
    CHECK(server.run_as("agent", {"access", "who-can", "1000000001"}).code == 5);
    CHECK(server.run_as("auditor", {"access", "who-can"}).code == 2);
    CHECK(server.stop() == 0);
}

TEST_CASE(
    "rookery access who-can tells of inactive records and of records that nobody reads", "[cli]"
) {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    auto admin = server.as("admin");
    REQUIRE(admin.request(
        "PATCH",
        "msdyn_octwitterhandlesecrets(" + record(server, 0) + ")",
        body_of(R"({"statecode":1})")
    ));
    const auto inactive = server.run_as("auditor", {"access", "who-can", record(server, 0)});
    CHECK(inactive.code == 0);
    CHECK_THAT(inactive.error, Contains("the record is inactive: nobody reads a token of it now"));
    CHECK_THAT(inactive.out, Contains("'Agent Demo'"));

    const auto application = server.ready()["applications"][0]["id"].get<std::string>();
    const auto nobody = server.run_as(
        "auditor", {"access", "who-can", application, "--table", "msdyn_octwitterapplication"}
    );
    CHECK(nobody.code == 0);
    CHECK(nobody.out.empty());
    CHECK_THAT(nobody.error, Contains("nobody could read a token of this record in clear"));
    CHECK(server.stop() == 0);
}

TEST_CASE(
    "rookery access of tells what a user could read and give, to himself and to reviewers", "[cli]"
) {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto own = server.run_as("agent", {"access", "of"});
    INFO(own.out << own.error);
    REQUIRE(own.code == 0);
    CHECK_THAT(own.out, Contains("'Agent Demo' " + user(server, "agent") + "\n"));
    // He may not read teams: his own name he knows, theirs he is not told.
    CHECK_THAT(own.out, Contains("user 'Agent Demo'"));
    CHECK(own.out.find("'Social'") == std::string::npos);
    CHECK_THAT(
        own.out,
        Contains(
            "column  msdyn_octwitterhandlesecret.msdyn_useraccesstoken  read in clear one record\n"
        )
    );
    CHECK_THAT(own.out, Contains("holds  msdyn_octwitterhandlesecret  Read/basic\n"));
    CHECK(own.out.find("gives  ") == std::string::npos);
    CHECK_THAT(own.out, Contains("  carries plaintext\n"));
    const auto told = server.run_as("auditor", {"access", "of", "agent@demo.invalid"}).out;
    CHECK_THAT(
        told,
        Contains("reads  msdyn_octwitterhandlesecret  rows of user 'Agent Demo', of team 'Social'\n"
        ) ||
            Contains(
                "reads  msdyn_octwitterhandlesecret  rows of team 'Social', of user 'Agent Demo'\n"
            )
    );

    const auto security = server.run_as("auditor", {"access", "of", "Sam Demo"}).out;
    CHECK_THAT(security, Contains("gives  plaintext to others, by prvrkyGrantUnmask\n"));
    CHECK_THAT(security, Contains("gives  tokens of users, by prvrkyManageCredentials\n"));
    CHECK_THAT(security, Contains("  carries plaintext, administration\n"));
    const auto admin = server.run_as("auditor", {"access", "of", "Ada Demo"}).out;
    CHECK_THAT(admin, Contains("gives  every ordinary privilege, as System Administrator\n"));
    CHECK_THAT(admin, Contains("reads  msdyn_octwitterhandlesecret  all rows\n"));
    CHECK(admin.find("read in clear") == std::string::npos);
    CHECK(admin.find("prvrkyGrantUnmask") == std::string::npos);
    const auto as_json =
        json::parse(server.run_as("auditor", {"access", "of", "Rita Demo", "--json"}).out);
    CHECK(as_json["UserId"] == user(server, "reader"));
    CHECK(as_json["GrantsPlaintext"] == false);

    // A disabled user is told of as if he were not, and as disabled.
    auto sam = server.as("security");
    REQUIRE(sam.request(
        "PATCH", "systemusers(" + user(server, "reader") + ")", body_of(R"({"isdisabled":true})")
    ));
    const auto disabled = server.run_as("auditor", {"access", "of", user(server, "reader")}).out;
    CHECK_THAT(
        disabled, Contains("  disabled: what follows is as if enabled\n") && Contains("reads  ")
    );

    CHECK(server.run_as("stranger", {"access", "of", user(server, "agent")}).code == 5);
    CHECK(server.run_as("auditor", {"access", "of", "nobody@demo.invalid"}).code == 4);
    CHECK(server.stop() == 0);
}

TEST_CASE(
    "rookery access explain tells the rule that allows, or the refusal as the user would get it",
    "[cli]"
) {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    const auto explain = [&](std::vector<std::string> more) {
        std::vector<std::string> all{"access", "explain"};
        all.insert(all.end(), more.begin(), more.end());
        return server.run_as("auditor", all);
    };
    const auto agent =
        explain({"--who", "Agent Demo", "--record", "1000000001", "--message", "Retrieve"});
    INFO(agent.out << agent.error);
    REQUIRE(agent.code == 0);
    CHECK_THAT(
        agent.out,
        Contains(
            "allowed  'Agent Demo' " + user(server, "agent") +
            "  Retrieve  msdyn_octwitterhandlesecret " + record(server, 0) +
            "  team 'Social' by role 'Rookery Agent'/basic\n"
        )
    );
    CHECK_THAT(agent.out, Contains("    msdyn_useraccesstoken  clear  may unmask one record\n"));
    CHECK_THAT(agent.out, Contains("    token "));

    const auto reader =
        explain({"--who", "Rita Demo", "--record", record(server, 0), "--message", "Delete"});
    CHECK(reader.code == 0);
    CHECK_THAT(
        reader.out, Contains("refused  'Rita Demo'") && Contains("0x80040220 missing_privilege")
    );
    auto rita = server.as("reader");
    const auto really =
        rita.exchange("DELETE", "msdyn_octwitterhandlesecrets(" + record(server, 0) + ")");
    REQUIRE(really.has_value());
    CHECK(really->status == 403);
    const auto error = json::parse(really->text())["error"];
    const auto told = json::parse(
        explain(
            {"--who", "Rita Demo", "--record", record(server, 0), "--message", "Delete", "--json"}
        )
            .out
    );
    CHECK(told["Text"] == error["message"]);
    CHECK(told["Code"] == error["code"]);
    CHECK(told["MissingPrivilege"] == "prvDeletemsdyn_octwitterhandlesecret");

    CHECK_THAT(
        explain({"--who", "Ada Demo", "--table", "team", "--message", "Create"}).out,
        Contains("allowed  'Ada Demo'") && Contains("role 'System Administrator'/global")
    );
    // Assigning a record to the agent would let him read it in clear: for that Ada lacks the grant.
    const auto apart = [&] {
        auto sam = server.as("security");
        return made(
            sam,
            "msdyn_octwitterhandlesecrets",
            {{"msdyn_name", "apart"}, {"msdyn_useraccesstoken", "a-token"}}
        );
    }();
    const auto assign = explain(
        {"--who", "Ada Demo", "--record", apart, "--message", "Assign", "--to", "Agent Demo"}
    );
    CHECK_THAT(assign.out, Contains("refused  ") && Contains("grant_unmask_denied"));

    // Oneself anybody may ask about, and about nobody else.
    const auto own = server.run_as(
        "reader", {"access", "explain", "--record", "1000000001", "--message", "Retrieve"}
    );
    CHECK(own.code == 0);
    CHECK_THAT(own.out, Contains("    msdyn_useraccesstoken  masked\n"));
    CHECK(
        server
            .run_as(
                "reader",
                {"access",
                 "explain",
                 "--who",
                 user(server, "agent"),
                 "--record",
                 "1000000001",
                 "--message",
                 "Retrieve"}
            )
            .code == 5
    );
    CHECK(explain({"--who", "Ada Demo", "--message", "Merge"}).code == 2);
    CHECK(explain({"--who", "Ada Demo", "--message", "Retrieve"}).code != 0);
    CHECK(server.stop() == 0);
}

TEST_CASE(
    "a token that its maker could not have filled waits until somebody else confirms it", "[cli]"
) {
    const TemporaryFolder folder;
    DevServer server(folder / "data");
    // The agent may make tokens, and makes one for himself.
    auto admin = server.as("admin");
    const auto role = made(admin, "roles", {{"name", "Tokens"}});
    REQUIRE(admin.request(
        "POST",
        "roles(" + role + ")/Microsoft.Dynamics.CRM.AddPrivilegesRole",
        body_of(R"({"Privileges":[{"Depth":"Global","PrivilegeName":"prvReadUser"}]})")
    ));
    auto sam = server.as("security");
    const auto given = sam.request(
        "POST",
        "roles(" + role + ")/Microsoft.Dynamics.CRM.AddPrivilegesRole",
        body_of(R"({"Privileges":[{"Depth":"Global","PrivilegeName":"prvrkyManageCredentials"}]})")
    );
    INFO((given ? std::string{} : given.error().message));
    REQUIRE(given.has_value());
    const auto linked = sam.request(
        "POST",
        "systemusers(" + user(server, "agent") + ")/systemuserroles_association/$ref",
        body_of(json{{"@odata.id", server.text("api") + "/roles(" + role + ")"}}.dump())
    );
    INFO((linked ? std::string{} : linked.error().message));
    REQUIRE(linked.has_value());

    const auto file = (folder / "own.token").string();
    const auto created = server.run_as(
        "agent",
        {"token", "create", "--user", user(server, "agent"), "--name", "own", "--out", file}
    );
    INFO(created.error);
    REQUIRE(created.code == 0);
    CHECK_THAT(
        created.error, Contains("it does not carry plaintext") && Contains("rookery token confirm ")
    );
    const auto with_own = [&](std::vector<std::string> arguments) {
        return run_program(
            arguments,
            {"ROOKERY_URL=" + server.text("url"),
             "ROOKERY_CA=" + server.text("ca"),
             "ROOKERY_TOKEN_FILE=" + file}
        );
    };
    const auto masked = with_own({"get", "1000000001"});
    CHECK(masked.code == 5);
    CHECK(masked.out.empty());
    CHECK_THAT(
        masked.error,
        Contains("nobody has confirmed the token that you came with") && Contains("hint: ") &&
            Contains("rookery token confirm")
    );

    const auto listed =
        server.run_as("security", {"token", "list", "--user", user(server, "agent"), "--json"});
    INFO(listed.error);
    std::istringstream rows(listed.out);
    json own;
    for (std::string line; std::getline(rows, line);) {
        auto row = json::parse(line);
        if (row["rky_name"] == "own") own = std::move(row);
    }
    REQUIRE(own.is_object());
    CHECK(own["rky_plaintext"] == false);
    CHECK(own["Fingerprint"].get<std::string>().size() == 16);
    CHECK(own.contains("LastUse"));
    const auto id = own["rky_credentialid"].get<std::string>();

    const auto who = server.run_as("auditor", {"access", "who-can", "1000000001"});
    CHECK(lines_with(who.out, id) == 1);
    CHECK_THAT(who.out, Contains("waits for rookery token confirm: plaintext"));

    CHECK(server.run_as("agent", {"token", "confirm", id}).code == 5);  // his own
    CHECK(server.run_as("stranger", {"token", "confirm", id}).code == 5);
    CHECK(server.run_as("security", {"token", "confirm", "own"}).code == 2);
    const auto confirmed = server.run_as("security", {"token", "confirm", id});
    INFO(confirmed.error);
    CHECK(confirmed.code == 0);
    CHECK_THAT(confirmed.error, Contains("token " + id + " is confirmed: it carries plaintext"));
    CHECK(with_own({"get", "1000000001"}).out == "1000000001-demo-access-token-not-real\n");

    const auto people =
        server.run_as("security", {"token", "list", "--user", user(server, "agent")});
    CHECK_THAT(people.out, Contains("made by 'Agent Demo' " + user(server, "agent")));
    CHECK_THAT(people.out, Contains("confirmed by 'Sam Demo' " + user(server, "security")));
    CHECK_THAT(people.out, Contains("fingerprint " + own["Fingerprint"].get<std::string>() + "  "));
    CHECK(server.stop() == 0);
}

}  // namespace access_test

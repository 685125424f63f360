// rookery import as a program, against a real server: what a spreadsheet or a slip does to a file must not
// lose, move or halve a record.
#include "cli/client/odata_literal.hpp"
#include "cli/import/import_counts.hpp"
#include "cli/import/import_execution.hpp"
#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace import_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

constexpr const char* secrets = "msdyn_octwitterhandlesecrets";
constexpr const char* handles = "msdyn_octwitterhandles";
constexpr const char* demo_handle = "1000000001";

struct Imported {
    Ran ran;
    json summary;
    std::map<std::uint64_t, std::string> problems;  // by line: "kind: reason"
    std::map<std::uint64_t, std::string> changes;   // of a dry run
    std::map<std::string, json> access;             // by the user's id
    json new_applications;

    [[nodiscard]] int count(const char* what) const { return summary.at(what).get<int>(); }
};

class Vault {
 public:
    Vault() : server_(folder_ / "data"), client_(server_.as("security")) {}

    Imported import(
        const std::string& text, const std::vector<std::string>& more = {},
        const char* who = "security"
    ) {
        const auto file = (folder_ / "file.csv").string();
        write_file(file, text);
        std::vector<std::string> arguments{"import", file, "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        Imported out;
        out.ran = server_.run_as(who, arguments);
        INFO(out.ran.out << out.ran.error);
        std::istringstream lines(out.ran.out);
        for (std::string line; std::getline(lines, line);) {
            const auto told = json::parse(line);
            if (told.contains("kind")) {
                out.problems[told["line"]] =
                    told["kind"].get<std::string>() + ": " + told["reason"].get<std::string>();
            } else if (told.contains("changes")) {
                out.changes[told["line"]] = told["changes"];
            } else if (told.contains("names")) {
                out.new_applications = told;
            } else if (told.contains("gains")) {
                out.access[told["user"]] = told;
            }
            out.summary = told;
        }
        REQUIRE(out.summary.contains("dry_run"));
        return out;
    }

    json row(const char* set, const std::string& id) {
        const auto reply = client_.request(
            "GET",
            std::string{set} + "(msdyn_octwitteruniquehandleid=" + odata_literal(id) +
                ")?$select=msdyn_name,_ownerid_value,_msdyn_octwitterapplicationid_value,"
                "versionnumber"
        );
        INFO(id);
        REQUIRE(reply);
        return json::parse(reply->text());
    }

    Error refused(const char* method, const std::string& path, const json& body) {
        const auto reply = client_.request(method, path, body_of(body.dump()));
        REQUIRE_FALSE(reply);
        return reply.error();
    }

    std::string token_of(const std::string& id) {
        const auto got = server_.run_as("agent", {"get", id});
        return got.code == 0 ? got.out.substr(0, got.out.find('\n'))
                             : "exit code " + std::to_string(got.code);
    }

    void write(const char* method, const std::string& path, const json& body) {
        REQUIRE(client_.request(method, path, body_of(body.dump())));
    }

    DevServer& server() { return server_; }

    /// Plans the import of a file, lets somebody else act, and then carries the plan out.
    template <class Meanwhile>
    ImportScan planned(const std::string& text, Meanwhile meanwhile) {
        write_file(folder_ / "file.csv", text);
        auto file = ImportFile::open(path("file.csv"));
        REQUIRE(file);
        auto scan = scan_import(*file, [](std::uint64_t) {});
        REQUIRE(scan);
        const auto caller = who_imports(client_);
        REQUIRE(caller);
        ImportDirectory directory;
        Connection connection;
        connection.url = server_.text("url");
        connection.ca = server_.text("ca");
        connection.token_file = folder_ / "data" / "tokens" / "security.token";
        auto client_for_handles = ApiClient::open(connection);
        REQUIRE(client_for_handles);
        REQUIRE(plan_import(
            client_, *client_for_handles, directory, *caller, options, *scan, [](std::uint64_t) {}
        ));
        meanwhile(*scan);
        ImportRun run([](const ScannedRow&) {}, asked_to_stop, caller->organization, directory);
        executed = execute_import(connection, *file, options, run, *scan, [](std::uint64_t) {});
        return std::move(*scan);
    }

    ImportOptions options;
    AskedToStop asked_to_stop = [] { return false; };
    Result<void> executed;

    [[nodiscard]] std::string path(const std::string& name) const {
        return (folder_ / name).string();
    }

 private:
    TemporaryFolder folder_;
    DevServer server_;
    ApiClient client_;
};

const std::string header = "unique_handle_id,handle,access_token,application,owner\n";

/// Both rows, by what an import may change.
void check_both(
    Vault& vault, const std::string& id, const std::string& name, const std::string& owner
) {
    for (const auto* set : {secrets, handles}) {
        const auto row = vault.row(set, id);
        INFO(set << row.dump());
        CHECK(row["msdyn_name"] == name);
        CHECK(row["_ownerid_value"] == owner);
    }
    CHECK(
        vault.row(secrets, id)["_msdyn_octwitterapplicationid_value"] ==
        vault.row(handles, id)["_msdyn_octwitterapplicationid_value"]
    );
}

}  // namespace

TEST_CASE("both rows follow a change, and the run after it changes nothing", "[cli]") {
    Vault vault;
    const auto social = vault.server().ready()["teams"]["Social"].get<std::string>();
    const auto security = vault.server().ready()["users"]["security"].get<std::string>();
    REQUIRE(vault.import(header + "7100,@oldname,tok,First,Social\n").count("created") == 1);
    check_both(vault, "7100", "@oldname", social);
    const auto before = vault.row(handles, "7100")["_msdyn_octwitterapplicationid_value"];

    const std::string changed =
        "unique_handle_id,handle,application,owner\n"
        "7100,@newname,Second,security@demo.invalid\n";
    CHECK(vault.import(changed).count("conflicts") == 1);
    check_both(vault, "7100", "@oldname", social);
    const auto dry = vault.import(changed, {"--take-over", "--dry-run"});
    CHECK(dry.changes.at(2) == "renamed, other application, other owner");
    check_both(vault, "7100", "@oldname", social);
    auto done = vault.import(changed, {"--take-over"});
    CHECK(done.count("updated") == 1);
    CHECK(done.count("renamed") == 1);
    CHECK(done.count("reassigned") == 1);
    CHECK(done.count("other_application") == 1);
    check_both(vault, "7100", "@newname", security);
    CHECK(vault.row(handles, "7100")["_msdyn_octwitterapplicationid_value"] != before);

    const auto versions = [&] {
        return std::pair{
            vault.row(secrets, "7100")["versionnumber"],
            vault.row(handles, "7100")["versionnumber"]};
    };
    const auto then = versions();
    done = vault.import(changed, {"--take-over"});
    CHECK(done.count("unchanged") == 1);
    CHECK(done.count("updated") == 0);
    CHECK(versions() == then);
}

TEST_CASE("a half that another program left is made whole", "[cli]") {
    Vault vault;
    REQUIRE(vault.import(header + "7100,@oldname,tok,,Social\n").count("created") == 1);
    vault.write(
        "PATCH",
        std::string{secrets} + "(msdyn_octwitteruniquehandleid='7100')",
        {{"msdyn_name", "@newname"}}
    );
    CHECK(vault.import("unique_handle_id,handle\n7100,@newname\n").count("updated") == 1);
    CHECK(vault.row(handles, "7100")["msdyn_name"] == "@newname");
    CHECK(vault.import("unique_handle_id,handle\n7100,@newname\n").count("unchanged") == 1);
}

TEST_CASE("a rotation without owners takes no agent's access away", "[cli]") {
    Vault vault;
    const auto file = std::string{"unique_handle_id,handle,access_token\n"} + demo_handle +
                      ",@rookery_demo,rotated\n";
    for (const auto& more : {std::vector<std::string>{}, std::vector<std::string>{"--take-over"}}) {
        const auto done = vault.import(file, more);
        CHECK(done.ran.code == 0);
        CHECK(done.count("updated") == 1);
        CHECK(vault.token_of(demo_handle) == "rotated");
    }
}

TEST_CASE("the plan names who would be able to read the new tokens", "[cli]") {
    Vault vault;
    const auto file = std::string{"unique_handle_id,handle,access_token\n"} + demo_handle +
                      ",@rookery_demo,rotated\n";
    const auto agent = vault.server().ready()["users"]["agent"].get<std::string>();
    for (const auto& more : {std::vector<std::string>{"--dry-run"}, std::vector<std::string>{}}) {
        const auto done = vault.import(file, more);
        REQUIRE(done.access.size() == 1);
        CHECK(done.access.at(agent)["new_tokens"] == 1);
        CHECK(done.access.at(agent)["gains"] == 0);
        CHECK(done.access.at(agent)["loses"] == 0);
    }
    const auto told =
        vault.server().run_as("security", {"import", vault.path("file.csv"), "--dry-run"});
    CHECK_THAT(told.out, Contains("access: 'Agent Demo' " + agent + " new tokens of 1 record\n"));
    const auto names =
        vault.import("unique_handle_id,handle\n1000000001,@renamed\n", {"--dry-run"});
    CHECK(names.access.empty());
}

TEST_CASE("a full name, which everybody may choose, makes nobody an owner", "[cli]") {
    Vault vault;
    auto admin = vault.server().as("admin");
    const auto& users = vault.server().ready()["users"];
    const auto call = [&](const char* who, const char* name) {
        const json body{{"firstname", name}, {"lastname", ""}};
        const auto path = "systemusers(" + users[who].get<std::string>() + ")";
        REQUIRE(admin.request("PATCH", path, body_of(body.dump())));
    };
    call("stranger", "Social");
    call("reader", "agent@demo.invalid");
    const auto done = vault.import(
        header + "7100,@a,t,,Social\n7101,@b,t,,agent@demo.invalid\n7102,@c,t,,Agent Demo\n"
    );
    CHECK(done.count("created") == 2);
    CHECK_THAT(done.problems.at(4), Contains("bad: ") && Contains("full names are not looked for"));
    const auto social = vault.server().ready()["teams"]["Social"].get<std::string>();
    check_both(vault, "7100", "@a", social);
    check_both(vault, "7101", "@b", users["agent"]);

    const auto text = vault.server().run_as("security", {"export"}).out;
    CHECK_THAT(text, Contains("7100,@a,,Social\r\n"));
    CHECK_THAT(text, Contains("7101,@b,,agent@demo.invalid\r\n"));
    const auto again = vault.import(text);
    CHECK(again.ran.code == 0);
    CHECK(again.count("updated") + again.count("created") == 0);

    // The same for whoever names a user elsewhere: the domain name first, a full name if it is the only one.
    const auto of = [&](const char* who) {
        return vault.server().run_as("admin", {"access", "of", who});
    };
    CHECK_THAT(
        of("agent@demo.invalid").out, Contains("'Agent Demo' " + users["agent"].get<std::string>())
    );
    CHECK_THAT(of("Social").out, Contains("'Social' " + users["stranger"].get<std::string>()));
    call("reader", "Social");
    const auto several = of("Social");
    CHECK(several.code == 15);
    CHECK_THAT(
        several.error, Contains("several users have that name") && Contains("domain name or id")
    );
}

TEST_CASE("who makes a record first does not wait there for a token", "[cli]") {
    Vault vault;
    const auto agent = vault.server().ready()["users"]["agent"].get<std::string>();
    const std::string named = header + "7100,@a,first,,agent@demo.invalid\n";
    CHECK(vault.import(named).count("created") == 1);
    const auto refused = vault.import(header + "7100,@a,second,,\n", {"--take-over"});
    CHECK(refused.ran.code == 16);
    CHECK_THAT(refused.problems.at(2), Contains("conflict: the record belongs to another user"));
    CHECK(vault.import(named).count("updated") == 1);
    check_both(vault, "7100", "@a", agent);
}

TEST_CASE(
    "contradictory rows are refused with both lines, and nothing of them is written", "[cli]"
) {
    Vault vault;
    const std::string text = header + "7001,@one,tok-one,,Social\n" +
                             "7001,@two,tok-two,,Social\n" + "1.29403E+18,@three,tok-3,,Social\n" +
                             "ABC,@abc,tok-a,,Social\n" + "abc,@abc,tok-a,,Social\n" +
                             "7002,@same,tok-s,,Social\n" + "7002,@same,tok-s,,Social\n";
    for (const bool dry : {true, false}) {
        const auto done = vault.import(
            text, dry ? std::vector<std::string>{"--dry-run"} : std::vector<std::string>{}
        );
        CHECK(done.ran.code == 16);
        CHECK(done.count("created") == 1);
        CHECK(done.count("repeated") == 1);
        CHECK(done.count("bad") == 5);
        CHECK_THAT(done.problems.at(2), Contains("line 3"));
        CHECK_THAT(done.problems.at(3), Contains("line 2"));
        CHECK_THAT(done.problems.at(4), Contains("spreadsheet"));
        CHECK_THAT(done.problems.at(5), Contains("line 6"));
        CHECK_THAT(done.problems.at(6), Contains("line 5"));
    }
    CHECK(vault.token_of("7002") == "tok-s");
    CHECK(vault.token_of("7001") == "exit code 4");
    CHECK(vault.token_of("abc") == "exit code 4");
}

TEST_CASE("names of an application that differ in case are one application", "[cli]") {
    Vault vault;
    const std::string text =
        header + "7100,@a,t,Brand,Social\n7101,@b,t,BRAND,social\n7102,@c,t,brand ,SOCIAL\n";
    const auto dry = vault.import(text, {"--dry-run"});
    CHECK(dry.new_applications == json{{"new_applications", 1}, {"names", {"Brand"}}});
    const auto told =
        vault.server().run_as("security", {"import", vault.path("file.csv"), "--dry-run"});
    CHECK_THAT(told.out, Contains("new applications: 1: 'Brand'\n"));
    const auto done = vault.import(text);
    CHECK(done.ran.code == 0);
    CHECK(done.count("created") == 3);
    CHECK(done.new_applications == dry.new_applications);
    const auto application = [&](const char* id) {
        return vault.row(secrets, id)["_msdyn_octwitterapplicationid_value"];
    };
    CHECK(application("7100") == application("7101"));
    CHECK(application("7100") == application("7102"));
    const auto again = vault.import(
        "unique_handle_id,handle,application,owner\n7100,@a,BRAND,Social\n7101,@b,Brand,Social\n"
    );
    CHECK(again.ran.code == 0);
    CHECK(again.count("unchanged") == 2);
    CHECK(again.new_applications.is_null());
}

TEST_CASE("an id with a slash can be asked for and imported again", "[cli]") {
    Vault vault;
    const std::string text = header + "a/b,@slash,tok-s,,Social\n" + "a\\b,@back,tok-b,,Social\n" +
                             "\"../x?#%2F'\"\"\",@odd,tok-o,,Social\n";
    CHECK(vault.import(text).count("created") == 3);
    CHECK(vault.token_of("a/b") == "tok-s");
    CHECK(vault.token_of("a\\b") == "tok-b");
    CHECK(vault.token_of("../x?#%2F'\"") == "tok-o");
    CHECK(vault.import(text).count("updated") == 3);
    CHECK(vault.import("unique_handle_id,handle\na/b,@renamed\n").count("renamed") == 1);
    CHECK(vault.row(handles, "a/b")["msdyn_name"] == "@renamed");
}

TEST_CASE("blanks are left out of ids and refused in tokens, in a file and at the API", "[cli]") {
    Vault vault;
    const auto done = vault.import(
        header + "\xC2\xA0" + "7001 , @one,tok-1,,Social\n" + "7002,@two,tok-2\xC2\xA0,,Social\n" +
        "7003,@three,\"tok\n3\",,Social\n"
    );
    CHECK(done.count("created") == 1);
    CHECK(done.count("trimmed") == 1);
    CHECK_THAT(done.ran.error, Contains("blanks around"));
    CHECK_THAT(done.ran.error, !Contains("rounded"));
    const auto zeros = vault.import(
        "unique_handle_id,handle\n1294031234567890000,@a\n1294030000000000000,@b\n", {"--dry-run"}
    );
    CHECK_THAT(
        zeros.ran.error, Contains("2 ids of more than 15 digits end in zeros: rounded by a spread")
    );
    CHECK_THAT(done.problems.at(3), Contains("begins or ends with a blank"));
    CHECK_THAT(done.problems.at(4), Contains("holds a control character"));
    CHECK(vault.token_of("7001") == "tok-1");

    const auto path = std::string{secrets} + "(msdyn_octwitteruniquehandleid='7001')";
    CHECK_THAT(
        vault.refused("PATCH", path, {{"msdyn_useraccesstoken", "tok\n"}}).message,
        Contains("holds a control character")
    );
    CHECK_THAT(
        vault.refused("PATCH", path, {{"msdyn_useraccesstoken", "tok\u00a0"}}).message,
        Contains("begins or ends with a blank")
    );
    vault.write(
        "POST", handles, {{"msdyn_name", "@api"}, {"msdyn_octwitteruniquehandleid", "\u00a0 7004 "}}
    );
    CHECK(vault.row(handles, "7004")["msdyn_name"] == "@api");
}

TEST_CASE("a spreadsheet's separators, marks and empty columns are understood", "[cli]") {
    Vault vault;

    struct Way {
        const char* name;
        std::string text;
    };

    int number = 7000;
    for (const auto& way : {
             Way{"semicolon",
                 "Unique_Handle_ID; Handle ;access_token;owner\r\nID;@a;tok,1;Social\r\n"},
             Way{"tab",
                 "unique_handle_id\thandle\taccess_token\towner\r\nID\t@a\ttok;1\tSocial\r\n"},
             Way{"named",
                 "sep=;\r\nunique_handle_id;handle;access_token;owner\r\nID;@a;t;Social\r\n"},
             Way{"mark",
                 "\xEF\xBB\xBFunique_handle_id,handle,access_token,owner\r\nID,@a,t,Social\r\n"},
             Way{"trailing",
                 "unique_handle_id,handle,access_token,owner,,\r\nID,@a,t,Social,,\r\n,,,,,\r\n"},
             Way{"dataverse",
                 "msdyn_octwitteruniquehandleid,msdyn_name,msdyn_useraccesstoken,owneridname,"
                 "ownerid,"
                 "msdyn_octwitterhandlesecretid\nID,@a,t,Social,,\n"},
         }) {
        INFO(way.name);
        auto text = way.text;
        const auto id = std::to_string(++number);
        text.replace(text.find("ID", text.find("@a") - 5), 2, id);
        const auto done = vault.import(text);
        CHECK(done.ran.code == 0);
        CHECK(done.count("created") == 1);
        CHECK(vault.token_of(id).rfind("t", 0) == 0);
    }
    using namespace std::string_literals;
    write_file(vault.path("wide.csv"), "\xFF\xFEi\0d\0,\0\n\0"s);
    const auto wide = vault.server().run_as("security", {"import", vault.path("wide.csv")});
    CHECK(wide.code == 2);
    CHECK_THAT(wide.error, Contains("UTF-16"));
}

TEST_CASE("a report has every line with its outcome, and the dry run's is the run's", "[cli]") {
    Vault vault;
    REQUIRE(
        vault.import(header + "7100,@old,tok,,Social\n7101,@same,tok,,Social\n").count("created") ==
        2
    );
    const std::string text =
        "unique_handle_id,handle,access_token,owner\n"
        "7100,@new,,\n"
        "7101,@same,,\n"
        ",,,\n"
        "7102,@tokenless,,\n"
        "7103,@fresh,s3cret-token,Social\n"
        "7103,@fresh,s3cret-token,Social\n" +
        std::string{demo_handle} + ",@rookery_demo,,security@demo.invalid\n";
    const auto dry = vault.import(text, {"--dry-run", "--report", vault.path("dry.csv")});
    const auto report = read_file(vault.path("dry.csv"));
    CHECK_THAT(
        report,
        Catch::Matchers::StartsWith("line,outcome,reason\r\n"
                                    "2,update,renamed\r\n"
                                    "3,unchanged,\r\n"
                                    "4,blank,\r\n"
                                    "5,bad,a new record needs an access_token\r\n"
                                    "6,create,\r\n"
                                    "7,repeated,line 6 says the same\r\n"
                                    "8,conflict,")
    );
    CHECK(mode_of(vault.path("dry.csv")) == 0600);
    const auto done = vault.import(text, {"--report", vault.path("run.csv")});
    CHECK(read_file(vault.path("run.csv")) == report);
    auto expected = dry.summary;
    expected["dry_run"] = false;
    CHECK(done.summary == expected);
    for (const auto* word : {"s3cret", "@new", "@fresh"}) {
        CHECK(report.find(word) == std::string::npos);
        CHECK(done.ran.out.find(word) == std::string::npos);
        CHECK(done.ran.error.find(word) == std::string::npos);
    }
    // The report is made first: a path that cannot be written to changes nothing.
    const auto nowhere = vault.server().run_as(
        "security", {"import", vault.path("file.csv"), "--report", vault.path("none") + "/x.csv"}
    );
    CHECK(nowhere.code == 1);
    const auto folder = vault.server().run_as(
        "security", {"import", vault.path("file.csv"), "--report", vault.path("data")}
    );
    CHECK(folder.code != 0);
}

TEST_CASE("a report that cannot be written hides nothing of what came of an import", "[cli]") {
    Vault vault;
    const auto report = vault.path("report.csv");
    write_file(vault.path("file.csv"), header + "7100,@a,t,,Social\n");
    Wiring wiring;  // no file can grow
    wiring.before = {"/bin/sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"};
    const auto ran = vault.server().run_as(
        "security", {"import", vault.path("file.csv"), "--report", report}, wiring
    );
    INFO(ran.out << ran.error);
    CHECK(ran.code == 1);
    CHECK_THAT(ran.out, Contains("created 1,"));
    CHECK_THAT(ran.error, Contains("error: write ") && Contains("report.csv"));
    CHECK(vault.token_of("7100") == "t");
}

TEST_CASE("more rows than a batch, some there and some new, end as planned", "[cli]") {
    Vault vault;
    std::string text = header;
    for (int i = 0; i < 1500; ++i) {
        const auto number = std::to_string(i);
        text += "n" + number + ",@" + number + ",token " + number + ",,Social\n";
    }
    CHECK(vault.import(text).count("created") == 1500);
    text += "m1,@m1,token m1,,Social\n";
    text += "m2,@m2,token m2,,nobody of that name\n";
    const auto again = vault.import(text);
    CHECK(again.count("created") == 1);
    CHECK(again.count("updated") == 1500);
    CHECK(again.count("bad") == 1);
    CHECK(again.problems.count(1503) == 1);
    for (const char* id : {"n0", "n999", "n1000", "n1499", "m1"}) {
        CHECK(vault.token_of(id) == "token " + std::string{id}.substr(id[0] == 'n' ? 1 : 0));
    }
    CHECK(vault.import(text, {"--skip-existing"}).count("unchanged") == 1501);
}

TEST_CASE("rookery export writes what import reads, and never a token", "[cli]") {
    Vault vault;
    const std::string odd = "\"a;b,\"\"c\"\"\"";
    REQUIRE(
        vault
            .import(
                header + "7100,@one,tok-one,App,Social\n" + odd +
                ",@two,tok-two,,security@demo.invalid\n"
            )
            .count("created") == 2
    );
    const auto out = vault.path("out.csv");
    const auto ran = vault.server().run_as("security", {"export", "--out", out});
    INFO(ran.error);
    REQUIRE(ran.code == 0);
    CHECK(ran.out.empty());
    const auto text = read_file(out);
    CHECK(text.rfind("unique_handle_id,handle,application,owner\r\n", 0) == 0);
    CHECK_THAT(text, Contains("7100,@one,App,Social\r\n"));
    CHECK_THAT(text, Contains(odd + ",@two,,security@demo.invalid\r\n"));
    CHECK(text.find("tok-") == std::string::npos);
    CHECK(text.find("********") == std::string::npos);
    CHECK(mode_of(out) == 0600);
    CHECK(vault.server().run_as("security", {"export"}).out == text);

    const auto again = vault.import(text);
    INFO(again.ran.out);
    CHECK(again.ran.code == 0);
    CHECK(again.count("unchanged") > 2);
    CHECK(again.count("updated") == 0);
    CHECK(vault.server().run_as("stranger", {"export"}).code == 5);
    CHECK(vault.server().run_as("security", {"export", "--out", vault.path("data")}).code != 0);
}

TEST_CASE("an export leaves out records whose names hold control characters", "[cli]") {
    Vault vault;
    REQUIRE(
        vault
            .import(
                header + "7100,@a,t,,Social\n7101,@b,t,,Social\n7102,@c,t,Evil,Social\n"
                         "7103,@d,t,,Social\n"
            )
            .count("created") == 4
    );
    const auto rename = [&](const char* id, const char* name) {
        const auto key = std::string{"(msdyn_octwitteruniquehandleid='"} + id + "')";
        vault.write("PATCH", secrets + key, {{"msdyn_name", name}});
    };
    rename("7100", "@a\x1b]0;title\x07");
    rename("7101", "@b\u009b31m");
    const auto application =
        vault.row(secrets, "7102")["_msdyn_octwitterapplicationid_value"].get<std::string>();
    vault.write(
        "PATCH", "msdyn_octwitterapplications(" + application + ")", {{"msdyn_name", "E\x7fvil"}}
    );
    const auto ran = vault.server().run_as("security", {"export"});
    CHECK(ran.code == 0);
    CHECK_THAT(ran.error, Contains("3 records with a control character in an id or a name"));
    CHECK_THAT(ran.out, Contains("7103,@d,,Social\r\n"));
    for (const char* id : {"7100", "7101", "7102", "\x1b", "\u009b", "\x7f"}) {
        CHECK_THAT(ran.out, !Contains(id));
    }
    CHECK(vault.import(ran.out).ran.code == 0);
}

TEST_CASE("a row that changed between plan and run is a conflict, never overwritten", "[cli]") {
    Vault vault;
    REQUIRE(
        vault.import(header + "7100,@a,t,,Social\n7101,@b,t,,Social\n7102,@c,t,,Social\n")
            .count("created") == 3
    );
    const auto key = [](const char* id) {
        return std::string{"(msdyn_octwitteruniquehandleid='"} + id + "')";
    };
    const auto scan = vault.planned(
        header +
            "7100,@a2,t2,,\n7101,@b2,,,\n7102,@c2,,,\n7103,@fresh,t,,Social\n7104,@d,t,,Social\n",
        [&](const ImportScan& plan) {
            CHECK(count_rows(plan).updated == 3);
            CHECK(count_rows(plan).created == 2);
            vault.write("PATCH", secrets + key("7100"), {{"msdyn_name", "@theirs"}});
            vault.write("PATCH", handles + key("7101"), {{"msdyn_name", "@theirs"}});
            const json handle{{"msdyn_name", "@theirs"}, {"msdyn_octwitteruniquehandleid", "7103"}};
            vault.write("POST", handles, handle);
        }
    );
    REQUIRE(vault.executed);
    const auto counts = count_rows(scan);
    CHECK(counts.conflicts == 3);
    CHECK(counts.updated == 1);
    CHECK(counts.created == 1);
    CHECK_THAT(scan.rows[0].plan.reason, Contains("changed since it was planned"));
    CHECK_THAT(scan.rows[1].plan.reason, Contains("the handle row was changed since"));
    CHECK_THAT(scan.rows[3].plan.reason, Contains("somebody else made"));
    CHECK(vault.row(secrets, "7100")["msdyn_name"] == "@theirs");
    CHECK(vault.row(handles, "7100")["msdyn_name"] == "@a");
    CHECK(vault.token_of("7100") == "t");
    CHECK(vault.row(handles, "7101")["msdyn_name"] == "@theirs");
    CHECK(vault.row(secrets, "7102")["msdyn_name"] == "@c2");
    CHECK(vault.token_of("7103") == "exit code 4");
    CHECK(vault.token_of("7104") == "t");
}

TEST_CASE("an import that is asked to stop does so between two batches", "[cli]") {
    Vault vault;
    std::string text = header;
    for (int i = 0; i < 10; ++i) {
        const auto number = std::to_string(7100 + i);
        text += number + ",@" + number + ",t" + number + ",,Social\n";
    }
    vault.options.batch_rows = 2;
    vault.options.workers = 1;
    int asked = 0;
    vault.asked_to_stop = [&] { return ++asked > 2; };
    const auto scan = vault.planned(text, [](const ImportScan&) {});
    REQUIRE_FALSE(vault.executed);
    CHECK(vault.executed.error().code == Errc::cancelled);
    const auto counts = count_rows(scan);
    CHECK(counts.created == 4);
    CHECK(counts.not_reached == 6);
    CHECK(vault.token_of("7103") == "t7103");
    CHECK(vault.token_of("7104") == "exit code 4");
    const auto rest = vault.import(text);
    CHECK(rest.count("created") == 6);
    CHECK(rest.count("updated") == 4);
}

TEST_CASE("a signal ends an import with its summary and its report", "[cli]") {
    Vault vault;
    write_file(vault.path("file.csv"), header + "7100,@a,t,,Social\n7101,@b,,,\n");
    for (const char* signal : {"SIGINT", "SIGTERM", "SIGHUP"}) {
        INFO(signal);
        const auto report = vault.path(std::string{signal} + ".csv");
        // Held back, it is there when the program begins to look for it.
        const auto before = std::string{"import os, signal, sys\n"} + "stop = signal." + signal +
                            "\nsignal.signal(stop, signal.SIG_DFL)\n"
                            "signal.pthread_sigmask(signal.SIG_BLOCK, {stop})\n"
                            "os.kill(os.getpid(), stop)\n"
                            "os.execv(sys.argv[1], sys.argv[1:])\n";
        const auto ran = vault.server().run_as(
            "security",
            {"import", vault.path("file.csv"), "--report", report},
            {.before = {"/usr/bin/python3", "-c", before}}
        );
        INFO(ran.out << ran.error);
        CHECK(ran.code == 14);
        CHECK_THAT(ran.out, Contains("created 0,") && Contains("not reached 2"));
        CHECK_THAT(ran.error, Contains("error: stopped on request"));
        CHECK(read_file(report) == "line,outcome,reason\r\n2,not reached,\r\n3,not reached,\r\n");
        for (const auto& entry : std::filesystem::directory_iterator(vault.path("."))) {
            CHECK(entry.path().extension() != ".new");
        }
    }
    // Whoever is not to hear of the end of a terminal goes on.
    const auto deaf = vault.server().run_as(
        "security",
        {"import", vault.path("file.csv")},
        {.before = {"/bin/sh", "-c", "trap '' HUP; kill -HUP $$; exec \"$@\"", "sh"}}
    );
    CHECK(deaf.code == 16);
    CHECK(vault.token_of("7100") == "t");
}

TEST_CASE("a privilege that one row needs and the caller lacks costs that row alone", "[cli]") {
    Vault vault;
    std::string text = header;
    for (int i = 0; i < 40; ++i) {
        const auto number = std::to_string(7100 + i);
        text += number + ",@" + number + ",t,,security@demo.invalid\n";
    }
    REQUIRE(vault.import(text).count("created") == 40);
    // An administrator may move records, but not to people who could read their tokens then.
    std::string moves = "unique_handle_id,handle,owner\n";
    std::string names = moves;
    for (int i = 0; i < 12; ++i) {
        const auto number = std::to_string(7100 + i);
        moves += number + ",@" + number + ",Social\n";
    }
    for (int i = 12; i < 40; ++i) {
        const auto number = std::to_string(7100 + i);
        names += number + ",@new" + number + ",\n";
    }
    const auto all = vault.import(moves, {"--take-over"}, "admin");
    INFO(all.ran.out << all.ran.error);
    CHECK(all.ran.code == 5);
    CHECK(all.count("bad") == 10);
    CHECK(all.count("not_reached") == 2);
    CHECK_THAT(all.problems.at(2), Contains("bad: ") && Contains("prvrkyGrantUnmask"));
    CHECK_THAT(all.ran.error, Contains("error: ") && Contains("prvrkyGrantUnmask"));

    const auto some =
        vault.import(moves + names.substr(names.find('\n') + 1), {"--take-over"}, "admin");
    INFO(some.ran.out << some.ran.error);
    CHECK(some.ran.code == 16);
    CHECK(some.count("bad") == 12);
    CHECK(some.count("updated") == 28);
    CHECK(vault.row(handles, "7139")["msdyn_name"] == "@new7139");
    const auto security = vault.server().ready()["users"]["security"].get<std::string>();
    check_both(vault, "7100", "@7100", security);
}

TEST_CASE("a file that is another when its tokens are read is not imported", "[cli]") {
    Vault vault;
    const auto scan = vault.planned(header + "7100,@a,planned,,Social\n", [&](const ImportScan&) {
        write_file(vault.path("file.csv"), header + "7100,@a,another,,Social\n");
    });
    REQUIRE_FALSE(vault.executed);
    CHECK(vault.executed.error().code == Errc::version_mismatch);
    CHECK(count_rows(scan).not_reached == 1);
    CHECK(vault.token_of("7100") == "exit code 4");
}

}  // namespace import_test

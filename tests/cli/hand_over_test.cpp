// How secrets come in and go out of commands of the real program, beside a server.
#include "cli/program.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <sstream>
#include <sys/stat.h>

namespace hand_over_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using Catch::Matchers::Contains;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::string first_handle(const DevServer& server) {
    return server.ready()["handles"][0]["uniquehandleid"].get<std::string>();
}

/// The tokens of that name, as `token list --json` has them.
std::vector<json> tokens_called(const DevServer& server, const std::string& name) {
    const auto ran = server.run_as("admin", {"token", "list", "--json"});
    REQUIRE(ran.code == 0);
    std::vector<json> out;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) {
        auto row = json::parse(line);
        if (row.value("rky_name", "") == name) out.push_back(std::move(row));
    }
    return out;
}

}  // namespace

TEST_CASE("a token comes from every form in which platforms hand one over", "[cli]") {
    const TemporaryFolder folder;
    const DevServer server(folder / "vault");
    const auto handle = first_handle(server);
    const auto token = server.run_as("agent", {"get", handle}).out;
    REQUIRE(token.ends_with("\n"));
    const auto agent = server.token_of("agent");
    const auto get = [&](const std::string& file, const Wiring& wiring = {}) {
        return server.run_as("stranger", {"get", handle, "--token-file", file}, wiring);
    };
    // Standard input, a pipe, and what a shell makes of <(…).
    CHECK(get("-", {.input = agent}).out == token);
    const auto script = fmt::format("cat '{}' | exec \"$@\"", agent.string());
    CHECK(get("-", {.before = {"/bin/sh", "-c", script, "sh"}}).out == token);
    const auto third = fmt::format("exec 3<'{}'; exec \"$@\"", agent.string());
    CHECK(get("/dev/fd/3", {.before = {"/bin/sh", "-c", third, "sh"}}).out == token);
    const auto terminal = get("-");
    CHECK(terminal.code == 10);
    CHECK_THAT(terminal.error, Contains("standard input is a terminal or another device"));

    // As Kubernetes mounts a secret: links over a folder that is replaced as a whole, read by a group.
    fs::create_directory(folder / "..2026");
    fs::copy_file(agent, folder / "..2026" / "token");
    REQUIRE(::chmod((folder / "..2026" / "token").c_str(), 0440) == 0);
    fs::create_directory_symlink("..2026", folder / "..data");
    fs::create_symlink("..data/token", folder / "token");
    CHECK(get(folder / "token").out == token);

    REQUIRE(::chmod((folder / "..2026" / "token").c_str(), 0444) == 0);
    const auto open = get(folder / "token");
    CHECK(open.code == 10);
    CHECK_THAT(open.error, Contains("its mode is 0444"));
}

TEST_CASE("every connection of a command has the token that a pipe gave once", "[cli]") {
    const TemporaryFolder folder;
    const DevServer server(folder / "vault");
    write_file(folder / "rows.csv", "unique_handle_id,handle,access_token\n4711,@new,new-token\n");
    const auto ran = server.run_as(
        "stranger",
        {"import", (folder / "rows.csv").string(), "--token-file", "-"},
        {.input = server.token_of("security")}
    );
    INFO(ran.error);
    CHECK(ran.code == 0);
    CHECK_THAT(ran.out, Contains("created 1"));
}

TEST_CASE("rookery get --no-newline ends with the token itself", "[cli]") {
    const TemporaryFolder folder;
    const DevServer server(folder / "vault");
    const auto handle = first_handle(server);
    const auto with = server.run_as("agent", {"get", handle});
    const auto without = server.run_as("agent", {"get", handle, "--no-newline"});
    CHECK(with.out == without.out + "\n");
    CHECK_FALSE(without.out.ends_with("\n"));
    CHECK(without.error.empty());
}

TEST_CASE(
    "a token that cannot be handed over is none: nothing is made, or it is revoked", "[cli]"
) {
    const TemporaryFolder folder;
    const DevServer server(folder / "vault");
    const auto user = server.ready()["users"]["stranger"].get<std::string>();
    const auto create = [&](const std::string& out, const Wiring& wiring = {}) {
        return server.run_as(
            "admin", {"token", "create", "--user", user, "--name", "lost", "--out", out}, wiring
        );
    };
    for (const auto& place :
         {(folder / "none" / "x").string(),
          std::string{"/proc/x"},
          (folder / std::string(300, 'a')).string(),
          std::string{}}) {
        CAPTURE(place);
        CHECK(create(place).code != 0);
    }
    CHECK(tokens_called(server, "lost").empty());

    // The file can be made, and nothing be written to it: what a full disk does at that moment.
    const auto out = (folder / "out").string();
    const auto ran =
        create(out, {.before = {"/bin/sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"}});
    CHECK(ran.code == 1);
    CHECK_THAT(ran.error, Contains("was made, and is revoked: nobody has it"));
    CHECK_FALSE(fs::exists(out));
    const auto lost = tokens_called(server, "lost");
    REQUIRE(lost.size() == 1);
    CHECK_FALSE(lost.front().at("rky_revokedon").is_null());

    // The longest name that a file may have is one.
    const auto longest = create((folder / std::string(255, 'b')).string());
    INFO(longest.error);
    CHECK(longest.code == 0);
}

TEST_CASE("no closed descriptor turns a file of the vault into the output", "[cli]") {
    const TemporaryFolder folder;
    for (const int fd : {0, 1, 2}) {
        CAPTURE(fd);
        const auto data = folder / std::to_string(fd);
        Process dev({"dev", "--json", "--data", data.string()}, {}, {.closed = {fd}});
        if (fd == 1) {
            CHECK(dev.error_line() == "error: cannot write the output: Bad file descriptor");
            CHECK(dev.wait() == 1);
        } else {
            CHECK_THAT(dev.line(), Contains("\"tokens\""));
            dev.terminate();
            CHECK(dev.wait() == 0);
        }
        CHECK(fs::file_size(data / "LOCK") == 0);
    }
}

TEST_CASE("what is not there ends with the same code, whatever it is", "[cli]") {
    const TemporaryFolder folder;
    const DevServer server(folder / "vault");
    const std::string id = "00000000-0000-4000-8000-000000000001";
    const std::vector<std::vector<std::string>> lines = {
        {"get", "--id", id},
        {"get", "no-such"},
        {"job", "show", id},
        {"job", "show", "no-such"},
        {"job", "pause", id},
        {"job", "pause", "no-such"},
        {"job", "resume", id},
        {"job", "cancel", id},
        {"token", "revoke", id},
        {"token", "confirm", id},
        {"token", "list", "--user", "no-such"},
        {"access", "of", id},
        {"access", "who-can", id},
        {"access", "who-can", "no-such"},
        {"audit", "tail", "--record", "no-such"},
        {"audit", "tail", "--actor", "no-such"},
    };
    for (const auto& line : lines) {
        CAPTURE(line);
        CHECK(server.run_as("admin", line).code == 4);
    }
}

TEST_CASE("a unique handle id that looks like a GUID is found by it", "[cli]") {
    const TemporaryFolder folder;
    const DevServer server(folder / "vault");
    const std::string handle = "3F0E8C2A-1B2C-4D5E-8F90-0123456789AB";
    write_file(
        folder / "rows.csv", "unique_handle_id,handle,access_token\n" + handle + ",@guid,a-token\n"
    );
    REQUIRE(server.run_as("security", {"import", (folder / "rows.csv").string()}).code == 0);
    const auto who = server.run_as("auditor", {"access", "who-can", handle});
    INFO(who.error);
    CHECK(who.code == 0);
    // Also when somebody asked for a row of that id before, which is on the log itself.
    for (int i = 0; i < 2; ++i) {
        const auto tail = server.run_as("auditor", {"audit", "tail", "--record", handle});
        CHECK(tail.code == 0);
        CHECK_THAT(tail.out, Contains("'@guid'"));
        CHECK_THAT(tail.error, Contains("it is also the unique handle id of the record "));
        CHECK(server.run_as("agent", {"get", "--id", handle}).code == 4);
    }
    CHECK_THAT(
        server.run_as("auditor", {"audit", "tail", "--record", handle}).out,
        Contains("failed (not-found)")
    );
}

TEST_CASE("a reader that goes away ends a command quietly", "[cli]") {
    const TemporaryFolder folder;
    const DevServer server(folder / "vault");
    const std::vector<std::vector<std::string>> lines = {
        {"get", first_handle(server)}, {"status"}, {"sync", "status"}};
    for (const auto& line : lines) {
        CAPTURE(line);
        const auto* who = line.front() == "get" ? "agent" : "admin";
        const auto ran = server.run_as(who, line, {.reader_gone = true});
        CHECK(ran.code == -SIGPIPE);
        CHECK(ran.error.empty());
    }
}

}  // namespace hand_over_test

// The importer against a real server, in batches small enough to tell what each one met.
#include "cli/import/importer.hpp"

#include "cli/program.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
using nlohmann::json;

namespace {

constexpr const char* demo_handle = "1000000001";

class Vault {
 public:
    Vault() : server_(folder_ / "data") {
        connection_.url = server_.text("url");
        connection_.ca = server_.text("ca");
        connection_.token_file = folder_ / "data" / "tokens" / "security.token";
    }

    static ImportRow row(const std::string& id, const std::string& token) {
        ImportRow out;
        out.unique_handle_id = id;
        out.handle = "@" + id;
        out.owner = "Social";
        out.access_token = SecretBytes::copy_of(token);
        return out;
    }

    /// One worker, so that the batches come in order.
    ImportCounts import(std::vector<ImportRow> rows, ImportOptions options = {}) {
        problems.clear();
        options.workers = 1;
        auto importer = Importer::start(connection_, options, [this](const ImportProblem& problem) {
            problems.push_back(problem);
        });
        REQUIRE(importer);
        std::uint64_t line = 1;
        for (auto& row : rows) {
            row.line = ++line;
            REQUIRE((*importer)->add(std::move(row)));
        }
        REQUIRE((*importer)->finish());
        return (*importer)->counts();
    }

    std::string token_of(const std::string& id) {
        const auto got = server_.run_as("agent", {"get", id});
        return got.code == 0 ? got.out.substr(0, got.out.find('\n'))
                             : "exit code " + std::to_string(got.code);
    }

    DevServer& server() { return server_; }

    std::vector<ImportProblem> problems;

 private:
    TemporaryFolder folder_;
    DevServer server_;
    Connection connection_;
};

ImportOptions batches_of(std::size_t rows) {
    ImportOptions out;
    out.batch_rows = rows;
    return out;
}

std::vector<ImportRow> rows(std::initializer_list<std::pair<const char*, const char*>> given) {
    std::vector<ImportRow> out;
    for (const auto& [id, token] : given) out.push_back(Vault::row(id, token));
    return out;
}

}  // namespace

TEST_CASE("a record that is there among all new ones is found and updated", "[cli]") {
    Vault vault;
    // The second batch is expected to be new like the first; the third and fourth have to be looked
    // at.
    auto file =
        rows({{"a", "a1"}, {"b", "b1"}, {"c", "c1"}, {"d", "d1"}, {"e", "e1"}, {"a", "a2"}});
    file.push_back(Vault::row("b", ""));
    file.back().handle = "@renamed";
    file.push_back(Vault::row("f", ""));
    const auto counts = vault.import(std::move(file), batches_of(2));
    CHECK(counts.created == 5);
    CHECK(counts.updated == 2);
    CHECK(counts.bad == 1);
    REQUIRE(vault.problems.size() == 1);
    CHECK(vault.problems.front().line == 9);
    CHECK(vault.token_of("a") == "a2");
    CHECK(vault.token_of("b") == "b1");
    CHECK(vault.token_of("e") == "e1");
}

TEST_CASE("a second run of the same file ends in the same rows", "[cli]") {
    Vault vault;
    const auto file = [] {
        return rows({{"a", "a1"}, {"b", "b1"}, {"c", "c1"}, {"d", "d1"}, {"e", "e1"}});
    };
    CHECK(vault.import(file(), batches_of(2)).created == 5);
    const auto again = vault.import(file(), batches_of(2));
    CHECK(again.created == 0);
    CHECK(again.updated == 5);
    CHECK(again.total() == 5);
    auto skip = batches_of(2);
    skip.skip_existing = true;
    CHECK(vault.import(file(), skip).unchanged == 5);
    CHECK(vault.token_of("e") == "e1");
}

TEST_CASE("a record of somebody else among all new ones is a conflict", "[cli]") {
    Vault vault;
    const auto file = [](const char* token) {
        auto out = rows({{"a", "a1"}, {"b", "b1"}, {"c", "c1"}, {demo_handle, token}});
        for (auto& row : out) row.owner.clear();
        return out;
    };
    const auto counts = vault.import(file("stolen"), batches_of(2));
    CHECK(counts.created == 3);
    CHECK(counts.conflicts == 1);
    REQUIRE(vault.problems.size() == 1);
    CHECK(vault.problems.front().line == 5);
    CHECK(vault.problems.front().kind == ProblemKind::conflict);
    CHECK(vault.token_of(demo_handle) != "stolen");
    auto take = batches_of(2);
    take.take_over = true;
    CHECK(vault.import(file("taken"), take).updated == 4);
}

TEST_CASE("a row that the vault refuses leaves the new ones around it in", "[cli]") {
    Vault vault;
    auto file =
        rows({{"a", "a1"}, {"b", "b1"}, {"c", "c1"}, {"d", "d1"}, {"e", "e1"}, {"f", "f1"}});
    file[3].owner = "nobody of that name";
    file[4].handle = std::string(101, 'x');  // the vault's own limit is 100
    const auto counts = vault.import(std::move(file), batches_of(2));
    CHECK(counts.created == 4);
    CHECK(counts.bad + counts.conflicts == 2);
    REQUIRE(vault.problems.size() == 2);
    CHECK(vault.problems[0].line == 5);
    CHECK(vault.problems[1].line == 6);
    CHECK(vault.token_of("c") == "c1");
    CHECK(vault.token_of("f") == "f1");
}

TEST_CASE("a handle that is there without a record gets the record", "[cli]") {
    Vault vault;
    auto security = vault.server().as("security");
    const json handle{{"msdyn_name", "@d"}, {"msdyn_octwitteruniquehandleid", "d"}};
    REQUIRE(security.request("POST", "msdyn_octwitterhandles", body_of(handle.dump())));
    const auto counts =
        vault.import(rows({{"a", "a1"}, {"b", "b1"}, {"c", "c1"}, {"d", "d1"}}), batches_of(2));
    CHECK(counts.created == 4);
    CHECK(vault.problems.empty());
    CHECK(vault.token_of("d") == "d1");
}

TEST_CASE("a dry run of new rows writes none of them", "[cli]") {
    Vault vault;
    auto dry = batches_of(2);
    dry.dry_run = true;
    const auto counts =
        vault.import(rows({{"a", "a1"}, {"b", "b1"}, {"c", "c1"}, {"d", "d1"}}), dry);
    CHECK(counts.created == 4);
    CHECK(vault.token_of("a") != "a1");
    CHECK(vault.token_of("d") != "d1");
}

TEST_CASE("a file of several full batches is all there", "[cli]") {
    Vault vault;
    std::vector<ImportRow> file;
    for (int i = 0; i < 2500; ++i) {
        file.push_back(Vault::row("n" + std::to_string(i), "token " + std::to_string(i)));
    }
    CHECK(vault.import(std::move(file)).created == 2500);
    for (const char* number : {"0", "999", "1000", "2499"}) {
        CHECK(vault.token_of(std::string("n") + number) == std::string("token ") + number);
    }
}

// What the page of what is served says of operations and relationships is what their tables say.
#include "odata/operation_table.hpp"
#include "schema/schema.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace compatibility_test {

namespace {

using namespace rookery;

/// The rows under these titles: feature → answer.
std::map<std::string, std::string> rows_under(const std::set<std::string>& titles) {
    std::ifstream file{ROOKERY_SOURCE_DIR "/tests/docs/compatibility.rows"};
    REQUIRE(file);
    std::map<std::string, std::string> out;
    bool wanted = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("# ")) wanted = titles.contains(line.substr(2));
        if (!wanted || !line.starts_with('`')) continue;
        const auto end = line.find('`', 1);
        const auto answer = line.substr(line.find(" | ") + 3);
        out.emplace(line.substr(1, end - 1), answer.substr(0, answer.find(" | ")));
    }
    return out;
}

/// Understood, and refused to everybody whatever is asked: the log is kept whole.
constexpr std::string_view refused_to_everybody[] = {
    "DeleteAuditData", "DeleteRecordChangeHistory"};

}  // namespace

TEST_CASE("every operation has a row that says whether it is served, and no other has", "[odata]") {
    auto rows = rows_under({"Functions and actions", "Our own functions and actions"});
    std::map<std::string, bool> built;
    for (const auto* operation : odata::all_operations()) {
        auto& known = built[std::string{operation->name}];
        known = known || operation->status == odata::OperationStatus::built;
    }
    for (const auto& [name, is_built] : built) {
        CAPTURE(name);
        REQUIRE(rows.contains(name));
        const bool refused =
            std::ranges::find(refused_to_everybody, name) != std::end(refused_to_everybody);
        CHECK((rows[name] != "no") == (is_built && !refused));
        rows.erase(name);
    }
    for (const auto& [name, answer] : rows) FAIL_CHECK(name << " is no operation");
}

TEST_CASE("every relationship of the table of tokens has a row, and no other has", "[odata]") {
    auto rows = rows_under({"Relationships of msdyn_octwitterhandlesecret"});
    constexpr std::string_view table = "msdyn_octwitterhandlesecret";
    for (const auto& relationship : schema::relationships()) {
        if (relationship.referencing != table && relationship.referenced != table) continue;
        const std::string name{relationship.name};
        if (name.find("rky_") != std::string::npos) continue;  // to a table of ours
        CAPTURE(name);
        REQUIRE(rows.contains(name));
        CHECK((rows[name] == "yes") == relationship.built);
        rows.erase(name);
    }
    for (const auto& [name, answer] : rows) FAIL_CHECK(name << " is no relationship");
}

}  // namespace compatibility_test

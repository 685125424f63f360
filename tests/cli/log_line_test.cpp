#include "cli/log_line.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace rookery;
using namespace rookery::cli;
using nlohmann::json;

namespace {

std::string no_names(std::string_view, const Uuid&) {
    return {};
}

}  // namespace

TEST_CASE("a log line shows names before ids", "[cli]") {
    const auto entry = json{
        {"Time", "2026-02-03T04:05:06Z"},
        {"Index", 17},
        {"ActorName", "Agent Demo"},
        {"ActorId", "00000000-0000-4000-8000-000000000001"},
        {"Message", "Retrieve"},
        {"RecordName", "@rookery"},
        {"Columns", {"msdyn_useraccesstoken"}},
        {"Outcome", "success"},
        {"Reason", "none"},
        {"Release", "plaintext"},
        {"Rule", "role:00000000-0000-4000-8000-000000000002/local"},
    };
    const auto named = [](std::string_view kind, const Uuid&) { return std::string{kind} + " X"; };
    CHECK(
        log_line(entry, named) ==
        "2026-02-03T04:05:06Z      17  Agent Demo  Retrieve  @rookery  msdyn_useraccesstoken  "
        "success plaintext  role 'role X'/local"
    );
    const auto unnamed = log_line(entry, no_names);
    CHECK(unnamed.find("role:00000000-0000-4000-8000-000000000002/local") != std::string::npos);
}

TEST_CASE(
    "a log line of a lying server escapes what could deceive and survives what is missing", "[cli]"
) {
    CHECK_FALSE(log_line(json::object(), no_names).empty());
    const auto line = log_line(
        json{
            {"ActorName", "evil\n\x1b[2J"},
            {"Index", "seven"},
            {"Columns", 3},
            {"Rule", "role:x"},
            {"RecordName", 9},
            {"Count", 12},
            {"Table", "team"}},
        no_names
    );
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find("12 rows of team") != std::string::npos);
}

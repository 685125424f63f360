#include "cli/output/operator_log.hpp"

#include "base/secret.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace operator_log_test {

using namespace rookery;
using namespace rookery::cli;

static_assert(!std::is_constructible_v<decltype(LogField::value), SecretBytes>);

TEST_CASE("a log line of the server is one line whatever its fields hold", "[cli]") {
    const auto line = render_log_line(
        LogFormat::text,
        "2026-02-03T04:05:06Z",
        LogLevel::warning,
        "event",
        {{"plain", std::string_view{"x"}},
         {"odd", std::string_view{"a b\n\"c\""}},
         {"n", std::int64_t{-3}},
         {"yes", true}}
    );
    CHECK(
        line == "2026-02-03T04:05:06Z warning event plain=x odd=\"a b\\x0a\\\"c\\\"\" n=-3 yes=true"
    );
}

TEST_CASE("a log line of the server as JSON keeps its types", "[cli]") {
    const auto line = render_log_line(
        LogFormat::json,
        "t",
        LogLevel::info,
        "serving",
        {{"url", std::string_view{"https://x\xFF"}}, {"n", std::uint64_t{7}}, {"b", false}}
    );
    const auto read = nlohmann::json::parse(line);
    CHECK(read["event"] == "serving");
    CHECK(read["n"] == 7);
    CHECK(read["b"] == false);
}

}  // namespace operator_log_test

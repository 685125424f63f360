// Records with names, numbers, dates and owners, and their aggregations from the URL to the answer.
#pragma once

#include "base/percent_encode.hpp"
#include "render_for_test.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::odata {

using Json = nlohmann::json;

struct AggregateScene {
    static constexpr std::string_view table = "msdyn_octwitterhandlesecret";

    test::TestVault vault;
    Uuid agent;     // reads what he and his team own
    Uuid stranger;  // reads nothing
    Uuid team;

    AggregateScene() {
        agent = vault.user("agent");
        stranger = vault.user("stranger");
        const auto unit =
            test::TestVault::target("businessunit", vault.vault().root_business_unit());
        team = vault.create(
            "team", std::pair{"name", std::string("Social")}, std::pair{"businessunitid", unit}
        );
        vault.associate("teammembership_association", team, agent);
        const auto role =
            vault.role("Reader", {"prvReadmsdyn_octwitterhandlesecret"}, schema::Depth::basic);
        vault.associate("teamroles_association", team, role);
    }

    /// `date`: when it was created; now without one.
    void create(
        const std::optional<std::string>& name, const std::optional<std::int64_t>& number,
        const std::optional<std::string>& date, bool of_team
    ) {
        messages::Create message;
        message.table = schema::table(table);
        const auto set = [&](std::string_view column, messages::InputValue value) {
            message.input.cells.push_back(test::TestVault::cell(table, column, std::move(value)));
        };
        if (name) set("msdyn_name", *name);
        if (number) set("importsequencenumber", *number);
        if (date) set("overriddencreatedon", *parse_iso8601(*date));
        if (of_team) set("ownerid", test::TestVault::target("team", team));
        static_cast<void>(vault.run_as_system<messages::NoContent>(std::move(message)));
    }

    [[nodiscard]] http::Response ask(
        const access::Caller& caller, const std::string& query,
        std::vector<http::Header> headers = {}
    ) {
        auto parsed = odata::parse(
            request("GET", secrets + "?" + query, {}, std::move(headers)), test_root, anyone, agent
        );
        if (const auto* rejected = message_if<messages::Rejected>(parsed)) {
            FAIL(query << ": " << rejected->error.message);
        }
        return render(parsed.context, test::value(vault.vault().run(caller, parsed.message)));
    }

    [[nodiscard]] Json json(
        const access::Caller& caller, const std::string& query,
        std::vector<http::Header> headers = {}
    ) {
        const auto answer = ask(caller, query, std::move(headers));
        INFO(body_of(answer));
        REQUIRE(answer.status == 200);
        return Json::parse(body_of(answer));
    }

    [[nodiscard]] Json json(const std::string& query, std::vector<http::Header> headers = {}) {
        return json(vault.vault().system(), query, std::move(headers));
    }

    static std::string apply(const std::string& text) { return "$apply=" + percent_encode(text); }

    static std::string fetch(const std::string& inside, const std::string& attributes) {
        return "fetchXml=" + percent_encode(
                                 "<fetch " + attributes + "><entity name=\"" + std::string{table} +
                                 "\">" + inside + "</entity></fetch>"
                             );
    }
};

}  // namespace rookery::odata

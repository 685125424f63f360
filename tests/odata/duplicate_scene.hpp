// Rules for duplicates, as clients make and publish them, and users who may do some of it.
#pragma once

#include "asking_scene.hpp"
#include "schema/known_tables.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata {

struct DuplicateScene : AskingScene {
    static constexpr auto handle_table = "msdyn_octwitterhandle";
    inline static const std::string handles = "msdyn_octwitterhandles";
    inline static const std::string secrets = "msdyn_octwitterhandlesecrets";

    /// An unpublished rule for rows of one table.
    std::string rule(const std::string& table = handle_table, nlohmann::json more = {}) {
        more["name"] = "rule";
        more["baseentityname"] = table;
        return made("duplicaterules", more);
    }

    static std::string url_of(const std::string& rule) { return "duplicaterules(" + rule + ")"; }

    /// The body that adds a condition to a rule: Exact Match, if nothing else is said.
    static nlohmann::json condition(
        const std::string& rule, const std::string& column, nlohmann::json more = {}
    ) {
        more["baseattributename"] = column;
        if (!more.contains("operatorcode")) more["operatorcode"] = 0;
        more["regardingobjectid@odata.bind"] = "/" + url_of(rule);
        return more;
    }

    std::string compares(
        const std::string& rule, const std::string& column, nlohmann::json more = {}
    ) {
        return made("duplicateruleconditions", condition(rule, column, std::move(more)));
    }

    Asked act(const std::string& action, const std::string& rule) {
        return ask("POST", action, nlohmann::json{{"DuplicateRuleId", rule}}.dump());
    }

    void publish(const std::string& rule) {
        const auto out = act("PublishDuplicateRule", rule);
        INFO(out.body);
        REQUIRE(out.status == 200);
    }

    void unpublish(const std::string& rule) {
        REQUIRE(act("UnpublishDuplicateRule", rule).status == 204);
    }

    /// A published rule by which rows are duplicates that have the same value there.
    std::string published(
        const std::string& column, nlohmann::json more = {},
        const std::string& table = handle_table, nlohmann::json rule_more = {}
    ) {
        auto out = rule(table, std::move(rule_more));
        compares(out, column, std::move(more));
        publish(out);
        return out;
    }

    Uuid user_with(
        const std::string& name, std::initializer_list<std::string_view> privileges,
        schema::Depth depth
    ) {
        const auto out = vault.user(name);
        give(out, privileges, depth);
        return out;
    }

    void give(
        const Uuid& user, std::initializer_list<std::string_view> privileges, schema::Depth depth
    ) {
        vault.associate(
            "systemuserroles_association",
            user,
            vault.role("role " + std::to_string(++roles_), privileges, depth)
        );
    }

    Asked ask_as(
        const Uuid& user, std::string method, const std::string& path, std::string_view body = {},
        std::vector<http::Header> headers = {}
    ) {
        const auto before = caller;
        caller = test::TestVault::caller(user);
        auto out = ask(std::move(method), path, body, std::move(headers));
        caller = before;
        return out;
    }

 private:
    int roles_ = 0;
};

}  // namespace rookery::odata

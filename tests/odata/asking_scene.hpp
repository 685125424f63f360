// Requests as clients send them, on a real vault, and their answers.
#pragma once

#include "odata/render.hpp"
#include "request_for_test.hpp"
#include "support/test_vault.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::odata {

struct Asked {
    int status = 0;
    std::string body;

    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body); }

    /// Of an error.
    [[nodiscard]] std::string code() const { return json().at("error").at("code"); }

    [[nodiscard]] std::string words() const { return json().at("error").at("message"); }
};

struct AskingScene {
    test::TestVault vault;
    access::Caller caller = vault.vault().system();

    Asked ask(
        std::string method, const std::string& path, std::string_view body = {},
        std::vector<http::Header> headers = {}
    ) {
        auto url = "/api/data/v9.2/" + path;
        for (auto at = url.find(' '); at != std::string::npos; at = url.find(' ', at)) {
            url.replace(at, 1, "%20");
        }
        auto parsed = parse(
            request(std::move(method), std::move(url), body, std::move(headers)),
            test_root,
            anyone,
            vault.vault().id()
        );
        auto receipt = test::value(vault.vault().run(caller, parsed.message));
        const auto response = render(parsed.context, std::move(receipt));
        return {response.status, std::string(response.body.data(), response.body.size())};
    }

    /// Creates a row and gives its id.
    std::string made(const std::string& set, const nlohmann::json& body) {
        const auto id = to_string(Uuid::random(random_));
        const auto out = ask("PATCH", set + "(" + id + ")", body.dump(), {{"If-None-Match", "*"}});
        INFO(out.body);
        REQUIRE(out.status == 204);
        return id;
    }

    nlohmann::json row(const std::string& path) {
        const auto out = ask("GET", path);
        INFO(out.body);
        REQUIRE(out.status == 200);
        return out.json();
    }

 private:
    SystemRandom random_;
};

}  // namespace rookery::odata

// Aggregations over links and lookups, from the URL to the answer, and random ones against a second account of what they
// are: a loop in a loop.
#include "base/percent_encode.hpp"
#include "render_for_test.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace joined_aggregate_test {

using namespace rookery;
using namespace rookery::odata;
using test::TestVault;
using test::value;

namespace {

using Json = nlohmann::json;

constexpr std::string_view secret_name = "msdyn_octwitterhandlesecret";
constexpr std::string_view handle_name = "msdyn_octwitterhandle";
const std::string api = "/api/data/v9.2/";

/// Secrets and the handles that they are of, or of none; some handles are another user's.
struct Scene {
    struct Handle {
        Uuid id;
        std::string name;
        bool hidden;
    };

    struct Secret {
        std::optional<std::size_t> handle;
        std::optional<std::int64_t> number;
    };

    TestVault vault;
    Uuid reader;  // of all secrets, and of the handles that are his own
    std::vector<Handle> handles;
    std::vector<Secret> secrets;

    Scene() {
        reader = vault.user("reader");
        vault.associate(
            "systemuserroles_association",
            reader,
            vault.role("All secrets", {"prvReadmsdyn_octwitterhandlesecret"}, schema::Depth::global)
        );
        vault.associate(
            "systemuserroles_association",
            reader,
            vault.role("Own handles", {"prvReadmsdyn_octwitterhandle"}, schema::Depth::basic)
        );
    }

    void add_handle(const std::string& name, bool hidden) {
        auto owner = hidden ? TestVault::target("systemuser", vault.vault().system().user)
                            : TestVault::target("systemuser", reader);
        const auto id =
            vault.create(handle_name, std::pair{"msdyn_name", name}, std::pair{"ownerid", owner});
        handles.push_back({id, name, hidden});
    }

    void add_secret(std::optional<std::size_t> handle, std::optional<std::int64_t> number) {
        messages::Create message;
        message.table = schema::table(secret_name);
        const auto set = [&](std::string_view column, messages::InputValue given) {
            message.input.cells.push_back(TestVault::cell(secret_name, column, std::move(given)));
        };
        set("msdyn_name", std::string("secret"));
        if (handle) {
            set("msdyn_octwitterhandleid", TestVault::target(handle_name, handles[*handle].id));
        }
        if (number) set("importsequencenumber", *number);
        static_cast<void>(vault.run_as_system<messages::NoContent>(std::move(message)));
        secrets.push_back({handle, number});
    }

    Json ask(const access::Caller& caller, const std::string& path) {
        auto parsed = odata::parse(request("GET", api + path), test_root, anyone, reader);
        if (const auto* rejected = message_if<messages::Rejected>(parsed)) {
            FAIL(path << ": " << rejected->error.message);
        }
        const auto answer =
            render(parsed.context, value(vault.vault().run(caller, parsed.message)));
        INFO(body_of(answer));
        REQUIRE(answer.status == 200);
        return Json::parse(body_of(answer)).at("value");
    }

    static std::string apply(const std::string& text) {
        return "msdyn_octwitterhandlesecrets?$apply=" + percent_encode(text);
    }

    static std::string fetch(std::string_view table, const std::string& inside) {
        return std::string{schema::table(table)->set_name} + "?fetchXml=" +
               percent_encode(
                   "<fetch aggregate=\"true\"><entity name=\"" + std::string{table} + "\">" +
                   inside + "</entity></fetch>"
               );
    }
};

const std::string count_rows = "<attribute name=\"msdyn_name\" alias=\"n\" aggregate=\"count\"/>";
const std::string sum_numbers =
    "<attribute name=\"importsequencenumber\" alias=\"s\" aggregate=\"sum\"/>";

std::string to_handle(const std::string& attributes, const std::string& inside) {
    return "<link-entity name=\"msdyn_octwitterhandle\" from=\"msdyn_octwitterhandleid\" "
           "to=\"msdyn_octwitterhandleid\" " +
           attributes + ">" + inside + "</link-entity>";
}

std::string to_secrets(const std::string& attributes, const std::string& inside) {
    return "<link-entity name=\"msdyn_octwitterhandlesecret\" from=\"msdyn_octwitterhandleid\" "
           "to=\"msdyn_octwitterhandleid\" " +
           attributes + ">" + inside + "</link-entity>";
}

const std::string by_name = "<attribute name=\"msdyn_name\" alias=\"h\" groupby=\"true\"/>";
const std::string outer = "link-type=\"outer\"";

/// Rows and the sum of their numbers, by the name of a handle; none: of no handle that is seen.
struct Total {
    std::int64_t rows = 0;
    std::int64_t sum = 0;

    bool operator==(const Total&) const = default;
};

using Totals = std::map<std::string, Total>;

Totals totals_of(const Json& groups, const std::string& key) {
    Totals out;
    for (const auto& group : groups) {
        auto& total = out[group.value(key, "none")];
        REQUIRE(total == Total{});
        total = {group.at("n").get<std::int64_t>(), group.value("s", std::int64_t{0})};
    }
    return out;
}

}  // namespace

TEST_CASE("groups are named by what a lookup leads to, as far as it may be read", "[odata]") {
    Scene scene;
    scene.add_handle("@seen", false);
    scene.add_handle("@hidden", true);
    scene.add_secret(0, 1);
    scene.add_secret(0, 2);
    scene.add_secret(1, 4);
    scene.add_secret(std::nullopt, 8);
    const auto apply = Scene::apply(
        "groupby((msdyn_octwitterhandleid/msdyn_name),aggregate($count as n,importsequencenumber "
        "with sum as s))"
    );
    const std::string key = "msdyn_octwitterhandle_msdyn_name";
    const auto system = scene.vault.vault().system();
    CHECK(
        totals_of(scene.ask(system, apply), key) ==
        Totals{{"@seen", {2, 3}}, {"@hidden", {1, 4}}, {"none", {1, 8}}}
    );
    const auto reader = TestVault::caller(scene.reader);
    CHECK(totals_of(scene.ask(reader, apply), key) == Totals{{"@seen", {2, 3}}, {"none", {2, 12}}});
    // An inner link leaves out what leads nowhere, or to what he may not read.
    const auto inner = Scene::fetch(secret_name, count_rows + sum_numbers + to_handle("", by_name));
    CHECK(totals_of(scene.ask(reader, inner), "h") == Totals{{"@seen", {2, 3}}});
}

TEST_CASE("an aggregate over children counts each of them", "[odata]") {
    Scene scene;
    scene.add_handle("@three", false);
    scene.add_handle("@none", false);
    for (int i = 1; i <= 3; ++i) scene.add_secret(0, i);
    const auto system = scene.vault.vault().system();
    const auto ask = [&](const std::string& attributes) {
        return totals_of(
            scene.ask(
                system,
                Scene::fetch(
                    handle_name, by_name + count_rows + to_secrets(attributes, sum_numbers)
                )
            ),
            "h"
        );
    };
    CHECK(ask("") == Totals{{"@three", {3, 6}}});
    CHECK(ask(outer) == Totals{{"@three", {3, 6}}, {"@none", {1, 0}}});
    const auto first = ask("link-type=\"matchfirstrowusingcrossapply\"");
    REQUIRE(first.size() == 1);
    CHECK(first.at("@three").rows == 1);
}

TEST_CASE("aggregations over links are those of a loop in a loop", "[odata]") {
    std::mt19937 random(20'261'130);
    const auto below = [&](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
    };
    for (int round = 0; round < 4; ++round) {
        Scene scene;
        for (std::size_t i = 0; i < 5; ++i) {
            scene.add_handle("@" + std::to_string(below(3)), below(3) == 0);
        }
        for (int i = 0; i < 20; ++i) {
            const auto handle = below(4) == 0 ? std::nullopt : std::optional{below(5)};
            const auto number =
                below(4) == 0 ? std::nullopt : std::optional{static_cast<std::int64_t>(below(9))};
            scene.add_secret(handle, number);
        }
        for (const bool all : {true, false}) {
            const auto caller =
                all ? scene.vault.vault().system() : TestVault::caller(scene.reader);
            const auto seen = [&](const Scene::Handle& handle) { return all || !handle.hidden; };
            for (const bool inner : {true, false}) {
                INFO(round << " all " << all << " inner " << inner);
                Totals by_secret;
                for (const auto& secret : scene.secrets) {
                    const auto* handle = secret.handle ? &scene.handles[*secret.handle] : nullptr;
                    const bool led = handle != nullptr && seen(*handle);
                    if (!led && inner) continue;
                    auto& total = by_secret[led ? handle->name : "none"];
                    ++total.rows;
                    total.sum += secret.number.value_or(0);
                }
                const auto type = inner ? std::string{} : outer;
                const auto grouped =
                    Scene::fetch(secret_name, count_rows + sum_numbers + to_handle(type, by_name));
                CHECK(totals_of(scene.ask(caller, grouped), "h") == by_secret);
                Totals by_handle;
                for (std::size_t i = 0; i < scene.handles.size(); ++i) {
                    if (!seen(scene.handles[i])) continue;
                    std::int64_t rows = 0;
                    std::int64_t sum = 0;
                    for (const auto& secret : scene.secrets) {
                        if (secret.handle != i) continue;
                        ++rows;
                        sum += secret.number.value_or(0);
                    }
                    if (rows == 0 && inner) continue;
                    auto& total = by_handle[scene.handles[i].name];
                    total.rows += std::max<std::int64_t>(rows, 1);
                    total.sum += sum;
                }
                const auto of_children =
                    Scene::fetch(handle_name, by_name + count_rows + to_secrets(type, sum_numbers));
                CHECK(totals_of(scene.ask(caller, of_children), "h") == by_handle);
            }
        }
    }
}

TEST_CASE("whoever may read no handle gets no aggregate through one", "[odata]") {
    Scene scene;
    const auto other = scene.vault.user("other");
    scene.vault.associate(
        "systemuserroles_association",
        other,
        scene.vault.role(
            "Secrets alone", {"prvReadmsdyn_octwitterhandlesecret"}, schema::Depth::global
        )
    );
    const auto status = [&](const std::string& path) {
        auto parsed = odata::parse(request("GET", api + path), test_root, anyone, other);
        return render(
                   parsed.context,
                   value(scene.vault.vault().run(TestVault::caller(other), parsed.message))
        )
            .status;
    };
    CHECK(status(Scene::apply("aggregate($count as n)")) == 200);
    CHECK(status(Scene::apply("groupby((msdyn_octwitterhandleid/msdyn_name))")) == 403);
    CHECK(status(Scene::fetch(secret_name, count_rows + to_handle(outer, by_name))) == 403);
}

}  // namespace joined_aggregate_test

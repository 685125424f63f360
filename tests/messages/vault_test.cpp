#include "support/test_vault.hpp"

#include <set>

namespace vault_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

/// An application, a handle and a record with both tokens, owned by SYSTEM.
struct Demo {
    explicit Demo(TestVault& vault)
        : application(vault.create(
              "msdyn_octwitterapplication", std::pair{"msdyn_name", std::string("app")}
          )),
          handle(vault.create(
              "msdyn_octwitterhandle", std::pair{"msdyn_name", std::string("@rookery")},
              std::pair{"msdyn_octwitteruniquehandleid", std::string("4711")},
              std::pair{
                  "msdyn_octwitterapplicationid",
                  TestVault::target("msdyn_octwitterapplication", application)}
          )),
          record(vault.create(
              "msdyn_octwitterhandlesecret", std::pair{"msdyn_name", std::string("rookery")},
              std::pair{"msdyn_octwitteruniquehandleid", std::string("4711")},
              std::pair{
                  "msdyn_octwitterhandleid", TestVault::target("msdyn_octwitterhandle", handle)}
          )) {}

    Uuid application;
    Uuid handle;
    Uuid record;
};

Retrieve retrieve(const Uuid& record, bool unmasked = false) {
    Retrieve message;
    message.target = TestVault::target("msdyn_octwitterhandlesecret", record);
    message.selection.unmasked = unmasked;
    return message;
}

}  // namespace

TEST_CASE("a new vault opens again with its key file", "[messages]") {
    TestVault vault(test::Kept::on_disk);
    const auto id = vault.vault().id();
    value(vault.run<WhoAmIReply>(vault.vault().system(), WhoAmI{}));
    REQUIRE(vault.reopen());
    REQUIRE(vault.vault().id() == id);
    const auto who = value(vault.run<WhoAmIReply>(vault.vault().system(), WhoAmI{}));
    REQUIRE(who.business_unit == vault.vault().root_business_unit());
}

TEST_CASE("what was created is retrieved after a restart", "[messages]") {
    TestVault vault(GENERATE(test::Kept::in_memory, test::Kept::on_disk));
    const Demo demo(vault);
    REQUIRE(vault.reopen());
    const auto reply = value(vault.run<RowReply>(vault.vault().system(), retrieve(demo.record)));
    REQUIRE(*reply.row.row->get<std::string>("msdyn_name") == "rookery");
}

TEST_CASE("nobody unknown and nobody without a role is answered", "[messages]") {
    TestVault vault;
    const Demo demo(vault);
    SystemRandom random;
    const auto nobody =
        vault.run<RowReply>(TestVault::caller(Uuid::random(random)), retrieve(demo.record));
    REQUIRE(nobody.error().code == Errc::user_disabled);
    const auto stranger = vault.user("stranger");
    const auto refused = vault.run<RowReply>(TestVault::caller(stranger), retrieve(demo.record));
    REQUIRE(refused.error().code == Errc::missing_privilege);
}

TEST_CASE("days may pass between two requests", "[messages]") {
    TestVault vault;
    vault.clock().advance(std::chrono::hours{72});
    value(vault.run<WhoAmIReply>(vault.vault().system(), WhoAmI{}));
    REQUIRE(vault.reopen());
    value(vault.run<WhoAmIReply>(vault.vault().system(), WhoAmI{}));
}

TEST_CASE("a wall clock set by more than an hour stops the log", "[messages]") {
    TestVault vault;
    vault.jump(std::chrono::minutes{59});
    value(vault.run<WhoAmIReply>(vault.vault().system(), WhoAmI{}));
    vault.jump(std::chrono::minutes{61});
    const auto refused = vault.run<WhoAmIReply>(vault.vault().system(), WhoAmI{});
    REQUIRE(refused.error().code == Errc::unavailable);
}

TEST_CASE("a log whose time went wrong goes on once somebody confirms that time", "[messages]") {
    TestVault vault;
    const Demo demo(vault);
    const auto right = vault.clock().now();
    vault.close();
    vault.clock().advance(std::chrono::hours{24 * 365});
    REQUIRE(vault.reopen());  // switched off for a year, for all it knows
    const auto wrong = vault.clock().now();
    vault.close();
    vault.clock().set(right);
    CHECK(vault.reopen().error().code == Errc::unavailable);
    CHECK(vault.reopen(wrong - std::chrono::seconds{1}).error().code == Errc::unavailable);
    REQUIRE(vault.reopen(wrong));
    // A credential that lives for a day is not expired, whatever the log's time.
    auto caller = vault.vault().system();
    caller.expires = vault.clock().now() + std::chrono::hours{24};
    CHECK(vault.run<RowReply>(caller, retrieve(demo.record)));
    vault.clock().advance(std::chrono::hours{25});
    CHECK(vault.run<RowReply>(caller, retrieve(demo.record)).error().code == Errc::unavailable);
}

TEST_CASE("each opening of the log is told by a sealed entry of its own process", "[messages]") {
    TestVault vault;
    REQUIRE(vault.reopen());
    REQUIRE(vault.reopen());
    std::set<Bytes> boots;
    std::size_t opened = 0;
    const auto log = vault.run_as_system<LogReply>(RetrieveAuditEvents{});
    for (const auto& entry : log.entries) {
        if (entry.event.action != audit::Action::log_open) continue;
        ++opened;
        CHECK_FALSE(entry.while_sealed);
        for (const auto& [name, extra] : entry.event.extras) {
            if (name == "boot") boots.insert(std::get<Bytes>(extra));
        }
    }
    CHECK(opened == 3);
    CHECK(boots.size() == 3);
}

TEST_CASE("a record is bound to a unique handle id only when a handle carries it", "[messages]") {
    TestVault vault;
    Create message;
    message.table = schema::table("msdyn_octwitterhandlesecret");
    message.input.cells.push_back(TestVault::cell(
        "msdyn_octwitterhandlesecret", "msdyn_octwitteruniquehandleid", std::string("none")
    ));
    const auto refused = vault.run<NoContent>(vault.vault().system(), std::move(message));
    REQUIRE(refused.error().code == Errc::invalid_argument);
}

TEST_CASE("a full name is cut after 200 characters, however many bytes they have", "[messages]") {
    TestVault vault;
    const auto repeated = [](std::string_view character, std::size_t times) {
        std::string out;
        while (times-- > 0) out += character;
        return out;
    };
    const auto full_name = [&](const std::string& first, const std::string& last) {
        Retrieve message;
        message.target = TestVault::target(
            "systemuser",
            vault.create(
                "systemuser",
                std::pair{"firstname", first},
                std::pair{"lastname", last},
                std::pair{"domainname", first}
            )
        );
        const auto reply = vault.run_as_system<RowReply>(std::move(message));
        return *reply.row.row->get<std::string>("fullname");
    };
    CHECK(full_name("a" + repeated("é", 150), "x") == "a" + repeated("é", 150) + " x");
    CHECK(full_name(repeated("é", 198), "xy") == repeated("é", 198) + " x");
    CHECK(full_name(repeated("😀", 256), "x") == repeated("😀", 200));
}

TEST_CASE("deleting an application takes its handles and their secrets along", "[messages]") {
    TestVault vault;
    const Demo demo(vault);
    Delete message;
    message.target = TestVault::target("msdyn_octwitterapplication", demo.application);
    value(vault.run<NoContent>(vault.vault().system(), message));
    const auto gone = vault.run<RowReply>(vault.vault().system(), retrieve(demo.record));
    REQUIRE(gone.error().code == Errc::not_found);
}

}  // namespace vault_test

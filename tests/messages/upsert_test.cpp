// PATCH: creates or updates, as the row is there or not and as the preconditions want it.
#include "messages/sender.hpp"

namespace upsert_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::input_of;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view handle = "msdyn_octwitterhandle";
constexpr std::string_view unique = "msdyn_octwitteruniquehandleid";

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    SystemRandom random;

    Result<NoContent> upsert(Target target, Input input, Preconditions preconditions = {}) {
        Upsert message;
        message.target = std::move(target);
        message.input = std::move(input);
        message.preconditions = std::move(preconditions);
        return vault.run<NoContent>(vault.vault().system(), std::move(message));
    }

    Uuid made() { return value(system.create(handle, std::pair{unique, std::string("4711")})); }

    std::uint64_t version(const Uuid& id) { return value(system.row(handle, id))->versionnumber; }
};

Target by_id(const Uuid& id) { return TestVault::target(handle, id); }

Target by_key(const std::string& number) {
    return {
        schema::table(handle),
        KeyValues{&schema::known::msdyn_octwitterhandle.keys.front(), {number}}};
}

Input named(const std::string& name) { return input_of(handle, std::pair{"msdyn_name", name}); }

Preconditions if_there() {
    Preconditions out;
    out.must_exist = true;
    return out;
}

Preconditions if_not_there() {
    Preconditions out;
    out.must_not_exist = true;
    return out;
}

}  // namespace

TEST_CASE("an upsert says whether it created, and which row", "[messages]") {
    Fixture f;
    const auto id = Uuid::random(f.random);
    const auto first = value(f.upsert(by_id(id), named("first")));
    CHECK(first.created);
    CHECK(first.id == id);
    const auto second = value(f.upsert(by_id(id), named("second")));
    CHECK_FALSE(second.created);
    CHECK(second.id == id);
    CHECK(*value(f.system.row(handle, id))->get<std::string>("msdyn_name") == "second");
}

TEST_CASE("an update asks for a row that is there", "[messages]") {
    Fixture f;
    CHECK(code(f.upsert(by_id(Uuid::random(f.random)), named("x"), if_there())) == Errc::not_found);
    CHECK(code(f.upsert(by_key("nobody"), named("x"), if_there())) == Errc::key_not_found);
    const auto id = f.made();
    CHECK(f.upsert(by_id(id), named("x"), if_there()));
    CHECK(f.upsert(by_key("4711"), named("y"), if_there()));
    REQUIRE(f.system.remove(handle, id));
    CHECK(code(f.upsert(by_id(id), named("z"), if_there())) == Errc::not_found);
}

TEST_CASE("a create asks for a row that is not there", "[messages]") {
    Fixture f;
    const auto id = f.made();
    CHECK(code(f.upsert(by_id(id), named("x"), if_not_there())) == Errc::duplicate_id);
    CHECK(code(f.upsert(by_key("4711"), named("x"), if_not_there())) == Errc::duplicate_id);
    CHECK(value(f.system.row(handle, id))->get<std::string>("msdyn_name") == nullptr);
    CHECK(value(f.upsert(by_id(Uuid::random(f.random)), named("x"), if_not_there())).created);
    CHECK(value(f.upsert(by_key("4712"), named("x"), if_not_there())).created);
}

TEST_CASE("an update of a version is one of that version", "[messages]") {
    Fixture f;
    const auto id = f.made();
    Preconditions seen;
    seen.versions = {f.version(id)};
    CHECK(f.upsert(by_id(id), named("first"), seen));
    const auto refused = f.upsert(by_id(id), named("second"), seen);
    REQUIRE(code(refused) == Errc::version_mismatch);
    CHECK(*value(f.system.row(handle, id))->get<std::string>("msdyn_name") == "first");
    seen.versions.push_back(f.version(id));
    CHECK(f.upsert(by_id(id), named("second"), seen));
    seen.versions.clear();
    seen.unmatchable = true;
    CHECK(code(f.upsert(by_id(id), named("third"), seen)) == Errc::version_mismatch);
}

TEST_CASE("an upsert by key makes a row that has the key", "[messages]") {
    Fixture f;
    const auto made = value(f.upsert(by_key("4711"), named("x")));
    REQUIRE(made.created);
    CHECK(*value(f.system.row(handle, *made.id))->get<std::string>(unique) == "4711");
    CHECK(value(f.upsert(by_key("4711  "), named("y"))).id == made.id);
}

TEST_CASE("a body that contradicts the key of its URL creates nothing", "[messages]") {
    Fixture f;
    const auto refused =
        f.upsert(by_key("4711"), input_of(handle, std::pair{unique, std::string("1")}));
    REQUIRE(code(refused) == Errc::bad_payload);
    CHECK(code(f.upsert(by_key("1"), named("x"), if_there())) == Errc::key_not_found);
    CHECK(code(f.upsert(by_key("4711"), named("x"), if_there())) == Errc::key_not_found);
}

TEST_CASE("a blank key names no row and creates none", "[messages]") {
    Fixture f;
    for (const std::string blank : {"", " ", "     "}) {
        CHECK(code(f.upsert(by_key(blank), named("x"))) == Errc::invalid_argument);
    }
}

TEST_CASE("an update of a row with nothing new is a version all the same", "[messages]") {
    Fixture f;
    const auto id = f.made();
    const auto before = f.version(id);
    REQUIRE(f.upsert(by_id(id), input_of(handle, std::pair{unique, std::string("4711")})));
    CHECK(f.version(id) > before);
}

TEST_CASE("a row keeps its key, gives it up, or gets one that is free", "[messages]") {
    Fixture f;
    const auto first = f.made();
    const auto second = value(f.system.create(handle, std::pair{unique, std::string("4712")}));
    CHECK(
        code(f.upsert(by_id(second), input_of(handle, std::pair{unique, std::string("4711")}))) ==
        Errc::duplicate_key
    );
    CHECK(f.upsert(by_id(first), input_of(handle, std::pair{unique, std::string("4711 ")})));
    CHECK(f.upsert(by_id(first), input_of(handle, std::pair{unique, std::monostate{}})));
    CHECK(f.upsert(by_id(second), input_of(handle, std::pair{unique, std::string("4711")})));
}

}  // namespace upsert_test

// Messages about many rows: all or nothing, and each row as if it came alone, but for what the rows before
// it in the same message took.
#include "messages/sender.hpp"
#include "pipeline/plan_builder.hpp"

namespace bulk_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::input_of;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view handle = "msdyn_octwitterhandle";
constexpr std::string_view unique = "msdyn_octwitteruniquehandleid";

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    SystemRandom random;

    Uuid id() { return Uuid::random(random); }

    Result<IdsReply> create_many(std::string_view table, std::vector<Input> rows) {
        CreateMultiple message;
        message.table = schema::table(table);
        message.rows = std::move(rows);
        return vault.run<IdsReply>(vault.vault().system(), std::move(message));
    }

    Result<void> upsert_many(std::string_view table, std::vector<UpsertMultiple::Item> rows) {
        UpsertMultiple message;
        message.table = schema::table(table);
        message.rows = std::move(rows);
        return system.send(std::move(message));
    }

    std::uint64_t count(std::string_view table) {
        RetrieveMultiple message;
        message.table = schema::table(table);
        message.count_only = true;
        return vault.run_as_system<CountReply>(std::move(message)).count;
    }
};

std::vector<Input> inputs(auto&&... each) {
    std::vector<Input> out;
    (out.push_back(std::forward<decltype(each)>(each)), ...);
    return out;
}

UpsertMultiple::Item by_id(const Uuid& id, Input input) {
    return {TestVault::target(handle, id), std::move(input)};
}

UpsertMultiple::Item by_key(const std::string& number, Input input) {
    KeyValues key{&schema::known::msdyn_octwitterhandle.keys.front(), {number}};
    return {Target{schema::table(handle), std::move(key)}, std::move(input)};
}

std::vector<UpsertMultiple::Item> items(auto&&... each) {
    std::vector<UpsertMultiple::Item> out;
    (out.push_back(std::forward<decltype(each)>(each)), ...);
    return out;
}

Input numbered(const std::string& number) {
    return input_of(handle, std::pair{"msdyn_name", "@" + number}, std::pair{unique, number});
}

Input named(const std::string& name) { return input_of(handle, std::pair{"msdyn_name", name}); }

}  // namespace

TEST_CASE("CreateMultiple says the ids in the order of its rows", "[messages]") {
    Fixture f;
    const auto chosen = f.id();
    const auto made = value(f.create_many(
        application,
        inputs(
            input_of(application, std::pair{"msdyn_name", std::string("one")}),
            input_of(
                application,
                std::pair{"msdyn_octwitterapplicationid", chosen},
                std::pair{"msdyn_name", std::string("two")}
            ),
            input_of(application, std::pair{"msdyn_name", std::string("three")})
        )
    ));
    REQUIRE(made.ids.size() == 3);
    CHECK(made.ids[1] == chosen);
    const std::vector<std::string> names{"one", "two", "three"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        CHECK(
            *value(f.system.row(application, made.ids[i]))->get<std::string>("msdyn_name") ==
            names[i]
        );
    }
}

TEST_CASE("one row that cannot be made leaves all of a CreateMultiple unmade", "[messages]") {
    Fixture f;
    SECTION("an id that is taken") {
        const auto taken =
            value(f.system.create(application, std::pair{"msdyn_name", std::string("a")}));
        CHECK(
            code(f.create_many(
                application,
                inputs(
                    input_of(application, std::pair{"msdyn_name", std::string("one")}),
                    input_of(application, std::pair{"msdyn_octwitterapplicationid", taken})
                )
            )) == Errc::duplicate_id
        );
        CHECK(f.count(application) == 1);
    }
    SECTION("a state without its status") {
        CHECK(
            code(f.create_many(
                application,
                inputs(
                    input_of(application, std::pair{"msdyn_name", std::string("one")}),
                    input_of(
                        application,
                        std::pair{"statecode", std::int64_t{0}},
                        std::pair{"statuscode", std::int64_t{2}}
                    )
                )
            )) == Errc::bad_state
        );
        CHECK(f.count(application) == 0);
    }
}

TEST_CASE("two rows of one CreateMultiple may not have one id", "[messages]") {
    Fixture f;
    const auto id = f.id();
    const auto row = [&](const std::string& name) {
        return input_of(
            application,
            std::pair{"msdyn_octwitterapplicationid", id},
            std::pair{"msdyn_name", name}
        );
    };
    CHECK(code(f.create_many(application, inputs(row("one"), row("two")))) == Errc::duplicate_id);
    CHECK_FALSE(f.system.there(application, id));
}

TEST_CASE(
    "two rows of one CreateMultiple may not have one alternate key, in any spelling", "[messages]"
) {
    const auto [first, second] = GENERATE(table<std::string, std::string>({
        {"4711", "4711"},
        {"abc", "ABC"},
        {"abc", "abc   "},
        {"\u00c9", "e\u0301"},
    }));
    CAPTURE(first, second);
    Fixture f;
    const auto refused = f.create_many(handle, inputs(numbered(first), numbered(second)));
    REQUIRE(code(refused) == Errc::duplicate_key);
    CHECK(refused.error().message.find("msdyn_octwitteruniquehandleid_key") != std::string::npos);
    CHECK(f.count(handle) == 0);
    CHECK(f.create_many(handle, inputs(numbered(first), numbered(second + "2"))));
}

TEST_CASE("rows without a value in an alternate key do not clash", "[messages]") {
    Fixture f;
    CHECK(f.create_many(handle, inputs(named("a"), named("b"), numbered("   "), numbered("  "))));
    CHECK(f.count(handle) == 4);
}

TEST_CASE("two rows of one UpsertMultiple may not take one alternate key", "[messages]") {
    Fixture f;
    SECTION("both new, by id") {
        CHECK(
            code(f.upsert_many(
                handle, items(by_id(f.id(), numbered("4711")), by_id(f.id(), numbered("4711")))
            )) == Errc::duplicate_key
        );
        CHECK(f.count(handle) == 0);
    }
    SECTION("one new, one that is given the same key") {
        const auto there = value(f.system.create(handle, std::pair{unique, std::string("1")}));
        CHECK(
            code(f.upsert_many(
                handle, items(by_id(f.id(), numbered("4711")), by_id(there, numbered("4711")))
            )) == Errc::duplicate_key
        );
        CHECK(*value(f.system.row(handle, there))->get<std::string>(unique) == "1");
    }
    SECTION("a key that another row has already") {
        REQUIRE(f.system.create(handle, std::pair{unique, std::string("4711")}));
        CHECK(
            code(f.upsert_many(
                handle, items(by_id(f.id(), numbered("1")), by_id(f.id(), numbered("4711")))
            )) == Errc::duplicate_key
        );
        CHECK(f.count(handle) == 1);
    }
}

TEST_CASE(
    "two items of one UpsertMultiple may not name one record, by id or by key", "[messages]"
) {
    Fixture f;
    const auto there = value(f.system.create(handle, std::pair{unique, std::string("4711")}));
    SECTION("by id twice") {
        CHECK(
            code(f.upsert_many(handle, items(by_id(there, named("a")), by_id(there, named("b"))))
            ) == Errc::duplicate_key
        );
    }
    SECTION("by key twice") {
        CHECK(
            code(f.upsert_many(
                handle, items(by_key("4711", named("a")), by_key("4711 ", named("b")))
            )) == Errc::duplicate_key
        );
    }
    SECTION("once by id and once by key") {
        CHECK(
            code(f.upsert_many(handle, items(by_id(there, named("a")), by_key("4711", named("b"))))
            ) == Errc::duplicate_key
        );
    }
    SECTION("by a key that no record has yet") {
        CHECK(
            code(f.upsert_many(handle, items(by_key("1", named("a")), by_key("1", named("b"))))) ==
            Errc::duplicate_key
        );
    }
    CHECK(f.count(handle) == 1);
    CHECK(value(f.system.row(handle, there))->get<std::string>("msdyn_name") == nullptr);
}

TEST_CASE(
    "an UpsertMultiple creates the rows whose key no row has, and updates the others", "[messages]"
) {
    Fixture f;
    const auto there = value(f.system.create(handle, std::pair{unique, std::string("4711")}));
    REQUIRE(f.upsert_many(handle, items(by_key("4711", named("old")), by_key("4712", named("new"))))
    );
    CHECK(f.count(handle) == 2);
    CHECK(*value(f.system.row(handle, there))->get<std::string>("msdyn_name") == "old");
    REQUIRE(
        f.upsert_many(handle, items(by_key("4711", named("again")), by_key("4712", named("again"))))
    );
    CHECK(f.count(handle) == 2);
}

TEST_CASE("an id that a record had is not used again", "[messages]") {
    Fixture f;
    const auto id = value(f.system.create(handle, std::pair{unique, std::string("4711")}));
    REQUIRE(f.system.remove(handle, id));
    CHECK(code(f.upsert_many(handle, items(by_id(id, named("again"))))) == Errc::duplicate_id);
    CHECK(
        code(f.create_many(
            handle, inputs(input_of(handle, std::pair{"msdyn_octwitterhandleid", id}))
        )) == Errc::duplicate_id
    );
    // Its key is free again.
    CHECK(f.system.create(handle, std::pair{unique, std::string("4711")}));
}

TEST_CASE(
    "every row of a bulk message has an entry of its own, under one correlation", "[messages]"
) {
    Fixture f;
    const auto before = f.vault.vault().view().snapshot().log_size;
    REQUIRE(f.create_many(handle, inputs(named("a"), named("b"), named("c"))));
    CHECK(f.vault.vault().view().snapshot().log_size == before + 3);
    RetrieveAuditEvents recent;
    recent.top = 3;
    const auto log = f.vault.run_as_system<LogReply>(recent);
    REQUIRE(log.entries.size() == 3);
    for (const auto& entry : log.entries) {
        CHECK(entry.event.action == audit::Action::create);
        CHECK(entry.event.correlation == log.entries.front().event.correlation);
    }
}

}  // namespace bulk_test

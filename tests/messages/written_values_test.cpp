// What may be written into a column: its kind, length and range, and what only the vault writes.
#include "messages/sender.hpp"
#include "pipeline/column_value.hpp"
#include "pipeline/reply.hpp"

namespace written_values_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view secret = "msdyn_octwitterhandlesecret";

Result<InputValue> given(std::string_view table, std::string_view column, Given what) {
    const auto& found = *schema::table(table);
    return column_value(found, *found.column(column), std::move(what));
}

std::string repeated(std::string_view character, std::size_t times) {
    std::string out;
    while (times-- > 0) out += character;
    return out;
}

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    Uuid record = value(system.create(application, std::pair{"msdyn_name", std::string("app")}));

    std::int64_t number(std::string_view column) {
        const auto row = value(system.row(application, record));
        const auto* found = row->get<std::int64_t>(column);
        REQUIRE(found != nullptr);
        return *found;
    }
};

}  // namespace

TEST_CASE("a text is as long as its column says, in characters and not in bytes", "[messages]") {
    for (const std::string_view character : {"a", "\u00e9", "\u20ac", "\U0001F600"}) {
        CAPTURE(character);
        CHECK(given(application, "msdyn_name", std::string_view(repeated(character, 100))));
        const auto refused =
            given(application, "msdyn_name", std::string_view(repeated(character, 101)));
        REQUIRE(code(refused) == Errc::too_long);
        CHECK(refused.error().message.find("'msdyn_name'") != std::string::npos);
        CHECK(refused.error().message.find("'100'") != std::string::npos);
        CHECK(refused.error().message.find(repeated(character, 3)) == std::string::npos);
    }
}

TEST_CASE("an empty text is null", "[messages]") {
    const auto stored = given(application, "msdyn_name", std::string_view{});
    REQUIRE(stored);
    CHECK(std::holds_alternative<std::monostate>(*stored));
}

TEST_CASE("a token becomes a secret at once, and its mask is none", "[messages]") {
    const auto token = given(secret, "msdyn_useraccesstoken", std::string_view("token"));
    REQUIRE(token);
    CHECK(std::holds_alternative<SecretBytes>(*token));
    for (const auto& masked : {std::string(mask), std::string(mask) + "more"}) {
        const auto refused = given(secret, "msdyn_useraccesstoken", std::string_view(masked));
        REQUIRE(code(refused) == Errc::masked_write);
        CHECK_FALSE(refused.error().hint.empty());
    }
    CHECK(given(secret, "msdyn_useraccesstoken", std::string_view("a" + std::string(mask))));
    // In a column in clear it is a text like any other.
    CHECK(given(secret, "msdyn_name", std::string_view(mask)));
}

TEST_CASE("a token with a blank around it or a control in it is not stored", "[messages]") {
    for (const auto* blank : {" ", "\t", "\n", "\r\n", "\u00a0", "\u200b", "\u3000", "\ufeff"}) {
        CAPTURE(blank);
        for (const auto& token : {std::string(blank) + "token", "token" + std::string(blank)}) {
            const auto refused = given(secret, "msdyn_useraccesstoken", std::string_view(token));
            REQUIRE(code(refused) == Errc::invalid_argument);
            CHECK(refused.error().message.find("token ") == std::string::npos);
            CHECK(refused.error().message.find("'msdyn_useraccesstoken'") != std::string::npos);
        }
    }
    for (const auto* token : {"to\nken", "to\x7fken", "to\u0085ken", "to\u2028ken", "to\x01ken"}) {
        CHECK(
            code(given(secret, "msdyn_useraccesstokensecret", std::string_view(token))) ==
            Errc::invalid_argument
        );
    }
    for (const auto* token : {"to ken", "to\u00a0ken", "t\u00f6ken", "\u2030"}) {
        CHECK(given(secret, "msdyn_useraccesstoken", std::string_view(token)));
    }
}

TEST_CASE("an alternate key is stored without the blanks around it", "[messages]") {
    for (const auto table : {secret, std::string_view{"msdyn_octwitterhandle"}}) {
        const auto stored = given(
            table, "msdyn_octwitteruniquehandleid", std::string_view("\u00a0\t 47 11\u2009\n")
        );
        REQUIRE(stored);
        CHECK(std::get<std::string>(*stored) == "47 11");
        const auto blank =
            given(table, "msdyn_octwitteruniquehandleid", std::string_view("\u00a0 "));
        REQUIRE(blank);
        CHECK(std::holds_alternative<std::monostate>(*blank));
        CHECK(
            code(given(table, "msdyn_octwitteruniquehandleid", std::string_view("47\n11"))) ==
            Errc::invalid_argument
        );
    }
    // A name that no row is asked for by is a text like any other.
    CHECK(
        std::get<std::string>(given(secret, "msdyn_name", std::string_view(" a ")).value()) == " a "
    );
}

TEST_CASE("a number lies in its column's range", "[messages]") {
    const auto& column = *schema::table(application)->column("importsequencenumber");
    for (const auto number : {column.min, column.max, std::int64_t{0}}) {
        CHECK(given(application, column.name, number));
    }
    for (const auto number : {column.min - 1, column.max + 1}) {
        const auto refused = given(application, column.name, number);
        REQUIRE(code(refused) == Errc::out_of_range);
        CHECK(refused.error().message.find("'importsequencenumber'") != std::string::npos);
    }
}

TEST_CASE("a choice is one of its options, and so are state and status", "[messages]") {
    CHECK(given("team", "teamtype", std::int64_t{3}));
    CHECK(code(given("team", "teamtype", std::int64_t{4})) == Errc::bad_choice);
    CHECK(code(given("team", "teamtype", std::int64_t{-1})) == Errc::bad_choice);
    CHECK(given(application, "statecode", std::int64_t{1}));
    CHECK(code(given(application, "statecode", std::int64_t{2})) == Errc::bad_state);
    // A status is one of its state's, which the row tells: refused with it, in Dataverse's words.
    CHECK(given(application, "statuscode", std::int64_t{0}));
    Fixture f;
    const auto row = f.system.create(application, std::pair{"statuscode", std::int64_t{0}});
    CHECK(code(row) == Errc::bad_state);
}

TEST_CASE("a column that the system requires is never null", "[messages]") {
    for (const auto& [table, column] : std::vector<std::pair<std::string_view, std::string_view>>{
             {"team", "name"},
             {"businessunit", "name"},
             {"role", "name"},
             {"team", "businessunitid"}}) {
        CAPTURE(table, column);
        const auto refused = given(table, column, std::monostate{});
        REQUIRE(code(refused) == Errc::required_null);
        CHECK(refused.error().message.find(std::string(column)) != std::string::npos);
    }
    CHECK(code(given("team", "name", std::string_view{})) == Errc::required_null);
    // One that an application requires is its own affair.
    CHECK(given(secret, "msdyn_name", std::monostate{}));
}

TEST_CASE("a state brings its status along, and a status alone keeps to the state", "[messages]") {
    Fixture f;
    CHECK(f.number("statecode") == 0);
    CHECK(f.number("statuscode") == 1);
    REQUIRE(f.system.update(application, f.record, std::pair{"statecode", std::int64_t{1}}));
    CHECK(f.number("statuscode") == 2);
    CHECK(
        code(f.system.update(application, f.record, std::pair{"statuscode", std::int64_t{1}})) ==
        Errc::bad_state
    );
    CHECK(f.number("statuscode") == 2);
    REQUIRE(f.system.update(
        application,
        f.record,
        std::pair{"statecode", std::int64_t{0}},
        std::pair{"statuscode", std::int64_t{1}}
    ));
    CHECK(f.number("statecode") == 0);
}

TEST_CASE("a status of another state is refused, and the text names both", "[messages]") {
    Fixture f;
    const auto refused = f.system.update(
        application,
        f.record,
        std::pair{"statecode", std::int64_t{1}},
        std::pair{"statuscode", std::int64_t{1}}
    );
    REQUIRE(code(refused) == Errc::bad_state);
    CHECK(refused.error().message.find("1 is not a valid status code") == 0);
    CHECK(refused.error().message.find("Inactive") != std::string::npos);
    CHECK(refused.error().message.find(to_string(f.record)) != std::string::npos);
    CHECK(f.number("statecode") == 0);
}

TEST_CASE("who made a record is repeated or refused, and never written", "[messages]") {
    Fixture f;
    const auto user = f.vault.user("forger");
    const auto by = [](const Uuid& id) {
        return std::pair{"createdby", TestVault::target("systemuser", id)};
    };
    for (const auto& refused :
         {f.system.update(application, f.record, by(user)),
          f.system.update(application, f.record, std::pair{"createdby", std::monostate{}})}) {
        REQUIRE(code(refused) == Errc::protected_column);
        CHECK(refused.error().message.find("'createdby'") != std::string::npos);
    }
    CHECK(code(f.system.create(application, by(user))) == Errc::protected_column);
    // What a client read it may send back.
    CHECK(f.system.update(
        application, f.record, by(system_user), std::pair{"msdyn_name", std::string("renamed")}
    ));
    const auto row = value(f.system.row(application, f.record));
    CHECK(row->get<storage::RowRef>("createdby")->id == system_user);
    CHECK(*row->get<std::string>("msdyn_name") == "renamed");
}

TEST_CASE(
    "whether a guess repeats what the vault set is for readers of the row to hear", "[messages]"
) {
    Fixture f;
    const auto writer = f.vault.user("writer");
    f.vault.associate(
        "systemuserroles_association",
        writer,
        f.vault.role("writing", {"prvWritemsdyn_octwitterapplication"}, schema::Depth::global)
    );
    Sender sender(f.vault, TestVault::caller(writer));
    const auto refused = [&](std::string_view column, auto guess) {
        return code(sender.update(application, f.record, std::pair{column, guess}));
    };
    const auto seen =
        static_cast<std::int64_t>(value(f.system.row(application, f.record))->versionnumber);
    CHECK(
        refused("createdby", TestVault::target("systemuser", system_user)) ==
        Errc::missing_privilege
    );
    CHECK(refused("createdby", TestVault::target("systemuser", writer)) == Errc::missing_privilege);
    CHECK(
        refused("createdby", TestVault::target("systemuser", f.record)) == Errc::missing_privilege
    );
    CHECK(refused("versionnumber", seen) == Errc::missing_privilege);
    CHECK(refused("versionnumber", seen + 1) == Errc::missing_privilege);
    CHECK(sender.update(application, f.record, std::pair{"msdyn_name", std::string("renamed")}));
}

TEST_CASE("a version number is repeated or refused", "[messages]") {
    Fixture f;
    const auto seen =
        static_cast<std::int64_t>(value(f.system.row(application, f.record))->versionnumber);
    CHECK(
        code(f.system.update(application, f.record, std::pair{"versionnumber", seen + 1})) ==
        Errc::protected_column
    );
    CHECK(f.system.update(application, f.record, std::pair{"versionnumber", seen}));
    CHECK(
        code(f.system.update(application, f.record, std::pair{"versionnumber", seen})) ==
        Errc::protected_column
    );
}

TEST_CASE("what is only written when a record is made stays as it was made", "[messages]") {
    Fixture f;
    const auto id = value(f.system.create(
        application,
        std::pair{"msdyn_name", std::string("imported")},
        std::pair{"importsequencenumber", std::int64_t{7}}
    ));
    REQUIRE(f.system.update(application, id, std::pair{"importsequencenumber", std::int64_t{8}}));
    CHECK(*value(f.system.row(application, id))->get<std::int64_t>("importsequencenumber") == 7);
}

TEST_CASE("a record from a migration shows the day that it was made there", "[messages]") {
    Fixture f;
    const auto then = from_ms(1'500'000'000'000);
    const auto id = value(f.system.create(
        application,
        std::pair{"msdyn_name", std::string("imported")},
        std::pair{"overriddencreatedon", Instant{then}}
    ));
    const auto row = value(f.system.row(application, id));
    CHECK(*row->get<Instant>("createdon") == then);
    CHECK(*row->get<Instant>("overriddencreatedon") == f.vault.clock().now());
    // Without one the day is today's, and nothing was overridden.
    const auto plain = value(f.system.row(application, f.record));
    CHECK(plain->get<Instant>("overriddencreatedon") == nullptr);
    CHECK(*plain->get<Instant>("createdon") == f.vault.clock().now());
}

TEST_CASE("a change says who made it and when, and keeps who made the record", "[messages]") {
    Fixture f;
    const auto created = f.vault.clock().now();
    f.vault.clock().advance(std::chrono::minutes{5});
    Sender administrator = test::administrator_of(f.vault);
    REQUIRE(
        administrator.update(application, f.record, std::pair{"msdyn_name", std::string("renamed")})
    );
    const auto row = value(f.system.row(application, f.record));
    CHECK(row->get<storage::RowRef>("createdby")->id == system_user);
    CHECK(row->get<storage::RowRef>("modifiedby")->id != system_user);
    CHECK(*row->get<Instant>("createdon") == created);
    CHECK(*row->get<Instant>("modifiedon") == f.vault.clock().now());
}

TEST_CASE("a lookup leads to a record that is there", "[messages]") {
    Fixture f;
    SystemRandom random;
    const auto handle = [&](const Uuid& parent) {
        return f.system.create(
            "msdyn_octwitterhandle",
            std::pair{"msdyn_octwitterapplicationid", TestVault::target(application, parent)}
        );
    };
    CHECK(code(handle(Uuid::random(random))) == Errc::not_found);
    CHECK(handle(f.record));
    REQUIRE(f.system.remove(application, f.record));
    CHECK(code(handle(f.record)) == Errc::not_found);
}

}  // namespace written_values_test

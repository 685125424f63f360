// A token that is pasted into a text column is refused, however it got there.
#include "pipeline/pasted_token.hpp"

#include "identity/bearer_token.hpp"
#include "support/test_vault.hpp"

namespace pasted_token_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";
constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr std::string_view unique = "msdyn_octwitteruniquehandleid";
const std::string token = "AAAAAAAAAAAAAAAA-hunter2";

Input row(const std::string& name, std::string_view secret) {
    Input out;
    out.cells.push_back(TestVault::cell(secrets, "msdyn_name", name));
    out.cells.push_back(
        TestVault::cell(secrets, "msdyn_useraccesstoken", SecretBytes::copy_of(secret))
    );
    return out;
}

Create create(const std::string& name, std::string_view secret) {
    Create message;
    message.table = schema::table(secrets);
    message.input = row(name, secret);
    return message;
}

Result<void> check_texts(const Message& message) {
    return std::visit([](const auto& m) { return m.check_texts(); }, message);
}

Errc code_of(const Message& message) {
    const auto checked = check_texts(message);
    return checked ? Errc::count_ : checked.error().code;
}

std::string credential() {
    SystemRandom random;
    return identity::format(Uuid::random(random), identity::BearerSecret::random(random))
        .expose([](ByteView bytes) { return std::string(text_of(bytes)); });
}

}  // namespace

TEST_CASE("a text is no token of its request, blanks around both left aside", "[messages]") {
    for (const auto& secret : {token, std::string("short"), "  " + token, token + "\n"}) {
        for (const auto& name : {secret, " " + secret, secret + "\t ", "\r\n" + secret}) {
            CAPTURE(name, secret);
            CHECK(code_of(create(name, secret)) == Errc::invalid_argument);
        }
    }
    CHECK(code_of(create("rookery", token)) == Errc::count_);
    CHECK(code_of(create("", "  ")) == Errc::count_);
    CHECK(code_of(create("   ", "  ")) == Errc::count_);
    CHECK(code_of(create("shorter", "short")) == Errc::count_);
    CHECK(code_of(create("SHORT", "short")) == Errc::count_);
}

TEST_CASE("a text holds no token that is too long to stand in it by chance", "[messages]") {
    const std::string sixteen(16, 'k');
    CHECK(code_of(create("@handle token=" + sixteen + ";", sixteen)) == Errc::invalid_argument);
    CHECK(code_of(create("\u00e4" + sixteen, sixteen)) == Errc::invalid_argument);
    CHECK(code_of(create("x" + sixteen, "\u00e4" + sixteen)) == Errc::count_);
    const std::string fifteen(15, 'k');
    CHECK(code_of(create("@handle token=" + fifteen + ";", fifteen)) == Errc::count_);
    CHECK(code_of(create("@handle token=" + sixteen, sixteen + "k")) == Errc::count_);
}

TEST_CASE("the refusal names the column and no value", "[messages]") {
    const auto refused = check_texts(create("@a " + token, token)).error();
    CHECK(refused.message.find("'msdyn_name'") != std::string::npos);
    CHECK(refused.message.find("hunter2") == std::string::npos);
}

TEST_CASE("the token of one row is refused in a text of another", "[messages]") {
    CreateMultiple made;
    made.table = schema::table(secrets);
    made.rows.push_back(row("one", token));
    made.rows.push_back(row("two", "another"));
    CHECK(code_of(std::move(made)) == Errc::count_);

    CreateMultiple pasted;
    pasted.table = schema::table(secrets);
    pasted.rows.push_back(row("one " + token, "another"));
    pasted.rows.push_back(row("two", token));
    CHECK(code_of(std::move(pasted)) == Errc::invalid_argument);

    UpsertMultiple upserted;
    upserted.table = schema::table(secrets);
    const KeyValues key{&upserted.table->keys.front(), {storage::Value{token}}};
    upserted.rows.push_back({Target{upserted.table, key}, row("one", "another")});
    upserted.rows.push_back({Target{upserted.table, Uuid{}}, row("two", token)});
    const Message message(std::move(upserted));
    CHECK(code_of(message) == Errc::invalid_argument);
    const auto refused = check_texts(message).error();
    CHECK(refused.message.find("'" + std::string(unique) + "'") != std::string::npos);
}

TEST_CASE("a credential of this vault is refused in every text of every table", "[messages]") {
    const auto secret = credential();
    for (const auto* table : schema::tables()) {
        for (const auto& column : table->columns) {
            if (column.type != schema::Type::text || !column.may(schema::can::create)) continue;
            CAPTURE(table->name, column.name);
            Create message;
            message.table = table;
            message.input.cells.push_back({&column, "Bearer " + secret});
            CHECK(code_of(std::move(message)) == Errc::invalid_argument);
        }
    }
    CreateCredential named;
    named.name = secret;
    CHECK(code_of(named) == Errc::invalid_argument);
    named.name = "laptop";
    CHECK(code_of(named) == Errc::count_);
}

TEST_CASE("what only looks like a credential is a text", "[messages]") {
    auto secret = credential();
    secret.back() = secret.back() == 'A' ? 'B' : 'A';
    Upsert message;
    message.target = TestVault::target(application, Uuid{});
    message.input.cells.push_back(TestVault::cell(application, "msdyn_name", secret + " rky1_"));
    CHECK(code_of(std::move(message)) == Errc::count_);
}

TEST_CASE("of many tokens that begin alike each is found", "[messages]") {
    std::vector<SecretBytes> held;
    for (int i = 0; i < 500; ++i) {
        held.push_back(SecretBytes::copy_of(std::string(20, 'a') + std::to_string(i * 7)));
    }
    held.push_back(SecretBytes::copy_of(std::string(20, 'a') + "70xyz"));
    PastedTokens tokens;
    for (const auto& one : held) tokens.add(one);
    for (const auto& one : held) {
        const auto text = one.expose([](ByteView bytes) { return std::string(text_of(bytes)); });
        CHECK(tokens.stand_in(text));
        CHECK(tokens.stand_in("bcd " + text + " efg"));
        CHECK(tokens.stand_in("aaaaaaa" + text));
        CHECK(tokens.stand_in(std::string(25, 'z') + text));
    }
    CHECK_FALSE(tokens.stand_in(std::string(20, 'a') + "8"));
    CHECK_FALSE(tokens.stand_in(std::string(100, 'a')));
    CHECK_FALSE(tokens.stand_in(""));
}

TEST_CASE(
    "nothing of a request with a pasted token is written, and the log does not know it",
    "[messages]"
) {
    TestVault vault;
    const auto refused = vault.run<NoContent>(vault.vault().system(), create(token, token));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::invalid_argument);
    RetrieveMultiple query;
    query.table = schema::table(secrets);
    CHECK(vault.run_as_system<ListReply>(std::move(query)).rows.empty());
    const auto log = vault.run_as_system<LogReply>(RetrieveAuditEvents{});
    CHECK(log.entries.at(1).event.outcome == audit::Outcome::failed);
    CHECK(log.entries.at(1).event.table == secrets);
}

}  // namespace pasted_token_test

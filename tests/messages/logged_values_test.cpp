// What a write's entry says of its row: the columns that decide access, before and after, whole.
#include "pipeline/logged_values.hpp"

#include "audit/cbor.hpp"
#include "audit/core_section.hpp"
#include "crypto/sha256.hpp"
#include "rules/table_rules.hpp"
#include "support/test_vault.hpp"

#include <algorithm>
#include <map>

namespace logged_values_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

using Extras = std::map<std::string, std::string>;

/// Numbers as digits, bytes in hex.
Extras extras_of(const audit::Event& event) {
    Extras out;
    for (const auto& [name, extra] : event.extras) {
        if (const auto* number = std::get_if<std::uint64_t>(&extra))
            out[name] = std::to_string(*number);
        if (const auto* text = std::get_if<std::string>(&extra)) out[name] = *text;
        if (const auto* bytes = std::get_if<Bytes>(&extra)) out[name] = to_hex(*bytes);
    }
    return out;
}

Extras logged(const storage::Row* before, const storage::Row* after) {
    audit::Event event;
    add_logged_values(event, before, after);
    return extras_of(event);
}

Uuid number_id(std::uint8_t number) {
    Uuid id;
    id.bytes.fill(number);
    return id;
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

constexpr std::string_view four_bytes = "\xF0\x9F\x98\x80";

/// The largest value a column takes; `which` tells two of them apart.
storage::Value largest(const schema::Column& column, std::uint8_t which) {
    using enum schema::Type;
    switch (column.type) {
        case uid:
            return number_id(which);
        case lookup:
        case owner:
            return storage::RowRef{1, number_id(which)};
        case boolean:
            return which % 2 == 0;
        case datetime:
            return from_ms(253'402'300'799'000 - which * 1000);
        case bigint:
        case integer:
        case choice:
        case state:
        case status:
            return std::int64_t{column.type == bigint ? INT64_MAX - which : INT32_MAX - which};
        default:
            return repeated(four_bytes, column.length_max - 1) + static_cast<char>('a' + which);
    }
}

storage::Row largest_row(const schema::Table& table, std::uint8_t which) {
    storage::Row row;
    row.table = &table;
    row.id = number_id(9);
    for (const auto id : table.logged) row.set(id, largest(*table.column(id), which));
    return row;
}

std::vector<LogEntry> entries_about(TestVault& vault, const Uuid& record) {
    RetrieveAuditEvents review;
    review.record = record;
    return vault.run_as_system<LogReply>(review).entries;
}

Extras newest(TestVault& vault, const Uuid& record) {
    return extras_of(entries_about(vault, record).at(0).event);
}

template <class... Cells>
void update(TestVault& vault, std::string_view table, const Uuid& id, Cells&&... cells) {
    Upsert message;
    message.target = TestVault::target(table, id);
    message.preconditions.must_exist = true;
    (message.input.cells.push_back(
         TestVault::cell(table, cells.first, InputValue(std::forward<Cells>(cells).second))
     ),
     ...);
    vault.run_as_system<NoContent>(std::move(message));
}

}  // namespace

TEST_CASE(
    "an entry has what decides before and after, and before only of what changed", "[messages]"
) {
    const auto& table = schema::known::businessunit;
    storage::Row before;
    before.table = &table;
    before.id = number_id(1);
    before.set("name", std::string("East"));
    before.set("parentbusinessunitid", storage::RowRef{table.id, number_id(2)});
    before.set("isdisabled", false);
    before.set("description", std::string("decides nothing"));
    auto after = before;
    after.set("isdisabled", true);
    after.set("description", std::string("still nothing"));

    const auto parent = to_string(number_id(2));
    CHECK(
        logged(&before, &after) ==
        Extras{
            {"name", "East"},
            {"parentbusinessunitid", parent},
            {"isdisabled", "1"},
            {"isdisabled.before", "0"}}
    );
    CHECK(
        logged(nullptr, &before) ==
        Extras{{"name", "East"}, {"parentbusinessunitid", parent}, {"isdisabled", "0"}}
    );
    CHECK(
        logged(&before, nullptr) ==
        Extras{
            {"name.before", "East"},
            {"parentbusinessunitid.before", parent},
            {"isdisabled.before", "0"}}
    );
    CHECK(logged(&before, &before).count("name.before") == 0);
}

TEST_CASE("of a change null is an empty text, which no column holds", "[messages]") {
    storage::Row without;
    without.table = &schema::known::systemuser;
    auto with = without;
    with.set("applicationid", number_id(3));
    const auto id = to_string(number_id(3));
    CHECK(logged(&without, &with) == Extras{{"applicationid", id}, {"applicationid.before", ""}});
    CHECK(logged(&with, &without) == Extras{{"applicationid", ""}, {"applicationid.before", id}});
    CHECK(logged(&without, &without).empty());
}

TEST_CASE(
    "a long text is cut between two characters, and its digest says which it was", "[messages]"
) {
    storage::Row row;
    row.table = &schema::known::team;
    const auto fits = repeated(four_bytes, logged_text_max / 4);
    row.set("name", fits);
    CHECK(logged(nullptr, &row) == Extras{{"name", fits}});
    row.set("name", "a" + fits);
    const auto digest = crypto::sha256(bytes_of("a" + fits));
    CHECK(
        logged(nullptr, &row) ==
        Extras{{"name", "a" + fits.substr(0, logged_text_max - 4)}, {"name.sha256", to_hex(digest)}}
    );
    CHECK(logged(&row, nullptr).at("name.before.sha256") == to_hex(digest));
    // Two texts that begin alike are told apart.
    auto other = row;
    other.set("name", "a" + fits + "b");
    const auto change = logged(&row, &other);
    CHECK(change.at("name") == change.at("name.before"));
    CHECK(change.at("name.sha256") != change.at("name.before.sha256"));
}

TEST_CASE("what decides fits an entry with the longest values of everything else", "[messages]") {
    for (const auto* table : schema::tables()) {
        if (table->logged.empty()) continue;
        CAPTURE(table->name);
        const auto before = largest_row(*table, 1);
        const auto after = largest_row(*table, 2);
        audit::Event event;
        event.id = number_id(1);
        add_logged_values(event, &before, &after);
        const auto expected = extras_of(event);
        event.time = from_ms(253'402'300'799'000);
        event.node = std::string(255, 'n');
        event.agent = std::string(255, 'a');
        event.actor.id = event.message = std::string(36, 'u');
        event.on_behalf_of = audit::Delegator{audit::ActorType::service, std::string(36, 'b')};
        event.client_request_id = std::string(128, 'r');
        event.table = table->name;
        event.record = after.id;
        for (const auto& column : table->columns) event.columns.push_back(column.id);
        event.release = audit::ReleaseMode::metadata;
        event.row_versions = audit::RowVersions{INT64_MAX - 1, INT64_MAX};
        for (const auto& column : table->columns) {
            if (column.type != schema::Type::sealed) continue;
            event.value_changes.push_back({column.id, INT32_MAX, ByteArray<16>{}, ByteArray<16>{}});
        }
        event.key_versions = audit::KeyVersions{INT32_MAX, INT32_MAX};
        event.rule = audit::Rule{"dataverse", INT64_MAX, std::string(128, 'p')};
        event.related = event.count = INT64_MAX;
        event.source.emplace();
        event.row_tag.emplace();
        event.actor_name.emplace();
        event.record_name.emplace();
        event.extras.emplace_back("cascade", std::uint64_t{1});
        event.extras.emplace_back("unknown-then", std::string(64, 'x'));
        const auto core = audit::encode_core(event);
        CHECK(core.size() <= audit::cbor_bytes_max);
        const auto read = extras_of(value(audit::decode_core(core)));
        CHECK(read.count("clipped") == 0);
        CHECK(std::ranges::all_of(expected, [&](const auto& extra) {
            const auto found = read.find(extra.first);
            return found != read.end() && found->second == extra.second;
        }));
    }
}

TEST_CASE("what access is decided by is what the log holds", "[messages]") {
    for (const auto* table : schema::tables()) {
        if (!table->access_fact) continue;
        CAPTURE(table->name);
        storage::Row row;
        row.table = table;
        CHECK_NOTHROW(fact_of(row));
    }
}

TEST_CASE("a user with the longest names keeps all that decides on the log", "[messages]") {
    TestVault vault;
    const auto name = repeated(four_bytes, 1024);
    const auto user = vault.user(name);
    const auto application = number_id(7);
    update(
        vault,
        "systemuser",
        user,
        std::pair{"applicationid", application},
        std::pair{"isdisabled", true},
        std::pair{"accessmode", std::int64_t{2}}
    );
    const auto changed = newest(vault, user);
    CHECK(changed.count("clipped") == 0);
    CHECK(changed.at("applicationid") == to_string(application));
    CHECK(changed.at("applicationid.before").empty());
    CHECK(changed.at("isdisabled") == "1");
    CHECK(changed.at("isdisabled.before") == "0");
    CHECK(changed.at("accessmode") == "2");
    CHECK(changed.at("accessmode.before") == "0");
    CHECK(changed.at("domainname.sha256") == to_hex(crypto::sha256(bytes_of(name))));
    CHECK(changed.at("businessunitid") == to_string(vault.vault().root_business_unit()));
    // Descriptions do not decide.
    CHECK(changed.count("caltype") == 0);
}

TEST_CASE(
    "Assign and SetState say owner and state before and after; create and delete say both",
    "[messages]"
) {
    TestVault vault;
    const auto unit = TestVault::target("businessunit", vault.vault().root_business_unit());
    const auto team = vault.create(
        "team", std::pair{"name", std::string("Social")}, std::pair{"businessunitid", unit}
    );
    vault.associate(
        "teamroles_association",
        team,
        vault.role(
            "Owner",
            {"prvReadmsdyn_octwitterhandle",
             "prvReadmsdyn_octwitterapplication",
             "prvReadmsdyn_octwitterhandlesecret"},
            schema::Depth::basic
        )
    );
    const auto system = to_string(vault.vault().system().user);
    vault.create(
        "msdyn_octwitterhandle",
        std::pair{"msdyn_name", std::string("@rookery")},
        std::pair{"msdyn_octwitteruniquehandleid", std::string("4711")}
    );
    for (const std::string_view table :
         {"msdyn_octwitterhandle", "msdyn_octwitterapplication", "msdyn_octwitterhandlesecret"}) {
        CAPTURE(table);
        auto id = table == "msdyn_octwitterhandlesecret"
                      ? vault.create(
                            table,
                            std::pair{"msdyn_name", std::string("x")},
                            std::pair{"msdyn_octwitteruniquehandleid", std::string("4711")}
                        )
                      : vault.create(table, std::pair{"msdyn_name", std::string("x")});
        CHECK(newest(vault, id) == Extras{{"ownerid", system}, {"statecode", "0"}});

        update(vault, table, id, std::pair{"ownerid", TestVault::target("team", team)});
        CHECK(entries_about(vault, id).at(0).event.message == "Assign");
        CHECK(
            newest(vault, id) ==
            Extras{{"ownerid", to_string(team)}, {"ownerid.before", system}, {"statecode", "0"}}
        );
        CHECK(entries_about(vault, id).at(0).names.at(to_string(team)) == "Social");
        CHECK(entries_about(vault, id).at(0).names.at(system) == "SYSTEM");

        update(vault, table, id, std::pair{"statecode", std::int64_t{1}});
        CHECK(entries_about(vault, id).at(0).event.message == "SetState");
        CHECK(
            newest(vault, id) ==
            Extras{{"ownerid", to_string(team)}, {"statecode", "1"}, {"statecode.before", "0"}}
        );

        vault.run_as_system<NoContent>(Delete{TestVault::target(table, id), {}});
        CHECK(
            newest(vault, id) ==
            Extras{{"ownerid.before", to_string(team)}, {"statecode.before", "1"}}
        );
    }
}

TEST_CASE(
    "a credential's entries say whose it is, until when, and that it is revoked", "[messages]"
) {
    TestVault vault;
    CreateCredential message;
    message.user = vault.user("Rita");
    message.name = "poster";
    message.lifetime = std::chrono::hours{1};
    const auto made = vault.run_as_system<CredentialReply>(message);
    const auto created = newest(vault, made.credential);
    CHECK(created.at("systemuserid") == to_string(message.user));
    CHECK(created.at("rky_expireson") == to_iso8601(made.expires));
    CHECK(created.at("rky_name") == "poster");
    CHECK(created.count("rky_revokedon") == 0);
    CHECK(created.count("rky_hash") == 0);

    vault.run_as_system<NoContent>(RevokeCredential{made.credential});
    const auto revoked = newest(vault, made.credential);
    CHECK(revoked.at("systemuserid") == to_string(message.user));
    CHECK(revoked.at("rky_revokedon.before").empty());
    CHECK_FALSE(revoked.at("rky_revokedon").empty());

    // Again: nothing is another.
    vault.run_as_system<NoContent>(RevokeCredential{made.credential});
    CHECK(newest(vault, made.credential).count("rky_revokedon.before") == 0);
}

TEST_CASE("a pair that ended says what it tied", "[messages]") {
    TestVault vault;
    const auto user = vault.user("Rita");
    const auto role = vault.role("Reader", {"prvReadTeam"}, schema::Depth::global);
    vault.associate("systemuserroles_association", user, role);
    Disassociate message;
    message.association = schema::association("systemuserroles_association");
    message.parent = TestVault::target("systemuser", user);
    message.child = TestVault::target("role", role);
    vault.run_as_system<NoContent>(message);
    const auto log = vault.run_as_system<LogReply>(RetrieveAuditEvents{});
    const auto found = std::ranges::find(log.entries, "Disassociate", [](const LogEntry& entry) {
        return std::string_view(entry.event.message);
    });
    REQUIRE(found != log.entries.end());
    CHECK(
        extras_of(found->event) ==
        Extras{{"roleid.before", to_string(role)}, {"systemuserid.before", to_string(user)}}
    );
    CHECK(found->names.at(to_string(user)) == "Rita");
    CHECK(found->names.at(to_string(role)) == "Reader");
}

}  // namespace logged_values_test

#include "identity/impersonate.hpp"

#include "access/built_in.hpp"
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

namespace impersonate_test {

namespace {

using namespace rookery;
using identity::Impersonation;
using identity::Sender;

Uuid uuid(std::string_view text) { return *Uuid::parse(text); }

const Uuid unit = uuid("00000000-0000-4000-8000-000000000001");
const Uuid app = uuid("00000000-0000-4000-8000-0000000000a1");     // may act for others
const Uuid ada = uuid("00000000-0000-4000-8000-0000000000a2");     // whom it may read
const Uuid object = uuid("00000000-0000-4000-8000-0000000000e2");  // hers
const Uuid nobody = uuid("00000000-0000-4000-8000-0000000000ff");
const Uuid role = uuid("00000000-0000-4000-8000-0000000000b1");

struct World {
    World() { give(schema::prv_act_on_behalf); }

    void give(std::string_view privilege) { give(*schema::privilege(privilege)); }

    void give(const schema::Privilege& privilege) {
        access::RolePrivilege row{role, &privilege, schema::Depth::global};
        privileges.push_back(row);
    }

    [[nodiscard]] access::Facts facts() const {
        access::FactsBuilder builder;
        access::User user;
        user.business_unit = unit;
        auto hers = user;
        hers.entra_object = object;
        hers.disabled = disabled;
        builder.put(unit, access::BusinessUnit{{}, false, "root"});
        builder.put(app, user).put(ada, hers).put(access::jobs_user, user);
        builder.put(role, access::Role{unit, "delegate", true, {}});
        builder.put(uuid("00000000-0000-4000-8000-0000000000b2"), access::UserRole{app, role});
        std::uint8_t number = 0xc0;
        for (const auto& row : privileges) {
            auto id = role;
            id.bytes[15] = number++;
            builder.put(id, row);
        }
        return builder.build();
    }

    [[nodiscard]] Sender ask(const Impersonation& asked) const {
        Sender sender;
        sender.caller.user = app;
        sender.caller.administration = administration;
        return identity::impersonate(sender, asked, facts());
    }

    std::vector<access::RolePrivilege> privileges;
    bool disabled = false;
    bool administration = true;
};

Impersonation by_id(const Uuid& user) { return {user, std::nullopt, std::nullopt}; }

Impersonation by_object(const Uuid& entra) { return {std::nullopt, entra, std::nullopt}; }

const schema::Privilege& reads_users() {
    return schema::privilege(schema::known::systemuser, schema::Right::read);
}

}  // namespace

TEST_CASE("who holds the privilege acts for a user whom he may read", "[identity]") {
    World world;
    world.give(reads_users());
    for (const auto& asked : {by_id(ada), by_object(object), Impersonation{ada, object, {}}}) {
        const auto sender = world.ask(asked);
        CHECK_FALSE(sender.denied);
        CHECK_FALSE(sender.refusal);
        CHECK(sender.caller.user == ada);
        CHECK(sender.caller.delegate == app);
        CHECK(sender.caller.sender() == app);
    }
}

TEST_CASE("who names nobody, or himself, calls as ever", "[identity]") {
    World world;
    world.privileges.clear();
    for (const auto& asked : {Impersonation{}, by_id(app)}) {
        const auto sender = world.ask(asked);
        CHECK_FALSE(sender.denied);
        CHECK(sender.caller.user == app);
        CHECK_FALSE(sender.caller.delegate);
    }
}

TEST_CASE(
    "whatever keeps somebody from acting for another, he is told the same and the log both names",
    "[identity]"
) {
    World able;
    able.give(reads_users());
    auto without_read = World{};
    auto without_right = able;
    std::erase_if(without_right.privileges, [](const access::RolePrivilege& row) {
        return row.privilege->name == schema::prv_act_on_behalf;
    });
    auto restricted = able;
    restricted.administration = false;
    auto disabled = able;
    disabled.disabled = true;

    const std::pair<World, Impersonation> asked[] = {
        {without_read, by_id(ada)},
        {without_right, by_id(ada)},
        {without_right, by_id(nobody)},
        {restricted, by_id(ada)},
        {disabled, by_id(ada)},
        {disabled, by_object(object)},
        {able, by_id(nobody)},
        {able, by_object(nobody)},
        {able, by_id(Uuid{})},
        {able, by_id(access::jobs_user)},
        {able, by_id(access::system_user)},
        {able, Impersonation{app, object, std::nullopt}},
        {able, Impersonation{nobody, object, std::nullopt}},
    };
    std::string told;
    for (const auto& [world, whom] : asked) {
        const auto sender = world.ask(whom);
        REQUIRE(sender.denied);
        CHECK(sender.denied->code == Errc::impersonation_denied);
        if (told.empty()) told = sender.denied->message;
        CHECK(sender.denied->message == told);
        CHECK_FALSE(sender.refusal);
        CHECK(sender.caller.delegate == app);
        const auto named = whom.user ? *whom.user : *whom.entra_object;
        const bool known = named == object && !whom.user;
        CHECK(sender.caller.user == (known ? ada : named));
    }
}

TEST_CASE("what names nobody is told so before it is looked for", "[identity]") {
    World world;
    const auto sender = world.ask({{}, {}, Error{Errc::malformed, "no GUID", {}, {}}});
    REQUIRE(sender.denied);
    CHECK(sender.denied->code == Errc::malformed);
    CHECK_FALSE(sender.caller.delegate);
}

}  // namespace impersonate_test

// Ways to a token, or to a right, that were open once. Each is tried by who took it, and judged
// like everything else: what is refused, and what does no harm, breaks no rule.
#include "rights/stage.hpp"
#include "schema/known_tables.hpp"
#include "vault/genesis.hpp"

#include <catch2/catch.hpp>

namespace rookery::rights::known_ways_test {
namespace {

using messages::Message;
using test::TestVault;
namespace known = schema::known;

constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";

/// Somebody tries something on a stage of his own; what is found is kept.
class Way {
 public:
    Stage stage;

    Uuid named(std::string_view name) { return stage.scene()[name]; }

    void tries(std::string_view who, const Message& message) {
        add(stage.trial().run({named(who), {}}, message).findings);
    }

    void looks(const Means& means, const Uuid& record) { add(stage.trial().reveal(means, record)); }

    void lists(std::string_view who) {
        add(stage.trial().reveal_list({named(who), {}}, *schema::table(secrets)));
    }

    const std::vector<std::string>& findings() const { return findings_; }

 private:
    void add(const std::vector<Finding>& found) {
        for (const auto& one : found) findings_.push_back(one.rule + ": " + one.text);
    }

    std::vector<std::string> findings_;
};

Message change(
    std::string_view table, const Uuid& id, std::string_view column, messages::InputValue value
) {
    messages::Upsert out;
    out.target = TestVault::target(table, id);
    out.preconditions.must_exist = true;
    out.input.cells.push_back(TestVault::cell(table, column, std::move(value)));
    return out;
}

template <class M = messages::Associate>
Message pair(std::string_view association, const Uuid& first, const Uuid& second) {
    M out;
    out.association = schema::association(association);
    out.parent = {schema::table(out.association->first), first};
    out.child = {schema::table(out.association->second), second};
    return out;
}

Message credential(const Uuid& user) {
    return messages::CreateCredential{user, "taken", std::chrono::hours{1}};
}

constexpr auto to_user = "systemuserroles_association";

struct Known {
    std::string_view words;
    void (*go)(Way& way);
};

const Known ways[] = {
    {"an administrator assigns a record to the team of an agent",
     [](Way& way) {
         way.tries(
             "admin",
             change(
                 secrets,
                 way.named("third"),
                 "ownerid",
                 TestVault::target("team", way.named("social"))
             )
         );
     }},
    {"who may write and assign everything assigns a record to himself",
     [](Way& way) {
         way.tries(
             "taker",
             change(
                 secrets,
                 way.named("third"),
                 "ownerid",
                 TestVault::target("systemuser", way.named("taker"))
             )
         );
     }},
    {"an administrator makes an inactive record active",
     [](Way& way) {
         way.stage.change(secrets, way.named("first"), "statecode", std::int64_t{1});
         way.tries("admin", change(secrets, way.named("first"), "statecode", std::int64_t{0}));
     }},
    {"a credential is made before its user has rights, and used when he has them",
     [](Way& way) {
         const auto user = way.stage.make(
             "systemuser",
             std::pair{"businessunitid", TestVault::target("businessunit", way.named("north"))}
         );
         way.tries("admin", credential(user));
         way.stage.link(to_user, user, way.named("role reader"));
         way.stage.link("systemuserprofiles_association", user, way.named("profile unmask one"));
         for (const auto& [id, row] : way.stage.trial().world().credentials) {
             way.looks(way.stage.trial().by(id), way.named("first"));
         }
     }},
    {"a clerk makes a credential for an administrator",
     [](Way& way) { way.tries("clerk", credential(way.named("admin"))); }},
    {"a clerk makes a credential for a security administrator",
     [](Way& way) { way.tries("clerk", credential(way.named("security"))); }},
    {"a delegate gives System Administrator",
     [](Way& way) {
         way.tries("delegate", pair(to_user, way.named("stranger"), way.named("administrator")));
     }},
    {"an administrator gives the security role to somebody who is disabled",
     [](Way& way) {
         way.stage.change("systemuser", way.named("stranger"), "isdisabled", true);
         way.tries("admin", pair(to_user, way.named("stranger"), way.named("role security")));
     }},
    {"an administrator takes SYSTEM's own role away",
     [](Way& way) {
         way.tries(
             "admin",
             pair<messages::Disassociate>(to_user, messages::system_user, messages::system_role)
         );
     }},
    {"an administrator takes the last security role away",
     [](Way& way) {
         way.stage.change("systemuser", way.named("second security"), "isdisabled", true);
         way.tries(
             "admin",
             pair<messages::Disassociate>(
                 to_user, way.named("security"), way.named("role security")
             )
         );
     }},
    {"the last administrator gives it up",
     [](Way& way) {
         way.stage.change("systemuser", way.named("second admin"), "isdisabled", true);
         way.tries(
             "admin",
             pair<messages::Disassociate>(to_user, way.named("admin"), way.named("administrator"))
         );
     }},
    {"the last administrator is disabled",
     [](Way& way) {
         way.stage.change("systemuser", way.named("second admin"), "isdisabled", true);
         way.tries("manager", change("systemuser", way.named("admin"), "isdisabled", true));
     }},
    {"an application's owner deletes it, and the records of others with it",
     [](Way& way) {
         messages::Delete message;
         message.target = TestVault::target("msdyn_octwitterapplication", way.named("application"));
         way.tries("owner", std::move(message));
     }},
    {"a team moves, and whoever reads its old unit goes on reading its records",
     [](Way& way) {
         way.tries(
             "security",
             change(
                 "team",
                 way.named("social"),
                 "businessunitid",
                 TestVault::target("businessunit", way.named("south"))
             )
         );
         way.looks({way.named("reader"), {}}, way.named("first"));
     }},
    {"an administrator moves a team, and others read its records",
     [](Way& way) {
         way.tries(
             "admin",
             change(
                 "team",
                 way.named("press"),
                 "businessunitid",
                 TestVault::target("businessunit", way.named("north"))
             )
         );
         way.looks({way.named("reader"), {}}, way.named("second"));
     }},
    {"an inactive record hides the tokens of the others in a list",
     [](Way& way) {
         way.stage.change(secrets, way.named("fourth"), "statecode", std::int64_t{1});
         way.lists("reader");
     }},
};

}  // namespace

TEST_CASE("no way that was open once is open", "[rights]") {
    const auto& known = GENERATE(from_range(std::begin(ways), std::end(ways)));
    CAPTURE(known.words);
    Way way;
    known.go(way);
    CHECK(way.findings() == std::vector<std::string>{});
}

}  // namespace rookery::rights::known_ways_test

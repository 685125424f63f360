// Who sees a token, through the whole pipeline: real rows, real profiles, real seals.
#include "support/test_vault.hpp"
#include "sync/sync_principal.hpp"

namespace token_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";
constexpr std::string_view token = "msdyn_useraccesstoken";
constexpr std::string_view token_secret = "msdyn_useraccesstokensecret";

/// A team that owns one record; an agent that may unmask it one at a time, a reader that may not.
struct Scene {
    TestVault vault;
    Uuid team, agent, reader, outsider, handle, record;

    Scene() {
        const auto unit = TestVault::target("businessunit", vault.vault().root_business_unit());
        team = vault.create(
            "team", std::pair{"name", std::string("Social")}, std::pair{"businessunitid", unit}
        );
        agent = vault.user("agent");
        reader = vault.user("reader");
        outsider = vault.user("outsider");
        const auto role = vault.role(
            "Reader",
            {"prvReadmsdyn_octwitterhandlesecret",
             "prvWritemsdyn_octwitterhandlesecret",
             "prvAssignmsdyn_octwitterhandlesecret"},
            schema::Depth::basic
        );
        vault.associate("teamroles_association", team, role);
        vault.associate("systemuserroles_association", outsider, role);
        for (const auto& user : {agent, reader}) {
            vault.associate("teammembership_association", team, user);
        }
        // Roles of the team count for its members; profiles here go to users one by one.
        permit(profile("unmask one", 4, 1), agent);
        permit(profile("masked", 4, 0), reader);
        permit(profile("write", 0, 0), agent, 4);
        permit_system();
        handle = vault.create(
            "msdyn_octwitterhandle",
            std::pair{"msdyn_name", std::string("@rookery")},
            std::pair{"msdyn_octwitteruniquehandleid", std::string("4711")}
        );
        record = vault.create(
            secrets,
            std::pair{"msdyn_name", std::string("rookery")},
            std::pair{"msdyn_octwitteruniquehandleid", std::string("4711")},
            std::pair<std::string_view, SecretBytes>{token, SecretBytes::copy_of("first-token")},
            std::pair<std::string_view, SecretBytes>{
                token_secret, SecretBytes::copy_of("first-secret")},
            std::pair{"ownerid", TestVault::target("team", team)}
        );
    }

    Uuid profile(const std::string& name, int read, int unmask) {
        const auto id = vault.create("fieldsecurityprofile", std::pair{"name", name});
        if (read != 0) permissions(id, read, unmask, 0);
        return id;
    }

    void permissions(const Uuid& id, int read, int unmask, int write) {
        for (const auto column : {token, token_secret}) {
            vault.create(
                "fieldpermission",
                std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", id)},
                std::pair{"entityname", std::string(secrets)},
                std::pair{"attributelogicalname", std::string(column)},
                std::pair{"canread", std::int64_t{read}},
                std::pair{"canreadunmasked", std::int64_t{unmask}},
                std::pair{"cancreate", std::int64_t{write}},
                std::pair{"canupdate", std::int64_t{write}}
            );
        }
    }

    void permit(const Uuid& id, const Uuid& user, int write = 0) {
        if (write != 0) permissions(id, 0, 0, write);
        vault.associate("systemuserprofiles_association", user, id);
    }

    void permit_system() { permit(profile("system writes", 0, 0), vault.vault().system().user, 4); }

    Retrieve by_id(bool unmasked) const {
        Retrieve message;
        message.target = TestVault::target(secrets, record);
        message.selection.unmasked = unmasked;
        return message;
    }

    static Retrieve by_key(std::string unique, bool unmasked) {
        Retrieve message;
        const auto* table = schema::table(secrets);
        KeyValues key{&table->keys.front(), {}};
        key.values.emplace_back(std::move(unique));
        message.target = Target{table, std::move(key)};
        message.selection.unmasked = unmasked;
        return message;
    }

    Result<RowReply> read(const Uuid& user, const Retrieve& message) {
        return vault.run<RowReply>(TestVault::caller(user), message);
    }

    Upsert update(std::string_view column, InputValue given) const {
        Upsert message;
        message.target = TestVault::target(secrets, record);
        message.preconditions.must_exist = true;
        message.input.cells.push_back(TestVault::cell(secrets, column, std::move(given)));
        return message;
    }

    Result<NoContent> change(const Uuid& user, std::string_view column, InputValue given) {
        return vault.run<NoContent>(TestVault::caller(user), update(column, std::move(given)));
    }
};

/// "null", "masked" or the token itself.
std::string shown(const RowReply& reply, std::string_view column) {
    for (const auto& cell : reply.row.cells) {
        if (cell.column->name != column) continue;
        if (std::holds_alternative<Masked>(cell.value)) return "masked";
        if (const auto* secret = std::get_if<SecretBytes>(&cell.value)) {
            return secret->expose([](ByteView bytes) { return std::string(text_of(bytes)); });
        }
        return "null";
    }
    return "absent";
}

}  // namespace

TEST_CASE("an agent that may unmask gets both tokens by id and by alternate key", "[messages]") {
    Scene scene;
    for (const auto& message : {0, 1}) {
        const auto reply = value(
            scene.read(scene.agent, message == 0 ? scene.by_id(true) : Scene::by_key("4711", true))
        );
        CHECK(shown(reply, token) == "first-token");
        CHECK(shown(reply, token_secret) == "first-secret");
    }
}

TEST_CASE("a 304 releases no token, whatever was asked for", "[messages]") {
    Scene scene;
    const auto seen = value(scene.read(scene.agent, scene.by_id(false)));
    auto message = scene.by_id(true);
    message.preconditions.not_versions = {seen.row.row->versionnumber};
    const auto as_agent = TestVault::caller(scene.agent);
    CHECK(scene.vault.run<NotModified>(as_agent, message));
    RetrieveAuditEvents review;
    review.record = scene.record;
    const auto newest = [&] {
        return scene.vault.run_as_system<LogReply>(review).entries.at(0).event;
    };
    const auto unchanged = newest();
    CHECK(unchanged.message == "Retrieve");
    CHECK(unchanged.release == audit::ReleaseMode::metadata);
    CHECK(unchanged.columns.empty());
    CHECK_FALSE(unchanged.key_versions);

    // Once there is something new, it is a release again.
    REQUIRE(scene.change(scene.agent, token, SecretBytes::copy_of("second-token")));
    const auto reply = value(scene.vault.run<RowReply>(as_agent, message));
    CHECK(shown(reply, token) == "second-token");
    CHECK(newest().release == audit::ReleaseMode::plaintext);

    // Who may not read the record hears nothing of its version.
    CHECK(
        scene.vault.run<NotModified>(TestVault::caller(scene.outsider), message).error().code ==
        Errc::no_row_access
    );
}

TEST_CASE("without UnMaskedData the same agent sees the mask", "[messages]") {
    Scene scene;
    const auto reply = value(scene.read(scene.agent, scene.by_id(false)));
    CHECK(shown(reply, token) == "masked");
    REQUIRE(reply.masked.size() == 2);
    CHECK(reply.masked.front().reason == MaskReason::not_asked);
}

TEST_CASE("a reader sees the mask whatever he asks for", "[messages]") {
    Scene scene;
    for (const bool unmasked : {false, true}) {
        const auto reply = value(scene.read(scene.reader, scene.by_id(unmasked)));
        CHECK(shown(reply, token) == "masked");
        REQUIRE(reply.masked.size() == 2);
        CHECK(reply.masked.front().reason == MaskReason::no_permission);
    }
}

TEST_CASE("someone outside the team is refused by id and told of nothing by key", "[messages]") {
    Scene scene;
    CHECK(scene.read(scene.outsider, scene.by_id(true)).error().code == Errc::no_row_access);
    const auto unreadable = scene.read(scene.outsider, Scene::by_key("4711", true)).error();
    const auto missing = scene.read(scene.outsider, Scene::by_key("9999", true)).error();
    CHECK(unreadable.code == Errc::key_not_found);
    CHECK(unreadable.message == missing.message);
}

TEST_CASE("a rotated token is fresh at once and the other one is still there", "[messages]") {
    Scene scene;
    value(scene.change(scene.agent, token, SecretBytes::copy_of("second-token")));
    const auto reply = value(scene.read(scene.agent, scene.by_id(true)));
    CHECK(shown(reply, token) == "second-token");
    CHECK(shown(reply, token_secret) == "first-secret");
}

TEST_CASE("a reader may not write a token and nothing of his update is written", "[messages]") {
    Scene scene;
    auto message = scene.update(token, SecretBytes::copy_of("mine"));
    message.input.cells.push_back(TestVault::cell(secrets, "msdyn_name", std::string("stolen")));
    const auto refused =
        scene.vault.run<NoContent>(TestVault::caller(scene.reader), std::move(message));
    CHECK(refused.error().code == Errc::column_update_denied);
    const auto reply = value(scene.read(scene.agent, scene.by_id(true)));
    CHECK(shown(reply, token) == "first-token");
    CHECK(*reply.row.row->get<std::string>("msdyn_name") == "rookery");
}

TEST_CASE("inactive means off: no plaintext leaves an inactive record", "[messages]") {
    Scene scene;
    value(scene.change(scene.agent, "statecode", std::int64_t{1}));
    CHECK(scene.read(scene.agent, scene.by_id(true)).error().code == Errc::record_inactive);
    CHECK(shown(value(scene.read(scene.agent, scene.by_id(false))), token) == "masked");
}

TEST_CASE("a list shows no token to one who may unmask one record at a time", "[messages]") {
    Scene scene;
    const auto listing = [](bool unmasked) {
        RetrieveMultiple query;
        query.table = schema::table(secrets);
        query.selection.unmasked = unmasked;
        return Message(std::move(query));
    };
    const auto message = listing(true);
    const auto list = value(scene.vault.run<ListReply>(TestVault::caller(scene.agent), message));
    REQUIRE(list.rows.size() == 1);
    REQUIRE(list.masked.size() == 2);
    CHECK(list.masked.front().reason == MaskReason::one_record);
    for (const auto& cell : list.rows.front().cells) {
        if (cell.column->type == schema::Type::sealed) {
            CHECK(std::holds_alternative<Masked>(cell.value));
        }
    }
    const auto none = value(scene.vault.run<ListReply>(TestVault::caller(scene.outsider), message));
    CHECK(none.rows.empty());

    // To ask for less does not change why: the option on a list would not help.
    const auto unasked =
        value(scene.vault.run<ListReply>(TestVault::caller(scene.agent), listing(false)));
    CHECK(unasked.masked == list.masked);
    const auto reader = value(scene.vault.run<ListReply>(TestVault::caller(scene.reader), message));
    REQUIRE(reader.masked.size() == 2);
    CHECK(reader.masked.front().reason == MaskReason::no_permission);
}

TEST_CASE(
    "a list shows the tokens of active records and the mask of an inactive one", "[messages]"
) {
    Scene scene;
    const auto second = scene.vault.create(
        secrets,
        std::pair{"msdyn_name", std::string("second")},
        std::pair<std::string_view, SecretBytes>{token, SecretBytes::copy_of("second-token")},
        std::pair{"ownerid", TestVault::target("team", scene.team)}
    );
    const auto lister = scene.vault.user("lister");
    scene.vault.associate("teammembership_association", scene.team, lister);
    scene.permit(scene.profile("unmask all", 4, 3), lister);
    value(scene.change(scene.agent, "statecode", std::int64_t{1}));

    RetrieveMultiple query;
    query.table = schema::table(secrets);
    query.selection.columns = {query.table->column(token)};
    query.selection.unmasked = true;
    const auto list =
        value(scene.vault.run<ListReply>(TestVault::caller(lister), std::move(query)));
    REQUIRE(list.rows.size() == 2);
    for (const auto& row : list.rows) {
        const auto& shown_value = row.cells.front().value;
        if (row.row->id == second) {
            CHECK(std::holds_alternative<SecretBytes>(shown_value));
        } else {
            CHECK(std::holds_alternative<Masked>(shown_value));
        }
    }
    const std::vector<MaskedColumn> masked{
        {schema::table(secrets)->column(token), MaskReason::inactive}};
    CHECK(list.masked == masked);

    const auto log = scene.vault.run_as_system<LogReply>(RetrieveAuditEvents{});
    for (const auto& entry : {log.entries.at(0), log.entries.at(1)}) {
        const bool inactive = entry.event.record == scene.record;
        CHECK(
            entry.event.release ==
            (inactive ? audit::ReleaseMode::masked : audit::ReleaseMode::plaintext)
        );
    }
    // One record that is asked for by itself is refused, as before.
    CHECK(scene.read(lister, scene.by_id(true)).error().code == Errc::record_inactive);
    const auto unasked = value(scene.read(lister, scene.by_id(false)));
    CHECK(unasked.masked.front().reason == MaskReason::inactive);
}

TEST_CASE("a list of alternate keys finds each of its records once", "[messages]") {
    Scene scene;
    const auto& handles = schema::known::msdyn_octwitterhandle;
    scene.vault.create(
        "msdyn_octwitterhandle",
        std::pair{"msdyn_name", std::string("@other")},
        std::pair{"msdyn_octwitteruniquehandleid", std::string("4712")}
    );
    Any any;
    for (const auto* unique : {"4712", "4711", "none", "4711"}) {
        any.terms.push_back(Filter{Compare{
            handles.column("msdyn_octwitteruniquehandleid"),
            Comparison::eq,
            storage::Value{std::string(unique)}}});
    }
    RetrieveMultiple query;
    query.table = &handles;
    query.filter = Filter{std::move(any)};
    const auto list = scene.vault.run_as_system<ListReply>(std::move(query));
    CHECK(list.rows.size() == 2);
}

TEST_CASE("assigning a record away takes its tokens out of the team's reach", "[messages]") {
    Scene scene;
    value(scene.change(scene.agent, "ownerid", TestVault::target("systemuser", scene.outsider)));
    CHECK(scene.read(scene.agent, scene.by_id(true)).error().code == Errc::no_row_access);
}

TEST_CASE("a disabled user is refused at the next request", "[messages]") {
    Scene scene;
    Upsert disable;
    disable.target = TestVault::target("systemuser", scene.agent);
    disable.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", true));
    scene.vault.run_as_system<NoContent>(std::move(disable));
    CHECK(scene.read(scene.agent, scene.by_id(true)).error().code == Errc::user_disabled);
}

TEST_CASE("a stale If-Match changes nothing and says so only to one who may write", "[messages]") {
    Scene scene;
    auto update = scene.update("msdyn_name", std::string("other"));
    update.preconditions.versions = {1};
    const Message message(std::move(update));
    CHECK(
        scene.vault.run<NoContent>(TestVault::caller(scene.agent), message).error().code ==
        Errc::version_mismatch
    );
    CHECK(
        scene.vault.run<NoContent>(TestVault::caller(scene.outsider), message).error().code ==
        Errc::no_row_access
    );
}

TEST_CASE(
    "an administrator without the grant privilege cannot open a way to plaintext", "[messages]"
) {
    Scene scene;
    const auto admin = scene.vault.user("admin");
    scene.vault.associate(
        "systemuserroles_association",
        admin,
        Uuid{{0x72, 0x6f, 0x6f, 0x6b, 0x65, 0x72, 0x80, 0x79, 0x80, 0x10, 0, 0, 0, 0, 0, 2}}
    );
    const auto as_admin = TestVault::caller(admin);

    CreateCredential credential{scene.agent, "stolen", std::chrono::hours{1}};
    CHECK(
        scene.vault.run<CredentialReply>(as_admin, credential).error().code ==
        Errc::grant_unmask_denied
    );
    credential.user = scene.reader;
    CHECK(scene.vault.run<CredentialReply>(as_admin, credential));

    const auto profile = scene.profile("another unmask", 4, 1);
    Associate grant;
    grant.association = schema::association("systemuserprofiles_association");
    grant.parent = TestVault::target("systemuser", scene.outsider);
    grant.child = TestVault::target("fieldsecurityprofile", profile);
    CHECK(scene.vault.run<NoContent>(as_admin, grant).error().code == Errc::grant_unmask_denied);
    grant.parent = TestVault::target("systemuser", admin);
    CHECK(scene.vault.run<NoContent>(as_admin, grant).error().code == Errc::access_denied);
    CHECK(shown(value(scene.read(admin, scene.by_id(true))), token) == "null");
}

TEST_CASE(
    "a credential of one who may hand out plaintext is itself a way to plaintext", "[messages]"
) {
    Scene scene;
    const auto admin = scene.vault.user("admin");
    const auto guard = scene.vault.user("guard");
    const auto manage =
        scene.vault.role("Credentials", {"prvrkyManageCredentials"}, schema::Depth::global);
    scene.vault.associate("systemuserroles_association", admin, manage);
    scene.vault.associate(
        "systemuserroles_association",
        guard,
        scene.vault.role(
            "Guard", {"prvrkyManageCredentials", "prvrkyGrantUnmask"}, schema::Depth::global
        )
    );
    const CreateCredential credential{guard, "puppet", std::chrono::hours{1}};
    CHECK(
        scene.vault.run<CredentialReply>(TestVault::caller(admin), credential).error().code ==
        Errc::grant_unmask_denied
    );
    CHECK(scene.vault.run<CredentialReply>(scene.vault.vault().system(), credential));
    // For himself, he gets one that hands out nothing.
    const auto own = value(scene.vault.run<CredentialReply>(TestVault::caller(guard), credential));
    CHECK_FALSE(own.plaintext);
}

TEST_CASE(
    "a credential lives from a minute to a leap year, and a refusal names the limits", "[messages]"
) {
    using std::chrono::seconds;
    const seconds most = std::chrono::hours{24 * 366};
    Scene scene;
    for (const auto lifetime : {seconds{60}, most}) {
        CHECK(scene.vault.run<CredentialReply>(
            scene.vault.vault().system(), CreateCredential{scene.agent, "good", lifetime}
        ));
    }
    for (const auto lifetime :
         {seconds::min(),
          seconds{-1},
          seconds{0},
          seconds{59},
          most + seconds{1},
          seconds::max()}) {
        const auto refused =
            scene.vault
                .run<CredentialReply>(
                    scene.vault.vault().system(), CreateCredential{scene.agent, "bad", lifetime}
                )
                .error();
        CHECK(refused.code == Errc::out_of_range);
        CHECK(refused.message == "LifetimeSeconds must be between 60 and 31622400.");
    }
}

// By moving a unit he could take its records for himself, and read them as his own.
TEST_CASE("who may assign deeply cannot move a unit below his own", "[messages]") {
    Scene scene;
    const auto root = TestVault::target("businessunit", scene.vault.vault().root_business_unit());
    const auto mine = scene.vault.create(
        "businessunit",
        std::pair{"name", std::string("mine")},
        std::pair{"parentbusinessunitid", root}
    );
    const auto theirs = scene.vault.create(
        "businessunit",
        std::pair{"name", std::string("theirs")},
        std::pair{"parentbusinessunitid", root}
    );
    const auto mover = scene.vault.create(
        "systemuser",
        std::pair{"domainname", std::string("mover")},
        std::pair{"businessunitid", TestVault::target("businessunit", mine)}
    );
    const auto deep = scene.vault.role(
        "Deep",
        {"prvAssignmsdyn_octwitterhandlesecret", "prvWritemsdyn_octwitterhandlesecret"},
        schema::Depth::deep
    );
    const auto own =
        scene.vault.role("Own", {"prvReadmsdyn_octwitterhandlesecret"}, schema::Depth::basic);
    const auto units = scene.vault.role(
        "Units",
        {"prvReadBusinessUnit",
         "prvWriteBusinessUnit",
         "prvAppendBusinessUnit",
         "prvAppendToBusinessUnit"},
        schema::Depth::global
    );
    for (const auto& role : {deep, own, units}) {
        scene.vault.associate("systemuserroles_association", mover, role);
    }
    scene.permit(scene.profile("mover unmasks", 4, 1), mover);

    const auto move = [&](const Uuid& unit, const Target& below) {
        Upsert message;
        message.target = TestVault::target("businessunit", unit);
        message.preconditions.must_exist = true;
        message.input.cells.push_back(TestVault::cell("businessunit", "parentbusinessunitid", below)
        );
        return scene.vault.run<NoContent>(TestVault::caller(mover), std::move(message));
    };
    const auto refused = move(theirs, TestVault::target("businessunit", mine));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::access_denied);
    // The same right on units, where nothing comes of it for himself.
    const auto other = scene.vault.create(
        "businessunit",
        std::pair{"name", std::string("other")},
        std::pair{"parentbusinessunitid", root}
    );
    CHECK(move(other, TestVault::target("businessunit", theirs)));

    // What it would come to: another administrator did move it.
    const auto crew = scene.vault.create(
        "team",
        std::pair{"name", std::string("theirs")},
        std::pair{"businessunitid", TestVault::target("businessunit", theirs)}
    );
    scene.vault.run_as_system<NoContent>(scene.update("ownerid", TestVault::target("team", crew)));
    const auto take = [&] {
        return scene.change(mover, "ownerid", TestVault::target("systemuser", mover));
    };
    CHECK(take().error().code == Errc::no_row_access);
    Upsert moved;
    moved.target = TestVault::target("businessunit", theirs);
    moved.preconditions.must_exist = true;
    moved.input.cells.push_back(TestVault::cell(
        "businessunit", "parentbusinessunitid", TestVault::target("businessunit", mine)
    ));
    scene.vault.run_as_system<NoContent>(std::move(moved));
    CHECK_FALSE(scene.read(mover, scene.by_id(true)));
    // He may assign what lies below his unit, and not to himself: he would read it.
    CHECK(take().error().code == Errc::access_denied);
    CHECK_FALSE(scene.read(mover, scene.by_id(true)));
}

TEST_CASE("who holds a role through a team cannot make it count as his own", "[messages]") {
    Scene scene;
    const auto role = scene.vault.create(
        "role",
        std::pair{"name", std::string("team only")},
        std::pair{"isinherited", std::int64_t{0}},
        std::pair{
            "businessunitid",
            TestVault::target("businessunit", scene.vault.vault().root_business_unit())}
    );
    AddPrivilegesRole privileges;
    privileges.role = TestVault::target("role", role);
    privileges.privileges.push_back(
        {schema::privilege("prvDeletemsdyn_octwitterhandlesecret"), schema::Depth::basic}
    );
    scene.vault.run_as_system<NoContent>(std::move(privileges));
    scene.vault.associate("teamroles_association", scene.team, role);
    const auto roles =
        scene.vault.role("Roles", {"prvReadRole", "prvWriteRole"}, schema::Depth::global);
    scene.vault.associate("systemuserroles_association", scene.agent, roles);
    scene.vault.associate("systemuserroles_association", scene.outsider, roles);

    Upsert inherit;
    inherit.target = TestVault::target("role", role);
    inherit.preconditions.must_exist = true;
    inherit.input.cells.push_back(TestVault::cell("role", "isinherited", std::int64_t{1}));
    const Message message(std::move(inherit));
    const auto refused = scene.vault.run<NoContent>(TestVault::caller(scene.agent), message);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::access_denied);
    // Others may, if they hold what it gives.
    const auto outsider = TestVault::caller(scene.outsider);
    CHECK(scene.vault.run<NoContent>(outsider, message).error().code == Errc::missing_privilege);
    scene.vault.associate(
        "systemuserroles_association",
        scene.outsider,
        scene.vault.role("Deletes", {"prvDeletemsdyn_octwitterhandlesecret"}, schema::Depth::basic)
    );
    CHECK(scene.vault.run<NoContent>(outsider, message));
}

TEST_CASE("a change that cannot be made is refused also when its row is asked back", "[messages]") {
    Scene scene;
    auto message = scene.update("statuscode", std::int64_t{2});
    message.representation.wanted = true;
    CHECK(
        scene.vault.run<RowReply>(TestVault::caller(scene.agent), std::move(message))
            .error()
            .code == Errc::bad_state
    );
}

TEST_CASE("the business units stay a tree under an enabled root", "[messages]") {
    Scene scene;
    const auto admin = scene.vault.user("admin");
    scene.vault.associate(
        "systemuserroles_association",
        admin,
        Uuid{{0x72, 0x6f, 0x6f, 0x6b, 0x65, 0x72, 0x80, 0x79, 0x80, 0x10, 0, 0, 0, 0, 0, 2}}
    );
    const auto root = scene.vault.vault().root_business_unit();
    const auto child = scene.vault.create("businessunit", std::pair{"name", std::string("child")});
    const auto change = [&](const Uuid& unit, std::string_view column, InputValue given) {
        Upsert message;
        message.target = TestVault::target("businessunit", unit);
        message.preconditions.must_exist = true;
        message.input.cells.push_back(TestVault::cell("businessunit", column, std::move(given)));
        return scene.vault.run<NoContent>(TestVault::caller(admin), std::move(message));
    };
    CHECK_FALSE(change(root, "parentbusinessunitid", TestVault::target("businessunit", child)));
    CHECK_FALSE(change(child, "parentbusinessunitid", TestVault::target("businessunit", child)));
    CHECK_FALSE(change(root, "isdisabled", true));
    CHECK(change(child, "isdisabled", true));
    CHECK(scene.vault.run<WhoAmIReply>(TestVault::caller(admin), WhoAmI{}));
}

TEST_CASE("a used id stays used, also after its record was deleted", "[messages]") {
    Scene scene;
    Delete gone;
    gone.target = TestVault::target(secrets, scene.record);
    scene.vault.run_as_system<NoContent>(gone);
    Create again;
    again.table = schema::table(secrets);
    again.input.cells.push_back(
        TestVault::cell(secrets, "msdyn_octwitterhandlesecretid", scene.record)
    );
    CHECK(
        scene.vault.run<NoContent>(scene.vault.vault().system(), std::move(again)).error().code ==
        Errc::duplicate_id
    );
}

TEST_CASE(
    "a second record with the same unique handle id is refused without naming the first",
    "[messages]"
) {
    Scene scene;
    Create second;
    second.table = schema::table(secrets);
    second.input.cells.push_back(
        TestVault::cell(secrets, "msdyn_octwitteruniquehandleid", std::string("4711"))
    );
    const auto error =
        scene.vault.run<NoContent>(scene.vault.vault().system(), std::move(second)).error();
    CHECK(error.code == Errc::duplicate_key);
    CHECK(error.message.find(to_string(scene.record)) == std::string::npos);
}

TEST_CASE("every change and every reveal is on the log with who and what", "[messages]") {
    Scene scene;
    value(scene.read(scene.agent, scene.by_id(true)));
    CHECK_FALSE(scene.read(scene.outsider, scene.by_id(true)));
    RetrieveAuditEvents review;
    review.record = scene.record;
    const auto log = scene.vault.run_as_system<LogReply>(review);
    REQUIRE(log.entries.size() == 3);
    const auto& refused = log.entries[0].event;
    CHECK(refused.outcome == audit::Outcome::denied);
    CHECK(refused.actor.id == to_string(scene.outsider));
    const auto& revealed = log.entries[1].event;
    CHECK(revealed.release == audit::ReleaseMode::plaintext);
    CHECK(revealed.actor.id == to_string(scene.agent));
    CHECK(revealed.columns.size() == 2);
    CHECK(revealed.rule->path == "team:" + to_string(scene.team));
    CHECK(log.entries[2].event.action == audit::Action::create);
    CHECK(log.entries[2].event.value_changes.size() == 2);
}

TEST_CASE("the sync reads every record and no token", "[messages][sync]") {
    Scene scene;
    const auto sync = value(ensure_sync_principal(scene.vault.vault()));
    for (const bool unmasked : {false, true}) {
        const auto reply = value(scene.vault.run<RowReply>(sync, scene.by_id(unmasked)));
        CHECK(shown(reply, token) == "null");
        CHECK(shown(reply, token_secret) == "null");
        CHECK(*reply.row.row->get<std::string>("msdyn_name") == "rookery");
    }
}

TEST_CASE("a read through a relation says on the log where it started", "[messages]") {
    Scene scene;
    const auto* table = schema::table(secrets);
    const auto& lookup = *table->column("msdyn_octwitterhandleid");
    scene.vault.run_as_system<NoContent>(
        scene.update(lookup.name, TestVault::target("msdyn_octwitterhandle", scene.handle))
    );
    const auto says = [](const audit::Event& event, std::string_view key, const std::string& text) {
        return std::ranges::any_of(event.extras, [&](const auto& extra) {
            const auto* value = std::get_if<std::string>(&extra.second);
            return extra.first == key && value != nullptr && *value == text;
        });
    };
    const auto newest = [&] {
        RetrieveAuditEvents review;
        review.top = 1;
        auto log = scene.vault.run_as_system<LogReply>(review);
        REQUIRE(log.entries.size() == 1);
        return std::move(log.entries.front().event);
    };

    auto followed = scene.by_id(false);
    followed.follow = &lookup;
    scene.vault.run_as_system<RowReply>(followed);
    const auto led = newest();
    CHECK(led.record == scene.handle);
    CHECK(says(led, "from-table", std::string(secrets)));
    CHECK(says(led, "from-record", to_string(scene.record)));

    const auto relations = schema::relationships();
    const auto relation = std::ranges::find_if(relations, [&](const schema::Relationship& one) {
        return one.referencing == secrets && one.referencing_column == lookup.name;
    });
    REQUIRE(relation != relations.end());
    RetrieveMultiple children;
    children.table = table;
    children.within =
        Within{TestVault::target("msdyn_octwitterhandle", scene.handle), &*relation, nullptr};
    CHECK(scene.vault.run_as_system<ListReply>(std::move(children)).rows.size() == 1);
    const auto listed = newest();
    CHECK(listed.action == audit::Action::list);
    CHECK(says(listed, "from-table", "msdyn_octwitterhandle"));
    CHECK(says(listed, "from-record", to_string(scene.handle)));
}

}  // namespace token_test

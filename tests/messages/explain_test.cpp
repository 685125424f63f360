// Who could read a token, what a user may do, what would become of a message: told as it would happen.
#include "access/built_in.hpp"
#include "messages/explain_access.hpp"
#include "support/test_vault.hpp"

#include <algorithm>

namespace explain_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

const schema::Table& secrets = schema::known::msdyn_octwitterhandlesecret;
constexpr std::string_view token = "msdyn_useraccesstoken";
constexpr std::string_view token_secret = "msdyn_useraccesstokensecret";

/// A team that owns a record with two tokens. The agent unmasks them one at a time, the reader sees the
/// mask, the outsider reaches other records, nobody has no role, the auditor reads the log alone.
struct Scene {
    TestVault vault;
    Uuid team, agent, reader, outsider, nobody, auditor, role, record;

    Scene() {
        const auto unit = TestVault::target("businessunit", vault.vault().root_business_unit());
        team = vault.create(
            "team", std::pair{"name", std::string("Social")}, std::pair{"businessunitid", unit}
        );
        agent = vault.user("Agent");
        reader = vault.user("Reader");
        outsider = vault.user("Outsider");
        nobody = vault.user("Nobody");
        auditor = vault.user("Auditor");
        role = vault.role(
            "Holder",
            {"prvReadmsdyn_octwitterhandlesecret",
             "prvWritemsdyn_octwitterhandlesecret",
             "prvDeletemsdyn_octwitterhandlesecret",
             "prvAssignmsdyn_octwitterhandlesecret",
             "prvAppendTomsdyn_octwitterhandlesecret"},
            schema::Depth::basic
        );
        vault.associate("teamroles_association", team, role);
        give(outsider, role);
        give(auditor, vault.role("Auditor", {schema::prv_read_audit}, schema::Depth::global));
        for (const auto& user : {agent, reader}) {
            vault.associate("teammembership_association", team, user);
        }
        permit(agent, "unmask one record", 4, 1);
        permit(reader, "masked", 4, 0);
        permit(vault.vault().system().user, "writes", 0, 0, 4);
        vault.create(
            "msdyn_octwitterhandle",
            std::pair{"msdyn_name", std::string("@rookery")},
            std::pair{"msdyn_octwitteruniquehandleid", std::string("4711")}
        );
        record = make("rookery", TestVault::target("team", team), "4711");
    }

    void give(const Uuid& user, const Uuid& which) {
        vault.associate("systemuserroles_association", user, which);
    }

    Uuid permit(const Uuid& user, const std::string& name, int read, int unmask, int write = 0) {
        const auto id = vault.create("fieldsecurityprofile", std::pair{"name", name});
        for (const auto column : {token, token_secret}) {
            vault.create(
                "fieldpermission",
                std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", id)},
                std::pair{"entityname", std::string(secrets.name)},
                std::pair{"attributelogicalname", std::string(column)},
                std::pair{"canread", std::int64_t{read}},
                std::pair{"canreadunmasked", std::int64_t{unmask}},
                std::pair{"cancreate", std::int64_t{write}},
                std::pair{"canupdate", std::int64_t{write}}
            );
        }
        vault.associate("systemuserprofiles_association", user, id);
        return id;
    }

    Uuid make(const std::string& name, Target owner, const std::string& unique = {}) {
        Create message;
        message.table = &secrets;
        const auto put = [&](std::string_view column, InputValue given) {
            message.input.cells.push_back(TestVault::cell(secrets.name, column, std::move(given)));
        };
        put("msdyn_name", name);
        if (!unique.empty()) put("msdyn_octwitteruniquehandleid", unique);
        put(token, SecretBytes::copy_of("a-token"));
        put("ownerid", std::move(owner));
        return *vault.run_as_system<NoContent>(std::move(message)).id;
    }

    void deactivate() {
        Upsert message;
        message.target = {&secrets, record};
        message.preconditions.must_exist = true;
        message.input.cells.push_back(TestVault::cell(secrets.name, "statecode", std::int64_t{1}));
        vault.run_as_system<NoContent>(std::move(message));
    }

    Uuid credential(const access::Caller& maker, const Uuid& user, const std::string& name) {
        CreateCredential message;
        message.user = user;
        message.name = name;
        message.lifetime = std::chrono::hours{1};
        return value(vault.run<CredentialReply>(maker, message)).credential;
    }

    Result<WhoCanReply> who_can(const Uuid& asker, RetrieveWhoCan message) {
        return vault.run<WhoCanReply>(TestVault::caller(asker), message);
    }

    RetrieveWhoCan of_record() const {
        RetrieveWhoCan message;
        message.target = {&secrets, record};
        return message;
    }

    static Target by_handle(std::string unique) {
        return {&secrets, KeyValues{&secrets.keys.front(), {std::move(unique)}}};
    }

    ExplainAccess ask(const Uuid& user, Explained what) const {
        ExplainAccess message;
        message.user = user;
        message.what = what;
        message.table = &secrets;
        message.record = Target{&secrets, record};
        return message;
    }

    ExplainReply explain(const ExplainAccess& message) {
        return value(vault.run<ExplainReply>(TestVault::caller(auditor), message));
    }

    /// What becomes of it in earnest: nothing when it is done.
    std::optional<Error> really(const Uuid& user, const Message& message) {
        auto receipt = value(vault.vault().run(TestVault::caller(user), message));
        auto reply = take_reply(std::move(receipt));
        return reply ? std::nullopt : std::optional(std::move(reply).error());
    }

    Upsert change(std::string_view column, InputValue given, const Uuid& of) const {
        Upsert message;
        message.target = {&secrets, of};
        message.preconditions.must_exist = true;
        message.input.cells.push_back(TestVault::cell(secrets.name, column, std::move(given)));
        return message;
    }

    Retrieve in_clear() const {
        Retrieve message;
        message.target = {&secrets, record};
        message.selection.unmasked = true;
        return message;
    }

    LogEntry newest(std::string_view message_name) {
        auto log = vault.run_as_system<LogReply>(RetrieveAuditEvents{});
        const auto found = std::ranges::find(log.entries, message_name, [](const LogEntry& entry) {
            return std::string_view(entry.event.message);
        });
        REQUIRE(found != log.entries.end());
        return std::move(*found);
    }
};

std::string extra(const LogEntry& entry, std::string_view name) {
    for (const auto& [key, given] : entry.event.extras) {
        if (key == name) return std::get<std::string>(given);
    }
    return {};
}

/// First told, then done: the same.
void check_same(Scene& scene, const ExplainAccess& asked, const Message& message) {
    const auto told = scene.explain(asked);
    const auto done = scene.really(*asked.user, message);
    CHECK(told.allowed == !done);
    REQUIRE(told.error.has_value() == done.has_value());
    if (!done) return;
    CHECK(told.error->code == done->code);
    CHECK(told.error->message == done->message);
    CHECK(told.error->hint == done->hint);
}

}  // namespace

TEST_CASE("who could read what a team would own is told before it owns anything", "[messages]") {
    Scene scene;
    const auto readers = [&](const RetrieveWhoCan& message) {
        const auto reply = value(scene.who_can(scene.auditor, message));
        std::vector<Uuid> out;
        for (const auto& reader : reply.readers.readers) out.push_back(reader.user);
        return out;
    };
    RetrieveWhoCan message;
    message.target.table = &secrets;
    message.owner = scene.team;
    CHECK(readers(message) == readers(scene.of_record()));
    CHECK(readers(message) == std::vector<Uuid>{scene.agent});
    CHECK(extra(scene.newest("rky_RetrieveWhoCan"), "subject") == to_string(scene.team));
    const auto reply = value(scene.who_can(scene.auditor, message));
    CHECK(reply.record.is_nil());
    CHECK_FALSE(reply.inactive);

    message.owner = scene.nobody;  // without a role, and so without a way to his own
    CHECK(readers(message).empty());
    message.owner = scene.role;
    CHECK_FALSE(scene.who_can(scene.auditor, message));
    message.owner = scene.team;
    CHECK_FALSE(scene.who_can(scene.agent, message));
}

TEST_CASE(
    "who can read a record in clear is told with ways, profiles and live credentials", "[messages]"
) {
    Scene scene;
    scene.give(
        scene.agent,
        scene.vault.role("Tokens", {schema::prv_manage_credentials}, schema::Depth::global)
    );
    const auto system = scene.vault.vault().system();
    const auto carries = scene.credential(system, scene.agent, "poster");
    const auto waits = scene.credential(TestVault::caller(scene.agent), scene.agent, "own");
    const auto revoked = scene.credential(system, scene.agent, "gone");
    scene.vault.run_as_system<NoContent>(RevokeCredential{revoked});

    auto by_key = scene.of_record();
    by_key.target = Scene::by_handle("4711");
    for (const auto& message : {scene.of_record(), by_key}) {
        const auto reply = value(scene.who_can(scene.auditor, message));
        CHECK(reply.record == scene.record);
        CHECK(reply.record_name == "rookery");
        CHECK_FALSE(reply.inactive);
        REQUIRE(reply.readers.readers.size() == 1);
        const auto& reader = reply.readers.readers.front();
        CHECK(reader.user == scene.agent);
        REQUIRE(reader.paths.size() == 1);
        CHECK(reader.paths.front().rule == access::Path::Rule::team);
        CHECK(reader.columns.size() == 2);
        CHECK(reply.names.at({schema::known::systemuser.id, scene.agent}) == "Agent");
        CHECK(reply.names.at({schema::known::team.id, scene.team}) == "Social");
        CHECK(reply.names.at({schema::known::role.id, scene.role}) == "Holder");
        const auto& source = reader.columns.front().sources.front();
        CHECK(
            reply.names.at({schema::known::fieldsecurityprofile.id, source.profile}) ==
            "unmask one record"
        );

        const auto& listed = reply.credentials.front().listed;
        REQUIRE(listed.size() == 2);
        for (const auto& one : listed) {
            CHECK(one.plaintext == (one.id == carries));
            CHECK(one.name == (one.id == carries ? "poster" : "own"));
            CHECK(one.maker == (one.id == carries ? system.user : scene.agent));
            CHECK((one.id == carries || one.id == waits));
        }
    }

    // Expired ones are not live.
    scene.vault.clock().advance(std::chrono::hours{2});
    const auto later = value(scene.who_can(scene.auditor, scene.of_record()));
    CHECK(later.credentials.front().listed.empty());
}

TEST_CASE(
    "who can read one column is asked for that column, and the question is on the log", "[messages]"
) {
    Scene scene;
    auto message = scene.of_record();
    message.column = secrets.column(token_secret);
    const auto reply = value(scene.who_can(scene.auditor, message));
    REQUIRE(reply.readers.readers.size() == 1);
    CHECK(reply.readers.readers.front().columns.size() == 1);
    const auto entry = scene.newest("rky_RetrieveWhoCan");
    CHECK(entry.event.action == audit::Action::audit_read);
    CHECK(entry.event.outcome == audit::Outcome::success);
    CHECK(entry.event.actor.id == to_string(scene.auditor));
    CHECK(entry.event.record == scene.record);
    REQUIRE(entry.event.columns.size() == 1);
    CHECK(entry.event.columns.front() == message.column->id);
}

TEST_CASE(
    "of an inactive record it is told who would read it, and that nobody does", "[messages]"
) {
    Scene scene;
    scene.deactivate();
    const auto reply = value(scene.who_can(scene.auditor, scene.of_record()));
    CHECK(reply.inactive);
    CHECK(reply.readers.readers.size() == 1);
}

TEST_CASE("who can read is told to who may read the log, and to nobody else", "[messages]") {
    Scene scene;
    for (const auto& user : {scene.agent, scene.reader, scene.nobody}) {
        CHECK(scene.who_can(user, scene.of_record()).error().code == Errc::missing_privilege);
    }
    const auto refused = scene.newest("rky_RetrieveWhoCan");
    CHECK(refused.event.outcome == audit::Outcome::denied);
    CHECK(refused.event.action == audit::Action::audit_read);
    CHECK(refused.event.record == scene.record);
    auto missing = scene.of_record();
    missing.target = Scene::by_handle("9999");
    CHECK(scene.who_can(scene.auditor, missing).error().code == Errc::key_not_found);
    missing.target = {&secrets, scene.team};
    CHECK(scene.who_can(scene.auditor, missing).error().code == Errc::not_found);
    // Whether there is such a record is not told either.
    CHECK(scene.who_can(scene.nobody, missing).error().code == Errc::missing_privilege);
}

TEST_CASE(
    "anybody may ask what he may do himself, and the log's readers what others may", "[messages]"
) {
    Scene scene;
    const auto own =
        value(scene.vault.run<AccessOfReply>(TestVault::caller(scene.agent), RetrieveAccessOf{}));
    CHECK(own.user == scene.agent);
    CHECK(own.enabled);
    REQUIRE(own.tables.size() == 1);
    CHECK(own.tables.front().access.table == &secrets);
    CHECK(own.tables.front().owners == 2);
    CHECK(own.tables.front().access.columns.size() == 2);
    CHECK(own.privileges.size() == 5);
    CHECK_FALSE(own.system_administrator);
    const auto entry = scene.newest("rky_RetrieveAccessOf");
    CHECK(entry.event.action == audit::Action::audit_read);
    CHECK(extra(entry, "subject") == to_string(scene.agent));
    CHECK(entry.names.at(to_string(scene.agent)) == "Agent");

    const RetrieveAccessOf of_agent{scene.agent};
    const auto others =
        value(scene.vault.run<AccessOfReply>(TestVault::caller(scene.auditor), of_agent));
    CHECK(others.privileges.size() == own.privileges.size());
    CHECK(
        scene.vault.run<AccessOfReply>(TestVault::caller(scene.reader), of_agent).error().code ==
        Errc::missing_privilege
    );
    CHECK(
        scene.vault
            .run<AccessOfReply>(TestVault::caller(scene.auditor), RetrieveAccessOf{scene.team})
            .error()
            .code == Errc::not_found
    );
}

TEST_CASE("an explained message is told as it happens, in code and text", "[messages]") {
    Scene scene;
    for (const auto& user :
         {scene.nobody, scene.outsider, scene.auditor, scene.reader, scene.agent}) {
        CAPTURE(to_string(user));
        check_same(scene, scene.ask(user, Explained::retrieve), scene.in_clear());
        check_same(
            scene,
            scene.ask(user, Explained::update),
            scene.change("msdyn_name", std::string("again"), scene.record)
        );
        auto with_token = scene.ask(user, Explained::update);
        with_token.column = secrets.column(token);
        check_same(
            scene, with_token, scene.change(token, SecretBytes::copy_of("mine"), scene.record)
        );
        auto listing = scene.ask(user, Explained::retrieve_multiple);
        listing.record.reset();
        RetrieveMultiple list;
        list.table = &secrets;
        check_same(scene, listing, std::move(list));
        auto creation = scene.ask(user, Explained::create);
        creation.record.reset();
        Create create;
        create.table = &secrets;
        check_same(scene, creation, std::move(create));
    }
    for (const auto& user : {scene.nobody, scene.outsider, scene.reader}) {
        CAPTURE(to_string(user));
        check_same(scene, scene.ask(user, Explained::remove), Delete{{&secrets, scene.record}, {}});
    }
}

TEST_CASE(
    "an explanation names rule, missing privilege and how columns would be shown", "[messages]"
) {
    Scene scene;
    const auto agent = scene.explain(scene.ask(scene.agent, Explained::retrieve));
    CHECK(agent.allowed);
    CHECK(agent.rule == "team:" + to_string(scene.team));
    REQUIRE(agent.path);
    CHECK(agent.path->role == scene.role);
    CHECK(agent.names.at({schema::known::team.id, scene.team}) == "Social");
    REQUIRE(agent.columns.size() == 2);
    CHECK(agent.columns.front().view == access::ColumnView::clear);
    CHECK(agent.columns.front().permitted == access::UnmaskLevel::one_record);

    const auto reader = scene.explain(scene.ask(scene.reader, Explained::retrieve));
    CHECK(reader.allowed);
    REQUIRE(reader.columns.size() == 2);
    CHECK(reader.columns.front().view == access::ColumnView::masked);

    auto listing = scene.ask(scene.agent, Explained::retrieve_multiple);
    listing.record.reset();
    CHECK(scene.explain(listing).columns.front().view == access::ColumnView::masked);

    const auto nobody = scene.explain(scene.ask(scene.nobody, Explained::remove));
    CHECK(nobody.rule == "none");
    CHECK_FALSE(nobody.path);
    REQUIRE(nobody.missing != nullptr);
    CHECK(nobody.missing->name == "prvDeletemsdyn_octwitterhandlesecret");

    const auto entry = scene.newest("rky_ExplainAccess");
    CHECK(entry.event.action == audit::Action::audit_read);
    CHECK(entry.event.record == scene.record);
    CHECK(extra(entry, "subject") == to_string(scene.nobody));
    CHECK(extra(entry, "asked") == "Delete");
    CHECK(extra(entry, "answer") == "missing_privilege");
}

TEST_CASE("an explanation does nothing and opens no token", "[messages]") {
    Scene scene;
    for (const auto what :
         {Explained::retrieve, Explained::update, Explained::set_state, Explained::remove}) {
        CHECK(scene.explain(scene.ask(scene.agent, what)).allowed);
    }
    RetrieveAuditEvents review;
    review.record = scene.record;
    const auto log = scene.vault.run_as_system<LogReply>(review);
    for (const auto& entry : log.entries) {
        const bool made = entry.event.action == audit::Action::create;
        CHECK((made || entry.event.action == audit::Action::audit_read));
        CHECK(entry.event.release != audit::ReleaseMode::plaintext);
    }
    const auto row =
        value(scene.vault.run<RowReply>(TestVault::caller(scene.agent), scene.in_clear()));
    CHECK(row.row.row->row_version == 1);
}

TEST_CASE("of an inactive record an explanation tells that no token is released", "[messages]") {
    Scene scene;
    scene.deactivate();
    const auto told = scene.explain(scene.ask(scene.agent, Explained::retrieve));
    REQUIRE(told.error);
    CHECK(told.error->code == Errc::record_inactive);
    check_same(scene, scene.ask(scene.agent, Explained::retrieve), scene.in_clear());
    // Who sees the mask sees it still.
    CHECK(scene.explain(scene.ask(scene.reader, Explained::retrieve)).allowed);
}

TEST_CASE("a change that would let others read needs the grant, told as it happens", "[messages]") {
    Scene scene;
    const auto mover = scene.vault.user("Mover");
    scene.give(
        mover,
        scene.vault.role(
            "Mover",
            {"prvReadmsdyn_octwitterhandlesecret",
             "prvWritemsdyn_octwitterhandlesecret",
             "prvAssignmsdyn_octwitterhandlesecret"},
            schema::Depth::global
        )
    );
    const auto apart = scene.make("apart", TestVault::target("systemuser", scene.outsider));
    auto assign = scene.ask(mover, Explained::assign);
    assign.record = Target{&secrets, apart};
    assign.owner = scene.team;
    const auto told = scene.explain(assign);
    REQUIRE(told.error);
    CHECK(told.error->code == Errc::grant_unmask_denied);
    check_same(
        scene, assign, scene.change("ownerid", TestVault::target("team", scene.team), apart)
    );

    assign.owner = scene.reader;  // sees the mask: nobody gains
    CHECK(scene.explain(assign).allowed);
    assign.owner.reset();  // to himself
    CHECK(scene.explain(assign).allowed);
    assign.owner = scene.outsider;
    CHECK(
        scene.vault.run<ExplainReply>(TestVault::caller(scene.auditor), assign).error().code ==
        Errc::invalid_argument
    );
    assign.owner = scene.record;  // neither a user nor a team
    CHECK(scene.explain(assign).error->code == Errc::not_found);

    scene.deactivate();
    const auto activate = scene.explain(scene.ask(mover, Explained::set_state));
    REQUIRE(activate.error);
    CHECK(activate.error->code == Errc::grant_unmask_denied);
}

TEST_CASE(
    "what a row needs for being appended to is told without a message of its own", "[messages]"
) {
    Scene scene;
    CHECK(scene.explain(scene.ask(scene.agent, Explained::append_to)).allowed);
    const auto outsider = scene.explain(scene.ask(scene.outsider, Explained::append_to));
    CHECK(outsider.error->code == Errc::no_row_access);
    CHECK(outsider.missing->name == "prvAppendTomsdyn_octwitterhandlesecret");
    const auto append = scene.explain(scene.ask(scene.agent, Explained::append));
    CHECK(append.error->code == Errc::missing_privilege);
}

TEST_CASE(
    "a token needs its column's permission to be created, which an explanation tells", "[messages]"
) {
    Scene scene;
    scene.give(
        scene.reader,
        scene.vault.role("Maker", {"prvCreatemsdyn_octwitterhandlesecret"}, schema::Depth::basic)
    );
    auto message = scene.ask(scene.reader, Explained::create);
    message.record.reset();
    CHECK(scene.explain(message).allowed);
    message.column = secrets.column(token);
    CHECK(scene.explain(message).error->code == Errc::column_create_denied);
}

TEST_CASE("who asks about himself learns no more than his message would tell him", "[messages]") {
    Scene scene;
    const auto outsider = TestVault::caller(scene.outsider);
    auto message = scene.ask(scene.outsider, Explained::retrieve);
    message.record = Scene::by_handle("4711");
    const auto unreadable = value(scene.vault.run<ExplainReply>(outsider, message));
    message.record = Scene::by_handle("9999");
    const auto missing = value(scene.vault.run<ExplainReply>(outsider, message));
    for (const auto* told : {&unreadable, &missing}) {
        CHECK_FALSE(told->allowed);
        CHECK(told->error->code == Errc::key_not_found);
        CHECK_FALSE(told->record);
        CHECK_FALSE(told->path);
        CHECK(told->rule.empty());
        CHECK(told->rows == 0);
    }
    CHECK(unreadable.error->message == missing.error->message);

    // Without the table's privilege it is not even told that a record is missing.
    ExplainAccess nobody = scene.ask(scene.nobody, Explained::retrieve);
    nobody.record = Target{&secrets, scene.team};
    const auto told = value(scene.vault.run<ExplainReply>(TestVault::caller(scene.nobody), nobody));
    CHECK(told.error->code == Errc::missing_privilege);

    // And of others he learns nothing.
    message = scene.ask(scene.agent, Explained::retrieve);
    CHECK(scene.vault.run<ExplainReply>(outsider, message).error().code == Errc::missing_privilege);
}

TEST_CASE("on behalf of who may read the log nobody asks about himself", "[messages]") {
    Scene scene;
    auto both = TestVault::caller(scene.auditor);
    both.delegate = scene.outsider;
    for (const auto& about : {scene.outsider, scene.auditor}) {
        auto message = scene.ask(about, Explained::retrieve);
        CHECK(scene.vault.run<ExplainReply>(both, message).error().code == Errc::missing_privilege);
    }
}

TEST_CASE("who asks about himself hears what his credential does not carry", "[messages]") {
    Scene scene;
    auto caller = TestVault::caller(scene.agent);
    caller.plaintext = false;
    auto message = scene.ask(scene.agent, Explained::retrieve);
    message.user.reset();
    const auto told = value(scene.vault.run<ExplainReply>(caller, message));
    CHECK(told.user == scene.agent);
    CHECK(told.allowed);
    CHECK(told.columns.front().view == access::ColumnView::masked);
    CHECK(told.columns.front().unconfirmed);
    CHECK_FALSE(
        scene.explain(scene.ask(scene.agent, Explained::retrieve)).columns.front().unconfirmed
    );
}

TEST_CASE("a message that a table does not have is not explained", "[messages]") {
    Scene scene;
    for (const auto what : {Explained::set_state, Explained::assign}) {
        auto message = scene.ask(scene.agent, what);
        message.table = &schema::known::team;
        message.record = Target{&schema::known::team, scene.team};
        CHECK(
            scene.vault.run<ExplainReply>(TestVault::caller(scene.auditor), message).error().code ==
            Errc::invalid_argument
        );
    }
}

TEST_CASE(
    "an explained removal counts what would go with the row, and says what stands in its way",
    "[messages]"
) {
    Scene scene;
    const auto admin = scene.vault.user("Admin");
    scene.give(admin, access::system_administrator_role);
    auto message = scene.ask(admin, Explained::remove);
    CHECK(scene.explain(message).rows == 1);
    message.table = &schema::known::team;
    message.record = Target{&schema::known::team, scene.team};
    const auto told = scene.explain(message);
    CHECK(told.error->code == Errc::restricted);  // it owns records
    check_same(scene, message, Delete{{&schema::known::team, scene.team}, {}});
}

}  // namespace explain_test

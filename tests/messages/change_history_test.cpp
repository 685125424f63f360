// What the log tells of the changes of one row, and of one entry.
#include "messages/sender.hpp"
#include "messages/token_scene.hpp"
#include "pipeline/audit_rows.hpp"

#include <algorithm>

namespace change_history_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";

struct Scene {
    TestVault vault;
    Sender system = test::system_of(vault);
    access::Caller auditor =
        caller_with("Auditor", {schema::prv_read_audit, schema::prv_read_record_audit});

    access::Caller caller_with(
        const std::string& name, std::initializer_list<std::string_view> privileges,
        schema::Depth depth = schema::Depth::global
    ) {
        const auto user = vault.user(name);
        vault.associate("systemuserroles_association", user, vault.role(name, privileges, depth));
        return TestVault::caller(user);
    }

    Uuid poster() { return vault.create(application, std::pair{"msdyn_name", std::string("p")}); }

    void rename(const Uuid& id, const std::string& name) {
        REQUIRE(system.update(application, id, std::pair{"msdyn_name", name}));
    }

    static RetrieveRecordChangeHistory history(std::string_view table, const Uuid& id) {
        RetrieveRecordChangeHistory out;
        out.target = TestVault::target(table, id);
        return out;
    }

    HistoryReply ask(const RetrieveRecordChangeHistory& message) {
        return value(vault.run<HistoryReply>(auditor, message));
    }

    /// Of the newest entry about the row.
    AuditDetail newest(std::string_view table, const Uuid& id) {
        auto reply = ask(history(table, id));
        REQUIRE_FALSE(reply.details.empty());
        return std::move(reply.details.front());
    }
};

const AttributeDetail& attributes(const AuditDetail& detail) {
    const auto* found = std::get_if<AttributeDetail>(&detail);
    REQUIRE(found != nullptr);
    return *found;
}

/// By name, as texts.
std::map<std::string, std::string> values(const std::vector<LoggedValue>& from) {
    std::map<std::string, std::string> out;
    for (const auto& one : from) {
        const auto* text = std::get_if<std::string>(&one.value);
        const auto shown =
            text != nullptr ? *text : std::to_string(std::get<std::uint64_t>(one.value));
        out.emplace(one.column->name, shown);
    }
    return out;
}

std::vector<std::string> names(const std::vector<const schema::Column*>& from) {
    std::vector<std::string> out;
    for (const auto* one : from) out.emplace_back(one->name);
    return out;
}

}  // namespace

TEST_CASE(
    "the history of a row tells its changes, newest first, with what the log keeps", "[messages]"
) {
    Scene s;
    const auto id = s.poster();
    const auto user = s.caller_with("Rita", {"prvReadmsdyn_octwitterapplication"}).user;
    s.rename(id, "q");
    REQUIRE(s.system.update(
        application, id, std::pair{"ownerid", TestVault::target("systemuser", user)}
    ));
    REQUIRE(s.system.row(application, id));
    REQUIRE(s.system.update(application, id, std::pair{"statecode", std::int64_t{1}}));
    REQUIRE(s.system.remove(application, id));
    const auto reply = s.ask(Scene::history(application, id));
    REQUIRE(reply.details.size() == 5);
    CHECK_FALSE(reply.more);
    CHECK(reply.cookie.empty());
    CHECK_FALSE(reply.total);
    const auto system = to_string(s.vault.vault().system().user);

    const auto& gone = attributes(reply.details[0]);
    CHECK(
        values(gone.before) ==
        std::map<std::string, std::string>{{"ownerid", to_string(user)}, {"statecode", "1"}}
    );
    CHECK(gone.after.empty());
    const auto& state = attributes(reply.details[1]);
    CHECK(values(state.before).at("statecode") == "0");
    CHECK(values(state.after).at("statecode") == "1");
    CHECK(values(state.after).count("ownerid") == 0);
    const auto& owner = attributes(reply.details[2]);
    CHECK(values(owner.before) == std::map<std::string, std::string>{{"ownerid", system}});
    CHECK(values(owner.after) == std::map<std::string, std::string>{{"ownerid", to_string(user)}});
    // The log keeps no value of a name: that it was written is all that it tells.
    const auto& name = attributes(reply.details[3]);
    CHECK(name.before.empty());
    CHECK(name.after.empty());
    CHECK(names(name.unknown) == std::vector<std::string>{"msdyn_name"});
    const auto& made = attributes(reply.details[4]);
    CHECK(made.before.empty());
    CHECK(values(made.after).at("ownerid") == system);
    CHECK(values(made.after).at("statecode") == "0");
}

TEST_CASE("what came back tells what it was kept with, and what it has instead", "[messages]") {
    Scene s;
    s.vault.keep_deleted(std::chrono::days{30});
    const auto user = s.vault.user("Rita");
    const auto system = to_string(s.vault.vault().system().user);
    const auto id = s.poster();
    const auto bring_back = [&](auto&&... cells) {
        REQUIRE(s.system.remove(application, id));
        Restore message;
        message.target = TestVault::target(application, id);
        message.input = rookery::test::input_of(application, cells...);
        REQUIRE(s.vault.run<RestoreReply>(s.vault.vault().system(), std::move(message)));
        return attributes(s.newest(application, id));
    };
    using Values = std::map<std::string, std::string>;

    const auto same = bring_back();
    CHECK(same.before.empty());
    CHECK(same.after.empty());
    CHECK(same.unknown.empty());

    const auto owner = bring_back(std::pair{"ownerid", TestVault::target("systemuser", user)});
    CHECK(values(owner.before) == Values{{"ownerid", system}});
    CHECK(values(owner.after) == Values{{"ownerid", to_string(user)}});

    const auto state = bring_back(std::pair{"statecode", std::int64_t{1}});
    CHECK(values(state.before) == Values{{"statecode", "0"}});
    CHECK(values(state.after) == Values{{"statecode", "1"}});

    // Named again, it is in both, as in an update.
    const auto again = bring_back(std::pair{"statecode", std::int64_t{1}});
    CHECK(values(again.before) == values(again.after));
    CHECK(values(again.after) == Values{{"statecode", "1"}});

    const auto name = bring_back(std::pair{"msdyn_name", std::string("q")});
    CHECK(values(name.before).empty());
    CHECK(names(name.unknown) == std::vector<std::string>{"msdyn_name"});

    s.vault.retain_records();
    Retain retain;
    retain.target = TestVault::target(application, id);
    REQUIRE(s.vault.run<RetainReply>(s.vault.vault().system(), retain));
    RollbackRetain back;
    back.target = retain.target;
    back.input = rookery::test::input_of(
        application, std::pair{"ownerid", TestVault::target("systemuser", system_user)}
    );
    REQUIRE(s.vault.run<RetainReply>(s.vault.vault().system(), std::move(back)));
    const auto rolled_back = attributes(s.newest(application, id));
    CHECK(values(rolled_back.before) == Values{{"ownerid", to_string(user)}});
    CHECK(values(rolled_back.after) == Values{{"ownerid", system}});
}

TEST_CASE("with whom a row was shared, and what for, is in its history", "[messages]") {
    Scene s;
    const auto id = s.poster();
    const auto bob = s.vault.user("bob");
    const auto read = schema::name_of(schema::Right::read).access_bit;
    const auto write = schema::name_of(schema::Right::write).access_bit;
    GrantAccess grant;
    grant.target = TestVault::target(application, id);
    grant.principal = TestVault::target("systemuser", bob);
    grant.rights = read;
    REQUIRE(s.system.send(grant));
    grant.rights = write;
    REQUIRE(s.system.send(grant));
    RevokeAccess revoke;
    revoke.target = grant.target;
    revoke.principal = grant.principal;
    REQUIRE(s.system.send(revoke));
    // Whoever reads the row could ask with whom it is shared.
    const auto reader = s.caller_with(
        "Reader", {schema::prv_read_record_audit, "prvReadmsdyn_octwitterapplication"}
    );
    for (const auto& caller : {s.auditor, reader}) {
        const auto reply =
            value(s.vault.run<HistoryReply>(caller, Scene::history(application, id)));
        REQUIRE(reply.details.size() == 4);
        std::vector<std::pair<std::uint32_t, std::uint32_t>> rights;
        for (std::size_t i = 0; i < 3; ++i) {
            const auto* share = std::get_if<ShareDetail>(&reply.details[i]);
            REQUIRE(share != nullptr);
            CHECK(share->with == access::Principal{access::PrincipalKind::user, bob});
            rights.emplace_back(share->before, share->after);
        }
        using Rights = std::pair<std::uint32_t, std::uint32_t>;
        CHECK(
            rights ==
            std::vector{Rights{read | write, 0}, Rights{read, read | write}, Rights{0, read}}
        );
    }
}

TEST_CASE("a share that goes with its team ends in the history of what was shared", "[messages]") {
    Scene s;
    const auto id = s.poster();
    const auto over = s.poster();
    const auto read = schema::name_of(schema::Right::read).access_bit;
    const auto guests = value(s.system.create(
        "team", std::pair{"name", std::string("guests")}, std::pair{"teamtype", std::int64_t{1}}
    ));
    GrantAccess grant;
    grant.target = TestVault::target(application, id);
    grant.principal = TestVault::target("team", guests);
    grant.rights = read;
    REQUIRE(s.system.send(grant));
    grant.target = TestVault::target(application, over);
    grant.expires = s.vault.clock().now() + std::chrono::hours{1};
    REQUIRE(s.system.send(grant));
    s.vault.clock().advance(std::chrono::hours{2});
    REQUIRE(s.system.remove("team", guests));

    const auto history = s.ask(Scene::history(application, id)).details;
    REQUIRE(history.size() == 3);
    const auto* ended = std::get_if<ShareDetail>(&history.front());
    REQUIRE(ended != nullptr);
    CHECK(ended->with == access::Principal{access::PrincipalKind::team, guests});
    CHECK(ended->before == read);
    CHECK(ended->after == 0);
    RetrieveAuditEvents question;
    question.record = id;
    question.top = 1;
    const auto log = s.vault.run_as_system<LogReply>(std::move(question)).entries;
    REQUIRE(log.size() == 1);
    CHECK(log.front().event.action == audit::Action::unshare);
    CHECK(log.front().event.message == "Delete");
    CHECK_FALSE(log.front().event.row_versions);
    // What was over gave nothing any more; and what went with its record ended with that.
    CHECK(s.ask(Scene::history(application, over)).details.size() == 2);
    grant.target = TestVault::target(application, id);
    grant.principal = TestVault::target("systemuser", s.auditor.user);
    grant.expires.reset();
    REQUIRE(s.system.send(grant));
    REQUIRE(s.system.remove(application, id));
    CHECK(s.ask(Scene::history(application, id)).details.size() == 5);
}

TEST_CASE("of a token it is told that it changed, and nothing else", "[messages]") {
    test::TokenScene s;
    const auto caller_with =
        [&](const std::string& name, std::initializer_list<std::string_view> privileges) {
            const auto user = s.vault.user(name);
            const auto role = s.vault.role(name, privileges, schema::Depth::global);
            s.vault.associate("systemuserroles_association", user, role);
            return TestVault::caller(user);
        };
    const auto auditor =
        caller_with("Auditor", {schema::prv_read_audit, schema::prv_read_record_audit});
    s.rotate("second");
    auto message = Scene::history(s.secrets, s.record);
    const auto all = value(s.vault.run<HistoryReply>(auditor, message));
    REQUIRE(all.details.size() == 2);
    const auto& changed = attributes(all.details[0]);
    CHECK(changed.before.empty());
    CHECK(changed.after.empty());
    CHECK(names(changed.unknown) == std::vector<std::string>{std::string(s.token)});
    for (const auto& detail : all.details) {
        for (const auto& [column, text] : values(attributes(detail).after)) {
            CHECK(text.find("first") == std::string::npos);
            CHECK(text.find("second") == std::string::npos);
        }
    }

    // Who may read the record, and no token of it, is not even told that.
    const auto reader =
        caller_with("Reads", {schema::prv_read_record_audit, "prvReadmsdyn_octwitterhandlesecret"});
    const auto reply = value(s.vault.run<HistoryReply>(reader, message));
    REQUIRE(reply.details.size() == 2);
    CHECK(attributes(reply.details[0]).unknown.empty());
    message.attribute = schema::table(s.secrets)->column(s.token);
    CHECK(s.vault.run<HistoryReply>(reader, message).error().code == Errc::column_read_denied);
    CHECK(value(s.vault.run<HistoryReply>(auditor, message)).details.size() == 2);
    message.attribute = schema::table(s.secrets)->column("ownerid");
    CHECK(value(s.vault.run<HistoryReply>(reader, message)).details.size() == 1);
}

TEST_CASE("the history of a column has the changes of that column", "[messages]") {
    Scene s;
    const auto id = s.poster();
    s.rename(id, "q");
    s.rename(id, "r");
    REQUIRE(s.system.update(application, id, std::pair{"statecode", std::int64_t{1}}));
    auto message = Scene::history(application, id);
    message.attribute = schema::table(application)->column("msdyn_name");
    CHECK(s.ask(message).details.size() == 3);
    message.attribute = schema::table(application)->column("statecode");
    CHECK(s.ask(message).details.size() == 2);
    message.attribute = schema::table(application)->column("msdyn_twitterenvironmentname");
    CHECK(s.ask(message).details.empty());
}

TEST_CASE("a history is paged by number and by cookie, and counted when asked", "[messages]") {
    Scene s;
    const auto id = s.poster();
    for (const auto* name : {"a", "b", "c", "d"}) s.rename(id, name);
    const auto other = s.poster();
    auto message = Scene::history(application, id);
    message.page.count = 2;
    message.page.total = true;
    std::size_t seen = 0;
    for (std::uint32_t page = 1; page <= 3; ++page) {
        message.page.number = page;
        const auto reply = s.ask(message);
        CHECK(reply.total == 5);
        CHECK(reply.more == (page < 3));
        CHECK(reply.cookie.empty() == !reply.more);
        seen += reply.details.size();
    }
    CHECK(seen == 5);
    message.page = {1, 2, false, {}};
    seen = 0;
    for (;;) {
        const auto reply = s.ask(message);
        seen += reply.details.size();
        if (!reply.more) break;
        message.page.cookie = reply.cookie;
        ++message.page.number;
    }
    CHECK(seen == 5);
    // It is one of that history alone, and of that caller.
    REQUIRE_FALSE(message.page.cookie.empty());
    message.target = TestVault::target(application, other);
    CHECK(s.vault.run<HistoryReply>(s.auditor, message).error().code == Errc::bad_paging_token);
    message.target = TestVault::target(application, id);
    CHECK(
        s.vault.run<HistoryReply>(s.vault.vault().system(), message).error().code ==
        Errc::bad_paging_token
    );
    message.page = {9, 5000, false, {}};
    CHECK(s.ask(message).details.empty());
}

TEST_CASE(
    "the history of a user, a team or a role has the pairs that it is the first of", "[messages]"
) {
    Scene s;
    const auto user = s.vault.user("Rita");
    const auto role = s.vault.role("Reader", {}, schema::Depth::global);
    REQUIRE(s.system.associate("systemuserroles_association", user, role));
    const auto detail = s.newest("systemuser", user);
    const auto* pair = std::get_if<RelationshipDetail>(&detail);
    REQUIRE(pair != nullptr);
    CHECK(pair->relationship == "systemuserroles_association");
    CHECK(pair->target == storage::RowRef{schema::known::role.id, role});
    REQUIRE(s.system.disassociate("systemuserroles_association", user, role));
    CHECK(std::get<RelationshipDetail>(s.newest("systemuser", user)).target.id == role);

    AddPrivilegesRole give;
    give.role = TestVault::target("role", role);
    give.privileges = {{schema::privilege("prvReadTeam"), schema::Depth::basic}};
    s.vault.run_as_system<NoContent>(give);
    auto held = std::get<PrivilegeDetail>(s.newest("role", role));
    CHECK(held.privilege == schema::privilege("prvReadTeam"));
    CHECK_FALSE(held.before);
    CHECK(held.after == schema::Depth::basic);
    CHECK(held.unit == s.vault.vault().root_business_unit());
    give.privileges.front().depth = schema::Depth::global;
    s.vault.run_as_system<NoContent>(give);
    held = std::get<PrivilegeDetail>(s.newest("role", role));
    CHECK(held.before == schema::Depth::basic);
    CHECK(held.after == schema::Depth::global);
    RemovePrivilegeRole take;
    take.role = give.role;
    take.privilege = schema::privilege("prvReadTeam");
    s.vault.run_as_system<NoContent>(take);
    held = std::get<PrivilegeDetail>(s.newest("role", role));
    CHECK(held.before == schema::Depth::global);
    CHECK_FALSE(held.after);
}

TEST_CASE("the history of a row is for who may read it, or reads the whole log", "[messages]") {
    Scene s;
    const auto id = s.poster();
    const auto message = Scene::history(application, id);
    const auto reads = s.caller_with("Reads", {"prvReadmsdyn_octwitterapplication"});
    const auto history = s.caller_with("History", {schema::prv_read_record_audit});
    const auto summary =
        s.caller_with("Summary", {schema::prv_read_audit, "prvReadmsdyn_octwitterapplication"});
    const auto own = s.caller_with("Own", {schema::prv_read_record_audit});
    s.vault.associate(
        "systemuserroles_association",
        own.user,
        s.vault.role("Basic", {"prvReadmsdyn_octwitterapplication"}, schema::Depth::basic)
    );
    for (const auto& caller : {reads, history, summary}) {
        CHECK(s.vault.run<HistoryReply>(caller, message).error().code == Errc::missing_privilege);
    }
    CHECK(s.vault.run<HistoryReply>(own, message).error().code == Errc::no_row_access);
    REQUIRE(s.system.update(
        application, id, std::pair{"ownerid", TestVault::target("systemuser", own.user)}
    ));
    CHECK(value(s.vault.run<HistoryReply>(own, message)).details.size() == 2);
    REQUIRE(s.system.remove(application, id));
    CHECK(s.vault.run<HistoryReply>(own, message).error().code == Errc::not_found);
    // Who reads the log has the history of what is gone, too.
    CHECK(s.ask(message).details.size() == 3);
    CHECK(s.ask(Scene::history(application, Uuid::random(s.vault.random()))).details.empty());
    CHECK(
        s.vault.run<HistoryReply>(s.auditor, Scene::history("audit", id)).error().code ==
        Errc::unsupported
    );
}

TEST_CASE(
    "who may read a row, and not the log, is told of no other row by its history", "[messages]"
) {
    Scene s;
    const auto role = s.vault.role("Reader", {"prvReadTeam"}, schema::Depth::global);
    const auto caller =
        s.caller_with("History", {schema::prv_read_record_audit, "prvReadRole", "prvReadUser"});
    const auto reply = value(s.vault.run<HistoryReply>(caller, Scene::history("role", role)));
    REQUIRE(reply.details.size() == 2);
    CHECK(std::holds_alternative<std::monostate>(reply.details[0]));
    CHECK(std::holds_alternative<AttributeDetail>(reply.details[1]));
}

TEST_CASE("the details of an audit are those of its entry", "[messages]") {
    Scene s;
    const auto id = s.poster();
    RetrieveMultiple list;
    list.table = &schema::known::audit;
    list.top = 1;
    const auto made = value(s.vault.run<ListReply>(s.auditor, list)).rows.front().row->id;
    RetrieveAuditDetails message;
    message.target = TestVault::target("audit", made);
    const auto reply = value(s.vault.run<AuditDetailReply>(s.auditor, message));
    CHECK(values(attributes(reply.detail).after).count("ownerid") == 1);
    // What is about no change of a row has none.
    list.order = {{schema::known::audit.column("createdon"), false}};
    message.target.by = value(s.vault.run<ListReply>(s.auditor, list)).rows.front().row->id;
    CHECK(index_of_audit(std::get<Uuid>(message.target.by)) == 0);
    const auto genesis = value(s.vault.run<AuditDetailReply>(s.auditor, message));
    CHECK(std::holds_alternative<std::monostate>(genesis.detail));
    message.target = TestVault::target("audit", id);
    CHECK(s.vault.run<AuditDetailReply>(s.auditor, message).error().code == Errc::not_found);
    message.target = TestVault::target("audit", made);
    for (const auto& caller :
         {s.caller_with("Summary", {schema::prv_read_audit}),
          s.caller_with("History", {schema::prv_read_record_audit})}) {
        CHECK(
            s.vault.run<AuditDetailReply>(caller, message).error().code == Errc::missing_privilege
        );
    }
    message.target = TestVault::target(application, id);
    CHECK_FALSE(s.vault.run<AuditDetailReply>(s.auditor, message));
}

TEST_CASE("reading a history is on the log, with the row", "[messages]") {
    Scene s;
    const auto id = s.poster();
    auto message = Scene::history(application, id);
    message.attribute = schema::table(application)->column("ownerid");
    s.ask(message);
    const auto log = s.vault.run_as_system<LogReply>(RetrieveAuditEvents{});
    const auto& event = log.entries.front().event;
    CHECK(event.message == "RetrieveAttributeChangeHistory");
    CHECK(event.action == audit::Action::audit_read);
    CHECK(event.count == 1);
    CHECK(*audit::find_extra<std::string>(event, "from-record") == to_string(id));
    CHECK(*audit::find_extra<std::string>(event, "attribute") == "ownerid");
    // It is no change of the row.
    CHECK(s.ask(Scene::history(application, id)).details.size() == 1);
}

}  // namespace change_history_test

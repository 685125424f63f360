#include "messages/complete_push.hpp"
#include "messages/sync_control.hpp"
#include "query/outbox_reader.hpp"
#include "support/test_vault.hpp"
#include "sync/sync_principal.hpp"
#include "vault/genesis.hpp"

#include <algorithm>
#include <thread>

namespace sync_test {

using namespace rookery;
using namespace rookery::messages;
using namespace std::chrono_literals;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

const schema::Table& application_table = schema::known::msdyn_octwitterapplication;

struct Synced {
    Synced() : monitor(std::make_shared<SyncMonitor>("https://far.test")), vault(monitor) {
        caller = value(ensure_sync_principal(vault.vault()));
    }

    Uuid application(const std::string& name = "app") {
        return vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", name});
    }

    std::optional<ledger::OutboxEntry> entry(const Uuid& id) {
        return value(outbox_entry(vault.vault().view(), {application_table.id, id}));
    }

    CompletePush push(const Uuid& id, PushOutcome outcome) {
        CompletePush message;
        message.table = &application_table;
        message.id = id;
        message.versionnumber = entry(id)->versionnumber;
        message.outcome = std::move(outcome);
        return message;
    }

    Result<NoContent> complete(CompletePush message) {
        return vault.run<NoContent>(caller, std::move(message));
    }

    /// The rows as their reader sees them, newest errortime last.
    std::vector<RowPtr> errors() {
        RetrieveMultiple query;
        query.table = &schema::known::syncerror;
        auto list = vault.run_as_system<ListReply>(std::move(query));
        std::vector<RowPtr> rows;
        for (auto& row : list.rows) rows.push_back(row.row);
        std::ranges::sort(rows, {}, [](const RowPtr& row) {
            return *row->get<Instant>("errortime");
        });
        return rows;
    }

    audit::Event last(std::string_view action) {
        auto log = vault.run_as_system<LogReply>(RetrieveAuditEvents{});
        for (auto& entry : log.entries) {
            if (audit::name(entry.event.action) == action) return entry.event;
        }
        FAIL("no such entry");
        return {};
    }

    std::shared_ptr<SyncMonitor> monitor;
    TestVault vault;
    access::Caller caller;
};

const PushOutcome taken = Pushed{PushOperation::update, 204, false};

PushFailed refused(const std::string& code = "0x80040220", int status = 403) {
    PushFailed out;
    out.operation = PushOperation::update;
    out.status = status;
    out.code = code;
    return out;
}

std::int64_t number(const RowPtr& row, std::string_view column) {
    const auto* found = row->get<std::int64_t>(column);
    REQUIRE(found != nullptr);
    return *found;
}

std::string text(const RowPtr& row, std::string_view column) {
    const auto* found = row->get<std::string>(column);
    return found == nullptr ? std::string{} : *found;
}

std::string extra(const audit::Event& event, std::string_view name) {
    for (const auto& [key, held] : event.extras) {
        if (key != name) continue;
        const auto* as_text = std::get_if<std::string>(&held);
        return as_text != nullptr ? *as_text : std::to_string(std::get<std::uint64_t>(held));
    }
    return {};
}

}  // namespace

TEST_CASE("a change of each of the three tables is due to be pushed", "[messages][sync]") {
    TestVault vault;
    const auto application =
        vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string("a")});
    const auto handle =
        vault.create("msdyn_octwitterhandle", std::pair{"msdyn_name", std::string("h")});
    const auto record =
        vault.create("msdyn_octwitterhandlesecret", std::pair{"msdyn_name", std::string("s")});
    const auto view = vault.vault().view();
    for (const auto& [table, id] :
         {std::pair{"msdyn_octwitterapplication", application},
          std::pair{"msdyn_octwitterhandle", handle},
          std::pair{"msdyn_octwitterhandlesecret", record}}) {
        const auto entry = value(outbox_entry(view, {schema::table(table)->id, id}));
        REQUIRE(entry);
        CHECK(entry->operation == ledger::OutboxOperation::upsert);
        CHECK(entry->state == ledger::OutboxState::due);
    }
    CHECK(value(count_outbox(view)).due == 3);
    vault.user("nobody pushes users");
    CHECK(value(count_outbox(vault.vault().view())).due == 3);
}

TEST_CASE("the outbox is read in pages, one table at a time, by id", "[messages][sync]") {
    Synced synced;
    std::vector<Uuid> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(synced.application(std::to_string(i)));
    synced.vault.create("msdyn_octwitterhandle", std::pair{"msdyn_name", std::string("h")});
    std::ranges::sort(ids);
    const auto view = synced.vault.vault().view();
    std::vector<Uuid> seen;
    std::optional<Uuid> after;
    for (;;) {
        const auto page = value(read_outbox(view, application_table.id, after, 2));
        if (page.empty()) break;
        CHECK(page.size() <= 2);
        for (const auto& entry : page) seen.push_back(entry.record.id);
        after = seen.back();
    }
    CHECK(seen == ids);
}

TEST_CASE("a pushed version leaves the outbox and is on the log", "[messages][sync]") {
    Synced synced;
    const auto id = synced.application();
    const auto version = synced.entry(id)->versionnumber;
    value(synced.complete(synced.push(id, Pushed{PushOperation::create, 204, true})));
    CHECK_FALSE(synced.entry(id));
    const auto event = synced.last("sync-push");
    CHECK(event.outcome == audit::Outcome::success);
    CHECK(event.actor.id == to_string(sync_user));
    CHECK(event.actor.type == audit::ActorType::service);
    CHECK(event.record == id);
    CHECK(extra(event, "operation") == "create");
    CHECK(extra(event, "status") == "204");
    CHECK(extra(event, "owner") == "left-out");
    CHECK(extra(event, "versionnumber") == std::to_string(version));
    CHECK(synced.errors().empty());
}

TEST_CASE(
    "a version that was overtaken stays due when the older one is completed", "[messages][sync]"
) {
    Synced synced;
    const auto id = synced.application();
    auto outcome = GENERATE(PushOutcome(taken), PushOutcome(refused()));
    auto old = synced.push(id, outcome);
    Upsert change;
    change.target = TestVault::target("msdyn_octwitterapplication", id);
    change.input.cells.push_back(
        TestVault::cell("msdyn_octwitterapplication", "msdyn_name", std::string("newer"))
    );
    synced.vault.run_as_system<NoContent>(std::move(change));
    value(synced.complete(std::move(old)));
    REQUIRE(synced.entry(id));
    CHECK(synced.entry(id)->state == ledger::OutboxState::due);
    CHECK(extra(synced.last("sync-push"), "operation") == "update");
}

TEST_CASE(
    "a refused version is parked and its record has an error that says why", "[messages][sync]"
) {
    Synced synced;
    const auto id = synced.application();
    auto failure = refused();
    failure.missing_privilege = "prvWritemsdyn_octwitterapplication";
    failure.columns = {
        application_table.column("msdyn_name"),
        application_table.column("msdyn_twittercallbackurl")};
    value(synced.complete(synced.push(id, std::move(failure))));
    CHECK(synced.entry(id)->state == ledger::OutboxState::parked);
    const auto rows = synced.errors();
    REQUIRE(rows.size() == 1);
    const auto& row = rows.front();
    CHECK(
        *row->get<storage::RowRef>("regardingobjectid") == storage::RowRef{application_table.id, id}
    );
    CHECK(row->get<storage::RowRef>("ownerid")->id == sync_user);
    CHECK(text(row, "name") == "Update msdyn_octwitterapplication: 0x80040220");
    CHECK(text(row, "action") == "Update");
    CHECK(text(row, "errorcode") == "0x80040220");
    CHECK(text(row, "errormessage") == "The organization answered with HTTP status 403.");
    CHECK(text(row, "errordetail") == "Missing privilege: prvWritemsdyn_octwitterapplication");
    CHECK(text(row, "requestdata") == "msdyn_name, msdyn_twittercallbackurl");
    CHECK(number(row, "errortype") == 3);
    CHECK(number(row, "statecode") == 0);
    CHECK(number(row, "statuscode") == 0);
    const auto event = synced.last("sync-push");
    CHECK(event.outcome == audit::Outcome::failed);
    CHECK(extra(event, "code") == "0x80040220");
    CHECK(extra(event, "privilege") == "prvWritemsdyn_octwitterapplication");
    CHECK(synced.vault.run_as_system<SyncStatusReply>(RetrieveSyncStatus{}).outbox.parked == 1);
}

TEST_CASE("a failure that may pass is on the log, and the version stays due", "[messages][sync]") {
    Synced synced;
    const auto id = synced.application("a");
    auto failure = refused("network", 0);
    failure.parks = false;
    value(synced.complete(synced.push(id, failure)));
    CHECK(synced.entry(id)->state == ledger::OutboxState::due);
    CHECK(synced.errors().empty());
    const auto event = synced.last("sync-push");
    CHECK(event.outcome == audit::Outcome::failed);
    CHECK(extra(event, "code") == "network");
}

TEST_CASE(
    "a code has one error row for a record, which a success fixes and a failure renews",
    "[messages][sync]"
) {
    Synced synced;
    const auto id = synced.application();
    value(synced.complete(synced.push(id, refused())));
    synced.vault.clock().advance(1min);
    value(synced.complete(synced.push(id, refused())));
    value(synced.complete(synced.push(id, refused("http-400", 400))));
    auto rows = synced.errors();
    REQUIRE(rows.size() == 2);
    CHECK(*rows.front()->get<Instant>("errortime") == synced.vault.clock().now());
    const auto first = rows.front()->id;

    value(synced.complete(synced.push(id, taken)));
    rows = synced.errors();
    REQUIRE(rows.size() == 2);
    for (const auto& row : rows) {
        CHECK(number(row, "statecode") == 1);
        CHECK(number(row, "statuscode") == 1);
    }

    Upsert change;
    change.target = TestVault::target("msdyn_octwitterapplication", id);
    change.input.cells.push_back(
        TestVault::cell("msdyn_octwitterapplication", "msdyn_name", std::string("again"))
    );
    synced.vault.run_as_system<NoContent>(std::move(change));
    const auto code = text(rows.front(), "errorcode");
    value(synced.complete(synced.push(id, refused(code, 403))));
    rows = synced.errors();
    REQUIRE(rows.size() == 2);
    CHECK(std::ranges::count_if(rows, [](const RowPtr& row) {
              return number(row, "statecode") == 0;
          }) == 1);
    CHECK(std::ranges::any_of(rows, [&](const RowPtr& row) { return row->id == first; }));
}

TEST_CASE("errors of one record do not grow without end", "[messages][sync]") {
    Synced synced;
    const auto id = synced.application();
    for (unsigned i = 0; i < sync_errors_per_record + 3; ++i) {
        synced.vault.clock().advance(1s);
        auto next = synced.push(id, refused("http-" + std::to_string(400 + i), 400));
        value(synced.complete(std::move(next)));
    }
    const auto rows = synced.errors();
    REQUIRE(rows.size() == sync_errors_per_record);
    CHECK(text(rows.front(), "errorcode") == "http-403");
    CHECK(text(rows.back(), "errorcode") == "http-418");
}

TEST_CASE("what an error is of follows from status and code", "[messages][sync]") {
    const auto [code, status, type] = GENERATE(table<std::string, int, std::int64_t>({
        {"0x80060882", 412, 0},
        {"0x80040217", 404, 1},
        {"0x80040237", 412, 2},
        {"0x80060892", 412, 2},
        {"0x80040220", 403, 3},
        {"network", 0, 3},
    }));
    Synced synced;
    const auto id = synced.application();
    value(synced.complete(synced.push(id, refused(code, status))));
    CHECK(number(synced.errors().front(), "errortype") == type);
}

TEST_CASE(
    "the errors of a record go with it, and a refused delete still has one", "[messages][sync]"
) {
    Synced synced;
    const auto id = synced.application();
    value(synced.complete(synced.push(id, refused())));
    Delete message;
    message.target = TestVault::target("msdyn_octwitterapplication", id);
    synced.vault.run_as_system<NoContent>(std::move(message));
    CHECK(synced.errors().empty());
    REQUIRE(synced.entry(id));
    CHECK(synced.entry(id)->operation == ledger::OutboxOperation::remove);
    auto failure = refused();
    failure.operation = PushOperation::remove;
    value(synced.complete(synced.push(id, std::move(failure))));
    CHECK(synced.errors().size() == 1);
    value(synced.complete(synced.push(id, Pushed{PushOperation::remove, 404, false})));
    CHECK_FALSE(synced.entry(id));
    CHECK(number(synced.errors().front(), "statuscode") == 1);
}

TEST_CASE("no text of the organization gets into a row", "[messages][sync]") {
    Synced synced;
    const auto id = synced.application();
    auto message = synced.push(id, refused());
    auto& failure = std::get<PushFailed>(message.outcome);
    SECTION("as a code") { failure.code = "eyJhbGciOiJSUzI1NiJ9"; }
    SECTION("as a code that begins well") { failure.code = "0x8004022"; }
    SECTION("as a status") { failure.code = "http-4xx"; }
    SECTION("as a privilege") { failure.missing_privilege = "prv eyJ"; }
    SECTION("as a long privilege") { failure.missing_privilege = "prv" + std::string(91, 'a'); }
    SECTION("as a number that is no status") { failure.status = 1000; }
    SECTION("as another table's column") {
        failure.columns = {schema::known::systemuser.column("fullname")};
    }
    SECTION("for a table that is not synced") {
        message.table = &schema::known::systemuser;
        message.id = sync_user;
    }
    const auto outcome = synced.complete(std::move(message));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::invalid_argument);
    CHECK(synced.errors().empty());
    CHECK(synced.entry(id)->state == ledger::OutboxState::due);
    CHECK(synced.last("sync-push").outcome == audit::Outcome::failed);
}

TEST_CASE("only the sync's own role completes a push", "[messages][sync]") {
    Synced synced;
    const auto id = synced.application();
    const auto reader = synced.vault.user("reader");
    const auto role = synced.vault.role(
        "everything but",
        {"prvReadmsdyn_octwitterapplication",
         "prvWriteSyncError",
         "prvCreateSyncError",
         "prvrkyManageSync"},
        schema::Depth::global
    );
    synced.vault.associate("systemuserroles_association", reader, role);
    const auto refusal =
        synced.vault.run<NoContent>(TestVault::caller(reader), synced.push(id, taken));
    REQUIRE_FALSE(refusal);
    CHECK(refusal.error().code == Errc::missing_privilege);
    CHECK(synced.entry(id));
    CHECK(synced.last("sync-push").outcome == audit::Outcome::denied);
    CHECK(synced.last("sync-push").record == id);
}

TEST_CASE("the sync's user is made once, reads and does not write records", "[messages][sync]") {
    Synced synced;
    const auto before = synced.vault.vault().view().snapshot().log_size;
    value(ensure_sync_principal(synced.vault.vault()));
    CHECK(synced.vault.vault().view().snapshot().log_size == before);
    const auto record = synced.vault.create(
        "msdyn_octwitterhandlesecret", std::pair{"msdyn_name", std::string("s")}
    );
    Retrieve metadata;
    metadata.target = TestVault::target("msdyn_octwitterhandlesecret", record);
    metadata.selection.columns = {
        schema::table("msdyn_octwitterhandlesecret")->column("msdyn_name")};
    CHECK(synced.vault.run<RowReply>(synced.caller, std::move(metadata)));
    Upsert write;
    write.target = TestVault::target("msdyn_octwitterhandlesecret", record);
    CHECK(
        synced.vault.run<NoContent>(synced.caller, std::move(write)).error().code ==
        Errc::missing_privilege
    );
}

TEST_CASE("the sync's role is set right when the sync starts", "[messages][sync]") {
    Synced synced;
    AddPrivilegesRole message;
    message.role = TestVault::target("role", sync_role);
    message.privileges.push_back(
        {schema::privilege("prvDeletemsdyn_octwitterhandlesecret"), schema::Depth::global}
    );
    synced.vault.run_as_system<NoContent>(std::move(message));
    RemovePrivilegeRole taken_away;
    taken_away.role = TestVault::target("role", sync_role);
    taken_away.privilege = schema::privilege(schema::prv_sync);
    synced.vault.run_as_system<NoContent>(std::move(taken_away));
    const auto id = synced.application();
    CHECK(synced.complete(synced.push(id, taken)).error().code == Errc::missing_privilege);
    value(ensure_sync_principal(synced.vault.vault()));
    value(synced.complete(synced.push(id, taken)));
    const auto view = synced.vault.vault().view();
    for (const auto& held : view.facts().privileges_of(sync_role)) {
        CHECK(held.privilege->name != "prvDeletemsdyn_octwitterhandlesecret");
    }
}

TEST_CASE("the sync does not start while its user has a column profile", "[messages][sync]") {
    Synced synced;
    const auto profile =
        synced.vault.create("fieldsecurityprofile", std::pair{"name", std::string("tokens")});
    SECTION("of its own") {
        synced.vault.associate("systemuserprofiles_association", sync_user, profile);
    }
    SECTION("through a team") {
        const auto team = synced.vault.create(
            "team",
            std::pair{"name", std::string("t")},
            std::pair{"administratorid", TestVault::target("systemuser", system_user)}
        );
        synced.vault.associate("teammembership_association", team, sync_user);
        synced.vault.associate("teamprofiles_association", team, profile);
    }
    CHECK(ensure_sync_principal(synced.vault.vault()).error().code == Errc::access_denied);
}

namespace {

/// Everything but the way to plaintext.
access::Caller administrator(TestVault& vault) {
    const auto user = vault.user("administrator");
    vault.associate("systemuserroles_association", user, system_administrator_role);
    return TestVault::caller(user);
}

auto holders_of_roles() {
    return Catch::Generators::table<std::string, std::string>({
        {"systemuserroles_association", "systemuser"},
        {"teamroles_association", "team"},
    });
}

Uuid make_holder(TestVault& vault, const std::string& table) {
    if (table == "systemuser") return vault.user("bob");
    return vault.create(
        "team",
        std::pair{"name", std::string("t")},
        std::pair{"administratorid", TestVault::target("systemuser", system_user)}
    );
}

template <class Change>
Change role_change(std::string_view association, std::string_view holder, const Uuid& id) {
    Change message;
    message.association = schema::association(association);
    message.parent = TestVault::target(holder, id);
    message.child = TestVault::target("role", sync_role);
    return message;
}

}  // namespace

TEST_CASE("nobody but SYSTEM makes a row with an id of the sync", "[messages][sync]") {
    TestVault vault;
    const auto caller = administrator(vault);
    const auto [table, id] = GENERATE(Catch::Generators::table<std::string, Uuid>(
        {{"role", sync_role}, {"systemuser", sync_user}}
    ));
    const auto* of = schema::table(table);
    const auto input = [&](const Uuid& chosen) {
        const auto unit = TestVault::target("businessunit", vault.vault().root_business_unit());
        Input made;
        for (const auto* name : {"name", "domainname", "lastname"}) {
            if (of->column(name) == nullptr) continue;
            made.cells.push_back({of->column(name), std::string("harmless")});
        }
        made.cells.push_back({of->column("businessunitid"), unit});
        if (!chosen.is_nil()) made.cells.push_back({of->column(of->primary_id), chosen});
        return made;
    };
    const auto create = [&](const Uuid& chosen) {
        Create message;
        message.table = of;
        message.input = input(chosen);
        return Message(std::move(message));
    };

    CHECK(vault.run<NoContent>(caller, create(id)).error().code == Errc::built_in_protected);
    Upsert upsert;
    upsert.target = TestVault::target(table, id);
    upsert.input = input({});
    CHECK(vault.run<NoContent>(caller, std::move(upsert)).error().code == Errc::built_in_protected);
    CreateMultiple several;
    several.table = of;
    several.rows.push_back(input(id));
    CHECK(
        vault.run<NoContent>(caller, std::move(several)).error().code == Errc::built_in_protected
    );
    UpsertMultiple items;
    items.table = of;
    items.rows.push_back({TestVault::target(table, id), input({})});
    CHECK(vault.run<NoContent>(caller, std::move(items)).error().code == Errc::built_in_protected);
    CHECK(vault.vault().view().facts().role(sync_role) == nullptr);
    CHECK(vault.vault().view().facts().user(sync_user) == nullptr);

    // Who may make none is told the same as ever.
    const auto stranger = TestVault::caller(vault.user("stranger"));
    CHECK(vault.run<NoContent>(stranger, create(id)).error().code == Errc::missing_privilege);
    CHECK(vault.run<NoContent>(caller, create({})));
    CHECK(ensure_sync_principal(vault.vault()));
}

TEST_CASE(
    "the sync says which user has its domain name, and starts once he has another",
    "[messages][sync]"
) {
    TestVault vault;
    const auto squatter = vault.user("rookery SYNC");
    const auto refused = ensure_sync_principal(vault.vault());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::duplicate_key);
    CHECK(refused.error().message.find("domain name") != std::string::npos);
    Upsert rename;
    rename.target = TestVault::target("systemuser", squatter);
    rename.input.cells.push_back(TestVault::cell("systemuser", "domainname", std::string("other")));
    vault.run_as_system<NoContent>(std::move(rename));
    CHECK(ensure_sync_principal(vault.vault()));
}

TEST_CASE("nobody but SYSTEM changes the role of the sync", "[messages][sync]") {
    Synced synced;
    const auto caller = administrator(synced.vault);
    const auto held = synced.vault.vault().view().facts().privileges_of(sync_role).size();
    AddPrivilegesRole message;
    message.role = TestVault::target("role", sync_role);
    message.privileges.push_back({schema::privilege("prvReadUser"), schema::Depth::basic});
    message.replace = GENERATE(false, true);
    CHECK(synced.vault.run<NoContent>(caller, message).error().code == Errc::built_in_protected);
    RemovePrivilegeRole taken_away;
    taken_away.role = message.role;
    taken_away.privilege = schema::privilege(schema::prv_sync);
    CHECK(synced.vault.run<NoContent>(caller, taken_away).error().code == Errc::built_in_protected);
    Upsert rename;
    rename.target = message.role;
    rename.input.cells.push_back(TestVault::cell("role", "name", std::string("harmless")));
    CHECK(
        synced.vault.run<NoContent>(caller, std::move(rename)).error().code ==
        Errc::built_in_protected
    );
    Delete removal;
    removal.target = message.role;
    CHECK(synced.vault.run<NoContent>(caller, removal).error().code == Errc::built_in_protected);
    CHECK(synced.vault.vault().view().facts().privileges_of(sync_role).size() == held);
}

TEST_CASE("of the sync's user only isdisabled can be changed", "[messages][sync]") {
    Synced synced;
    const auto caller = administrator(synced.vault);
    const auto change = [&](std::optional<bool> disabled, std::optional<std::string> name) {
        Upsert message;
        message.target = TestVault::target("systemuser", sync_user);
        auto& cells = message.input.cells;
        if (disabled) cells.push_back(TestVault::cell("systemuser", "isdisabled", *disabled));
        if (name) cells.push_back(TestVault::cell("systemuser", "domainname", *name));
        return synced.vault.run<NoContent>(caller, std::move(message));
    };
    const auto enabled = [&] { return synced.vault.vault().view().facts().enabled(sync_user); };
    CHECK(change({}, "mine").error().code == Errc::built_in_protected);
    CHECK(change(true, "mine").error().code == Errc::built_in_protected);
    CHECK(enabled());
    CHECK(change(true, {}));
    CHECK_FALSE(enabled());
    CHECK(change(false, {}));
    CHECK(enabled());
}

TEST_CASE("nobody but SYSTEM gives the role of the sync, from either side", "[messages][sync]") {
    Synced synced;
    auto& vault = synced.vault;
    const auto caller = administrator(vault);
    const auto [association, holder] = GENERATE(holders_of_roles());
    const auto id = make_holder(vault, holder);
    auto message = role_change<Associate>(association, holder, id);
    CHECK(vault.run<NoContent>(caller, message).error().code == Errc::built_in_protected);
    std::swap(message.parent, message.child);
    CHECK(vault.run<NoContent>(caller, message).error().code == Errc::built_in_protected);
    // Another role is given as ever.
    message.parent = TestVault::target("role", vault.role("other", {}, schema::Depth::basic));
    CHECK(vault.run<NoContent>(caller, message));
    const auto view = vault.vault().view();
    CHECK(view.facts().roles_of_user(id).size() + view.facts().roles_of_team(id).size() == 1);
}

TEST_CASE(
    "the sync fills no role that somebody else holds; it can be taken away", "[messages][sync]"
) {
    Synced synced;
    auto& vault = synced.vault;
    const auto caller = administrator(vault);
    const auto [association, holder] = GENERATE(holders_of_roles());
    const auto id = make_holder(vault, holder);
    AddPrivilegesRole emptied;
    emptied.role = TestVault::target("role", sync_role);
    emptied.privileges.push_back({schema::privilege("prvReadUser"), schema::Depth::basic});
    emptied.replace = true;
    vault.run_as_system<NoContent>(std::move(emptied));
    vault.associate(association, id, sync_role);
    CHECK(ensure_sync_principal(vault.vault()).error().code == Errc::access_denied);
    CHECK(vault.vault().view().facts().privileges_of(sync_role).size() == 1);

    CHECK(vault.run<NoContent>(caller, role_change<Disassociate>(association, holder, id)));
    CHECK(ensure_sync_principal(vault.vault()));
    CHECK(vault.vault().view().facts().privileges_of(sync_role).size() > 1);
}

TEST_CASE("nobody signs in as the sync, and its role stays", "[messages][sync]") {
    Synced synced;
    CreateCredential message;
    message.user = sync_user;
    message.name = "mine";
    message.lifetime = 1h;
    CHECK(
        synced.vault.run<CredentialReply>(synced.vault.vault().system(), std::move(message))
            .error()
            .code == Errc::built_in_protected
    );
    Delete removal;
    removal.target = TestVault::target("role", sync_role);
    CHECK(
        synced.vault.run<NoContent>(synced.vault.vault().system(), std::move(removal))
            .error()
            .code == Errc::built_in_protected
    );
}

TEST_CASE("whoever disables the sync's user stops it, over a restart too", "[messages][sync]") {
    Synced synced;
    const auto id = synced.application();
    Upsert message;
    message.target = TestVault::target("systemuser", sync_user);
    message.input.cells.push_back(TestVault::cell("systemuser", "isdisabled", true));
    synced.vault.run_as_system<NoContent>(std::move(message));
    REQUIRE(synced.vault.reopen());
    synced.caller = value(ensure_sync_principal(synced.vault.vault()));
    CHECK(synced.complete(synced.push(id, taken)).error().code == Errc::user_disabled);
}

TEST_CASE(
    "a syncerror is read and deleted by whoever may, made and changed by nobody", "[messages][sync]"
) {
    Synced synced;
    const auto id = synced.application();
    value(synced.complete(synced.push(id, refused())));
    const auto row = synced.errors().front()->id;
    const auto& system = synced.vault.vault().system();
    Create made;
    made.table = &schema::known::syncerror;
    CHECK(
        synced.vault.run<NoContent>(system, std::move(made)).error().code ==
        Errc::method_not_allowed
    );
    Upsert change;
    change.target = TestVault::target("syncerror", row);
    CHECK(
        synced.vault.run<NoContent>(system, std::move(change)).error().code ==
        Errc::method_not_allowed
    );
    Delete removal;
    removal.target = TestVault::target("syncerror", row);
    CHECK(
        synced.vault.run<NoContent>(TestVault::caller(synced.vault.user("stranger")), removal)
            .error()
            .code == Errc::missing_privilege
    );
    synced.vault.run_as_system<NoContent>(std::move(removal));
    CHECK(synced.errors().empty());
    CHECK(synced.entry(id)->state == ledger::OutboxState::parked);
}

TEST_CASE("the errors of a record are listed from the record", "[messages][sync]") {
    Synced synced;
    const auto id = synced.application();
    synced.application("other");
    value(synced.complete(synced.push(id, refused())));
    RetrieveMultiple query;
    query.table = &schema::known::syncerror;
    const auto relationships = schema::relationships();
    const auto found = std::ranges::find(
        relationships, "msdyn_octwitterapplication_SyncErrors", &schema::Relationship::name
    );
    REQUIRE(found != relationships.end());
    query.within = Within{TestVault::target("msdyn_octwitterapplication", id), &*found, nullptr};
    CHECK(synced.vault.run_as_system<ListReply>(std::move(query)).rows.size() == 1);
}

TEST_CASE("retry makes what was parked due again and wakes the worker", "[messages][sync]") {
    Synced synced;
    const auto one = synced.application("one");
    const auto two = synced.application("two");
    const auto three = synced.application("three");
    value(synced.complete(synced.push(one, refused())));
    value(synced.complete(synced.push(two, refused())));
    value(synced.complete(synced.push(three, taken)));
    const auto wakes = synced.monitor->wakes();
    const auto reply = synced.vault.run_as_system<RetryReply>(RetrySync{});
    CHECK(reply.retried == 2);
    CHECK(reply.left == 0);
    CHECK(synced.entry(one)->state == ledger::OutboxState::due);
    CHECK(synced.entry(two)->state == ledger::OutboxState::due);
    CHECK_FALSE(synced.entry(three));
    CHECK(synced.monitor->wakes() == wakes + 1);
    CHECK(synced.last("sync-control").count == 2);
    CHECK(synced.vault.run_as_system<RetryReply>(RetrySync{}).retried == 0);
}

TEST_CASE(
    "the status names the privilege that is missing for longest, until it is there",
    "[messages][sync]"
) {
    Synced synced;
    const auto lacking = [&](std::string privilege) {
        const auto id = synced.application();
        auto failure = refused();
        failure.missing_privilege = std::move(privilege);
        value(synced.complete(synced.push(id, std::move(failure))));
        synced.vault.clock().advance(1min);
        return id;
    };
    const auto missing = [&] {
        return synced.vault.run_as_system<SyncStatusReply>(RetrieveSyncStatus{}).missing_privilege;
    };
    CHECK(missing().empty());
    const auto id = lacking("prvReadUser");
    lacking("prvWriteUser");
    CHECK(missing() == "prvReadUser");
    value(synced.complete(synced.push(id, taken)));
    CHECK(missing() == "prvWriteUser");
}

TEST_CASE(
    "now and retry need the privilege to manage the sync, the status that to read the log",
    "[messages][sync]"
) {
    Synced synced;
    const auto user = synced.vault.user("operator");
    const auto caller = TestVault::caller(user);
    const auto with = [&](std::initializer_list<std::string_view> privileges) {
        const auto role = synced.vault.role("r", privileges, schema::Depth::global);
        synced.vault.associate("systemuserroles_association", user, role);
    };
    with({"prvReadAuditSummary", "prvrkySync"});
    CHECK(synced.vault.run<SyncStatusReply>(caller, RetrieveSyncStatus{}));
    const auto wakes = synced.monitor->wakes();
    CHECK(synced.vault.run<NoContent>(caller, SyncNow{}).error().code == Errc::missing_privilege);
    CHECK(
        synced.vault.run<RetryReply>(caller, RetrySync{}).error().code == Errc::missing_privilege
    );
    CHECK(synced.monitor->wakes() == wakes);
    with({"prvrkyManageSync"});
    CHECK(synced.vault.run<NoContent>(caller, SyncNow{}));
    CHECK(synced.vault.run<RetryReply>(caller, RetrySync{}));
    CHECK(synced.monitor->wakes() == wakes + 2);
}

TEST_CASE(
    "the status tells what waits, since when, and which errors are open", "[messages][sync]"
) {
    Synced synced;
    const auto id = synced.application("one");
    const auto since = synced.vault.clock().now();
    value(synced.complete(synced.push(id, refused())));
    synced.vault.clock().advance(1h);
    synced.application("two");
    const auto oldest = synced.vault.clock().now();
    synced.vault.clock().advance(1min);
    synced.monitor->failed("0x80040220");
    const auto status = synced.vault.run_as_system<SyncStatusReply>(RetrieveSyncStatus{});
    CHECK(status.configured);
    CHECK(status.state.organization == "https://far.test");
    CHECK(status.state.failed == 1);
    CHECK(status.outbox.due == 1);
    CHECK(status.outbox.parked == 1);
    CHECK(status.outbox.oldest_due == oldest);
    CHECK(oldest > since);
    CHECK(status.now == synced.vault.clock().now());
    REQUIRE(status.open_errors.size() == 1);
    CHECK(status.open_errors.front().code == "0x80040220");
    CHECK(status.open_errors.front().count == 1);
    synced.vault.run_as_system<RetryReply>(RetrySync{});
    value(synced.complete(synced.push(id, taken)));
    CHECK(synced.vault.run_as_system<SyncStatusReply>(RetrieveSyncStatus{}).open_errors.empty());
}

TEST_CASE(
    "without a sync there is nothing to wake or to try again, and the status says so",
    "[messages][sync]"
) {
    TestVault vault;
    vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", std::string("a")});
    const auto& system = vault.vault().system();
    CHECK(vault.run<NoContent>(system, SyncNow{}).error().code == Errc::unsupported);
    CHECK(vault.run<RetryReply>(system, RetrySync{}).error().code == Errc::unsupported);
    const auto status = vault.run_as_system<SyncStatusReply>(RetrieveSyncStatus{});
    CHECK_FALSE(status.configured);
    CHECK(status.outbox.due == 1);
}

TEST_CASE(
    "a waiting worker is woken, stopped or left alone until its time is over", "[messages][sync]"
) {
    SyncMonitor monitor("https://far.test");
    CHECK_FALSE(monitor.wait_for(1ms));
    monitor.wake();
    CHECK(monitor.wait_for(1h));  // a wake that came before the wait counts
    CHECK_FALSE(monitor.wait_for(1ms));
    CHECK(monitor.wakes() == 1);
    bool woken = false;
    std::thread worker([&] { woken = monitor.wait_for(1h); });
    monitor.wake();
    worker.join();
    CHECK(woken);
    monitor.stop();
    CHECK(monitor.stopping());
    CHECK_FALSE(monitor.wait_for(1h));
}

TEST_CASE(
    "the monitor counts codes within bounds and keeps no text of the organization",
    "[messages][sync]"
) {
    SyncMonitor monitor("https://far.test");
    for (int i = 100; i < 200; ++i) monitor.failed("http-" + std::to_string(i));
    monitor.failed("http-100");
    monitor.failed("a bearer token");
    const auto state = monitor.state();
    CHECK(state.failed == 102);
    CHECK(state.errors_by_code.size() == 33);
    CHECK(state.errors_by_code.at("http-100") == 2);
    CHECK(state.errors_by_code.at("other") == 69);
    monitor.succeeded(from_ms(5), true);
    monitor.succeeded(from_ms(3), false);
    CHECK(monitor.state().last_success == from_ms(5));
    CHECK(monitor.state().pushed == 2);
    CHECK(monitor.state().owners_left_out == 1);
    monitor.paused(from_ms(9), "429");
    CHECK(monitor.state().paused_until == from_ms(9));
    monitor.resumed();
    CHECK_FALSE(monitor.state().paused_until);
    CHECK(monitor.state().paused_why.empty());
}

}  // namespace sync_test

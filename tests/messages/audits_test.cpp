// The entries of the log as rows of the table `audit`.
#include "audit/log_row.hpp"
#include "audit/prepared_event.hpp"
#include "ledger/ledger.hpp"
#include "messages/sender.hpp"
#include "pipeline/audit_rows.hpp"
#include "pipeline/audit_words.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>
#include <set>

namespace audits_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
const schema::Table& audits = schema::known::audit;

Filter equal(std::string_view column, storage::Value operand, Comparison op = Comparison::eq) {
    Filter out;
    out.node = Compare{audits.column(column), op, std::move(operand)};
    return out;
}

Filter both(Filter a, Filter b) {
    std::vector<Filter> terms;
    terms.push_back(std::move(a));
    terms.push_back(std::move(b));
    return Filter{All{std::move(terms)}};
}

struct Scene {
    TestVault vault;
    Sender system = test::system_of(vault);
    access::Caller auditor = caller_with("Auditor", {schema::prv_read_audit});
    access::Caller stranger = TestVault::caller(vault.user("stranger"));

    access::Caller caller_with(
        const std::string& name, std::initializer_list<std::string_view> privileges
    ) {
        const auto user = vault.user(name);
        vault.associate(
            "systemuserroles_association", user, vault.role(name, privileges, schema::Depth::global)
        );
        return TestVault::caller(user);
    }

    Uuid poster() { return vault.create(application, std::pair{"msdyn_name", std::string("p")}); }

    static RetrieveMultiple list(std::optional<Filter> filter = std::nullopt) {
        RetrieveMultiple out;
        out.table = &audits;
        out.filter = std::move(filter);
        return out;
    }

    ListReply ask(RetrieveMultiple message) {
        return value(vault.run<ListReply>(auditor, std::move(message)));
    }

    std::vector<RowPtr> rows(std::optional<Filter> filter = std::nullopt) {
        std::vector<RowPtr> out;
        for (const auto& row : ask(list(std::move(filter))).rows) out.push_back(row.row);
        return out;
    }

    /// Of the newest entry.
    RowPtr newest(std::optional<Filter> filter = std::nullopt) {
        auto found = rows(std::move(filter));
        REQUIRE_FALSE(found.empty());
        return found.front();
    }

    LogReply log() { return vault.run_as_system<LogReply>(RetrieveAuditEvents{}); }
};

std::int64_t number(const RowPtr& row, std::string_view column) {
    const auto* found = row->get<std::int64_t>(column);
    REQUIRE(found != nullptr);
    return *found;
}

Uuid led(const RowPtr& row, std::string_view column) {
    const auto* found = row->get<storage::RowRef>(column);
    return found == nullptr ? Uuid{} : found->id;
}

std::string text(const RowPtr& row, std::string_view column) {
    const auto* found = row->get<std::string>(column);
    return found == nullptr ? std::string{} : *found;
}

/// Entries about nothing in particular, as many in a batch as the ledger takes.
void add_entries(Vault& vault, std::size_t count) {
    audit::Event event;
    event.action = audit::Action::heartbeat;
    while (count > 0) {
        const auto view = vault.view();
        ledger::Plan plan;
        plan.access_epoch = view.snapshot().access_epoch;
        plan.keyring_epoch = view.snapshot().keyring_epoch;
        for (; count > 0 && plan.events.size() < 1000; --count) {
            event.time = vault.clock().now();
            plan.events.push_back(audit::prepare(event, view.keys().details, vault.random()));
        }
        REQUIRE(std::holds_alternative<ledger::Receipt>(
            vault.ledger().commit(ledger::Pending(std::move(plan)))
        ));
    }
}

/// Straight into the store, past the ledger: what somebody with the disk could do.
void flip_core(TestVault& vault, std::uint64_t index) {
    auto& store = *vault.vault().parts().store;
    const auto key = audit::entry_key(index);
    auto row = value(store.view()->get(storage::Family::log, key)).value();
    const auto core = value(audit::split_entry(row)).core_row;
    auto& last =
        row[static_cast<std::size_t>(core.data() + core.size() - 1 - bytes_of(row).data())];
    last = static_cast<char>(last ^ 1);
    const auto commit = store.begin();
    commit->put(storage::Family::log, key, row);
    REQUIRE(commit->write());
}

AuditWords words_of(const RowPtr& row) {
    return {
        static_cast<std::int32_t>(number(row, "action")),
        static_cast<std::int32_t>(number(row, "operation"))};
}

}  // namespace

TEST_CASE("every entry of the log is a row of audits, the newest first", "[messages]") {
    Scene s;
    const auto id = s.poster();
    const auto found = s.rows();
    const auto log = s.log();
    // Its own entry came after it, and then that of the other.
    REQUIRE(found.size() == log.log_size - 1);
    std::set<Uuid> ids;
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(index_of_audit(found[i]->id) == found.size() - 1 - i);
        ids.insert(found[i]->id);
    }
    CHECK(ids.size() == found.size());
    const auto& made = found.front();
    CHECK(text(made, "objecttypecode") == application);
    CHECK(led(made, "objectid") == id);
    CHECK(words_of(made) == AuditWords{1, 1});
    CHECK(led(made, "userid") == s.vault.vault().system().user);
    CHECK(led(made, "callinguserid").is_nil());
    const auto name = std::to_string(schema::table(application)->column("msdyn_name")->id);
    CHECK(("," + text(made, "attributemask") + ",").find("," + name + ",") != std::string::npos);
    CHECK(*made->get<Instant>("createdon") == std::chrono::floor<seconds>(s.vault.clock().now()));
    CHECK(
        text(made, "useradditionalinfo") == "entry " + std::to_string(found.size() - 1) + ": Create"
    );
    CHECK(made->find("changedata") == nullptr);
}

TEST_CASE("an audit is read by its id, which names one entry of one history", "[messages]") {
    Scene s;
    s.poster();
    const auto made = s.newest();
    Sender reader(s.vault, s.auditor);
    const auto again = value(reader.row("audit", made->id));
    CHECK(again->id == made->id);
    CHECK(text(again, "useradditionalinfo") == text(made, "useradditionalinfo"));
    CHECK(again->versionnumber == *index_of_audit(made->id) + 1);

    const auto index = *index_of_audit(made->id);
    auto other = made->id;
    other.bytes[0] ^= 1;
    for (const auto& id :
         {other,
          audit_id(index - 1, made->id),
          audit_id(1'000'000, made->id),
          Uuid::random(s.vault.random())}) {
        CHECK(code(reader.row("audit", id)) == Errc::not_found);
    }
}

TEST_CASE("the id of an audit leads back to the index, whatever the event's id", "[messages]") {
    SystemRandom random;
    for (const std::uint64_t index :
         {std::uint64_t{0},
          std::uint64_t{1},
          std::uint64_t{0x0102030405060708},
          (std::uint64_t{1} << 62) - 1}) {
        const auto id = audit_id(index, Uuid::random(random));
        CHECK(index_of_audit(id) == index);
        CHECK(to_string(id)[14] == '8');
    }
    CHECK_FALSE(index_of_audit(Uuid::random(random)));
    CHECK_FALSE(index_of_audit(Uuid{}));
}

TEST_CASE("what came of a message is said in the words of Dataverse", "[messages]") {
    Scene s;
    const auto id = s.poster();
    const auto user = s.caller_with("Rita", {"prvReadmsdyn_octwitterapplication"}).user;
    const auto team = s.vault.create(
        "team",
        std::pair{"name", std::string("social")},
        std::pair{
            "businessunitid",
            TestVault::target("businessunit", s.vault.vault().root_business_unit())}
    );
    const auto role = s.vault.role("Reader", {}, schema::Depth::global);
    const auto profile =
        s.vault.create("fieldsecurityprofile", std::pair{"name", std::string("all")});
    const auto is = [&](AuditWords words, std::string_view table, const Uuid& about) {
        const auto row = s.newest();
        INFO(text(row, "useradditionalinfo"));
        CHECK(words_of(row) == words);
        CHECK(text(row, "objecttypecode") == table);
        CHECK(led(row, "objectid") == about);
    };
    REQUIRE(s.system.update(application, id, std::pair{"msdyn_name", std::string("q")}));
    is({2, 2}, application, id);
    REQUIRE(s.system.update(
        application, id, std::pair{"ownerid", TestVault::target("systemuser", user)}
    ));
    is({13, 2}, application, id);
    REQUIRE(s.system.update(application, id, std::pair{"statecode", std::int64_t{1}}));
    is({5, 2}, application, id);
    REQUIRE(s.system.update(application, id, std::pair{"statecode", std::int64_t{0}}));
    is({4, 2}, application, id);
    REQUIRE(s.system.row(application, id));
    is({15, 4}, application, id);
    REQUIRE(s.system.remove(application, id));
    is({3, 3}, application, id);
    REQUIRE(s.system.update("systemuser", user, std::pair{"isdisabled", true}));
    is({5, 2}, "systemuser", user);
    REQUIRE(s.system.update("systemuser", user, std::pair{"isdisabled", false}));
    is({4, 2}, "systemuser", user);

    const struct {
        std::string_view association;
        Uuid first, second;
        std::int32_t made, ended;
        std::string_view table;
    } pairs[] = {
        {"teammembership_association", team, user, 35, 36, "team"},
        {"systemuserroles_association", user, role, 55, 56, "systemuser"},
        {"teamroles_association", team, role, 53, 54, "team"},
        {"systemuserprofiles_association", user, profile, 33, 34, "systemuser"},
        {"teamprofiles_association", team, profile, 33, 34, "team"},
    };

    for (const auto& pair : pairs) {
        INFO(pair.association);
        REQUIRE(s.system.associate(pair.association, pair.first, pair.second));
        is({pair.made, 2}, pair.table, pair.first);
        REQUIRE(s.system.disassociate(pair.association, pair.first, pair.second));
        is({pair.ended, 2}, pair.table, pair.first);
    }
    AddPrivilegesRole give;
    give.role = TestVault::target("role", role);
    give.privileges = {{schema::privilege("prvReadTeam"), schema::Depth::global}};
    s.vault.run_as_system<NoContent>(give);
    is({57, 2}, "role", role);
    give.replace = true;
    give.privileges = {{schema::privilege("prvReadRole"), schema::Depth::global}};
    s.vault.run_as_system<NoContent>(give);
    is({59, 2}, "role", role);
    RemovePrivilegeRole take;
    take.role = give.role;
    take.privilege = schema::privilege("prvReadRole");
    s.vault.run_as_system<NoContent>(take);
    is({58, 2}, "role", role);
    REQUIRE(s.system.remove("role", role));
    is({3, 3}, "role", role);
}

TEST_CASE("what came back with other values is said as an update with them is", "[messages]") {
    Scene s;
    s.vault.keep_deleted(std::chrono::days{30});
    const auto user = TestVault::target("systemuser", s.vault.user("Rita"));
    const auto id = s.poster();
    const auto words_after = [&](auto&&... cells) {
        REQUIRE(s.system.remove(application, id));
        Restore message;
        message.target = TestVault::target(application, id);
        message.input = rookery::test::input_of(application, cells...);
        REQUIRE(s.vault.run<RestoreReply>(s.vault.vault().system(), std::move(message)));
        const auto row = s.newest();
        CHECK(text(row, "useradditionalinfo").ends_with(": Restore"));
        return words_of(row);
    };
    CHECK(words_after() == AuditWords{2, 2});
    CHECK(words_after(std::pair{"msdyn_name", std::string("q")}) == AuditWords{2, 2});
    CHECK(words_after(std::pair{"ownerid", user}) == AuditWords{13, 2});
    CHECK(words_after(std::pair{"statecode", std::int64_t{1}}) == AuditWords{5, 2});
    CHECK(words_after(std::pair{"statecode", std::int64_t{0}}) == AuditWords{4, 2});
    CHECK(words_after(std::pair{"ownerid", user}) == AuditWords{2, 2});
}

TEST_CASE("every word that an entry gets is an option of its column", "[messages]") {
    const auto has = [](std::string_view column, std::int64_t code) {
        const auto options = audits.column(column)->options;
        return std::ranges::find(options, code, &schema::Option::value) != options.end();
    };
    for (unsigned action = 0; action < 256; ++action) {
        audit::Event event;
        event.action = static_cast<audit::Action>(action);
        if (audit::name(event.action).empty()) continue;
        for (const bool changes : {false, true}) {
            if (changes) {
                event.record = Uuid{};
                event.row_versions = audit::RowVersions{1, 2};
            }
            const auto words = audit_words(event);
            INFO(audit::name(event.action));
            CHECK(has("action", words.action));
            CHECK(has("operation", words.operation));
        }
    }
}

TEST_CASE("what was refused or failed has no word for what it would have been", "[messages]") {
    Scene s;
    const auto id = s.poster();
    Sender stranger(s.vault, s.stranger);
    REQUIRE_FALSE(stranger.remove(application, id));
    const auto row = s.newest();
    CHECK(words_of(row) == AuditWords{0, 4});
    CHECK(led(row, "objectid") == id);
    CHECK(led(row, "userid") == s.stranger.user);
    CHECK(text(row, "useradditionalinfo").ends_with(": Delete, denied (policy)"));
    CHECK(text(row, "attributemask").empty());
}

TEST_CASE("of what one did for another the row has both", "[messages]") {
    Scene s;
    const auto delegate = s.caller_with("Delegate", {schema::prv_act_on_behalf, "prvReadTeam"});
    auto behalf = s.caller_with("Reader", {"prvReadTeam"});
    behalf.delegate = delegate.user;
    RetrieveMultiple teams;
    teams.table = &schema::known::team;
    REQUIRE(s.vault.run<ListReply>(behalf, std::move(teams)));
    const auto row = s.newest();
    CHECK(led(row, "userid") == behalf.user);
    CHECK(led(row, "callinguserid") == delegate.user);
    CHECK(s.rows(equal("callinguserid", delegate.user)).size() == 1);
}

TEST_CASE("audits are filtered by whatever they have", "[messages]") {
    Scene s;
    s.vault.clock().advance(hours{1});
    const Instant begin = std::chrono::floor<seconds>(s.vault.clock().now());
    const auto id = s.poster();
    s.vault.clock().advance(seconds{10});
    const Instant later = std::chrono::floor<seconds>(s.vault.clock().now());
    REQUIRE(s.system.update(application, id, std::pair{"msdyn_name", std::string("q")}));
    s.vault.clock().advance(seconds{10});
    const auto other = s.poster();
    const auto ref = [](const Uuid& to) { return storage::Value{to}; };

    CHECK(s.rows(equal("objectid", ref(id))).size() == 2);
    CHECK(s.rows(equal("objectid", ref(other))).size() == 1);
    CHECK(s.rows(equal("objecttypecode", std::string(application))).size() == 3);
    CHECK(
        s
            .rows(both(
                equal("objecttypecode", std::string(application)), equal("action", std::int64_t{2})
            ))
            .size() == 1
    );
    CHECK(
        s.rows(both(equal("objectid", ref(id)), equal("operation", std::int64_t{1}))).size() == 1
    );
    CHECK(s.rows(both(equal("userid", ref(s.stranger.user)), equal("objectid", ref(id)))).empty());
    const auto after = [](Instant time) { return equal("createdon", time, Comparison::ge); };
    const auto before = [](Instant time) { return equal("createdon", time, Comparison::lt); };
    CHECK(s.rows(both(after(begin), before(later))).size() == 1);
    CHECK(s.rows(both(equal("createdon", later), equal("objectid", ref(id)))).size() == 1);
    CHECK(s.rows(both(equal("createdon", begin, Comparison::gt), before(later))).empty());
    CHECK(
        s
            .rows(both(
                equal("createdon", begin, Comparison::gt), equal("createdon", later, Comparison::le)
            ))
            .size() == 1
    );
    const auto made = s.newest(equal("objectid", ref(other)));
    CHECK(s.rows(equal("auditid", made->id)).size() == 1);
    CHECK(s.rows(equal("auditid", id)).empty());

    Related whose;
    whose.hop = {"userid", &schema::known::systemuser, audits.column("userid"), nullptr, nullptr};
    Filter name;
    name.node = Compare{
        schema::known::systemuser.column("lastname"),
        Comparison::eq,
        storage::Value{std::string("Auditor")}};
    whose.filter = std::make_shared<const Filter>(std::move(name));
    const auto by_name = Scene::list(Filter{whose});
    CHECK(s.vault.run<ListReply>(s.auditor, by_name).error().code == Errc::missing_privilege);
    const auto reads_users = s.caller_with("Other", {schema::prv_read_audit, "prvReadUser"});
    const auto hers = value(s.vault.run<ListReply>(reads_users, by_name));
    CHECK_FALSE(hers.rows.empty());
    for (const auto& row : hers.rows) CHECK(led(row.row, "userid") == s.auditor.user);
}

TEST_CASE("audits are ordered by time alone, either way", "[messages]") {
    Scene s;
    auto message = Scene::list();
    message.order = {{audits.column("createdon"), false}};
    const auto upwards = s.ask(message);
    CHECK(index_of_audit(upwards.rows.front().row->id) == 0);
    message.order.front().descending = true;
    CHECK(index_of_audit(s.ask(message).rows.back().row->id) == 0);
    message.order.push_back({audits.column("auditid"), false});
    CHECK(s.vault.run<ListReply>(s.auditor, message).error().code == Errc::unsupported);
    message.order = {{audits.column("action"), false}};
    CHECK(s.vault.run<ListReply>(s.auditor, message).error().code == Errc::unsupported);
}

TEST_CASE("audits come in pages that no later entry moves", "[messages]") {
    Scene s;
    const auto all = s.rows();
    for (const bool descending : {true, false}) {
        auto message = Scene::list(equal("createdon", s.vault.clock().now(), Comparison::le));
        message.order = {{audits.column("createdon"), descending}};
        message.page_size = 3;
        message.query_digest = std::string(32, 'q');
        std::vector<Uuid> seen;
        for (;;) {
            const auto page = s.ask(message);
            CHECK(page.rows.size() <= 3);
            for (const auto& row : page.rows) seen.push_back(row.row->id);
            if (!page.next_token) break;
            message.paging_token = *page.next_token;
        }
        if (!descending) std::ranges::reverse(seen);
        // Those of its own pages are newer.
        REQUIRE(seen.size() >= all.size());
        CHECK(seen.back() == all.back()->id);
        CHECK(std::set<Uuid>(seen.begin(), seen.end()).size() == seen.size());
    }
    auto message = Scene::list();
    message.page_size = 3;
    message.query_digest = std::string(32, 'q');
    auto token = *s.ask(message).next_token;
    message.query_digest = std::string(32, 'r');
    message.paging_token = token;
    CHECK(s.vault.run<ListReply>(s.auditor, message).error().code == Errc::bad_paging_token);
}

TEST_CASE("$top bounds audits over all their pages, and ends them", "[messages]") {
    Scene s;
    auto message = Scene::list();
    message.top = 5;
    message.page_size = 3;
    message.query_digest = std::string(32, 'q');
    const auto first = s.ask(message);
    CHECK(first.rows.size() == 3);
    REQUIRE(first.next_token);
    message.paging_token = *first.next_token;
    const auto second = s.ask(message);
    CHECK(second.rows.size() == 2);
    CHECK_FALSE(second.next_token);
}

TEST_CASE("audits are counted, at most 5000 of them", "[messages]") {
    Scene s;
    const auto id = s.poster();
    auto message = Scene::list(equal("objectid", id));
    message.count_only = true;
    CHECK(value(s.vault.run<CountReply>(s.auditor, message)).count == 1);
    auto all = Scene::list();
    all.count = true;
    const auto counted = s.ask(all);
    CHECK(counted.count == counted.rows.size());
    add_entries(s.vault.vault(), 6000);
    all.page_size = 2;
    CHECK(s.ask(all).count == 5000);
    RetrieveTotalRecordCount total;
    total.tables = {&audits};
    CHECK(value(s.vault.run<TotalRecordCountReply>(s.auditor, total)).counts.front().rows > 6000);
}

TEST_CASE("a page without a match leads on while older entries were not looked at", "[messages]") {
    Scene s;
    const auto id = s.poster();
    const auto made = s.vault.clock().now();
    s.vault.clock().advance(hours{1});
    add_entries(s.vault.vault(), 20'001);
    auto message = Scene::list(equal("objectid", id));
    message.query_digest = std::string(32, 'q');
    const auto first = s.ask(message);
    CHECK(first.rows.empty());
    REQUIRE(first.next_token);
    message.paging_token = *first.next_token;
    const auto second = s.ask(message);
    CHECK(second.rows.size() == 1);
    CHECK_FALSE(second.next_token);

    // A time is looked up: what lies behind it is not looked at.
    const auto until = equal("createdon", made + seconds{1}, Comparison::le);
    CHECK(s.rows(both(equal("objectid", id), until)).size() == 1);
    const auto found =
        value(s.vault.run<ListReply>(s.auditor, Scene::list(both(equal("objectid", id), until))));
    CHECK_FALSE(found.next_token);
}

TEST_CASE("audits are grouped and counted", "[messages]") {
    Scene s;
    s.poster();
    s.poster();
    RetrieveAggregate message;
    message.table = &audits;
    message.filter = equal("objecttypecode", std::string(application));
    message.aggregation.keys.push_back({audits.column("action"), DatePart::none, "action"});
    message.aggregation.aggregates.push_back({AggregateFunction::count, nullptr, "n"});
    const auto reply = value(s.vault.run<AggregateReply>(s.auditor, message));
    REQUIRE(reply.groups.size() == 1);
    CHECK(std::get<std::int64_t>(reply.groups[0][0].value) == 1);
    CHECK(std::get<std::int64_t>(reply.groups[0][1].value) == 2);
}

TEST_CASE("an entry that cannot be read is in every list, and hides no other", "[messages]") {
    Scene s;
    const auto id = s.poster();
    const auto made = s.newest();
    REQUIRE(s.system.update(application, id, std::pair{"msdyn_name", std::string("q")}));
    const auto index = *index_of_audit(made->id);
    flip_core(s.vault, index);
    REQUIRE(s.vault.reopen());
    const auto found = s.rows(equal("objectid", id));
    REQUIRE(found.size() == 2);
    CHECK(led(found[0], "objectid") == id);
    CHECK(found[1]->id == audit_id(index, Uuid{}));
    CHECK(words_of(found[1]) == AuditWords{0, 4});
    CHECK(text(found[1], "useradditionalinfo")
              .starts_with("entry " + std::to_string(index) + " cannot be read: "));
    Sender reader(s.vault, s.auditor);
    CHECK(code(reader.row("audit", made->id)) == Errc::integrity);
}

TEST_CASE("who may not read the log reads no audit, whatever else he holds", "[messages]") {
    Scene s;
    s.poster();
    const auto made = s.newest();
    const auto reader =
        s.caller_with("Reader", {"prvReadAudit", schema::prv_read_record_audit, "prvReadUser"});
    auto behalf = s.auditor;
    behalf.delegate = s.stranger.user;
    for (const auto& caller : {s.stranger, reader, behalf}) {
        CHECK(
            s.vault.run<ListReply>(caller, Scene::list()).error().code == Errc::missing_privilege
        );
        Sender sender(s.vault, caller);
        CHECK(code(sender.row("audit", made->id)) == Errc::missing_privilege);
        CHECK(code(sender.row("audit", Uuid{})) == Errc::missing_privilege);
        RetrieveTotalRecordCount total;
        total.tables = {&audits};
        CHECK(
            s.vault.run<TotalRecordCountReply>(caller, total).error().code ==
            Errc::missing_privilege
        );
    }
    CHECK(
        &schema::privilege(audits, schema::Right::read) == schema::privilege(schema::prv_read_audit)
    );
}

TEST_CASE("reading audits is reading the log, and is on it", "[messages]") {
    Scene s;
    const auto id = s.poster();
    const auto made = s.newest(equal("objectid", id));
    auto event = s.log().entries.front().event;
    CHECK(event.action == audit::Action::audit_read);
    CHECK(event.table == "audit");
    CHECK(event.count == 1);
    CHECK(event.actor.id == to_string(s.auditor.user));
    Sender reader(s.vault, s.auditor);
    REQUIRE(reader.row("audit", made->id));
    const auto log = s.log();
    const auto read = std::ranges::find(log.entries, "Retrieve", [](const LogEntry& entry) {
        return std::string_view(entry.event.message);
    });
    REQUIRE(read != log.entries.end());
    CHECK(read->event.action == audit::Action::audit_read);
    CHECK(read->event.record == made->id);
    CHECK_FALSE(read->event.row_versions);
}

TEST_CASE("nobody and no job deletes anything of the log, and the attempt is on it", "[messages]") {
    Scene s;
    const auto made = s.newest();
    auto administrator = test::administrator_of(s.vault);
    for (auto* sender : {&s.system, &administrator}) {
        const auto removed = sender->remove("audit", made->id);
        REQUIRE_FALSE(removed);
        CHECK(info(removed.error().code).http_status == 403);
    }
    for (const auto* called : {"DeleteAuditData", "DeleteRecordChangeHistory"}) {
        DeleteAuditData message;
        message.called = called;
        const auto refused = s.system.send(message);
        CHECK(code(refused) == Errc::built_in_protected);
        CHECK(refused.error().message.find("kept whole") != std::string::npos);
        const auto event = s.log().entries.front().event;
        CHECK(event.message == called);
        CHECK(event.action == audit::Action::retention);
        CHECK(event.outcome == audit::Outcome::denied);
    }
    BulkDelete bulk;
    bulk.queries.push_back(Scene::list());
    bulk.job_name = "clean";
    bulk.text = "<queries/>";
    bulk.start = s.vault.clock().now();
    CHECK_FALSE(s.system.send(bulk));
}

}  // namespace audits_test

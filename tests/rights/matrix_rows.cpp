#include "rights/matrix_rows.hpp"

#include "rights/forms.hpp"
#include "rights/matrix_world.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::rights {
namespace {

using messages::Message;
using schema::Depth;
using schema::Right;
using test::TestVault;
namespace known = schema::known;

constexpr std::string_view keepers = "keepers";  // the team

struct PersonRow {
    std::string_view name;
    std::string_view unit;
    std::string_view role;
    std::vector<std::string_view> profiles;
};

const PersonRow people_rows[] = {
    {"perusing", "root", "peruse", {"profile unmask one"}},
    {"belonging", "coast", "", {"profile unmask one", "profile writer"}},
    {"owning", "north", "keep", {"profile unmask all", "profile writer"}},
    {"sharing", "south", "keep", {"profile unmask one", "profile writer"}},
    {"deputy", "root", "deputize", {"profile unmask one", "profile writer"}},
    {"barred", "root", "administrator", {"profile unmask all"}},
    {"systemuser 0", "north", "", {}},
};

/// What is made besides the rows with an owner: by whom, and how a client would.
struct Step {
    std::string_view name;  // who; empty: SYSTEM
    std::string_view method;
    std::string_view path;
    std::string_view body;
};

constexpr Step steps[] = {
    {"",
     "PATCH",
     "teams(~team 0~)",
     R"j({"name":"team 0","businessunitid@odata.bind":"businessunits(~south~)"})j"},
    {"",
     "PATCH",
     "businessunits(~businessunit 0~)",
     R"j({"name":"unit 0","parentbusinessunitid@odata.bind":"businessunits(~south~)"})j"},
    {"",
     "PATCH",
     "roles(~role 0~)",
     R"j({"name":"role 0","businessunitid@odata.bind":"businessunits(~root~)"})j"},
    {"", "PATCH", "fieldsecurityprofiles(~fieldsecurityprofile 0~)", R"j({"name":"profile 0"})j"},
    {"",
     "PATCH",
     "fieldpermissions(~fieldpermission 0~)",
     R"j({"entityname":"msdyn_octwitterhandlesecret","attributelogicalname":"msdyn_useraccesstoken","canread":4,)j"
     R"j("fieldsecurityprofileid@odata.bind":"fieldsecurityprofiles(~fieldsecurityprofile 0~)"})j"},
    {"",
     "PATCH",
     "principalobjectattributeaccessset(~principalobjectattributeaccess 0~)",
     R"j({"attributeid":"~sealed column~","readaccess":true,)j"
     R"j("objectid_msdyn_octwitterhandlesecret@odata.bind":"msdyn_octwitterhandlesecrets(~msdyn_octwitterhandlesecret 0~)",)j"
     R"j("principalid_systemuser@odata.bind":"systemusers(~systemuser 0~)"})j"},
    {"",
     "POST",
     "roles(~role 0~)/Microsoft.Dynamics.CRM.AddPrivilegesRole",
     R"j({"Privileges":[{"Depth":"Global","PrivilegeName":"prvReadUser"}]})j"},
    {"",
     "POST",
     "systemusers(~systemuser 0~)/systemuserroles_association/$ref",
     R"j({"@odata.id":"roles(~role 0~)"})j"},
    {"",
     "POST",
     "teams(~team 0~)/teamroles_association/$ref",
     R"j({"@odata.id":"roles(~role 0~)"})j"},
    {"",
     "POST",
     "teams(~team 0~)/Microsoft.Dynamics.CRM.AddMembersTeam",
     R"j({"Members":[{"systemuserid":"~systemuser 0~"}]})j"},
    {"",
     "POST",
     "fieldsecurityprofiles(~fieldsecurityprofile 0~)/systemuserprofiles_association/$ref",
     R"j({"@odata.id":"systemusers(~systemuser 0~)"})j"},
    {"",
     "PATCH",
     "systemusers(~systemuser 0~)",
     R"j({"azureactivedirectoryobjectid":"~systemuser 0~"})j"},
    // A published rule, so that duplicates can be looked for.
    {"",
     "PATCH",
     "duplicaterules(~published~)",
     R"j({"name":"published","baseentityname":"msdyn_octwitterhandle"})j"},
    {"",
     "PATCH",
     "duplicateruleconditions(~condition of it~)",
     R"j({"baseattributename":"msdyn_octwitterscreenname","operatorcode":0,)j"
     R"j("regardingobjectid@odata.bind":"duplicaterules(~published~)"})j"},
    {"", "POST", "PublishDuplicateRule", R"j({"DuplicateRuleId":"~published~"})j"},
    {matrix_owner,
     "POST",
     "BulkDelete",
     R"j({"QuerySet":[{"EntityName":"processsession"}],"JobName":"theirs","SendEmailNotification":false,)j"
     R"j("RecurrencePattern":"","StartDateTime":"2020-01-01T00:00:00Z"})j"},
    {matrix_owner,
     "POST",
     "BulkDetectDuplicates",
     R"j({"Query":{"EntityName":"msdyn_octwitterhandle"},"JobName":"twins","SendEmailNotification":false,)j"
     R"j("ToRecipients":[],"CCRecipients":[],"RecurrencePattern":"","RecurrenceStartTime":"2020-01-01T00:00:00Z"})j"},
    {matrix_owner,
     "POST",
     "BulkRetain",
     R"j({"FetchXml":"<fetch><entity name='msdyn_octwitterhandle'/></fetch>"})j"},
    // One that is due when the first cell is played.
    {matrix_owner,
     "PATCH",
     "retentionconfigs(~due policy~)",
     R"j({"name":"due","entitylogicalname":"msdyn_octwitterhandle","criteria":"msdyn_octwitterhandle","starttime":"2027-01-15T08:00:01Z","statuscode":10})j"},
    {"",
     "POST",
     "msdyn_octwitterhandlesecrets(~msdyn_octwitterhandlesecret "
     "0~)/Microsoft.Dynamics.CRM.rky_SetTokenPolicy",
     R"j({"RotationDays":30})j"},
};

bool is_owned(const schema::Table& table) { return table.ownership == schema::Ownership::user; }

/// What clients make rows of, and no right follows from.
bool kept_by_clients(const schema::Table& table) {
    return table.writable && !table.access_fact && !form_of(table).make.empty();
}

http::Request request(std::string method, std::string path, std::string_view body) {
    http::Request out;
    out.method = std::move(method);
    out.target = std::string(wire_root) + std::move(path);
    if (!body.empty()) out.headers.push_back({"Content-Type", "application/json"});
    out.body.assign(body.begin(), body.end());
    return out;
}

}  // namespace

std::string numbered(const schema::Table& table, std::size_t variant) {
    return std::string(table.name) + " " + std::to_string(variant);
}

std::string numbered_retained(const schema::Table& table, std::size_t variant) {
    return numbered(table, variant) + " retained";
}

std::vector<storage::Row> all_rows(TestVault& vault, const schema::Table& table) {
    messages::RetrieveMultiple message;
    message.table = &table;
    std::vector<storage::Row> out;
    for (const auto& row : vault.run_as_system<messages::ListReply>(std::move(message)).rows) {
        out.push_back(*row.row);
    }
    return out;
}

void MatrixWorld::run(const access::Caller& caller, const Message& message) {
    auto receipt = test::value(vault().vault().run(caller, message));
    const auto reply = messages::take_reply(std::move(receipt));
    if (!reply) FAIL(messages::facts_of(message).name << ": " << reply.error().message);
}

void MatrixWorld::act(
    std::string_view name, const std::string& method, std::string path, std::string body
) {
    const auto value = [&](std::string_view of) { return to_string(named(of)); };
    const auto message = message_of(request(method, filled(path, value), filled(body, value)));
    if (const auto* rejected = std::get_if<messages::Rejected>(&message)) {
        FAIL(path << ": " << rejected->error.message);
    }
    run(name.empty() ? vault().vault().system() : TestVault::caller(named(name)), message);
}

void MatrixWorld::people() {
    const auto role = [&](std::string_view name, auto&& wanted) {
        const auto id = vault().create(
            "role",
            std::pair{"name", std::string(name)},
            std::pair{"businessunitid", TestVault::target("businessunit", named("root"))}
        );
        named_.emplace(name, id);
        messages::AddPrivilegesRole message;
        message.role = TestVault::target("role", id);
        for (const auto* table : schema::tables()) {
            for (const auto& right : schema::right_names) {
                if (table->of_log && right.right != Right::read) continue;
                const auto depth = wanted(*table, right.right);
                if (depth == Depth::none) continue;
                message.privileges.push_back({&schema::privilege(*table, right.right), depth});
            }
        }
        if (name == "deputize") {
            message.privileges.push_back(
                {schema::privilege(schema::prv_act_on_behalf), Depth::global}
            );
        }
        if (name != "peruse") {
            for (const auto general :
                 {schema::prv_bulk_delete,
                  schema::prv_publish_duplicate_rule,
                  schema::prv_retain}) {
                message.privileges.push_back({schema::privilege(general), Depth::global});
            }
        }
        run(vault().vault().system(), std::move(message));
    };
    const auto of_users = [](const schema::Table& table) {
        return table.ownership == schema::Ownership::user;
    };
    role("peruse", [](const schema::Table&, Right right) {
        return right == Right::read ? Depth::global : Depth::none;
    });
    role("keep", [&](const schema::Table& table, Right) {
        return of_users(table) ? Depth::basic : Depth::none;
    });
    role("deputize", [&](const schema::Table& table, Right right) {
        return of_users(table) || right == Right::read ? Depth::global : Depth::none;
    });
    act("",
        "PATCH",
        "teams(~keepers~)",
        R"j({"name":"keepers","businessunitid@odata.bind":"businessunits(~north~)"})j");
    vault().associate("teamroles_association", named(keepers), named("keep"));
    for (const auto& row : people_rows) {
        named_.emplace(row.name, scene_.ids().next());
        act("",
            "PATCH",
            "systemusers(~" + std::string(row.name) + "~)",
            R"j({"domainname":")j" + std::string(row.name) +
                R"j(","lastname":"x","businessunitid@odata.bind":"businessunits(~)j" +
                std::string(row.unit) + R"j(~)"})j");
        if (!row.role.empty()) {
            vault().associate("systemuserroles_association", named(row.name), named(row.role));
        }
        for (const auto profile : row.profiles) {
            vault().associate("systemuserprofiles_association", named(row.name), named(profile));
        }
    }
    vault().associate("teammembership_association", named(keepers), named("belonging"));
}

/// Three of each.
void MatrixWorld::rows() {
    for (const auto* table : schema::tables()) {
        if (!kept_by_clients(*table)) continue;
        for (std::size_t variant = 0; variant < variants; ++variant) {
            make(*table, variant, numbered(*table, variant));
        }
    }
}

void MatrixWorld::make(const schema::Table& table, std::size_t variant, const std::string& name) {
    const std::string owners[] = {"teams(~keepers~)", "systemusers(~owning~)", "teams(~keepers~)"};
    std::string members(form_of(table).make), tokens;
    if (is_owned(table)) members += R"j(,"ownerid@odata.bind":")j" + owners[variant] + "\"";
    for (const auto& [of, column] : Scene::sealed) {
        if (of != table.name) continue;
        members += ",\"" + std::string(column) + "\":\"an older one\"";
        tokens +=
            (tokens.empty() ? "\"" : ",\"") + std::string(column) + "\":\"" + token_of(name) + "\"";
    }
    put(table, variant, name, members);
    // So that there is a version before the current one.
    if (!tokens.empty()) put(table, variant, name, tokens);
}

void MatrixWorld::put(
    const schema::Table& table, std::size_t variant, std::string_view name, std::string_view members
) {
    const auto body = filled(members, [&](std::string_view of) {
        constexpr std::string_view other = "row of ";
        if (of == "name") return std::string(table.primary_name);
        if (of == "compared") return std::string("msdyn_octwitterscreenname");
        if (!of.starts_with(other)) return "~" + std::string(of) + "~";
        return "~" + numbered(*schema::table(of.substr(other.size())), variant) + "~";
    });
    act("", "PATCH", std::string(table.set_name) + "(~" + std::string(name) + "~)", "{" + body + "}"
    );
}

void MatrixWorld::more_rows() {
    for (const auto& step : steps) {
        act(step.name, std::string(step.method), std::string(step.path), std::string(step.body));
    }
}

void MatrixWorld::shares() {
    for (const auto* table : schema::tables()) {
        if (!kept_by_clients(*table) || !is_owned(*table)) continue;
        share(*table, numbered(*table, of_share));
    }
}

void MatrixWorld::share(const schema::Table& table, std::string_view name) {
    messages::GrantAccess message;
    message.target = {&table, named(name)};
    message.principal = TestVault::target("systemuser", user(Who::share_holder));
    for (const auto& right : schema::right_names) message.rights |= right.access_bit;
    run(vault().vault().system(), message);
}

/// Three of each table whose records are retained. The share of the one that was shared ended then.
void MatrixWorld::retained_rows() {
    for (const auto* table : schema::tables()) {
        if (table->bin != schema::Bin::own) continue;
        for (std::size_t variant = 0; variant < variants; ++variant) {
            const auto name = numbered_retained(*table, variant);
            make(*table, variant, name);
            if (variant == of_share) share(*table, name);
            messages::Retain message;
            message.target = {table, named(name)};
            run(vault().vault().system(), message);
        }
    }
}

/// What only the jobs and the sync make.
void MatrixWorld::made_by_jobs() {
    const auto system = vault().vault().system();
    const auto handle = [&](Variant variant) {
        return storage::RowRef{
            known::msdyn_octwitterhandle.id,
            named(numbered(known::msdyn_octwitterhandle, variant))};
    };
    messages::RecordBulkDelete deleted;
    deleted.operation = all_rows(vault(), known::bulkdeleteoperation).front().id;
    deleted.failures.push_back({handle(of_team), 0, Errc::no_row_access, "no"});
    run(system, std::move(deleted));
    messages::RecordDuplicates found;
    for (const auto& job : all_rows(vault(), known::asyncoperation)) {
        const auto* name = job.get<std::string>("name");
        if (name != nullptr && *name == "duplicate-detection") found.job = job.id;
    }
    found.pairs.push_back({named("published"), handle(of_team), handle(of_owner)});
    run(system, std::move(found));
    for (const auto& row : all_rows(vault(), known::msdyn_octwitterhandle)) {
        messages::CompletePush push;
        push.table = row.table;
        push.id = row.id;
        push.versionnumber = row.versionnumber;
        messages::PushFailed failed;
        failed.status = 403;
        failed.code = "0x80040220";
        push.outcome = failed;
        run(system, std::move(push));
    }
}

}  // namespace rookery::rights

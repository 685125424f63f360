#include "rights/stage.hpp"

#include "schema/known_tables.hpp"
#include "vault/genesis.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace rookery::rights {
namespace {

using schema::Depth;
using test::TestVault;
namespace known = schema::known;

constexpr int passes_max = 4;            // to delete rows that hold each other
constexpr std::size_t retired_max = 40;  // users and credentials, before the world is built anew

messages::Target unit(Stage& stage, std::string_view name) {
    return TestVault::target("businessunit", stage.scene()[name]);
}

Uuid record(Stage& stage, const schema::Table& table, messages::Target owner) {
    const auto id = stage.make(table.name, std::pair{"ownerid", owner});
    for (const auto& [of, column] : Scene::sealed) {
        if (of == table.name) stage.change(of, id, column, SecretBytes::copy_of("the first"));
    }
    return id;
}

Uuid record_of_team(Stage& stage, const schema::Table& table, const Uuid&) {
    return record(stage, table, TestVault::target("team", stage.scene()["social"]));
}

Uuid record_of_caller(Stage& stage, const schema::Table& table, const Uuid& caller) {
    if (caller.is_nil()) return record_of_team(stage, table, caller);
    return record(stage, table, TestVault::target("systemuser", caller));
}

Uuid inactive_record(Stage& stage, const schema::Table& table, const Uuid& caller) {
    const auto id = record_of_team(stage, table, caller);
    stage.change(table.name, id, "statecode", std::int64_t{1});
    return id;
}

void share(Stage& stage, const schema::Table& table, const Uuid& row, messages::Target with) {
    messages::GrantAccess message;
    message.target = {&table, row};
    message.principal = std::move(with);
    for (const auto& name : schema::right_names) message.rights |= name.access_bit;
    stage.run(std::move(message));
}

/// With all rights, the caller and a team of somebody else's.
Uuid shared_record(Stage& stage, const schema::Table& table, const Uuid& caller) {
    const auto id = record_of_team(stage, table, caller);
    if (!caller.is_nil()) share(stage, table, id, TestVault::target("systemuser", caller));
    const auto guests = stage.make(
        "team",
        std::pair{"businessunitid", unit(stage, "north")},
        std::pair{"teamtype", std::int64_t{1}}
    );
    stage.link("teammembership_association", guests, stage.scene()["reader"]);
    share(stage, table, id, TestVault::target("team", guests));
    return id;
}

/// An access team that a record is shared with.
Uuid access_team(Stage& stage, const schema::Table& table, const Uuid& caller) {
    const auto id = stage.make(
        table.name,
        std::pair{"businessunitid", unit(stage, "north")},
        std::pair{"teamtype", std::int64_t{1}}
    );
    const auto& secrets = known::msdyn_octwitterhandlesecret;
    share(stage, secrets, record_of_team(stage, secrets, caller), TestVault::target("team", id));
    return id;
}

void remove(Stage& stage, const schema::Table& table, const Uuid& id) {
    messages::Delete message;
    message.target = {&table, id};
    stage.run(std::move(message));
}

Uuid deleted_record(Stage& stage, const schema::Table& table, const Uuid& caller) {
    const auto id = record_of_team(stage, table, caller);
    remove(stage, table, id);
    return id;
}

Uuid deleted_record_of_caller(Stage& stage, const schema::Table& table, const Uuid& caller) {
    const auto id = record_of_caller(stage, table, caller);
    remove(stage, table, id);
    return id;
}

void retain(Stage& stage, const schema::Table& table, const Uuid& id) {
    messages::Retain message;
    message.target = {&table, id};
    stage.run(std::move(message));
}

Uuid retained_record(Stage& stage, const schema::Table& table, const Uuid& caller) {
    const auto id = record_of_team(stage, table, caller);
    retain(stage, table, id);
    return id;
}

Uuid retained_record_of_caller(Stage& stage, const schema::Table& table, const Uuid& caller) {
    const auto id = record_of_caller(stage, table, caller);
    retain(stage, table, id);
    return id;
}

/// An application that a record of somebody else hangs on, and goes with.
Uuid application_with_a_record(Stage& stage, const schema::Table& table, const Uuid& caller) {
    const auto id = record_of_caller(stage, table, caller);
    const auto child = record_of_team(stage, known::msdyn_octwitterhandlesecret, caller);
    stage.change(
        known::msdyn_octwitterhandlesecret.name,
        child,
        "msdyn_octwitterapplicationid",
        TestVault::target(table.name, id)
    );
    return id;
}

Uuid deleted_application_with_a_record(
    Stage& stage, const schema::Table& table, const Uuid& caller
) {
    const auto id = application_with_a_record(stage, table, caller);
    remove(stage, table, id);
    return id;
}

Uuid retained_application_with_a_record(
    Stage& stage, const schema::Table& table, const Uuid& caller
) {
    const auto id = application_with_a_record(stage, table, caller);
    retain(stage, table, id);
    return id;
}

Uuid user(Stage& stage, std::string_view role, std::string_view profile) {
    const auto id = stage.make("systemuser", std::pair{"businessunitid", unit(stage, "north")});
    stage.link("systemuserroles_association", id, stage.scene()[role]);
    stage.link("systemuserprofiles_association", id, stage.scene()[profile]);
    return id;
}

Uuid reader(Stage& stage, const schema::Table&, const Uuid&) {
    return user(stage, "role reader", "profile unmask all");
}

Uuid disabled_guard(Stage& stage, const schema::Table&, const Uuid&) {
    const auto id = user(stage, "role security", "profile writer");
    stage.change("systemuser", id, "isdisabled", true);
    return id;
}

Uuid administrator(Stage& stage, const schema::Table&, const Uuid&) {
    return user(stage, "administrator", "profile masked");
}

Uuid team(Stage& stage, const schema::Table&, const Uuid&) {
    const auto id = stage.make("team", std::pair{"businessunitid", unit(stage, "south")});
    stage.link("teammembership_association", id, stage.scene()["stranger"]);
    stage.link("teamroles_association", id, stage.scene()["role reader"]);
    stage.link("teamprofiles_association", id, stage.scene()["profile unmask one"]);
    return id;
}

Uuid unit_with_a_reader(Stage& stage, const schema::Table&, const Uuid&) {
    const auto id =
        stage.make("businessunit", std::pair{"parentbusinessunitid", unit(stage, "south")});
    const auto member = user(stage, "role assigner", "profile unmask one");
    stage.change("systemuser", member, "businessunitid", TestVault::target("businessunit", id));
    return id;
}

Uuid disabled_unit(Stage& stage, const schema::Table& table, const Uuid& caller) {
    const auto id = unit_with_a_reader(stage, table, caller);
    stage.change("businessunit", id, "isdisabled", true);
    return id;
}

Uuid role(Stage& stage, const schema::Table&, const Uuid&) {
    const auto id = stage.make(
        "role",
        std::pair{"isinherited", std::int64_t{0}},
        std::pair{"businessunitid", unit(stage, "root")}
    );
    messages::AddPrivilegesRole message;
    message.role = TestVault::target("role", id);
    for (const auto* privilege : {"prvReadmsdyn_octwitterhandlesecret", "prvDeleteTeam"}) {
        message.privileges.push_back({schema::privilege(privilege), Depth::basic});
    }
    stage.run(message);
    stage.link("teamroles_association", stage.scene()["social"], id);
    stage.link("systemuserroles_association", stage.scene()["taker"], id);
    return id;
}

Uuid profile(Stage& stage, const schema::Table&, const Uuid&) {
    const auto id = stage.make("fieldsecurityprofile");
    stage.link("systemuserprofiles_association", stage.scene()["owner"], id);
    stage.link("teamprofiles_association", stage.scene()["social"], id);
    return id;
}

Uuid permission(Stage& stage, const schema::Table& table, const Uuid& caller) {
    return stage.make(
        table.name,
        std::pair{
            "fieldsecurityprofileid",
            TestVault::target("fieldsecurityprofile", profile(stage, table, caller))},
        std::pair{"entityname", std::string(Scene::sealed[1].table)},
        std::pair{"attributelogicalname", std::string(Scene::sealed[1].column)},
        std::pair{"canread", std::int64_t{4}}
    );
}

Uuid credential(Stage& stage, const schema::Table& table, const Uuid& caller) {
    const auto user = reader(stage, table, caller);
    stage.run(messages::CreateCredential{user, "aim", std::chrono::hours{1}});
    const auto& all = stage.trial().world().credentials;
    return std::ranges::find_if(
               all, [&](const auto& entry) { return entry.second.user == user; }
    )->first;
}

Uuid condition_of_a_rule(
    Stage& stage, const Uuid& rule, std::string column = "msdyn_name", std::int64_t op = 0
) {
    return stage.make(
        known::duplicaterulecondition.name,
        std::pair{"regardingobjectid", TestVault::target(known::duplicaterule.name, rule)},
        std::pair{"baseattributename", std::move(column)},
        std::pair{"operatorcode", op}
    );
}

Uuid rule_of_team(Stage& stage, const schema::Table&, const Uuid&) {
    const auto id = stage.make(
        known::duplicaterule.name,
        std::pair{"baseentityname", std::string(known::msdyn_octwitterhandlesecret.name)},
        std::pair{"ownerid", TestVault::target("team", stage.scene()["social"])}
    );
    condition_of_a_rule(stage, id);
    return id;
}

Uuid condition(Stage& stage, const schema::Table& table, const Uuid& caller) {
    constexpr std::int64_t same_date = 3;
    return condition_of_a_rule(stage, rule_of_team(stage, table, caller), "createdon", same_date);
}

/// A draft that could be activated.
Uuid policy_of_team(Stage& stage, const schema::Table&, const Uuid&) {
    const std::string handles(known::msdyn_octwitterhandle.name);
    return stage.make(
        known::retentionconfig.name,
        std::pair{"entitylogicalname", handles},
        std::pair{"criteria", handles},
        std::pair{"ownerid", TestVault::target("team", stage.scene()["social"])}
    );
}

/// Whatever lies there: no message makes a row of it.
Uuid any_row(Stage& stage, const schema::Table& table, const Uuid&) {
    for (const auto& [key, row] : stage.trial().image().rows()) {
        if (row.table == &table) return row.id;
    }
    return schema::privilege_id(schema::privileges().front());
}

struct SettingRow {
    std::string_view table;
    Setting setting;
};

const SettingRow setting_rows[] = {
    {"msdyn_octwitterhandlesecret", {"his record", record_of_caller}},
    {"msdyn_octwitterhandlesecret", {"a team's record", record_of_team}},
    {"msdyn_octwitterhandlesecret", {"a team's inactive record", inactive_record}},
    {"msdyn_octwitterhandlesecret", {"a record that is shared with him", shared_record}},
    {"msdyn_octwitterhandlesecret", {"his deleted record", deleted_record_of_caller}},
    {"msdyn_octwitterhandlesecret", {"a team's deleted record", deleted_record}},
    {"msdyn_octwitterhandlesecret", {"his retained record", retained_record_of_caller}},
    {"msdyn_octwitterhandlesecret", {"a team's retained record", retained_record}},
    {"msdyn_octwitterhandle", {"his handle", record_of_caller}},
    {"msdyn_octwitterhandle", {"a team's handle", record_of_team}},
    {"msdyn_octwitterhandle", {"a team's deleted handle", deleted_record}},
    {"msdyn_octwitterapplication",
     {"his application with a team's record", application_with_a_record}},
    {"msdyn_octwitterapplication", {"a team's application", record_of_team}},
    {"msdyn_octwitterapplication",
     {"his deleted application with a team's record", deleted_application_with_a_record}},
    {"msdyn_octwitterapplication",
     {"his retained application with a team's record", retained_application_with_a_record}},
    {"systemuser", {"a reader", reader}},
    {"systemuser", {"a disabled security administrator", disabled_guard}},
    {"systemuser", {"an administrator", administrator}},
    {"team", {"a team of readers", team}},
    {"team", {"an access team with a record", access_team}},
    {"businessunit", {"a unit with an assigner", unit_with_a_reader}},
    {"businessunit", {"a disabled unit with an assigner", disabled_unit}},
    {"role", {"a role of users and teams", role}},
    {"fieldsecurityprofile", {"a profile of users and teams", profile}},
    {"fieldpermission", {"a masked permission", permission}},
    {"rky_credential", {"a reader's credential", credential}},
    {"retentionconfig", {"a team's policy of retention", policy_of_team}},
    {"duplicaterule", {"a team's rule with a condition", rule_of_team}},
    {"duplicaterulecondition", {"a condition of a team's rule", condition}},
};

}  // namespace

std::vector<Setting> settings_of(const schema::Table& table) {
    std::vector<Setting> out;
    for (const auto& row : setting_rows) {
        if (row.table == table.name) out.push_back(row.setting);
    }
    if (out.empty()) out.push_back({"a row that is there", any_row});
    return out;
}

void Stage::build() {
    trial_.reset();
    scene_ = std::make_unique<Scene>();
    trial_ = std::make_unique<Trial>(scene_->vault());
    retired_ = 0;
    remember();
}

void Stage::run(const messages::Message& message) {
    const auto outcome = trial_->run_as_system(message);
    if (!outcome.refused) return;
    FAIL(outcome.refused->message << ": " << describe(message, trial_->names()));
}

void Stage::link(std::string_view association, const Uuid& first, const Uuid& second) {
    messages::Associate message;
    message.association = schema::association(association);
    message.parent = {schema::table(message.association->first), first};
    message.child = {schema::table(message.association->second), second};
    run(message);
}

void Stage::change(
    std::string_view table, const Uuid& id, std::string_view column, messages::InputValue value
) {
    messages::Upsert message;
    message.target = TestVault::target(table, id);
    message.preconditions.must_exist = true;
    message.input.cells.push_back(TestVault::cell(table, column, std::move(value)));
    run(std::move(message));
}

std::vector<storage::RowRef> Stage::made() const {
    std::vector<storage::RowRef> out;
    for (const auto& [key, row] : trial_->image().rows()) {
        if (!built_.contains(key)) out.push_back(row.ref());
    }
    return out;
}

void Stage::retire(const Uuid& user) {
    const auto unlink = [&](std::string_view association, const Pairs& pairs, bool user_is_first) {
        for (const auto& [first, second] : Pairs(pairs)) {  // a copy: they go one by one
            if ((user_is_first ? first : second) != user) continue;
            messages::Disassociate message;
            message.association = schema::association(association);
            message.parent = {schema::table(message.association->first), first};
            message.child = {schema::table(message.association->second), second};
            run(message);
        }
    };
    const auto& world = trial_->world();
    unlink("teammembership_association", world.memberships, false);
    unlink("systemuserroles_association", world.user_roles, true);
    unlink("systemuserprofiles_association", world.user_profiles, true);
    change("systemuser", user, "businessunitid", unit(*this, "root"));
    change("systemuser", user, "applicationid", messages::InputValue{});
    change("systemuser", user, "azureactivedirectoryobjectid", messages::InputValue{});
}

/// Rows that were there have not changed, and of those made since only what cannot go is left.
bool Stage::as_built() const {
    const auto& rows = trial_->image().rows();
    const bool kept = std::ranges::all_of(built_, [&](const auto& was) {
        const auto row = rows.find(was.first);
        return row != rows.end() && row->second.row_version == was.second;
    });
    return kept && std::ranges::all_of(made(), [](const storage::RowRef& row) {
               return row.table == known::systemuser.id || row.table == known::rky_credential.id;
           });
}

void Stage::clear() {
    for (const auto& row : made()) {
        if (row.table == known::systemuser.id) retire(row.id);
    }
    for (int pass = 0; pass < passes_max && !as_built(); ++pass) {
        for (const auto& row : made()) {
            messages::Delete message;
            message.target = {schema::table(row.table), row.id};
            if (message.target.table->writable) (void)trial_->run_as_system(message);
        }
    }
    if (!as_built() || made().size() + retired_ > retired_max) {
        build();
        return;
    }
    retired_ += made().size();
    remember();
}

void Stage::remember() {
    built_.clear();
    for (const auto& [key, row] : trial_->image().rows()) built_.emplace(key, row.row_version);
}

}  // namespace rookery::rights

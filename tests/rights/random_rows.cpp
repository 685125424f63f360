#include "rights/random_rows.hpp"

#include "rights/scene.hpp"
#include "schema/known_tables.hpp"
#include "sync/sync_principal.hpp"
#include "vault/genesis.hpp"

#include <algorithm>

namespace rookery::rights {
namespace {

using messages::Input;
using messages::InputValue;
using messages::Target;
using schema::Depth;
using test::TestVault;
namespace known = schema::known;
constexpr auto& secrets = known::msdyn_octwitterhandlesecret;
constexpr auto& applications = known::msdyn_octwitterapplication;
constexpr auto& handles = known::msdyn_octwitterhandle;

constexpr std::string_view vendor_prefix = "msdyn_octwitter";
constexpr std::string_view application_column = "msdyn_octwitterapplicationid";
constexpr unsigned built_in_percent = 3;
constexpr unsigned by_key_percent = 10;
constexpr std::size_t identities = 4;  // that users share, so that some are claimed twice
constexpr std::size_t unique_handles = 4;

bool built_in(const Uuid& id) {
    return of_the_vault(id) || id == messages::system_role || id == messages::sync_role ||
           id == messages::jobs_role;
}

Uuid identity(std::size_t number) {
    Uuid out{{0x1d, 0, 0, 0, 0, 0, 0x40, 0, 0x80}};
    out.bytes[15] = static_cast<std::uint8_t>(number);
    return out;
}

}  // namespace

const RandomRows::TableRow RandomRows::tables[] = {
    {&secrets, 34, 14, &RandomRows::new_secret, &RandomRows::change_secret},
    {&applications, 12, 5, &RandomRows::new_record, &RandomRows::change_record},
    {&handles, 6, 5, &RandomRows::new_handle, &RandomRows::change_handle},
    {&known::systemuser, 17, 20, &RandomRows::new_user, &RandomRows::change_user},
    {&known::team, 8, 7, &RandomRows::new_team, &RandomRows::change_team},
    {&known::businessunit, 7, 7, &RandomRows::new_unit, &RandomRows::change_unit},
    {&known::role, 6, 18, &RandomRows::new_role, &RandomRows::change_role},
    {&known::fieldsecurityprofile, 3, 7, &RandomRows::new_profile, &RandomRows::new_profile},
    {&known::fieldpermission, 7, 24, &RandomRows::new_permission, &RandomRows::change_permission},
};

const RandomRows::TableRow& RandomRows::row_for(const schema::Table& table) {
    return *std::ranges::find(tables, &table, &TableRow::table);
}

const schema::Table& RandomRows::table() {
    std::size_t all = 0;
    for (const auto& row : tables) all += row.weight;
    auto at = draws_.below(all);
    const auto* row = std::begin(tables);
    while (at >= row->weight) at -= (row++)->weight;
    return *row->table;
}

bool RandomRows::full(const schema::Table& table) const {
    return rows_of(table).size() >= row_for(table).rows_max;
}

std::vector<Uuid> RandomRows::rows_of(const schema::Table& table) const {
    std::vector<Uuid> out;
    const auto keys = [&](const auto& rows) {
        for (const auto& [id, row] : rows) out.push_back(id);
    };
    if (&table == &known::systemuser) keys(world().users);
    if (&table == &known::team) keys(world().teams);
    if (&table == &known::businessunit) keys(world().units);
    if (&table == &known::role) keys(world().roles);
    if (&table == &known::fieldpermission) keys(world().permissions);
    if (&table == &known::rky_credential) keys(world().credentials);
    if (&table == &known::fieldsecurityprofile) {
        out.assign(world().profiles.begin(), world().profiles.end());
    }
    for (const auto& [id, record] : world().records) {
        if (record.table == table.id) out.push_back(id);
    }
    return trial_.names().in_order(std::move(out));
}

std::optional<Uuid> RandomRows::row_of(const schema::Table& table) {
    auto rows = rows_of(table);
    if (!draws_.chance(built_in_percent)) std::erase_if(rows, built_in);
    if (rows.empty()) return std::nullopt;
    return draws_.of(rows);
}

std::optional<storage::RowRef> RandomRows::any_of(const std::map<Uuid, Record>& records) {
    std::vector<storage::RowRef> all;
    for (const auto& [id, record] : records) all.push_back({record.table, id});
    if (all.empty()) return std::nullopt;
    return draws_.of(all);
}

std::optional<storage::RowRef> RandomRows::deleted_row() { return any_of(trial_.world().deleted); }

std::optional<storage::RowRef> RandomRows::retained_row() {
    return any_of(trial_.world().retained);
}

std::optional<Target> RandomRows::target_in(const schema::Table& table) {
    const auto id = row_of(table);
    if (!id) return std::nullopt;
    const bool has_key = &table == &secrets || &table == &handles;
    if (has_key && draws_.chance(by_key_percent)) {
        messages::KeyValues key{&table.keys.front(), {}};
        key.values.emplace_back("h" + std::to_string(draws_.below(unique_handles)));
        return Target{&table, std::move(key)};
    }
    return Target{&table, *id};
}

Target RandomRows::owner() {
    const auto& table = draws_.chance(50) ? known::systemuser : known::team;
    const auto id = row_of(table);
    return Target{&table, id.value_or(messages::system_user)};
}

std::string RandomRows::name(std::string_view kind) {
    return std::string(kind) + " " + std::to_string(++named_);
}

Input RandomRows::fresh(const schema::Table& table, const Uuid& id) {
    input_ = {};
    table_ = &table;
    if (!id.is_nil()) put(table.primary_id, id);
    (this->*row_for(table).fresh)();
    return std::move(input_);
}

Input RandomRows::changed(const schema::Table& table) {
    input_ = {};
    table_ = &table;
    while (input_.cells.empty()) (this->*row_for(table).change)();
    return std::move(input_);
}

void RandomRows::put(std::string_view column, InputValue value) {
    input_.cells.push_back(TestVault::cell(table_->name, column, std::move(value)));
}

void RandomRows::put_row(std::string_view column, const schema::Table& of) {
    if (const auto id = row_of(of)) put(column, Target{&of, *id});
}

void RandomRows::new_user() {
    const auto called = name("user");
    put("domainname", called);
    put("lastname", called);
    put_row("businessunitid", known::businessunit);
    if (draws_.chance(10)) put("isdisabled", true);
    if (draws_.chance(20)) put("applicationid", identity(draws_.below(identities)));
}

void RandomRows::change_user() {
    constexpr std::int64_t modes[] = {0, 0, 0, 1, 2, 3, 4};
    if (draws_.chance(30)) put_row("businessunitid", known::businessunit);
    if (draws_.chance(35)) put("isdisabled", draws_.chance(50));
    if (draws_.chance(15)) put("accessmode", draws_.of(modes));
    if (draws_.chance(10)) {
        put("azureactivedirectoryobjectid", identity(draws_.below(identities)));
    }
    if (draws_.chance(20)) {
        const bool ends = draws_.chance(50);
        put("applicationid", ends ? InputValue{} : InputValue{identity(draws_.below(identities))});
    }
}

void RandomRows::new_team() {
    put("name", name("team"));
    put_row("businessunitid", known::businessunit);
    put("teamtype", static_cast<std::int64_t>(draws_.below(4)));
}

void RandomRows::change_team() {
    if (draws_.chance(70)) put_row("businessunitid", known::businessunit);
    if (draws_.chance(20)) put("name", name("team"));
}

void RandomRows::new_unit() {
    put("name", name("unit"));
    put_row("parentbusinessunitid", known::businessunit);
}

void RandomRows::change_unit() {
    if (draws_.chance(60)) put_row("parentbusinessunitid", known::businessunit);
    if (draws_.chance(40)) put("isdisabled", draws_.chance(50));
}

void RandomRows::new_role() {
    put("name", name("role"));
    put_row("businessunitid", known::businessunit);
    put("isinherited", static_cast<std::int64_t>(draws_.below(2)));
}

void RandomRows::change_role() {
    if (draws_.chance(80)) put("isinherited", static_cast<std::int64_t>(draws_.below(2)));
    if (draws_.chance(20)) put("name", name("role"));
}

void RandomRows::new_profile() { put("name", name("profile")); }

void RandomRows::new_permission() {
    const auto& sealed = draws_.of(Scene::sealed);
    put_row("fieldsecurityprofileid", known::fieldsecurityprofile);
    put("entityname", std::string(sealed.table));
    put("attributelogicalname", std::string(sealed.column));
    change_permission();
}

void RandomRows::change_permission() {
    constexpr std::int64_t levels[] = {0, 1, 3};
    constexpr std::int64_t allowed[] = {0, 4};
    if (draws_.chance(50)) put("canread", draws_.of(allowed));
    if (draws_.chance(30)) put("cancreate", draws_.of(allowed));
    if (draws_.chance(30)) put("canupdate", draws_.of(allowed));
    if (draws_.chance(50)) put("canreadunmasked", draws_.of(levels));
}

void RandomRows::new_record() {
    put("msdyn_name", name(table_->name.substr(vendor_prefix.size())));
    if (draws_.chance(60)) {
        for (const auto& [of, column] : Scene::sealed) {
            if (of != table_->name || draws_.chance(20)) continue;
            put(column, SecretBytes::copy_of("a new one"));
        }
    }
    if (draws_.chance(40)) put("ownerid", owner());
}

void RandomRows::change_record() {
    for (const auto& [of, column] : Scene::sealed) {
        if (of != table_->name || !draws_.chance(12)) continue;
        const bool ends = draws_.chance(15);
        put(column, ends ? InputValue{} : InputValue{SecretBytes::copy_of("a later one")});
    }
    if (draws_.chance(35)) put("ownerid", owner());
    if (draws_.chance(25)) put("statecode", static_cast<std::int64_t>(draws_.below(2)));
    if (draws_.chance(10)) put("msdyn_name", name("record"));
}

void RandomRows::new_handle() {
    new_record();
    if (draws_.chance(30)) put_row(application_column, applications);
    if (draws_.chance(30)) {
        put("msdyn_octwitteruniquehandleid", "h" + std::to_string(draws_.below(unique_handles)));
    }
}

void RandomRows::change_handle() {
    change_record();
    if (draws_.chance(12)) put_row(application_column, applications);
}

void RandomRows::new_secret() {
    new_handle();
    if (draws_.chance(10)) put_row("msdyn_octwitterhandleid", handles);
}

void RandomRows::change_secret() {
    change_handle();
    if (draws_.chance(8)) put_row("msdyn_octwitterhandleid", handles);
}

const schema::Privilege& RandomRows::privilege() {
    constexpr std::string_view general[] = {
        schema::prv_grant_unmask,
        schema::prv_manage_credentials,
        schema::prv_manage_keys,
        schema::prv_read_audit,
        schema::prv_act_on_behalf,
        schema::prv_manage_sync,
        schema::prv_retain,
    };
    if (draws_.chance(25)) return *schema::privilege(draws_.of(general));
    return schema::privilege(table(), draws_.of(schema::right_names).right);
}

messages::RolePrivilege RandomRows::grant() {
    constexpr Depth depths[] = {Depth::basic, Depth::local, Depth::deep, Depth::global};
    const auto& chosen = privilege();
    const bool anywhere = chosen.table == nullptr || chosen.table->unit_column.empty();
    return {&chosen, anywhere && draws_.chance(90) ? Depth::global : draws_.of(depths)};
}

std::optional<std::pair<Uuid, Uuid>> RandomRows::pair_of(
    const schema::Association& association, bool there
) {
    struct Held {
        std::string_view association;
        Pairs World::*pairs;
    };

    constexpr Held held[] = {
        {"teammembership_association", &World::memberships},
        {"systemuserroles_association", &World::user_roles},
        {"teamroles_association", &World::team_roles},
        {"systemuserprofiles_association", &World::user_profiles},
        {"teamprofiles_association", &World::team_profiles},
    };
    const auto first = row_of(*schema::table(association.first));
    const auto found = std::ranges::find(held, association.name, &Held::association);
    if (there && first && found != std::end(held)) {
        std::vector<Uuid> second;
        for (const auto& [one, other] : world().*(found->pairs)) {
            if (one == *first) second.push_back(other);
        }
        if (second.empty()) return std::nullopt;
        return std::pair{*first, draws_.of(trial_.names().in_order(std::move(second)))};
    }
    if (association.second == known::privilege.name) {
        if (!first) return std::nullopt;
        return std::pair{*first, schema::privilege_id(privilege())};
    }
    const auto second = row_of(*schema::table(association.second));
    if (!first || !second) return std::nullopt;
    return std::pair{*first, *second};
}

std::optional<Uuid> RandomRows::live_credential() {
    auto ids = rows_of(known::rky_credential);
    const auto now = trial_.now();
    std::erase_if(ids, [&](const Uuid& id) {
        return !live(world(), world().credentials.at(id), now);
    });
    if (ids.empty()) return std::nullopt;
    return draws_.of(ids);
}

}  // namespace rookery::rights

#include "rights/scene.hpp"

#include "query/delta_token.hpp"
#include "sync/sync_principal.hpp"
#include "vault/genesis.hpp"

#include <stdexcept>

namespace rookery::rights {
namespace {

using messages::InputValue;
using schema::Depth;
using schema::Right;
using test::TestVault;

constexpr std::string_view secrets = "msdyn_octwitterhandlesecret";
constexpr std::string_view handles = "msdyn_octwitterhandle";
constexpr std::string_view applications = "msdyn_octwitterapplication";

/// These rights on these tables at this depth.
struct Grant {
    std::vector<std::string_view> tables;
    std::vector<Right> rights;
    Depth depth;
};

struct RoleRow {
    std::string_view name;
    bool inherited;
    std::vector<std::string_view> general;
    std::vector<Grant> grants;
};

using enum Right;

const std::vector<Right> every_right = {
    create, read, write, remove, append, append_to, assign, share};
const std::vector<Right> linking = {read, append, append_to};
const std::vector<std::string_view> record_tables = {secrets, handles, applications};
const std::vector<std::string_view> fact_tables = {
    "systemuser", "team", "businessunit", "role", "fieldsecurityprofile", "fieldpermission"};

const RoleRow role_rows[] = {
    {"security",
     true,
     {schema::prv_grant_unmask,
      schema::prv_manage_credentials,
      schema::prv_manage_keys,
      schema::prv_manage_sync,
      schema::prv_read_audit,
      schema::prv_retain},
     {{record_tables, every_right, Depth::global},
      {fact_tables, every_right, Depth::global},
      {{"rky_credential", "privilege", "organization"}, {read}, Depth::global}}},
    {"clerk",
     true,
     {schema::prv_manage_credentials},
     {{{"systemuser", "rky_credential"}, {read}, Depth::global}}},
    {"manager",
     true,
     {},
     {{{"systemuser", "team", "businessunit"}, every_right, Depth::global},
      {{"role", "fieldsecurityprofile"}, linking, Depth::global}}},
    {"profiler",
     true,
     {},
     {{{"fieldsecurityprofile", "fieldpermission", "role"}, every_right, Depth::global},
      {{"systemuser", "team"}, {read, write, append, append_to}, Depth::global}}},
    {"delegate",
     true,
     {},
     {{{"systemuser"}, {create, read, write, append}, Depth::global},
      {{"role", "team"}, linking, Depth::global}}},
    {"assigner", true, {schema::prv_retain}, {{record_tables, every_right, Depth::deep}}},
    {"taker",
     true,
     {},
     {{{secrets}, {read}, Depth::basic}, {{secrets}, {write, assign}, Depth::global}}},
    {"reader", true, {}, {{record_tables, {read}, Depth::local}}},
    {"owner", true, {}, {{record_tables, {create, read, write, append, append_to}, Depth::basic}}},
    {"application owner",
     true,
     {},
     {{{applications}, {create, read, remove, append_to}, Depth::basic}}},
    {"team reader", false, {}, {{record_tables, {read, write}, Depth::basic}}},
};

struct ProfileRow {
    std::string_view name;
    std::int64_t read, unmask, write;
};

constexpr ProfileRow profile_rows[] = {
    {"unmask one", 4, 1, 0},
    {"unmask all", 4, 3, 0},
    {"masked", 4, 0, 0},
    {"writer", 0, 0, 4},
    {"spare", 0, 0, 0},
};

struct Person {
    std::string_view name;
    std::string_view unit;
    std::vector<std::string_view> roles;
    std::vector<std::string_view> profiles;
    std::vector<std::string_view> teams;
};

const Person people_rows[] = {
    {"admin", "root", {"administrator"}, {}, {}},
    {"second admin", "north", {"administrator"}, {"writer"}, {"desk"}},
    {"security", "root", {"security"}, {"writer"}, {}},
    {"second security", "south", {"security"}, {}, {"press"}},
    {"clerk", "root", {"clerk"}, {}, {}},
    {"manager", "root", {"manager"}, {}, {}},
    {"profiler", "root", {"profiler"}, {}, {}},
    {"delegate", "north", {"delegate"}, {}, {}},
    {"assigner", "north", {"assigner"}, {"unmask one", "writer"}, {}},
    {"taker", "south", {"taker"}, {"unmask one"}, {}},
    {"reader", "north", {"reader"}, {"unmask all"}, {}},
    {"agent", "coast", {}, {"unmask one"}, {"social"}},
    {"owner", "north", {"owner", "application owner"}, {"writer", "masked", "spare"}, {"guests"}},
    {"stranger", "south", {}, {}, {}},
};

struct RecordRow {
    std::string_view name;
    std::string_view table;
    std::string_view team;  // that owns it, or
    std::string_view user;
    std::string_view application;
    bool tokens;
};

constexpr RecordRow record_rows[] = {
    {"application", applications, "", "owner", "", true},
    {"team application", applications, "social", "", "", true},
    {"handle", handles, "social", "", "team application", false},
    {"first", secrets, "social", "", "application", true},
    {"second", secrets, "press", "", "team application", true},
    {"third", secrets, "", "security", "", true},
    {"fourth", secrets, "", "owner", "", true},
    {"fifth", secrets, "", "taker", "", true},
    {"sixth", secrets, "desk", "", "", false},
};

}  // namespace

Scene::Scene(const DepthOf& depth_of) {
    vault_.keep_deleted(messages::bin_keep_max);
    vault_.retain_records();
    named_.emplace("root", vault_.vault().root_business_unit());
    named_.emplace("administrator", messages::system_administrator_role);
    roles_.push_back(messages::system_administrator_role);
    test::value(messages::ensure_sync_principal(vault_.vault()));
    units();
    teams();
    roles(depth_of);
    profiles();
    people();
    records();
}

const Uuid& Scene::operator[](std::string_view name) const {
    const auto found = named_.find(name);
    if (found == named_.end()) throw std::logic_error("scene: no " + std::string(name));
    return found->second;
}

/// A row with an id of ours, known by its name.
template <class... Cells>
Uuid Scene::make(std::string_view table, const std::string& name, Cells&&... cells) {
    const auto id = ids_.next();
    vault_.create(
        table, std::pair{schema::table(table)->primary_id, id}, std::forward<Cells>(cells)...
    );
    named_.emplace(name, id);
    return id;
}

void Scene::units() {
    struct {
        std::string name;
        std::string_view parent;
    } const rows[] = {{"north", "root"}, {"coast", "north"}, {"south", "root"}};

    for (const auto& row : rows) {
        make(
            "businessunit",
            row.name,
            std::pair{"name", row.name},
            std::pair{
                "parentbusinessunitid", TestVault::target("businessunit", (*this)[row.parent])}
        );
    }
}

void Scene::teams() {
    struct {
        std::string name;
        std::string_view unit;
        std::int64_t type;
    } const rows[] = {
        {"social", "north", 0}, {"press", "south", 0}, {"guests", "north", 1}, {"desk", "root", 2}};

    for (const auto& row : rows) {
        make(
            "team",
            row.name,
            std::pair{"name", row.name},
            std::pair{"teamtype", row.type},
            std::pair{"businessunitid", TestVault::target("businessunit", (*this)[row.unit])}
        );
    }
}

std::string Scene::delta_token(
    const schema::Table& table, const Uuid& user, const std::string& query_digest
) const {
    return messages::make_delta_token(
        vault_.vault().view().keys().authenticator,
        TestVault::caller(user),
        table,
        messages::DeltaPosition::start(0, vault_.clock().now(), query_digest)
    );
}

void Scene::roles(const DepthOf& depth_of) {
    const auto root = TestVault::target("businessunit", (*this)["root"]);
    for (const auto& row : role_rows) {
        const auto name = std::string(row.name);
        const auto id = make(
            "role",
            "role " + name,
            std::pair{"name", name},
            std::pair{"businessunitid", root},
            std::pair{"isinherited", std::int64_t{row.inherited}}
        );
        messages::AddPrivilegesRole message;
        message.role = TestVault::target("role", id);
        for (const auto general : row.general) {
            message.privileges.push_back({schema::privilege(general), Depth::global});
        }
        for (const auto& grant : row.grants) {
            for (const auto table : grant.tables) {
                for (const auto right : grant.rights) {
                    const auto* known = schema::table(table);
                    const bool anywhere = known->unit_column.empty();
                    message.privileges.push_back({
                        &schema::privilege(*known, right),
                        anywhere ? Depth::global : depth_of(grant.depth),
                    });
                }
            }
        }
        vault_.run_as_system<messages::NoContent>(std::move(message));
        roles_.push_back(id);
    }
}

void Scene::profiles() {
    for (const auto& row : profile_rows) {
        const auto name = std::string(row.name);
        const auto id = make("fieldsecurityprofile", "profile " + name, std::pair{"name", name});
        const bool permits = row.read + row.write != 0;
        for (const auto& [table, column] : sealed) {
            if (!permits) break;
            make(
                "fieldpermission",
                "permission " + name + std::string(column),
                std::pair{"fieldsecurityprofileid", TestVault::target("fieldsecurityprofile", id)},
                std::pair{"entityname", std::string(table)},
                std::pair{"attributelogicalname", std::string(column)},
                std::pair{"canread", row.read},
                std::pair{"canreadunmasked", row.unmask},
                std::pair{"cancreate", row.write},
                std::pair{"canupdate", row.write}
            );
        }
        profiles_.push_back(id);
    }
    // It brings the tokens of the first records.
    vault_.associate(
        "systemuserprofiles_association", vault_.vault().system().user, (*this)["profile writer"]
    );
}

void Scene::people() {
    for (const auto& row : people_rows) {
        const auto name = std::string(row.name);
        const auto id = make(
            "systemuser",
            name,
            std::pair{"domainname", name},
            std::pair{"lastname", name},
            std::pair{"businessunitid", TestVault::target("businessunit", (*this)[row.unit])}
        );
        for (const auto role : row.roles) {
            const bool fixed = role == "administrator";
            vault_.associate(
                "systemuserroles_association",
                id,
                fixed ? (*this)[role] : (*this)["role " + std::string(role)]
            );
        }
        for (const auto profile : row.profiles) {
            vault_.associate(
                "systemuserprofiles_association", id, (*this)["profile " + std::string(profile)]
            );
        }
        for (const auto team : row.teams) {
            vault_.associate("teammembership_association", (*this)[team], id);
        }
    }
    vault_.associate("teamroles_association", (*this)["social"], (*this)["role team reader"]);
    vault_.associate("teamroles_association", (*this)["desk"], (*this)["role reader"]);
    vault_.associate("teamprofiles_association", (*this)["press"], (*this)["profile masked"]);
}

void Scene::records() {
    for (const auto& row : record_rows) {
        messages::Create message;
        message.table = schema::table(row.table);
        const auto put = [&](std::string_view column, InputValue value) {
            message.input.cells.push_back(TestVault::cell(row.table, column, std::move(value)));
        };
        const auto id = ids_.next();
        named_.emplace(row.name, id);
        put(message.table->primary_id, id);
        put("msdyn_name", std::string(row.name));
        put("ownerid",
            row.team.empty() ? TestVault::target("systemuser", (*this)[row.user])
                             : TestVault::target("team", (*this)[row.team]));
        if (!row.application.empty()) {
            put("msdyn_octwitterapplicationid",
                TestVault::target(applications, (*this)[row.application]));
        }
        for (const auto& [table, column] : sealed) {
            if (row.tokens && table == row.table) put(column, SecretBytes::copy_of("the first"));
        }
        vault_.run_as_system<messages::NoContent>(std::move(message));
    }
}

}  // namespace rookery::rights

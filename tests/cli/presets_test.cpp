#include "cli/local/presets.hpp"

#include "schema/schema.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace presets_test {

using namespace rookery;
using namespace rookery::cli;

namespace {

std::map<std::string, RolePreset> roles() {
    std::map<std::string, RolePreset> out;
    for (const auto& [file, text] : embedded_presets()) {
        auto preset = parse_preset(text, file);
        INFO(file << ": " << (preset ? std::string{} : preset.error().message));
        REQUIRE(preset.has_value());
        if (auto* role = std::get_if<RolePreset>(&*preset); role != nullptr)
            out[role->name] = *role;
    }
    return out;
}

std::map<std::string, ProfilePreset> profiles() {
    std::map<std::string, ProfilePreset> out;
    for (const auto& [file, text] : embedded_presets()) {
        auto preset = parse_preset(text, file);
        REQUIRE(preset.has_value());
        if (auto* profile = std::get_if<ProfilePreset>(&*preset); profile != nullptr) {
            out[profile->name] = *profile;
        }
    }
    return out;
}

bool grants(const RolePreset& role, std::string_view privilege) {
    return std::any_of(role.privileges.begin(), role.privileges.end(), [&](const auto& row) {
        return row.privilege->name == privilege;
    });
}

}  // namespace

TEST_CASE("the presets hold the roles and profiles that the documentation names", "[cli]") {
    const auto all_roles = roles();
    for (const auto* name :
         {"Rookery Security Administrator",
          "Rookery Auditor",
          "Rookery Agent",
          "Rookery Reader",
          "Rookery Importer"}) {
        CHECK(all_roles.count(name) == 1);
    }
    const auto all_profiles = profiles();
    for (const auto* name :
         {"Rookery Agent unmask one record", "Rookery token writer", "Rookery masked reader"}) {
        CHECK(all_profiles.count(name) == 1);
    }
}

TEST_CASE("only the security administrator may open a way to plaintext", "[cli]") {
    for (const auto& [name, role] : roles()) {
        const bool security = name == "Rookery Security Administrator";
        CHECK(grants(role, schema::prv_grant_unmask) == security);
        CHECK(grants(role, schema::prv_manage_credentials) == security);
        CHECK(grants(role, "prvWriteRole") == security);
        CHECK(grants(role, "prvWriteFieldSecurityProfile") == security);
    }
}

TEST_CASE("the auditor reads the log and no record", "[cli]") {
    const auto role = roles().at("Rookery Auditor");
    CHECK(grants(role, schema::prv_read_audit));
    for (const auto& row : role.privileges) {
        CHECK((row.privilege->table == nullptr || !row.privilege->table->has_sealed()));
        CHECK((row.privilege->table == nullptr || row.privilege->right == schema::Right::read));
    }
}

TEST_CASE("agents and readers only read", "[cli]") {
    for (const auto* name : {"Rookery Agent", "Rookery Reader"}) {
        const auto role = roles().at(name);
        CHECK(role.privileges.size() == 3);
        for (const auto& row : role.privileges) {
            CHECK(row.privilege->right == schema::Right::read);
            CHECK(row.depth != schema::Depth::global);
        }
    }
}

TEST_CASE("no preset shows plaintext in lists, and token writers see none", "[cli]") {
    for (const auto& [name, profile] : profiles()) {
        for (const auto& permission : profile.permissions) {
            CHECK(permission.read_unmasked != ReadUnmasked::all_records);
            if (permission.create || permission.update) {
                CHECK(permission.read_unmasked == ReadUnmasked::no);
            }
        }
    }
}

TEST_CASE("a preset with a mistake is refused with its file and line", "[cli]") {
    const auto [text, why] = GENERATE(table<std::string, std::string>({
        {"", "one [role] or one [profile]"},
        {"role = 1\n", "one [role] or one [profile]"},
        {"[role]\nname = \"a\"\n[profile]\nname = \"b\"\n", "one [role] or one [profile]"},
        {"[roles]\n", "unknown key 'roles'"},
        {"[role]\ngeneral = [\"prvReadAuditSummary\"]\n", "'name' is missing"},
        {"[role]\nname = \"a\"\n", "grants nothing"},
        {"[role]\nname = \"a\"\ncolour = 1\n", "unknown key 'colour'"},
        {"[role]\nname = \"a\"\ninherited = 1\n", "true or false"},
        {"[role]\nname = \"a\"\ngeneral = \"prvReadAuditSummary\"\n", "list of texts"},
        {"[role]\nname = \"a\"\ngeneral = [\"prvReadUser\"]\n", "no general privilege"},
        {"[role]\nname = \"a\"\ngeneral = [\"prvReadAuditSummary\", \"prvReadAuditSummary\"]\n",
         "granted twice"},
        {"[role]\nname = \"a\"\n[[role.grant]]\ntables = [\"nothing\"]\nrights = [\"read\"]\ndepth "
         "= \"basic\"\n",
         "no table is named 'nothing'"},
        {"[role]\nname = \"a\"\n[[role.grant]]\ntables = [\"team\"]\nrights = [\"see\"]\ndepth = "
         "\"basic\"\n",
         "no right is named 'see'"},
        {"[role]\nname = \"a\"\n[[role.grant]]\ntables = [\"team\"]\nrights = [\"read\"]\ndepth = "
         "\"all\"\n",
         "no depth is named 'all'"},
        {"[role]\nname = \"a\"\n[[role.grant]]\ntables = [\"fieldsecurityprofile\"]\nrights = "
         "[\"read\"]\ndepth = \"basic\"\n",
         "global only"},
        {"[profile]\nname = \"a\"\n", "'permission' must be a list of tables"},
        {"[profile]\nname = \"a\"\n[[profile.permission]]\ntable = \"team\"\ncolumns = "
         "[\"name\"]\nread = true\n",
         "no sealed column 'name'"},
        {"[profile]\nname = \"a\"\n[[profile.permission]]\ntable = "
         "\"msdyn_octwitterhandlesecret\"\n"
         "columns = [\"msdyn_useraccesstoken\"]\nread_unmasked = \"one_record\"\n",
         "needs read = true"},
        {"[profile]\nname = \"a\"\n[[profile.permission]]\ntable = "
         "\"msdyn_octwitterhandlesecret\"\n"
         "columns = [\"msdyn_useraccesstoken\", \"msdyn_useraccesstoken\"]\nread = true\n",
         "twice"},
        {"[profile]\nname = \"a\"\n[[profile.permission]]\ntable = "
         "\"msdyn_octwitterhandlesecret\"\n"
         "columns = [\"msdyn_useraccesstoken\"]\nread = true\nread_unmasked = \"every\"\n",
         "no level is named 'every'"},
        {"[role\n", "x.toml:1"},
    }));
    const auto preset = parse_preset(text, "x.toml");
    REQUIRE_FALSE(preset.has_value());
    CHECK(preset.error().code == Errc::usage);
    CHECK_THAT(preset.error().message, Catch::Matchers::Contains(why));
    CHECK_THAT(preset.error().message, Catch::Matchers::StartsWith("x.toml"));
}

}  // namespace presets_test

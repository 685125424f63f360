#include "cli/local/demo.hpp"

#include "base/file.hpp"
#include "cli/config/toml_text.hpp"
#include "cli/local/in_process.hpp"
#include "cli/local/presets.hpp"
#include "vault/genesis.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rookery::cli {
namespace {

using nlohmann::json;

struct Person {
    const char* key;
    const char* first_name;
    bool in_unit;      // of the social media business unit; else of the root
    bool application;  // an agent
    const char* role;  // of the presets; null: none, or the vault's own
};

constexpr Person people[] = {
    {"admin", "Ada", false, false, nullptr},
    {"security", "Sam", false, false, "Rookery Security Administrator"},
    {"auditor", "Audra", false, false, "Rookery Auditor"},
    {"agent", "Agent", true, true, "Rookery Agent"},
    {"reader", "Rita", true, false, "Rookery Reader"},
    {"stranger", "Stan", false, false, nullptr},
};

struct HandleText {
    const char* name;
    const char* unique_id;
};

constexpr HandleText handle_texts[] = {
    {"@rookery_demo", "1000000001"},
    {"@rookery_news", "1000000002"},
    {"@rookery_help", "1000000003"},
};

class Builder {
 public:
    explicit Builder(messages::Vault& vault) : vault_(vault), system_(vault.system()) {}

    Result<Demo> build() {
        ROOKERY_TRY(presets_, apply_presets(vault_));
        ROOKERY_CHECK(units());
        ROOKERY_CHECK(users());
        ROOKERY_CHECK(team());
        ROOKERY_CHECK(column_security());
        ROOKERY_CHECK(rows());
        return std::move(demo_);
    }

 private:
    Result<void> units() {
        demo_.business_units["root"] = vault_.root_business_unit();
        RowInput unit("businessunit");
        unit.set("name", std::string{"Social Media"})
            .set("parentbusinessunitid", target("businessunit", vault_.root_business_unit()));
        ROOKERY_TRY(
            demo_.business_units["Social Media"], create_row(vault_, system_, std::move(unit))
        );
        return {};
    }

    Result<void> users() {
        for (const auto& person : people) {
            RowInput user("systemuser");
            const auto unit = demo_.business_units.at(person.in_unit ? "Social Media" : "root");
            user.set("domainname", fmt::format("{}@demo.invalid", person.key))
                .set("firstname", std::string{person.first_name})
                .set("lastname", std::string{"Demo"})
                .set("internalemailaddress", fmt::format("{}@demo.invalid", person.key))
                .set("businessunitid", target("businessunit", unit));
            if (person.application) {
                user.set("applicationid", Uuid::random(vault_.random()))
                    .set("accessmode", std::int64_t{4});  // non-interactive
            }
            ROOKERY_TRY(const auto id, create_row(vault_, system_, std::move(user)));
            demo_.users[person.key] = id;
            if (person.role != nullptr) {
                ROOKERY_CHECK(give_role(id, presets_.roles.at(person.role)));
            }
        }
        return give_role(demo_.users.at("admin"), messages::system_administrator_role);
    }

    Result<void> give_role(const Uuid& user, const Uuid& role) {
        return associate(vault_, system_, "systemuserroles_association", user, role);
    }

    Result<void> team() {
        RowInput social("team");
        social.set("name", std::string{"Social"})
            .set("teamtype", std::int64_t{0})
            .set("businessunitid", target("businessunit", demo_.business_units.at("Social Media")))
            .set("administratorid", target("systemuser", demo_.users.at("security")));
        ROOKERY_TRY(const auto id, create_row(vault_, system_, std::move(social)));
        demo_.teams["Social"] = id;
        // An owner must be able to read what it owns.
        ROOKERY_CHECK(associate(
            vault_, system_, "teamroles_association", id, presets_.roles.at("Rookery Agent")
        ));
        return associate(
            vault_, system_, "teammembership_association", id, demo_.users.at("agent")
        );
    }

    Result<void> column_security() {
        const auto give = [&](const char* user, std::string_view profile) {
            return associate(
                vault_,
                system_,
                "systemuserprofiles_association",
                demo_.users.at(user),
                presets_.profiles.find(profile)->second
            );
        };
        ROOKERY_CHECK(give("security", "Rookery token writer"));
        ROOKERY_CHECK(give("agent", "Rookery Agent unmask one record"));
        return give("reader", "Rookery masked reader");
    }

    /// As `security`, since SYSTEM has no column permission.
    Result<void> rows() {
        access::Caller writer;
        writer.user = demo_.users.at("security");
        const auto owner = target("team", demo_.teams.at("Social"));

        RowInput application("msdyn_octwitterapplication");
        application.set("msdyn_name", std::string{"Rookery demo application"})
            .set(
                "msdyn_securetwitterconsumerkey", SecretBytes::copy_of("demo-consumer-key-not-real")
            )
            .set(
                "msdyn_securetwitterconsumersecret",
                SecretBytes::copy_of("demo-consumer-secret-not-real")
            )
            .set("ownerid", owner);
        ROOKERY_TRY(const auto application_id, create_row(vault_, writer, std::move(application)));
        demo_.applications.push_back({application_id, "Rookery demo application"});

        for (const auto& text : handle_texts) {
            RowInput handle("msdyn_octwitterhandle");
            handle.set("msdyn_name", std::string{text.name})
                .set("msdyn_octwitterscreenname", std::string{text.name + 1})
                .set("msdyn_octwitteruniquehandleid", std::string{text.unique_id})
                .set(
                    "msdyn_octwitterapplicationid",
                    target("msdyn_octwitterapplication", application_id)
                )
                .set("ownerid", owner);
            ROOKERY_TRY(const auto handle_id, create_row(vault_, writer, std::move(handle)));
            demo_.handles.push_back({handle_id, text.name, text.unique_id});

            RowInput record("msdyn_octwitterhandlesecret");
            record.set("msdyn_name", std::string{text.name})
                .set("msdyn_octwitteruniquehandleid", std::string{text.unique_id})
                .set("msdyn_octwitterhandleid", target("msdyn_octwitterhandle", handle_id))
                .set(
                    "msdyn_octwitterapplicationid",
                    target("msdyn_octwitterapplication", application_id)
                )
                .set("ownerid", owner)
                .set(
                    "msdyn_useraccesstoken",
                    SecretBytes::copy_of(
                        fmt::format("{}-demo-access-token-not-real", text.unique_id)
                    )
                )
                .set(
                    "msdyn_useraccesstokensecret",
                    SecretBytes::copy_of(
                        fmt::format("{}-demo-access-token-secret-not-real", text.unique_id)
                    )
                );
            ROOKERY_TRY(const auto record_id, create_row(vault_, writer, std::move(record)));
            demo_.records.push_back(record_id);
        }
        return {};
    }

    messages::Vault& vault_;
    access::Caller system_;
    AppliedPresets presets_;
    Demo demo_;
};

json demo_ids(const std::map<std::string, Uuid>& named) {
    json out = json::object();
    for (const auto& [name, id] : named) out[name] = to_string(id);
    return out;
}

json demo_ids(const std::vector<Uuid>& ids) {
    json out = json::array();
    for (const auto& id : ids) out.push_back(to_string(id));
    return out;
}

bool read_id(const json& value, Uuid& out) {
    if (!value.is_string()) return false;
    const auto id = Uuid::parse(value.get<std::string>());
    if (id) out = *id;
    return id.has_value();
}

bool read_ids(const json& document, const char* name, std::map<std::string, Uuid>& out) {
    if (!document.contains(name) || !document[name].is_object()) return false;
    for (const auto& [key, value] : document[name].items()) {
        if (!read_id(value, out[key])) return false;
    }
    return true;
}

bool read_ids(const json& document, const char* name, std::vector<Uuid>& out) {
    if (!document.contains(name) || !document[name].is_array()) return false;
    for (const auto& value : document[name]) {
        if (!read_id(value, out.emplace_back())) return false;
    }
    return true;
}

bool read_text(const json& row, const char* name, std::string& out) {
    if (!row.is_object() || !row.contains(name) || !row[name].is_string()) return false;
    out = row[name].get<std::string>();
    return true;
}

bool read_demo(const json& document, Demo& demo) {
    if (!document.is_object() || !read_ids(document, "users", demo.users) ||
        !read_ids(document, "teams", demo.teams) ||
        !read_ids(document, "businessunits", demo.business_units) ||
        !read_ids(document, "records", demo.records) ||
        !read_ids(document, "credentials", demo.credentials)) {
        return false;
    }
    for (const char* list : {"applications", "handles"}) {
        if (!document.contains(list) || !document[list].is_array()) return false;
    }
    for (const auto& row : document["applications"]) {
        auto& one = demo.applications.emplace_back();
        if (!read_text(row, "name", one.name) || !read_id(row.value("id", json{}), one.id)) {
            return false;
        }
    }
    for (const auto& row : document["handles"]) {
        auto& one = demo.handles.emplace_back();
        if (!read_text(row, "name", one.name) || !read_id(row.value("id", json{}), one.id) ||
            !read_text(row, "uniquehandleid", one.unique_handle_id)) {
            return false;
        }
    }
    for (const auto& person : people) {
        if (demo.users.count(person.key) == 0) return false;
    }
    return true;
}

}  // namespace

Result<Demo> create_demo(messages::Vault& vault) { return Builder(vault).build(); }

Result<void> save_demo(const Demo& demo, const std::filesystem::path& file) {
    json document{
        {"users", demo_ids(demo.users)},
        {"teams", demo_ids(demo.teams)},
        {"businessunits", demo_ids(demo.business_units)},
        {"records", demo_ids(demo.records)},
        {"credentials", demo_ids(demo.credentials)},
        {"applications", json::array()},
        {"handles", json::array()},
    };
    for (const auto& one : demo.applications) {
        document["applications"].push_back({{"id", to_string(one.id)}, {"name", one.name}});
    }
    for (const auto& one : demo.handles) {
        document["handles"].push_back(
            {{"id", to_string(one.id)},
             {"name", one.name},
             {"uniquehandleid", one.unique_handle_id}}
        );
    }
    return replace_file(file, bytes_of(document.dump(2) + '\n'), FileMode::owner_only);
}

Result<Demo> load_demo(const std::filesystem::path& file) {
    ROOKERY_TRY(const auto text, read_text_file(file.string()));
    Demo demo;
    if (!read_demo(json::parse(text, nullptr, false), demo)) {
        return fail(
            Errc::usage,
            fmt::format("{} is not what `rookery dev` wrote", file.string()),
            "start with a new directory"
        );
    }
    return demo;
}

}  // namespace rookery::cli

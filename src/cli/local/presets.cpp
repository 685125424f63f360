#include "cli/local/presets.hpp"

#include "cli/config/toml_text.hpp"
#include "cli/local/in_process.hpp"
#include "schema/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace rookery::cli {
namespace {

using schema::Depth;
using schema::Right;

constexpr std::pair<std::string_view, Right> right_words[] = {
    {"create", Right::create},
    {"read", Right::read},
    {"write", Right::write},
    {"delete", Right::remove},
    {"append", Right::append},
    {"append_to", Right::append_to},
    {"assign", Right::assign},
    {"share", Right::share},
};

constexpr std::pair<std::string_view, Depth> depth_words[] = {
    {"basic", Depth::basic},
    {"local", Depth::local},
    {"deep", Depth::deep},
    {"global", Depth::global},
};

constexpr std::pair<std::string_view, ReadUnmasked> unmask_words[] = {
    {"no", ReadUnmasked::no},
    {"one_record", ReadUnmasked::one_record},
    {"all_records", ReadUnmasked::all_records},
};

template <class T, std::size_t N>
std::optional<T> find_word(
    const std::pair<std::string_view, T> (&words)[N], std::string_view word
) {
    for (const auto& [name, value] : words) {
        if (name == word) return value;
    }
    return std::nullopt;
}

/// One preset file while it is read: keeps its name for messages.
class Reader {
 public:
    explicit Reader(std::string_view file) : file_(file) {}

    [[nodiscard]] tl::unexpected<Error> refuse(const toml::node& at, std::string_view what) const {
        return fail(Errc::usage, fmt::format("{}: {}", position(file_, at), what));
    }

    [[nodiscard]] Result<void> only(
        const toml::table& table, std::initializer_list<std::string_view> known
    ) const {
        for (const auto& [key, node] : table) {
            if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
                return refuse(node, fmt::format("unknown key '{}'", key.str()));
            }
        }
        return {};
    }

    /// A missing key is empty unless `required`.
    [[nodiscard]] Result<std::string> text(
        const toml::table& table, std::string_view key, bool required
    ) const {
        const auto* node = table.get(key);
        if (node == nullptr) {
            if (required) return refuse(table, fmt::format("'{}' is missing", key));
            return std::string{};
        }
        const auto value = node->value_exact<std::string>();
        if (!value || value->empty()) {
            return refuse(*node, fmt::format("'{}' must be a text that is not empty", key));
        }
        return *value;
    }

    [[nodiscard]] Result<bool> flag(const toml::table& table, std::string_view key, bool otherwise)
        const {
        const auto* node = table.get(key);
        if (node == nullptr) return otherwise;
        const auto value = node->value_exact<bool>();
        if (!value) return refuse(*node, fmt::format("'{}' must be true or false", key));
        return *value;
    }

    [[nodiscard]] Result<std::vector<std::string>> texts(
        const toml::table& table, std::string_view key, bool required
    ) const {
        std::vector<std::string> out;
        const auto* node = table.get(key);
        if (node == nullptr && !required) return out;
        const auto* list = node == nullptr ? nullptr : node->as_array();
        if (list == nullptr || list->empty()) {
            return refuse(table, fmt::format("'{}' must be a list of texts", key));
        }
        for (const auto& item : *list) {
            const auto value = item.value_exact<std::string>();
            if (!value) return refuse(item, fmt::format("'{}' must be a list of texts", key));
            out.push_back(*value);
        }
        return out;
    }

    /// The tables of `[[role.grant]]` and `[[profile.permission]]`.
    [[nodiscard]] Result<std::vector<const toml::table*>> rows(
        const toml::table& table, std::string_view key, bool required
    ) const {
        std::vector<const toml::table*> out;
        const auto* node = table.get(key);
        if (node == nullptr && !required) return out;
        const auto* list = node == nullptr ? nullptr : node->as_array();
        if (list == nullptr)
            return refuse(table, fmt::format("'{}' must be a list of tables", key));
        for (const auto& item : *list) {
            if (!item.is_table()) {
                return refuse(item, fmt::format("'{}' must be a list of tables", key));
            }
            out.push_back(item.as_table());
        }
        return out;
    }

    [[nodiscard]] Result<RolePreset> role(const toml::table& table) const {
        ROOKERY_CHECK(only(table, {"name", "inherited", "general", "grant"}));
        RolePreset out;
        ROOKERY_TRY(out.name, text(table, "name", true));
        ROOKERY_TRY(out.inherited, flag(table, "inherited", true));
        ROOKERY_TRY(const auto general, texts(table, "general", false));
        for (const auto& name : general) {
            const auto* privilege = schema::privilege(name);
            if (privilege == nullptr || privilege->table != nullptr) {
                return refuse(table, fmt::format("no general privilege is named '{}'", name));
            }
            ROOKERY_CHECK(add(out, table, *privilege, Depth::global));
        }
        ROOKERY_TRY(const auto grants, rows(table, "grant", false));
        for (const auto* row : grants) {
            ROOKERY_CHECK(grant(*row, out));
        }
        if (out.privileges.empty()) return refuse(table, "the role grants nothing");
        return out;
    }

    [[nodiscard]] Result<ProfilePreset> profile(const toml::table& table) const {
        ROOKERY_CHECK(only(table, {"name", "description", "permission"}));
        ProfilePreset out;
        ROOKERY_TRY(out.name, text(table, "name", true));
        ROOKERY_TRY(out.description, text(table, "description", false));
        ROOKERY_TRY(const auto permissions, rows(table, "permission", true));
        for (const auto* row : permissions) {
            ROOKERY_CHECK(permission(*row, out));
        }
        return out;
    }

 private:
    [[nodiscard]] Result<void> add(
        RolePreset& role, const toml::node& at, const schema::Privilege& privilege, Depth depth
    ) const {
        for (const auto& given : role.privileges) {
            if (given.privilege == &privilege) {
                return refuse(at, fmt::format("{} is granted twice", privilege.name));
            }
        }
        role.privileges.push_back({&privilege, depth});
        return {};
    }

    [[nodiscard]] Result<void> grant(const toml::table& row, RolePreset& role) const {
        ROOKERY_CHECK(only(row, {"tables", "rights", "depth"}));
        ROOKERY_TRY(const auto tables, texts(row, "tables", true));
        ROOKERY_TRY(const auto rights, texts(row, "rights", true));
        ROOKERY_TRY(const auto depth_word, text(row, "depth", true));
        const auto depth = find_word(depth_words, depth_word);
        if (!depth) return refuse(row, fmt::format("no depth is named '{}'", depth_word));
        for (const auto& name : tables) {
            const auto* table = schema::table(name);
            if (table == nullptr || table->outside) {
                return refuse(row, fmt::format("no table is named '{}'", name));
            }
            if (table->unit_column.empty() && *depth != Depth::global) {
                return refuse(row, fmt::format("rows of {} belong to no unit: global only", name));
            }
            for (const auto& word : rights) {
                const auto right = find_word(right_words, word);
                if (!right) return refuse(row, fmt::format("no right is named '{}'", word));
                ROOKERY_CHECK(add(role, row, schema::privilege(*table, *right), *depth));
            }
        }
        return {};
    }

    [[nodiscard]] Result<void> permission(const toml::table& row, ProfilePreset& profile) const {
        ROOKERY_CHECK(only(row, {"table", "columns", "create", "read", "update", "read_unmasked"}));
        ROOKERY_TRY(const auto table_name, text(row, "table", true));
        const auto* table = schema::table(table_name);
        if (table == nullptr || table->outside) {
            return refuse(row, fmt::format("no table is named '{}'", table_name));
        }
        ColumnPermission one{.table = table};
        ROOKERY_TRY(one.create, flag(row, "create", false));
        ROOKERY_TRY(one.read, flag(row, "read", false));
        ROOKERY_TRY(one.update, flag(row, "update", false));
        ROOKERY_TRY(const auto unmasked, text(row, "read_unmasked", false));
        if (!unmasked.empty()) {
            const auto level = find_word(unmask_words, unmasked);
            if (!level) return refuse(row, fmt::format("no level is named '{}'", unmasked));
            one.read_unmasked = *level;
        }
        if (one.read_unmasked != ReadUnmasked::no && !one.read) {
            return refuse(row, "read_unmasked needs read = true");
        }
        ROOKERY_TRY(const auto columns, texts(row, "columns", true));
        for (const auto& name : columns) {
            one.column = table->column(name);
            if (one.column == nullptr || one.column->type != schema::Type::sealed) {
                return refuse(row, fmt::format("{} has no sealed column '{}'", table_name, name));
            }
            for (const auto& given : profile.permissions) {
                if (given.table == one.table && given.column == one.column) {
                    return refuse(row, fmt::format("{}.{} stands there twice", table_name, name));
                }
            }
            profile.permissions.push_back(one);
        }
        return {};
    }

    std::string_view file_;
};

Result<Uuid> apply(messages::Vault& vault, const RolePreset& preset) {
    RowInput row("role");
    row.set("name", preset.name)
        .set("isinherited", std::int64_t{preset.inherited ? 1 : 0})
        .set("businessunitid", target("businessunit", vault.root_business_unit()));
    ROOKERY_TRY(const auto id, create_row(vault, vault.system(), std::move(row)));
    messages::AddPrivilegesRole grant;
    grant.role = target("role", id);
    grant.privileges = preset.privileges;
    ROOKERY_CHECK(run_message(vault, vault.system(), messages::Message{std::move(grant)}));
    return id;
}

Result<Uuid> apply(messages::Vault& vault, const ProfilePreset& preset) {
    RowInput row("fieldsecurityprofile");
    row.set("name", preset.name);
    if (!preset.description.empty()) row.set("description", preset.description);
    ROOKERY_TRY(const auto id, create_row(vault, vault.system(), std::move(row)));
    const auto allowed = [](bool yes) { return yes ? permission_allowed : std::int64_t{0}; };
    for (const auto& permission : preset.permissions) {
        RowInput cell("fieldpermission");
        cell.set("fieldsecurityprofileid", target("fieldsecurityprofile", id))
            .set("entityname", std::string{permission.table->name})
            .set("attributelogicalname", std::string{permission.column->name})
            .set("cancreate", allowed(permission.create))
            .set("canread", allowed(permission.read))
            .set("canupdate", allowed(permission.update))
            .set("canreadunmasked", static_cast<std::int64_t>(permission.read_unmasked));
        ROOKERY_CHECK(create_row(vault, vault.system(), std::move(cell)));
    }
    return id;
}

}  // namespace

Result<Preset> parse_preset(std::string_view text, std::string_view file) {
    ROOKERY_TRY(const auto document, parse_toml(text, file));
    const Reader reader(file);
    ROOKERY_CHECK(reader.only(document, {"role", "profile"}));
    if (document.size() != 1 || !document.begin()->second.is_table()) {
        return reader.refuse(document, "a preset is one [role] or one [profile]");
    }
    if (const auto* role = document["role"].as_table(); role != nullptr) {
        ROOKERY_TRY(auto preset, reader.role(*role));
        return Preset{std::move(preset)};
    }
    ROOKERY_TRY(auto preset, reader.profile(*document["profile"].as_table()));
    return Preset{std::move(preset)};
}

Result<AppliedPresets> apply_presets(messages::Vault& vault) {
    AppliedPresets applied;
    for (const auto& [file, text] : embedded_presets()) {
        ROOKERY_TRY(const auto preset, parse_preset(text, file));
        if (const auto* role = std::get_if<RolePreset>(&preset); role != nullptr) {
            ROOKERY_TRY(applied.roles[role->name], apply(vault, *role));
        } else {
            const auto& profile = std::get<ProfilePreset>(preset);
            ROOKERY_TRY(applied.profiles[profile.name], apply(vault, profile));
        }
    }
    return applied;
}

}  // namespace rookery::cli

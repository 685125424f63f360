#include "rights/row_image.hpp"

#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "support/test_vault.hpp"
#include "vault/vault_parts.hpp"

#include <stdexcept>

namespace rookery::rights {
namespace {

using storage::Row;

std::int64_t number(const Row& row, std::string_view column) {
    const auto* value = row.get<std::int64_t>(column);
    return value == nullptr ? 0 : *value;
}

/// `otherwise` also when the table has no such column.
bool flag(const Row& row, std::string_view column, bool otherwise = false) {
    const auto* value = row.get<bool>(column);
    return value == nullptr ? otherwise : *value;
}

std::optional<Uuid> lookup(const Row& row, std::string_view column) {
    const auto* value = row.get<storage::RowRef>(column);
    return value == nullptr ? std::nullopt : std::optional(value->id);
}

std::optional<Uuid> guid(const Row& row, std::string_view column) {
    const auto* value = row.get<Uuid>(column);
    return value == nullptr ? std::nullopt : std::optional(*value);
}

User user_of(const Row& row) {
    User out;
    out.unit = lookup(row, "businessunitid").value_or(Uuid{});
    out.disabled = flag(row, "isdisabled");
    out.mode = number(row, "accessmode");
    out.counter = number(row, "rky_credentialcounter");
    out.application = guid(row, "applicationid");
    out.entra_object = guid(row, "azureactivedirectoryobjectid");
    return out;
}

Permission permission_of(const Row& row) {
    Permission out;
    out.profile = lookup(row, "fieldsecurityprofileid").value_or(Uuid{});
    const auto* entity = row.get<std::string>("entityname");
    const auto* attribute = row.get<std::string>("attributelogicalname");
    const auto* table = entity == nullptr ? nullptr : schema::table(*entity);
    const auto* column =
        table == nullptr || attribute == nullptr ? nullptr : table->column(*attribute);
    if (column != nullptr) {
        out.table = table->id;
        out.column = column->id;
    }
    out.create = number(row, "cancreate") == 4;
    out.read = number(row, "canread") == 4;
    out.update = number(row, "canupdate") == 4;
    out.unmask = number(row, "canreadunmasked");
    return out;
}

Share share_of(const Row& row) {
    return {
        guid(row, "principalid").value_or(Uuid{}),
        guid(row, "objectid").value_or(Uuid{}),
        number(row, "accessrightsmask")};
}

Credential credential_of(const Row& row) {
    Credential out;
    out.user = lookup(row, "systemuserid").value_or(Uuid{});
    out.maker = lookup(row, "createdby").value_or(Uuid{});
    if (const auto* expires = row.get<Instant>("rky_expireson")) out.expires = *expires;
    out.revoked = row.find("rky_revokedon") != nullptr;
    out.counter = number(row, "rky_counter");
    // Without the columns every credential carries everything.
    out.plaintext = flag(row, "rky_plaintext", row.table->column("rky_plaintext") == nullptr);
    out.administration =
        flag(row, "rky_administration", row.table->column("rky_administration") == nullptr);
    return out;
}

Record record_of(const Row& row) {
    Record out;
    out.table = row.table->id;
    out.owner = lookup(row, "ownerid").value_or(Uuid{});
    out.active = number(row, "statecode") == 0;
    for (const auto& cell : row.cells) {
        if (const auto* sealed = std::get_if<storage::SealedValue>(&cell.value)) {
            out.values.emplace(cell.column, sealed->value_version);
        }
    }
    return out;
}

/// What a row of one table is to the oracle.
struct Meaning {
    std::string_view table;
    void (*learn)(World& world, const Row& row);
    void (*forget)(World& world, const Row& row);
};

template <auto World::*member, auto read>
constexpr Meaning thing(std::string_view table) {
    return {
        table,
        [](World& world, const Row& row) { (world.*member).insert_or_assign(row.id, read(row)); },
        [](World& world, const Row& row) { (world.*member).erase(row.id); },
    };
}

template <Pairs World::*member>
constexpr Meaning pair(std::string_view table) {
    return {
        table,
        [](World& world, const Row& row) { (world.*member).insert(ends_of(row)); },
        [](World& world, const Row& row) { (world.*member).erase(ends_of(row)); },
    };
}

Unit unit_of(const Row& row) {
    return {lookup(row, "parentbusinessunitid"), flag(row, "isdisabled")};
}

Team team_of(const Row& row) {
    return {lookup(row, "businessunitid").value_or(Uuid{}), number(row, "teamtype")};
}

/// The privileges have rows of their own.
void learn_role(World& world, const Row& row) {
    world.roles[row.id].inherited = number(row, "isinherited") == 1;
}

void learn_role_privilege(World& world, const Row& row) {
    const auto [role, privilege] = ends_of(row);
    const auto depth = static_cast<schema::Depth>(number(row, "privilegedepthmask"));
    world.roles[role].privileges[schema::privilege(privilege)->id] = depth;
}

void forget_role_privilege(World& world, const Row& row) {
    const auto [role, privilege] = ends_of(row);
    const auto found = world.roles.find(role);
    if (found != world.roles.end()) {
        found->second.privileges.erase(schema::privilege(privilege)->id);
    }
}

const Meaning meanings[] = {
    thing<&World::users, user_of>("systemuser"),
    thing<&World::units, unit_of>("businessunit"),
    thing<&World::teams, team_of>("team"),
    {"role", learn_role, [](World& world, const Row& row) { world.roles.erase(row.id); }},
    {"roleprivileges", learn_role_privilege, forget_role_privilege},
    {"fieldsecurityprofile",
     [](World& world, const Row& row) { world.profiles.insert(row.id); },
     [](World& world, const Row& row) { world.profiles.erase(row.id); }},
    thing<&World::permissions, permission_of>("fieldpermission"),
    thing<&World::credentials, credential_of>("rky_credential"),
    thing<&World::records, record_of>("msdyn_octwitterhandlesecret"),
    thing<&World::records, record_of>("msdyn_octwitterhandle"),
    thing<&World::records, record_of>("msdyn_octwitterapplication"),
    thing<&World::shares, share_of>("principalobjectaccess"),
    pair<&World::memberships>("teammembership"),
    pair<&World::user_roles>("systemuserroles"),
    pair<&World::team_roles>("teamroles"),
    pair<&World::user_profiles>("systemuserprofiles"),
    pair<&World::team_profiles>("teamprofiles"),
};

const Meaning* meaning_of(const Row& row) {
    for (const auto& one : meanings) {
        if (one.table == row.table->name) return &one;
    }
    return nullptr;  // rights do not follow from it
}

}  // namespace

std::pair<Uuid, Uuid> ends_of(const Row& pair) {
    std::optional<Uuid> first;
    for (const auto& cell : pair.cells) {
        const auto* end = std::get_if<storage::RowRef>(&cell.value);
        if (end == nullptr) continue;
        if (first) return {*first, end->id};
        first = end->id;
    }
    throw std::logic_error("rights: a pair without two ends");
}

std::vector<RowChange> RowImage::read(messages::Vault& vault) {
    std::map<std::string, RowChange> changes;
    const auto before = [&](const std::string& key) -> std::optional<Row> {
        const auto found = rows_.find(key);
        if (found == rows_.end()) return std::nullopt;
        return std::move(rows_.extract(found).mapped());
    };
    const auto arrived = [&](std::string_view key, std::string_view value) {
        const auto ref = test::value(storage::parse_row_key(key));
        auto stored = test::value(storage::decode(
            *schema::table(ref.table), ref.id, value, vault.view().keys().authenticator
        ));
        const auto* gone = std::get_if<storage::Tombstone>(&stored);
        world_.deleted.erase(ref.id);
        world_.retained.erase(ref.id);
        // One that ends, which no live row shows, is a change as well.
        if (auto stood = retained_.extract(std::string(key))) {
            if (gone != nullptr && !gone->kept) changes[stood.key()].before = stood.mapped();
        }
        if (gone != nullptr && gone->kept && gone->kept->row.table->bin == schema::Bin::own) {
            const auto& row = gone->kept->row;
            const bool retained = gone->kept->deletion.as == storage::KeptAs::retained;
            (retained ? world_.retained : world_.deleted).insert_or_assign(ref.id, record_of(row));
            if (retained) retained_.insert_or_assign(std::string(key), row);
        }
        if (auto* row = std::get_if<Row>(&stored)) {
            changes[std::string(key)].after = *row;
            rows_.insert_or_assign(std::string(key), std::move(*row));
        }
    };

    const auto view = vault.view();
    const auto cursor = view.store()->scan(
        {storage::Family::rows, "", std::string(storage::row_key_bytes + 1, '\xff')},
        storage::Order::ascending
    );
    auto at = values_.begin();
    const auto gone = [&] {
        if (auto row = before(at->first)) changes[at->first].before = std::move(*row);
        at = values_.erase(at);
    };
    for (; cursor->valid(); cursor->next()) {
        while (at != values_.end() && at->first < cursor->key()) gone();
        if (at != values_.end() && at->first == cursor->key()) {
            if (at->second != cursor->value()) {
                if (auto row = before(at->first)) changes[at->first].before = std::move(*row);
                at->second = cursor->value();
                arrived(cursor->key(), cursor->value());
            }
            ++at;
        } else {
            values_.emplace_hint(at, cursor->key(), cursor->value());
            arrived(cursor->key(), cursor->value());
        }
    }
    if (const auto status = cursor->status(); !status) FAIL(status.error().message);
    while (at != values_.end()) gone();

    std::vector<RowChange> out;
    for (auto& [key, change] : changes) {
        if (const auto* meaning = meaning_of(change.any())) {
            (change.after ? meaning->learn : meaning->forget)(world_, change.any());
        }
        out.push_back(std::move(change));
    }
    return out;
}

}  // namespace rookery::rights

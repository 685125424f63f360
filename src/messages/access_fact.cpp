#include "messages/access_fact.hpp"

#include <algorithm>
#include <stdexcept>

#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

using storage::Row;

/// What decides stands on the log, or nobody could tell later what was decided by. A bearer's hash is
/// its secret's.
template <class T>
const T* find(const Row& row, std::string_view name) {
    const auto* column = row.table->column(name);
    if (column->type != schema::Type::digest &&
        !std::ranges::binary_search(row.table->logged, column->id)) {
        throw std::logic_error("a column that decides access is not marked as logged");
    }
    const auto* value = row.find(column->id);
    return value == nullptr ? nullptr : std::get_if<T>(value);
}

template <class T>
T value(const Row& row, std::string_view column) {
    const auto* found = find<T>(row, column);
    return found == nullptr ? T{} : *found;
}

Uuid target(const Row& row, std::string_view column) {
    return value<storage::RowRef>(row, column).id;
}

std::uint64_t number(const Row& row, std::string_view column) {
    return static_cast<std::uint64_t>(value<std::int64_t>(row, column));
}

access::FieldPermission field_permission(const Row& row) {
    access::FieldPermission out;
    out.profile = target(row, "fieldsecurityprofileid");
    const auto* table = schema::table(value<std::string>(row, "entityname"));
    const auto* column =
        table == nullptr ? nullptr : table->column(value<std::string>(row, "attributelogicalname"));
    if (column != nullptr) {
        out.table = table->id;
        out.column = column->id;
    }
    constexpr std::int64_t allowed = 4;
    out.create = value<std::int64_t>(row, "cancreate") == allowed;
    out.read = value<std::int64_t>(row, "canread") == allowed;
    out.update = value<std::int64_t>(row, "canupdate") == allowed;
    switch (value<std::int64_t>(row, "canreadunmasked")) {
        case 1: out.unmask = access::UnmaskLevel::one_record; break;
        case 3: out.unmask = access::UnmaskLevel::all_records; break;
        default: break;
    }
    return out;
}

access::Credential credential(const Row& row) {
    access::Credential out;
    out.user = target(row, "systemuserid");
    out.hash = value<Digest>(row, "rky_hash");
    out.expires = value<Instant>(row, "rky_expireson");
    if (const auto* revoked = find<Instant>(row, "rky_revokedon")) out.revoked = *revoked;
    out.counter = number(row, "rky_counter");
    out.certificate = value<std::string>(row, "rky_certificate");
    out.maker = target(row, "createdby");
    out.plaintext = value<bool>(row, "rky_plaintext");
    out.administration = value<bool>(row, "rky_administration");
    return out;
}

access::RolePrivilege role_privilege(const Row& row) {
    return {
        target(row, "roleid"), schema::privilege(target(row, "privilegeid")),
        static_cast<schema::Depth>(number(row, "privilegedepthmask"))
    };
}

}  // namespace

access::Fact fact_of(const Row& row) {
    namespace known = schema::known;
    const auto* table = row.table;
    if (table == &known::systemuser) {
        return access::User{
            target(row, "businessunitid"), value<bool>(row, "isdisabled"),
            static_cast<access::AccessMode>(number(row, "accessmode")),
            value<std::string>(row, "fullname"), value<Uuid>(row, "azureactivedirectoryobjectid"),
            value<Uuid>(row, "applicationid"), number(row, "rky_credentialcounter")
        };
    }
    if (table == &known::team) {
        return access::Team{
            target(row, "businessunitid"), static_cast<access::TeamType>(number(row, "teamtype")),
            value<std::string>(row, "name"), target(row, "administratorid"),
            value<bool>(row, "isdefault")
        };
    }
    if (table == &known::businessunit) {
        return access::BusinessUnit{
            target(row, "parentbusinessunitid"), value<bool>(row, "isdisabled"),
            value<std::string>(row, "name")
        };
    }
    if (table == &known::role) {
        return access::Role{
            target(row, "businessunitid"), value<std::string>(row, "name"),
            value<std::int64_t>(row, "isinherited") != 0, target(row, "roletemplateid")
        };
    }
    if (table == &known::fieldsecurityprofile) return access::Profile{value<std::string>(row, "name")};
    if (table == &known::fieldpermission) return field_permission(row);
    if (table == &known::organization) return access::Organization{value<std::string>(row, "name")};
    if (table == &known::teammembership) {
        return access::Membership{target(row, "teamid"), target(row, "systemuserid")};
    }
    if (table == &known::systemuserroles) {
        return access::UserRole{target(row, "systemuserid"), target(row, "roleid")};
    }
    if (table == &known::teamroles) {
        return access::TeamRole{target(row, "teamid"), target(row, "roleid")};
    }
    if (table == &known::systemuserprofiles) {
        return access::UserProfile{
            target(row, "systemuserid"), target(row, "fieldsecurityprofileid")
        };
    }
    if (table == &known::teamprofiles) {
        return access::TeamProfile{target(row, "teamid"), target(row, "fieldsecurityprofileid")};
    }
    if (table == &known::roleprivileges) return role_privilege(row);
    if (table == &known::rky_credential) return credential(row);
    throw std::logic_error("a table marked access_fact has no Fact");
}

access::FactChange fact_change(const ledger::RowWrite& write) {
    access::FactChange change{write.ref.table, write.ref.id, {}};
    if (write.fact) change.after = fact_of(*write.fact);
    return change;
}

}  // namespace rookery::messages

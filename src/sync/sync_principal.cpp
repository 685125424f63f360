#include "sync/sync_principal.hpp"

#include "schema/known_tables.hpp"
#include "vault/service_principal.hpp"
#include "vault/vault.hpp"

namespace rookery::messages {
namespace {

constexpr auto depth = schema::Depth::global;

/// What the worker does: it reads what it pushes and whom it names, and completes pushes.
std::vector<RolePrivilege> privileges_needed() {
    using schema::Right;
    std::vector<RolePrivilege> out;
    for (const auto* table : schema::tables()) {
        const bool named = table == &schema::known::systemuser || table == &schema::known::team;
        if (table->synced || named) out.push_back({&schema::privilege(*table, Right::read), depth});
    }
    for (const auto right : {Right::create, Right::read, Right::write}) {
        out.push_back({&schema::privilege(schema::known::syncerror, right), depth});
    }
    out.push_back({schema::privilege(schema::prv_sync), depth});
    return out;
}

}  // namespace

Result<access::Caller> ensure_sync_principal(Vault& vault) {
    return ensure_service_principal(
        vault,
        {sync_user,
         sync_role,
         sync_name,
         "the sync",
         "what is synced never needs one",
         privileges_needed()}
    );
}

}  // namespace rookery::messages

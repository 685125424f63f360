// rky_RetrieveVaultStatus: what the vault is, how far it is, and what its operator should look at.
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations {
namespace {

void write(JsonWriter& json, const messages::StatusReply& reply) {
    json.key("VaultId");
    json.uuid(reply.vault);
    json.key("Kind");
    json.text(reply.development ? std::string_view{"development"} : std::string_view{"production"});
    json.key("Version");
    json.text(reply.version);
    json.key("LogSize");
    json.number(reply.log_size);
    json.key("AccessEpoch");
    json.number(reply.access_epoch);
    json.key("KeyringEpoch");
    json.number(std::uint64_t{reply.keyring_epoch});
    json.key("OutboxRows");
    json.number(reply.outbox_rows);
    json.key("Warnings");
    json.begin_array();
    for (const auto& warning : reply.warnings) json.text(warning);
    json.end_array();
}

constexpr Operation operation{
    .name = "rky_RetrieveVaultStatus",
    .kind = OperationKind::function,
    .read = reads_nothing<messages::RetrieveVaultStatus>,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows rky_retrieve_vault_status{&operation, 1};

}  // namespace rookery::odata::operations

// rky_RetrieveVaultStatus: what the vault is, how far it is, and what its operator should look at.
#include "odata/operations/operation.hpp"
#include "rules/job_status.hpp"

namespace rookery::odata::operations::rky_retrieve_vault_status {
namespace {

void write_job(JsonWriter& json, const messages::JobState& job) {
    json.begin_object();
    json.key("Name");
    json.text(job.name);
    json.key("JobId");
    job.id.is_nil() ? json.null() : json.uuid(job.id);
    json.key("State");
    json.text(job.id.is_nil() ? std::string_view{"Idle"} : messages::label_of(job.status));
    json.key("Done");
    json.number(job.progress.done);
    json.key("Total");
    json.number(job.progress.total);
    json.key("Findings");
    json.number(job.progress.findings);
    json.key("WaitReason");
    json.text(job.progress.wait_reason);
    json.key("NextStart");
    job.next_start ? json.time(*job.next_start) : json.null();
    json.key("LastCompleted");
    job.last_completed ? json.time(*job.last_completed) : json.null();
    json.end_object();
}

void write_status(JsonWriter& json, const messages::StatusReply& reply) {
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
    json.key("Anchor");
    json.text(reply.anchor);
    json.key("Warnings");
    json.begin_array();
    for (const auto& warning : reply.warnings) json.text(warning);
    json.end_array();
    json.key("Jobs");
    json.begin_array();
    for (const auto& job : reply.jobs) write_job(json, job);
    json.end_array();
}

constexpr Operation operation{
    .name = "rky_RetrieveVaultStatus",
    .kind = OperationKind::function,
    .read = reads_nothing<messages::RetrieveVaultStatus>,
    .write = writes<write_status>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_vault_status

#include "messages/pipeline.hpp"

namespace rookery::messages {
namespace {

struct Name {
    std::string_view operator()(const Rejected&) const { return "Rejected"; }

    std::string_view operator()(const Create&) const { return "Create"; }

    /// Dataverse tells Assign and SetState apart by the columns that an update carries.
    std::string_view operator()(const Upsert& message) const {
        if (message.input.find("ownerid") != nullptr) return "Assign";
        if (message.input.find("statecode") != nullptr) return "SetState";
        return message.preconditions.must_exist ? "Update" : "Upsert";
    }

    std::string_view operator()(const Delete&) const { return "Delete"; }

    std::string_view operator()(const Retrieve&) const { return "Retrieve"; }

    std::string_view operator()(const RetrieveMultiple&) const { return "RetrieveMultiple"; }

    std::string_view operator()(const CreateMultiple&) const { return "CreateMultiple"; }

    std::string_view operator()(const UpsertMultiple&) const { return "UpsertMultiple"; }

    std::string_view operator()(const Associate&) const { return "Associate"; }

    std::string_view operator()(const Disassociate&) const { return "Disassociate"; }

    std::string_view operator()(const WhoAmI&) const { return "WhoAmI"; }

    std::string_view operator()(const ServiceDocument&) const { return "ServiceDocument"; }

    std::string_view operator()(const AddPrivilegesRole& message) const {
        return message.replace ? "ReplacePrivilegesRole" : "AddPrivilegesRole";
    }

    std::string_view operator()(const RemovePrivilegeRole&) const { return "RemovePrivilegeRole"; }

    std::string_view operator()(const CreateCredential&) const { return "rky_CreateCredential"; }

    std::string_view operator()(const RevokeCredential&) const { return "rky_RevokeCredential"; }

    std::string_view operator()(const ConfirmCredential&) const { return "rky_ConfirmCredential"; }

    std::string_view operator()(const RetrieveAuditEvents&) const {
        return "rky_RetrieveAuditEvents";
    }

    std::string_view operator()(const RetrieveVaultStatus&) const {
        return "rky_RetrieveVaultStatus";
    }

    std::string_view operator()(const NoteRecovery&) const { return "rky_NoteRecovery"; }

    std::string_view operator()(const AcknowledgeRecovery&) const {
        return "rky_AcknowledgeRecovery";
    }

    std::string_view operator()(const CompletePush&) const { return "rky_CompletePush"; }

    std::string_view operator()(const RetrieveSyncStatus&) const {
        return "rky_RetrieveSyncStatus";
    }

    std::string_view operator()(const SyncNow&) const { return "rky_SyncNow"; }

    std::string_view operator()(const RetrySync&) const { return "rky_RetrySync"; }

    std::string_view operator()(const RetrieveWhoCan&) const { return "rky_RetrieveWhoCan"; }

    std::string_view operator()(const RetrieveAccessOf&) const { return "rky_RetrieveAccessOf"; }

    std::string_view operator()(const ExplainAccess&) const { return "rky_ExplainAccess"; }
};

}  // namespace

std::string_view name_of(const Message& message) { return std::visit(Name{}, message); }

}  // namespace rookery::messages

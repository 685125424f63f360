// What a caller asks, typed: the output of odata's parser and the input of the pipeline. One message, one file.
//
// A Message is kept until its Receipt, because a lost race is planned again from it.
#pragma once

#include "messages/acknowledge_recovery.hpp"
#include "messages/add_privileges_role.hpp"
#include "messages/associate.hpp"
#include "messages/complete_push.hpp"
#include "messages/confirm_credential.hpp"
#include "messages/create.hpp"
#include "messages/create_credential.hpp"
#include "messages/create_multiple.hpp"
#include "messages/delete.hpp"
#include "messages/disassociate.hpp"
#include "messages/explain_access.hpp"
#include "messages/note_recovery.hpp"
#include "messages/rejected.hpp"
#include "messages/remove_privilege_role.hpp"
#include "messages/retrieve.hpp"
#include "messages/retrieve_access_of.hpp"
#include "messages/retrieve_audit_events.hpp"
#include "messages/retrieve_multiple.hpp"
#include "messages/retrieve_sync_status.hpp"
#include "messages/retrieve_vault_status.hpp"
#include "messages/retrieve_who_can.hpp"
#include "messages/retry_sync.hpp"
#include "messages/revoke_credential.hpp"
#include "messages/service_document.hpp"
#include "messages/sync_now.hpp"
#include "messages/upsert.hpp"
#include "messages/upsert_multiple.hpp"
#include "messages/who_am_i.hpp"

#include <variant>

namespace rookery::messages {

using Message = std::variant<
    Rejected, Create, Upsert, Delete, Retrieve, RetrieveMultiple, CreateMultiple, UpsertMultiple,
    Associate, Disassociate, WhoAmI, AddPrivilegesRole, RemovePrivilegeRole, CreateCredential,
    RevokeCredential, ConfirmCredential, RetrieveAuditEvents, RetrieveVaultStatus, ServiceDocument,
    CompletePush, RetrieveSyncStatus, SyncNow, RetrySync, NoteRecovery, AcknowledgeRecovery,
    RetrieveWhoCan, RetrieveAccessOf, ExplainAccess>;

}  // namespace rookery::messages

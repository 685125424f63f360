// What messages need that are no matter of single rows: one answer for admission and for resolve.
#pragma once

#include "messages/message.hpp"
#include "messages/needs.hpp"
#include "schema/schema.hpp"

namespace rookery::messages {

[[nodiscard]] inline access::Needs general_needs(const WhoAmI&) { return needs_of_anyone(); }

[[nodiscard]] inline access::Needs general_needs(const ServiceDocument&) { return needs_of_anyone(); }

[[nodiscard]] inline access::Needs general_needs(const CreateCredential&) {
    return needs_of_general(schema::prv_manage_credentials);
}

[[nodiscard]] inline access::Needs general_needs(const ConfirmCredential&) {
    return needs_of_general(schema::prv_manage_credentials);
}

[[nodiscard]] inline access::Needs general_needs(const RetrieveAuditEvents&) {
    return needs_of_general(schema::prv_read_audit);
}

[[nodiscard]] inline access::Needs general_needs(const RetrieveVaultStatus&) {
    return needs_of_general(schema::prv_read_audit);
}

/// SYSTEM's alone, which holds everything.
[[nodiscard]] inline access::Needs general_needs(const NoteRecovery&) {
    return needs_of_general(schema::prv_manage_keys);
}

[[nodiscard]] inline access::Needs general_needs(const AcknowledgeRecovery&) {
    return needs_of_general(schema::prv_read_audit);
}

[[nodiscard]] inline access::Needs general_needs(const RetrieveWhoCan&) {
    return needs_of_general(schema::prv_read_audit);
}

[[nodiscard]] inline access::Needs general_needs(const RetrieveSyncStatus&) {
    return needs_of_general(schema::prv_read_audit);
}

[[nodiscard]] inline access::Needs general_needs(const SyncNow&) {
    return needs_of_general(schema::prv_manage_sync);
}

[[nodiscard]] inline access::Needs general_needs(const RetrySync&) {
    return needs_of_general(schema::prv_manage_sync);
}

[[nodiscard]] inline access::Needs general_needs(const CompletePush&) {
    return needs_of_general(schema::prv_sync);
}

/// What others may do is for whoever reads the log; what he may do himself anybody may ask.
[[nodiscard]] inline access::Needs needs_to_ask_about(
    const std::optional<Uuid>& user, const Uuid& caller
) {
    return user.value_or(caller) == caller ? needs_of_anyone()
                                           : needs_of_general(schema::prv_read_audit);
}

template <class M>
concept General = requires(const M& message) { general_needs(message); };

}  // namespace rookery::messages

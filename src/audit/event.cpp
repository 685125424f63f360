#include "audit/event.hpp"

namespace rookery::audit {

std::string_view name(Action action) {
    switch (action) {
        case Action::retrieve:
            return "retrieve";
        case Action::create:
            return "create";
        case Action::update:
            return "update";
        case Action::remove:
            return "delete";
        case Action::purge:
            return "purge";
        case Action::restore_version:
            return "restore-version";
        case Action::sign:
            return "sign";
        case Action::list:
            return "list";
        case Action::export_:
            return "export";
        case Action::login:
            return "login";
        case Action::login_failure:
            return "login-failure";
        case Action::session_end:
            return "session-end";
        case Action::policy_change:
            return "policy-change";
        case Action::principal_change:
            return "principal-change";
        case Action::grant:
            return "grant";
        case Action::credential_create:
            return "credential-create";
        case Action::credential_revoke:
            return "credential-revoke";
        case Action::unseal_attempt:
            return "unseal-attempt";
        case Action::unsealed:
            return "unsealed";
        case Action::sealed:
            return "sealed";
        case Action::key_create:
            return "key-create";
        case Action::key_activate:
            return "key-activate";
        case Action::key_retire:
            return "key-retire";
        case Action::key_destroy:
            return "key-destroy";
        case Action::rewrap_start:
            return "rewrap-start";
        case Action::rewrap_progress:
            return "rewrap-progress";
        case Action::rewrap_end:
            return "rewrap-end";
        case Action::root_rekey:
            return "root-rekey";
        case Action::slot_add:
            return "slot-add";
        case Action::slot_remove:
            return "slot-remove";
        case Action::key_compromised:
            return "key-compromised";
        case Action::rekey_start:
            return "rekey-start";
        case Action::rekey_progress:
            return "rekey-progress";
        case Action::rekey_end:
            return "rekey-end";
        case Action::slot_test:
            return "slot-test";
        case Action::genesis:
            return "genesis";
        case Action::log_open:
            return "log-open";
        case Action::log_close:
            return "log-close";
        case Action::heartbeat:
            return "heartbeat";
        case Action::log_key_change:
            return "log-key-change";
        case Action::peer_checkpoint:
            return "peer-checkpoint";
        case Action::log_recovered:
            return "log-recovered";
        case Action::retention:
            return "retention";
        case Action::audit_export:
            return "audit-export";
        case Action::audit_read:
            return "audit-read";
        case Action::hash_lookup:
            return "hash-lookup";
        case Action::state_snapshot:
            return "state-snapshot";
        case Action::release_aborted:
            return "release-aborted";
        case Action::login_failures_aggregated:
            return "login-failures-aggregated";
        case Action::backup:
            return "backup";
        case Action::restore:
            return "restore";
        case Action::sync_push:
            return "sync-push";
        case Action::sync_control:
            return "sync-control";
        case Action::recovery:
            return "recovery";
        case Action::credential_confirm:
            return "credential-confirm";
        case Action::format_change:
            return "format-change";
        case Action::finding:
            return "finding";
        case Action::anchor_change:
            return "anchor-change";
        case Action::share:
            return "share";
        case Action::modify_share:
            return "modify-share";
        case Action::unshare:
            return "unshare";
        case Action::record_restore:
            return "record-restore";
        case Action::record_retain:
            return "record-retain";
        case Action::retain_rollback:
            return "retain-rollback";
        case Action::refusals_aggregated:
            return "refusals-aggregated";
    }
    return {};
}

std::string_view name(Outcome outcome) {
    switch (outcome) {
        case Outcome::success:
            return "success";
        case Outcome::denied:
            return "denied";
        case Outcome::failed:
            return "failed";
        case Outcome::intent:
            return "intent";
        case Outcome::unknown:
            return "unknown";
    }
    return {};
}

std::string_view name(Reason reason) {
    switch (reason) {
        case Reason::none:
            return "none";
        case Reason::policy:
            return "policy";
        case Reason::quota:
            return "quota";
        case Reason::not_found:
            return "not-found";
        case Reason::version_conflict:
            return "version-conflict";
        case Reason::commitment:
            return "commitment";
        case Reason::tag:
            return "tag";
        case Reason::row_tag:
            return "row-tag";
        case Reason::stale_row:
            return "stale-row";
        case Reason::key_unavailable:
            return "key-unavailable";
        case Reason::bad_credential:
            return "bad-credential";
        case Reason::expired:
            return "expired";
        case Reason::revoked:
            return "revoked";
        case Reason::malformed:
            return "malformed";
        case Reason::sealed:
            return "sealed";
        case Reason::second_approval_missing:
            return "second-approval-missing";
        case Reason::rate_limited:
            return "rate-limited";
        case Reason::internal:
            return "internal";
        case Reason::audit_unavailable:
            return "audit-unavailable";
    }
    return {};
}

std::string_view name(ActorType type) {
    switch (type) {
        case ActorType::human:
            return "human";
        case ActorType::agent:
            return "agent";
        case ActorType::service:
            return "service";
        case ActorType::system:
            return "system";
        case ActorType::unknown:
            return "unknown";
    }
    return {};
}

std::string_view name(ReleaseMode mode) {
    switch (mode) {
        case ReleaseMode::none:
            return "none";
        case ReleaseMode::plaintext:
            return "plaintext";
        case ReleaseMode::sealed_to_agent:
            return "sealed-to-agent";
        case ReleaseMode::signing:
            return "signing";
        case ReleaseMode::metadata:
            return "metadata";
        case ReleaseMode::masked:
            return "masked";
    }
    return {};
}

}  // namespace rookery::audit

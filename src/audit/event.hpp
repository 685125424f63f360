// Event: one entry of the log before it is encoded. Filled by messages, identity and the vault's own
// life cycle; read by reviewers. A value.
//
// It says who did what to which record, when, from where, under which right, and never what the
// record held: no column value, key, token, query text, URL or body. What decides access is the
// exception (docs/formats/audit-log.md): its values before and after stand in `extras`.
#pragma once

#include "base/auth_method.hpp"
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/uuid.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rookery::audit {

/// Codes reach the disk: never changed, never reused.
enum class Action : std::uint8_t {
    retrieve = 1,
    create = 2,
    update = 3,
    remove = 4,
    purge = 5,
    restore_version = 6,
    sign = 7,
    list = 8,
    export_ = 9,
    login = 16,
    login_failure = 17,
    session_end = 18,
    policy_change = 32,
    principal_change = 33,
    grant = 34,
    credential_create = 35,
    credential_revoke = 36,
    unseal_attempt = 48,
    unsealed = 49,
    sealed = 50,
    key_create = 51,
    key_activate = 52,
    key_retire = 53,
    key_destroy = 54,
    rewrap_start = 55,
    rewrap_progress = 56,
    rewrap_end = 57,
    root_rekey = 58,
    slot_add = 59,
    slot_remove = 60,
    key_compromised = 61,
    rekey_start = 62,
    rekey_progress = 63,
    rekey_end = 64,
    slot_test = 65,
    genesis = 80,
    log_open = 81,
    log_close = 82,
    heartbeat = 83,
    log_key_change = 84,
    peer_checkpoint = 85,
    log_recovered = 86,
    retention = 87,
    audit_export = 88,
    audit_read = 89,
    hash_lookup = 90,
    state_snapshot = 91,
    release_aborted = 92,
    login_failures_aggregated = 93,
    backup = 94,
    restore = 95,
    sync_push = 96,
    sync_control = 97,
    refusals_aggregated = 98,
    recovery = 99,
    credential_confirm = 100,
    format_change = 101,
    finding = 102,
    anchor_change = 103,
    share = 104,
    modify_share = 105,
    unshare = 106,
    record_restore = 107,
    record_retain = 108,
    retain_rollback = 109,
};

enum class Outcome : std::uint8_t { success = 1, denied = 2, failed = 3, intent = 4, unknown = 5 };

enum class Reason : std::uint8_t {
    none = 0,
    policy = 1,
    quota = 2,
    not_found = 3,
    version_conflict = 4,
    commitment = 5,
    tag = 6,
    row_tag = 7,
    stale_row = 8,
    key_unavailable = 9,
    bad_credential = 10,
    expired = 11,
    revoked = 12,
    malformed = 13,
    sealed = 14,
    second_approval_missing = 15,
    rate_limited = 16,
    internal = 17,
    audit_unavailable = 18,
};

enum class ActorType : std::uint8_t { human = 1, agent = 2, service = 3, system = 4, unknown = 5 };

enum class ReleaseMode : std::uint8_t {
    none = 0,  // not on the record
    plaintext = 1,
    sealed_to_agent = 2,
    signing = 3,
    metadata = 4,
    masked = 5,
};

/// Lower case with hyphens, as in exports; empty for a code that is not in the enum.
[[nodiscard]] std::string_view name(Action action);
[[nodiscard]] std::string_view name(Outcome outcome);
[[nodiscard]] std::string_view name(Reason reason);
[[nodiscard]] std::string_view name(ActorType type);
[[nodiscard]] std::string_view name(ReleaseMode mode);

struct Actor {
    ActorType type = ActorType::unknown;
    std::string id;  // a user's GUID as text; empty when unauthenticated
    AuthMethod method = AuthMethod::none;
    ByteArray<8> credential_fingerprint{};  // zero when there is no credential

    friend bool operator==(const Actor&, const Actor&) = default;
};

struct Delegator {
    ActorType type = ActorType::unknown;
    std::string id;

    friend bool operator==(const Delegator&, const Delegator&) = default;
};

struct RowVersions {
    std::uint64_t before = 0;  // 0: there was none
    std::uint64_t after = 0;   // equal to before for a read; 0: a pair that ended

    friend bool operator==(const RowVersions&, const RowVersions&) = default;
};

/// A change of a sealed column, by keyed hash (crypto::Pseudonyms::value_hash).
struct ValueChange {
    std::uint64_t column = 0;
    std::uint64_t key_version = 0;
    std::optional<ByteArray<16>> before;
    std::optional<ByteArray<16>> after;

    friend bool operator==(const ValueChange&, const ValueChange&) = default;
};

struct KeyVersions {
    std::uint64_t kek_version = 0;
    std::uint64_t dek_version = 0;

    friend bool operator==(const KeyVersions&, const KeyVersions&) = default;
};

/// What decided: the access rules as they stood at `version`, and the path through them.
struct Rule {
    std::string policy = "dataverse";
    std::uint64_t version = 0;  // access epoch
    std::string path;           // what access::explain prints

    friend bool operator==(const Rule&, const Rule&) = default;
};

using ExtraValue = std::variant<std::uint64_t, std::string, Bytes>;

struct TlsInfo {
    std::uint64_t version = 0;          // as in the protocol: 0x0304
    std::optional<Digest> certificate;  // SHA-256 of the client's

    friend bool operator==(const TlsInfo&, const TlsInfo&) = default;
};

/// A map entry that this program does not know, as it stood in the encoding.
struct UnknownField {
    std::uint64_t key = 0;
    Bytes value;  // encoded CBOR item

    friend bool operator==(const UnknownField&, const UnknownField&) = default;
};

/// Section of its own, so that it can be shown to fewer people and expire earlier.
struct PrivDetail {
    Bytes source_address;  // 4 or 16 bytes; others are left out
    std::optional<std::uint16_t> source_port;
    std::vector<std::string> forwarded;  // as claimed, at most 8
    std::string user_agent;              // cut at 256 bytes
    std::optional<TlsInfo> tls;
    std::string justification;  // cut at 1024
    std::string ticket;         // cut at 128
    std::optional<Uuid> session;
    std::optional<Digest> request_digest;  // of the request without secret fields
    std::string error_detail;              // cut at 512; never values
    std::string host;
    std::optional<std::uint64_t> process;
    std::vector<UnknownField> unknown;  // keys above the known ones, ascending

    friend bool operator==(const PrivDetail&, const PrivDetail&) = default;
};

struct Event {
    Uuid id;         // nil: drawn when it is encoded
    Instant time{};  // when the request was planned
    std::string node;
    Action action = Action::retrieve;
    Outcome outcome = Outcome::success;
    Reason reason = Reason::none;
    Actor actor;
    std::optional<Delegator> on_behalf_of;
    std::string agent;
    Uuid correlation;
    std::string message;            // Dataverse's name: "Retrieve", "Assign"
    std::string client_request_id;  // cut at 128 bytes
    std::string table;
    std::optional<Uuid> record;
    std::vector<std::uint64_t> columns;  // revealed or changed; sorted when encoded
    ReleaseMode release = ReleaseMode::none;
    std::optional<RowVersions> row_versions;
    std::vector<ValueChange> value_changes;
    std::optional<KeyVersions> key_versions;
    std::optional<Rule> rule;
    std::optional<std::uint64_t> related;  // index of an earlier entry
    std::optional<std::uint64_t> count;
    std::optional<ByteArray<8>> source;    // pseudonym
    std::optional<ByteArray<16>> row_tag;  // first half of the row's tag after the operation
    std::vector<std::pair<std::string, ExtraValue>> extras;
    // crypto::NameMarks of what actor and record were called: whether they still are can be told later.
    std::optional<ByteArray<8>> actor_name;
    std::optional<ByteArray<8>> record_name;
    std::vector<UnknownField> unknown;  // keys above 27, ascending
    PrivDetail priv;

    friend bool operator==(const Event&, const Event&) = default;
};

/// The extra of that name; null when the event has none, and for one of another type.
template <class T>
[[nodiscard]] const T* find_extra(const Event& event, std::string_view name) {
    for (const auto& [extra, value] : event.extras) {
        if (extra == name) return std::get_if<T>(&value);
    }
    return nullptr;
}

}  // namespace rookery::audit

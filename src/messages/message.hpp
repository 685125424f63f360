// What a caller asks, typed: the output of odata's parser and the input of the pipeline.
// A Message is kept until its Receipt, because a lost race is planned again from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/uuid.hpp"
#include "messages/filter.hpp"
#include "messages/push_code.hpp"
#include "messages/push_operation.hpp"
#include "schema/schema.hpp"
#include "storage/value.hpp"

namespace rookery::messages {

/// `SET(key='v')`: values in the order of the key's columns.
struct KeyValues {
    const schema::AlternateKey* key = nullptr;
    std::vector<storage::Value> values;
};

/// Names one row: by id or by alternate key.
struct Target {
    const schema::Table* table = nullptr;
    std::variant<Uuid, KeyValues> by;
};

/// null clears. A token arrives as SecretBytes and never as anything else; a lookup as a Target.
using InputValue = std::variant<
    std::monostate, bool, std::int64_t, std::string, Uuid, Instant, Target, SecretBytes>;

struct InputCell {
    const schema::Column* column = nullptr;
    InputValue value;
};

/// A row as a body gives it: each column at most once, types and limits already checked,
/// read-only columns already dropped or refused (can::refuse cells stay: the planner compares them).
struct Input {
    std::vector<InputCell> cells;

    [[nodiscard]] const InputCell* find(std::string_view column) const;
};

/// If-Match and If-None-Match, after the literal `null` was taken for absent.
struct Preconditions {
    bool must_exist = false;                  // If-Match: * or a version list
    bool must_not_exist = false;              // If-None-Match: *
    std::vector<std::uint64_t> versions;      // If-Match: any of these
    std::vector<std::uint64_t> not_versions;  // GET If-None-Match
    bool unmatchable = false;                 // If-Match held only tags this server never made
};

/// Which properties to show. Empty columns: all readable OData properties.
struct Selection {
    std::vector<const schema::Column*> columns;
    bool unmasked = false;      // UnMaskedData=true
    bool annotations = false;   // formatted values of lookups are wanted
};

struct Create {
    const schema::Table* table = nullptr;
    Input input;
    bool representation = false;
    Selection selection;
};

/// PATCH: creates or updates as the case may be. Assign and SetState are Updates of their columns.
struct Upsert {
    Target target;
    Input input;
    Preconditions preconditions;
    bool representation = false;
    Selection selection;
};

struct Delete {
    Target target;
    Preconditions preconditions;
};

/// One row, or one property of it (`property`), or the row a lookup leads to (`follow`).
struct Retrieve {
    Target target;
    Selection selection;
    Preconditions preconditions;
    const schema::Column* property = nullptr;
    const schema::Column* follow = nullptr;
    const schema::Table* follow_to = nullptr;  // set: a row of another table is no row to follow to
};

/// The members of a collection navigation: children of a 1:N, or the far side of an N:N.
struct Within {
    Target parent;
    const schema::Relationship* relationship = nullptr;
    const schema::Association* association = nullptr;
};

struct RetrieveMultiple {
    const schema::Table* table = nullptr;
    std::optional<Within> within;
    Selection selection;
    std::optional<Filter> filter;
    std::vector<OrderBy> order;
    std::optional<std::uint32_t> top;
    std::uint32_t page_size = 5000;
    bool count = false;          // @odata.count
    bool count_only = false;     // SET/$count
    std::string paging_token;    // opaque, as this server made it; empty on the first page
    std::string query_digest;    // 32 bytes over the canonical query, bound into paging tokens
};

struct CreateMultiple {
    const schema::Table* table = nullptr;
    std::vector<Input> rows;
};

struct UpsertMultiple {
    struct Item {
        Target target;
        Input input;
    };

    const schema::Table* table = nullptr;
    std::vector<Item> rows;
};

/// N:N, or a 1:N through the collection side (sets or clears the child's lookup).
struct Associate {
    const schema::Association* association = nullptr;
    const schema::Relationship* relationship = nullptr;
    Target parent;
    Target child;
};

struct Disassociate {
    const schema::Association* association = nullptr;
    const schema::Relationship* relationship = nullptr;
    Target parent;
    Target child;
};

struct WhoAmI {};

/// `GET /api/data/v9.2/`: the entity sets. Needs no row.
struct ServiceDocument {};

struct RolePrivilege {
    const schema::Privilege* privilege = nullptr;
    schema::Depth depth = schema::Depth::none;
};

/// AddPrivilegesRole and, with `replace`, ReplacePrivilegesRole.
struct AddPrivilegesRole {
    Target role;
    std::vector<RolePrivilege> privileges;
    bool replace = false;
};

struct RemovePrivilegeRole {
    Target role;
    const schema::Privilege* privilege = nullptr;
};

/// rky_CreateCredential: a bearer token for a user, shown once.
struct CreateCredential {
    Uuid user;
    std::string name;
    std::chrono::seconds lifetime{0};
};

/// rky_RevokeCredential. Revoking what is revoked already succeeds.
struct RevokeCredential {
    Uuid credential;
};

/// rky_ConfirmCredential: from now on it carries what the caller could give its user.
struct ConfirmCredential {
    Uuid credential;
};

/// rky_RetrieveAuditEvents: newest first; reading the log is itself on the log.
struct RetrieveAuditEvents {
    std::optional<Uuid> record;
    std::string unique_handle_id;        // of the record that has it now; empty: of any
    std::optional<Uuid> actor;
    std::optional<ByteArray<8>> credential;  // identity::fingerprint
    std::optional<Instant> since;
    std::uint64_t from = 0;              // index: older entries were seen before
    std::optional<std::uint64_t> below;  // index: continue a page
    std::uint32_t top = 50;              // 1..1000
};

/// Administration is about to be given to this user with the root key. From the command line on a stopped
/// vault only, never over HTTP.
struct NoteRecovery {
    Uuid user;
};

/// rky_AcknowledgeRecovery: a reviewer has seen it.
struct AcknowledgeRecovery {};

/// rky_RetrieveVaultStatus.
struct RetrieveVaultStatus {};

/// rky_RetrieveWhoCan: who could read a token of a record in clear now, in which ways.
struct RetrieveWhoCan {
    Target target;                           // of a table with sealed columns
    const schema::Column* column = nullptr;  // sealed; null: any of them
    Uuid after;                              // continue a page: users above this id
    std::uint32_t top = 50;                  // 1..200
};

/// rky_RetrieveAccessOf: what a user could read and give.
struct RetrieveAccessOf {
    std::optional<Uuid> user;  // nothing: the caller
};

/// A message, or a right that several messages need, that rky_ExplainAccess can be asked about.
enum class Explained : std::uint8_t {
    retrieve,
    retrieve_multiple,
    create,
    update,
    remove,
    assign,
    set_state,
    append,
    append_to,
};

/// rky_ExplainAccess: what would become of a user's message, and by which rule.
struct ExplainAccess {
    std::optional<Uuid> user;  // nothing: the caller
    Explained what = Explained::retrieve;
    const schema::Table* table = nullptr;
    std::optional<Target> record;            // of the table; nothing for what is about the table alone
    const schema::Column* column = nullptr;  // sealed
    std::optional<Uuid> owner;               // assign: the new one; nothing: the user himself
};

/// The far side took it.
struct Pushed {
    PushOperation operation = PushOperation::update;
    int status = 0;               // HTTP
    bool owner_left_out = false;  // no principal of the far side is known for the owner
};

/// The far side did not take it. Nothing in here is text of the far side.
struct PushFailed {
    PushOperation operation = PushOperation::update;
    int status = 0;                 // HTTP; 0: there was no answer
    std::string code;               // is_push_code
    std::string missing_privilege;  // is_privilege_name, if the answer named one
    std::vector<const schema::Column*> columns;  // that were sent
    // The entry is parked, and a syncerror row says why. Else it stays due and is tried again: that is
    // on the log alone.
    bool parks = true;
};

using PushOutcome = std::variant<Pushed, PushFailed>;

/// What came of pushing one version of a record. From the sync worker only, never over HTTP.
struct CompletePush {
    const schema::Table* table = nullptr;
    Uuid id;
    std::uint64_t versionnumber = 0;  // of the outbox entry that was pushed
    PushOutcome outcome;
};

/// rky_RetrieveSyncStatus.
struct RetrieveSyncStatus {};

/// rky_SyncNow: ends every pause and wait of the worker.
struct SyncNow {};

/// rky_RetrySync: parked entries are due again, at most 1000 with one call.
struct RetrySync {};

/// A request that could not be understood. It is on the record like any other.
struct Rejected {
    Error error;
    const schema::Table* table = nullptr;  // if the URL got that far
};

using Message = std::variant<
    Rejected, Create, Upsert, Delete, Retrieve, RetrieveMultiple, CreateMultiple, UpsertMultiple,
    Associate, Disassociate, WhoAmI, AddPrivilegesRole, RemovePrivilegeRole, CreateCredential,
    RevokeCredential, ConfirmCredential, RetrieveAuditEvents, RetrieveVaultStatus, ServiceDocument,
    CompletePush, RetrieveSyncStatus, SyncNow, RetrySync, NoteRecovery, AcknowledgeRecovery,
    RetrieveWhoCan, RetrieveAccessOf, ExplainAccess>;

/// What the transport knows of a request; goes into its events.
struct RequestInfo {
    Uuid correlation;                 // minted here
    std::string client_request_id;    // at most 128 bytes
    std::string user_agent;           // at most 256 bytes
    Bytes source_address;             // 4 or 16 bytes
    std::uint16_t source_port = 0;
    std::uint16_t tls_version = 0;
};

}  // namespace rookery::messages

// What the pipeline answers. Reachable only through a Receipt; rendered by odata.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "audit/event.hpp"
#include "audit/unreadable.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "ledger/pending.hpp"
#include "messages/explain_reply.hpp"
#include "messages/input.hpp"
#include "messages/outbox_reader.hpp"
#include "messages/sync_monitor.hpp"
#include "storage/row.hpp"

namespace rookery::messages {

/// The constant shown for a sealed column to a reader who may not see it in clear.
inline constexpr std::string_view mask = "********";

struct Masked {};

/// One property of a shown row. monostate is null; the row's own value is a pointer into
/// ShownRow::row, which is shared and never changes.
using Shown = std::variant<std::monostate, const storage::Value*, Masked, SecretBytes>;

struct ShownCell {
    const schema::Column* column = nullptr;
    Shown value;
    std::string formatted;   // lookups: name of the target, if asked for and readable
};

struct ShownRow {
    std::shared_ptr<const storage::Row> row;
    std::vector<ShownCell> cells;               // in the order of the selection
    std::optional<std::size_t> written;         // index of the RowWrite: its versionnumber is the Receipt's

    [[nodiscard]] std::uint64_t versionnumber(const ledger::Receipt& receipt) const {
        return written ? receipt.versionnumber(*written) : row->versionnumber;
    }
};

/// Why a column shows the mask, as the Rky-Masked header says it.
enum class MaskReason : std::uint8_t {
    not_asked,      // UnMaskedData=true would have shown it
    one_record,     // the caller may see it in the answer to a Retrieve alone
    no_permission,
    unconfirmed,    // the credential does not carry its user's plaintext
    inactive,       // nobody sees it until the record is activated
};

struct MaskedColumn {
    const schema::Column* column = nullptr;
    MaskReason reason = MaskReason::no_permission;

    friend bool operator==(const MaskedColumn&, const MaskedColumn&) = default;
};

/// 204. `id` is set for Create and Upsert.
struct NoContent {
    const schema::Table* table = nullptr;
    std::optional<Uuid> id;
    bool created = false;
    // Live credentials of those who gained by it, which do not carry that until they are confirmed.
    std::vector<Uuid> waiting = {};
};

struct RowReply {
    ShownRow row;
    bool created = false;    // 201
    std::vector<MaskedColumn> masked;
    const schema::Column* property = nullptr;
};

/// A lookup that leads nowhere, or a null property: 204.
struct NullReply {};

struct NotModified {};       // 304

struct ListReply {
    const schema::Table* table = nullptr;
    std::vector<ShownRow> rows;
    std::optional<std::uint64_t> count;
    std::optional<std::string> next_token;
    std::vector<MaskedColumn> masked;
};

struct CountReply {
    std::uint64_t count = 0;
};

struct IdsReply {
    std::vector<Uuid> ids;
};

struct WhoAmIReply {
    Uuid business_unit;
    Uuid user;
    Uuid organization;
};

/// odata lists the entity sets from the schema.
struct ServiceDocumentReply {};

struct CredentialReply {
    Uuid credential;
    SecretBytes token;       // rky1_…
    Instant expires;
    bool plaintext = false;  // what it carries of its user's rights
    bool administration = false;
};

struct LogEntry {
    std::uint64_t index = 0;
    std::optional<Instant> time;                  // nothing when the leaf cannot be read
    std::optional<audit::Unreadable> unreadable;  // then the rest says nothing
    bool while_sealed = false;                    // no key vouches for who wrote it
    audit::Event event;
    // Names at the time of reading; empty when unknown. Whether another one was had then: nothing
    // when the entry does not tell.
    std::string actor_name;
    std::string record_name;
    std::optional<bool> actor_renamed;
    std::optional<bool> record_renamed;
    std::map<std::string, std::string> names;  // of ids in the event's rule and extras
    std::vector<std::string> names_unsure;     // of those, whose row was changed since
};

struct LogReply {
    std::uint64_t log_size = 0;  // entries when it was read, before its own
    std::optional<Uuid> record;  // that was asked for, by whatever name
    std::vector<LogEntry> entries;
    std::optional<std::uint64_t> next_below;
    std::string checkpoint;  // signed note, newest published
};

struct StatusReply {
    Uuid vault;
    bool development = false;
    std::uint64_t log_size = 0;
    std::uint64_t access_epoch = 0;
    std::uint32_t keyring_epoch = 0;
    std::uint64_t outbox_rows = 0;
    std::string version;
    std::vector<std::string> warnings;
};

struct ErrorCount {
    std::string code;
    std::uint64_t count = 0;
};

struct SyncStatusReply {
    bool configured = false;
    SyncState state;                       // empty when it is not
    OutboxCounts outbox;
    std::vector<ErrorCount> open_errors;   // active syncerror rows, by code
    bool more_errors = false;              // there are more rows than were looked at
    std::string missing_privilege;         // of the oldest of these rows that names one
    Instant now;                           // what the lag is measured against
};

struct RetryReply {
    std::uint64_t retried = 0;
    std::uint64_t left = 0;                // still parked
};

struct ErrorReply {
    Error error;
};

class MessageReply final : public ledger::Reply {
 public:
    using Body = std::variant<
        ErrorReply, NoContent, RowReply, NullReply, NotModified, ListReply, CountReply, IdsReply,
        WhoAmIReply, CredentialReply, LogReply, StatusReply, ServiceDocumentReply,
        SyncStatusReply, RetryReply, WhoCanReply, AccessOfReply, ExplainReply>;

    explicit MessageReply(Body given) : body(std::move(given)) {}

    Body body;
};

}  // namespace rookery::messages

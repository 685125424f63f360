// Tables, columns, keys and relationships as constexpr rows. A table is data: validation, row
// encoding, $select, $filter and rendering are loops over these. Column and table ids reach the
// disk: explicit, never reused.
#pragma once

#include "base/uuid.hpp"
#include "schema/column_type.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

namespace rookery::schema {

using TableId = std::uint16_t;
using ColumnId = std::uint16_t;

/// Ids from here on are the row codec's own (dek_version); no column may use them.
inline constexpr ColumnId first_system_column = 0xFF00;

/// Digits after the point of a Type::real, and how large its values may be.
inline constexpr std::uint8_t precision_max = 5;
inline constexpr std::int64_t real_max = 100'000'000'000;

/// What a column accepts over the API.
namespace can {
inline constexpr std::uint8_t read = 1;
inline constexpr std::uint8_t create = 2;
inline constexpr std::uint8_t update = 4;
inline constexpr std::uint8_t filter = 8;
inline constexpr std::uint8_t odata = 16;  // is an OData property
inline constexpr std::uint8_t refuse =
    32;  // decides access or proves identity: a different value in a body is 400
inline constexpr std::uint8_t redirected =
    64;  // writes get 400 naming `sibling` (clear consumer key → its sealed sibling)
inline constexpr std::uint8_t row_id =
    128;  // the row's own id under this name (primary id; ownerid of systemuser and team): no cell
}  // namespace can

enum class Required : std::uint8_t { none, application, system };

struct Option {
    std::int32_t value = 0;
    std::string_view label;
    std::int32_t state = 0;           // status options: the state they belong to
    std::int32_t default_status = 0;  // state options
};

struct Column {
    ColumnId id = 0;
    std::string_view
        name;  // logical name; for lookups the attribute name, the wire has _name_value
    std::string_view schema_name;  // "msdyn_octwitterhandlesecretId"
    std::string_view display_name;
    Type type = Type::text;
    std::uint8_t flags = 0;
    Required required = Required::none;
    std::uint32_t length_max = 0;
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::uint8_t precision = 0;  // of a Type::real: digits after the point
    std::span<const Option> options = {};
    std::int64_t initial = 0;  // choice, state, status and boolean default on create
    bool has_initial = false;
    std::span<const std::string_view> targets = {};  // logical names of lookup targets
    std::string_view nav = {};                       // navigation property; lookups only
    std::string_view value_name = {};                // "_ownerid_value"; lookups only
    std::string_view sibling = {};                   // can::redirected
    std::string_view date_format = {};               // "DateOnly" or "DateAndTime", metadata only
    std::string_view constant = {};                  // the text of every row; derived
    bool derived =
        false;  // follows from other rows, or is so in every one, whenever the row is read: never stored or indexed
    std::string_view description = {};  // metadata only, like what follows
    bool on_forms = true;               // IsValidForForm

    [[nodiscard]] constexpr bool may(std::uint8_t flag) const { return (flags & flag) != 0; }

    [[nodiscard]] constexpr Shape shape() const { return row_of(type).shape; }

    [[nodiscard]] constexpr bool is_lookup() const { return shape() == Shape::reference; }

    /// The property's name on the wire.
    [[nodiscard]] constexpr std::string_view wire_name() const {
        return is_lookup() ? value_name : name;
    }
};

struct AlternateKey {
    std::string_view name;
    std::span<const ColumnId> columns;  // in order
};

enum class Cascade : std::uint8_t { none, cascade, active, user_owned, remove_link, restrict };

/// N:1 as the referencing table sees it; the referenced table finds it by `referenced`.
struct Relationship {
    std::string_view name;         // schema name
    std::string_view referencing;  // table
    std::string_view referencing_column;
    std::string_view referenced;  // table ("owner" for ownerid)
    std::string_view referenced_column;
    std::string_view nav;             // on the referencing side
    std::string_view collection_nav;  // on the referenced side
    Cascade on_delete = Cascade::none;
    Cascade on_archive = Cascade::none;
    Cascade on_assign = Cascade::none;
    Cascade on_share = Cascade::none;
    Cascade on_unshare = Cascade::none;
    Cascade on_reparent = Cascade::none;
    Cascade on_merge = Cascade::none;
    Cascade on_rollup = Cascade::none;
    bool built = true;          // false: the other table is not served yet, metadata only
    bool customizable = false;  // IsCustomizable, metadata only
};

/// N:N: the rows of the intersect table.
struct Association {
    std::string_view name;          // schema name and navigation property on both sides
    std::string_view intersect;     // table that holds the pairs
    std::string_view first;         // table
    std::string_view first_column;  // lookup column of the intersect table
    std::string_view second;
    std::string_view second_column;
};

enum class Ownership : std::uint8_t { user, organization, business, none };

/// The order of the index by name: shorter names first, so that a look-up compares few characters.
constexpr bool name_precedes(std::string_view a, std::string_view b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

/// What becomes of rows that are deleted, while deleted records are kept for a time; and of which rows any are retained.
enum class Bin : std::uint8_t {
    none,         // they are gone
    own,          // they go to the recycle bin, with what goes because of them; or are retained
    with_record,  // they go there with the record that they are a part of, and never by themselves
};

struct Table {
    TableId id = 0;
    std::string_view name;  // logical name
    std::string_view schema_name;
    std::string_view set_name;
    std::string_view display_name;
    std::string_view display_collection_name;
    std::string_view primary_id;
    std::string_view primary_name;
    Ownership ownership = Ownership::user;
    std::uint32_t object_type_code = 0;
    bool access_fact = false;  // its rows decide access: cached in Facts, raise the access epoch
    // An access fact of one record: whoever relies on it guards it, and the access epoch stays as it is.
    bool guarded_fact = false;
    // The id of a row follows from what it joins, as that of a pair does: it leaves no tombstone.
    bool comes_back = false;
    bool intersect = false;  // rows of an N:N; ids derive from the pair, no tombstones
    bool synced = false;     // a change writes an outbox entry
    bool tracks_changes =
        false;             // lists have delta links; every row has a version and leaves a tombstone
    bool writable = true;  // false: no Create/Update/Delete message (privilege, intersects)
    bool removable = false;  // Delete although not writable: rows that the vault makes
    Bin bin = Bin::none;
    bool made = false;  // its rows are made of the program, and none is stored
    bool of_log =
        false;  // its rows are the entries of the audit log, and none is stored; prv_read_audit is what reads them
    bool outside =
        false;  // another product's table: its ids are kept, its rows are not; no privileges
    std::string_view privilege_part = {};  // in the privileges' names; empty: schema_name
    std::string_view unit_column =
        {};  // whose unit a depth is measured against; empty: organization-owned or none
    std::span<const Column> columns = {};         // ascending by id
    std::span<const std::uint16_t> by_name = {};  // positions in `columns`, by name_precedes
    std::span<const AlternateKey> keys = {};
    // What decides access, and of an access fact its name: values stand on the log, before and after.
    std::span<const ColumnId> logged = {};             // ascending
    std::span<const Relationship> relationships = {};  // of its lookups

    [[nodiscard]] const Column* column(std::string_view logical_name) const;
    [[nodiscard]] const Column* column(ColumnId column_id) const;
    /// By the property's name on the wire (`_ownerid_value`); only OData properties.
    [[nodiscard]] const Column* property(std::string_view wire_name) const;
    [[nodiscard]] const Column* navigation(std::string_view nav) const;
    [[nodiscard]] const AlternateKey* key(std::span<const ColumnId> columns_in_any_order) const;
    [[nodiscard]] bool has_sealed() const;
};

/// Every table that is served, ascending by id; ids are 1 to their number.
[[nodiscard]] std::span<const Table* const> tables();
/// By logical name or id, outside tables included; null when there is none.
[[nodiscard]] const Table* table(std::string_view logical_name);
[[nodiscard]] const Table* table(TableId id);
/// Served tables only: what a URL may name.
[[nodiscard]] const Table* table_by_set(std::string_view set_name);
/// Outside tables included: what an @odata.bind may name.
[[nodiscard]] const Table* bind_target(std::string_view set_name);
/// Every N:1 relationship of every table.
[[nodiscard]] std::span<const Relationship> relationships();
/// The navigation property by which the lookup leads to `target`: its own, or that of the
/// relationship when it has several targets. Empty: none.
[[nodiscard]] std::string_view navigation(
    const Table& table, const Column& lookup, const Table& target
);
[[nodiscard]] std::span<const Association> associations();
[[nodiscard]] const Association* association(std::string_view name);

/// A privilege exists for every (table, right) and for a few general names.
enum class Right : std::uint8_t { create, read, write, remove, append, append_to, assign, share };
enum class Depth : std::uint8_t { none = 0, basic = 1, local = 2, deep = 4, global = 8 };

struct Privilege {
    std::uint16_t id;
    std::string_view name;  // "prvReadmsdyn_octwitterhandlesecret", "prvrkyGrantUnmask"
    const Table* table;     // null for a general privilege
    Right right;            // of a general privilege: read
};

/// One row per Right, in order: the word in a privilege's name, the word in an access right's name
/// and the AccessRights bit (dataverse: AccessRights EnumType).
struct RightName {
    Right right;
    std::string_view privilege_word;  // "Delete"
    std::string_view access_word;     // "DeleteAccess"
    std::uint32_t access_bit;
};

// clang-format off
inline constexpr RightName right_names[] = {
    {Right::create,    "Create",   "CreateAccess",   0x20},
    {Right::read,      "Read",     "ReadAccess",     0x1},
    {Right::write,     "Write",    "WriteAccess",    0x2},
    {Right::remove,    "Delete",   "DeleteAccess",   0x10000},
    {Right::append,    "Append",   "AppendAccess",   0x4},
    {Right::append_to, "AppendTo", "AppendToAccess", 0x10},
    {Right::assign,    "Assign",   "AssignAccess",   0x80000},
    {Right::share,     "Share",    "ShareAccess",    0x40000},
};
// clang-format on
inline constexpr std::size_t right_count = std::size(right_names);

[[nodiscard]] constexpr const RightName& name_of(Right right) {
    return right_names[static_cast<std::size_t>(right)];
}

/// Ascending by id. Ids reach the disk through privilege_id and never change.
[[nodiscard]] std::span<const Privilege> privileges();
[[nodiscard]] const Privilege* privilege(std::string_view name);
/// Precondition: a served table. Of one that is of the log prv_read_audit is the right to read.
[[nodiscard]] const Privilege& privilege(const Table& table, Right right);
/// The id of the privilege's row, derived from Privilege::id; and back.
[[nodiscard]] Uuid privilege_id(const Privilege& privilege);
[[nodiscard]] const Privilege* privilege(const Uuid& privilege_row);

// General privileges.
inline constexpr std::string_view prv_grant_unmask = "prvrkyGrantUnmask";
inline constexpr std::string_view prv_read_audit = "prvReadAuditSummary";
inline constexpr std::string_view prv_manage_credentials = "prvrkyManageCredentials";
inline constexpr std::string_view prv_override_created_on = "prvOverrideCreatedOnCreatedBy";
inline constexpr std::string_view prv_act_on_behalf = "prvActOnBehalfOfAnotherUser";
inline constexpr std::string_view prv_manage_keys = "prvrkyManageKeys";
inline constexpr std::string_view prv_read_record_audit = "prvReadRecordAuditHistory";
inline constexpr std::string_view prv_sync = "prvrkySync";      // CompletePush
inline constexpr std::string_view prv_rewrap = "prvrkyRewrap";  // RewrapKeys
inline constexpr std::string_view prv_bulk_delete = "prvBulkDelete";
inline constexpr std::string_view prv_retain = "prvrkyRetain";
inline constexpr std::string_view prv_manage_sync = "prvrkyManageSync";  // SyncNow, RetrySync
inline constexpr std::string_view prv_publish_duplicate_rule = "prvPublishDuplicateRule";

}  // namespace rookery::schema

#include "pipeline/audit_words.hpp"

#include "pipeline/logged_values.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::messages {
namespace {

using audit::Action;
using audit::Event;
namespace known = schema::known;
namespace codes = schema::audit_table;

/// What is no change of a row, by the log's own word for it.
struct ActWords {
    Action action;
    AuditWords words;
};

// clang-format off
constexpr ActWords act_words[] = {
    {Action::retrieve,    {15, codes::operation_access}},
    {Action::list,        {15, codes::operation_access}},
    {Action::sign,        {15, codes::operation_access}},
    {Action::export_,     {15, codes::operation_access}},
    {Action::audit_read,  {15, codes::operation_access}},
    {Action::audit_export,{15, codes::operation_access}},
    {Action::hash_lookup, {15, codes::operation_access}},
    {Action::login,       {65, codes::operation_access}},
    {Action::share,       {14, codes::operation_update}},
    {Action::modify_share,{48, codes::operation_update}},
    {Action::unshare,     {49, codes::operation_update}},
};

/// A change of a row, which must be all that its line gives. Empty: whatever it is.
struct ChangeWords {
    RowChange change;
    std::string_view table;    // a logical name
    std::string_view message;  // Dataverse's
    std::string_view column;   // whose value on the log is another than before
    std::optional<std::uint64_t> value;  // that it has then
    AuditWords words;
};

// The first that fits counts. A pair is a change of the row at its first end.
constexpr ChangeWords change_words[] = {
    {RowChange::changed, {}, "ModifyAccess", {}, {}, {48, codes::operation_update}},
    {RowChange::made,    {}, "GrantAccess",  {}, {}, {14, codes::operation_update}},
    {RowChange::changed, {}, "GrantAccess",  {}, {}, {14, codes::operation_update}},
    {RowChange::changed, {}, "RevokeAccess", {}, {}, {49, codes::operation_update}},
    {RowChange::gone,    {}, "RevokeAccess", {}, {}, {49, codes::operation_update}},
    {RowChange::made,    known::teammembership.name,     {}, {}, {}, {35, codes::operation_update}},
    {RowChange::gone,    known::teammembership.name,     {}, {}, {}, {36, codes::operation_update}},
    {RowChange::made,    known::teamroles.name,          {}, {}, {}, {53, codes::operation_update}},
    {RowChange::gone,    known::teamroles.name,          {}, {}, {}, {54, codes::operation_update}},
    {RowChange::made,    known::systemuserroles.name,    {}, {}, {}, {55, codes::operation_update}},
    {RowChange::gone,    known::systemuserroles.name,    {}, {}, {}, {56, codes::operation_update}},
    {RowChange::made,    known::roleprivileges.name, "ReplacePrivilegesRole", {}, {}, {59, codes::operation_update}},
    {RowChange::changed, known::roleprivileges.name, "ReplacePrivilegesRole", {}, {}, {59, codes::operation_update}},
    {RowChange::gone,    known::roleprivileges.name, "ReplacePrivilegesRole", {}, {}, {59, codes::operation_update}},
    {RowChange::made,    known::roleprivileges.name,     {}, {}, {}, {57, codes::operation_update}},
    {RowChange::changed, known::roleprivileges.name,     {}, {}, {}, {57, codes::operation_update}},
    {RowChange::gone,    known::roleprivileges.name,     {}, {}, {}, {58, codes::operation_update}},
    {RowChange::made,    known::systemuserprofiles.name, {}, {}, {}, {33, codes::operation_update}},
    {RowChange::gone,    known::systemuserprofiles.name, {}, {}, {}, {34, codes::operation_update}},
    {RowChange::made,    known::teamprofiles.name,       {}, {}, {}, {33, codes::operation_update}},
    {RowChange::gone,    known::teamprofiles.name,       {}, {}, {}, {34, codes::operation_update}},
    {RowChange::changed, {}, {}, "ownerid",    {}, {13, codes::operation_update}},
    {RowChange::changed, {}, {}, "statecode",  0,  {4,  codes::operation_update}},
    {RowChange::changed, {}, {}, "statecode",  1,  {5,  codes::operation_update}},
    {RowChange::changed, {}, {}, "isdisabled", 0,  {4,  codes::operation_update}},
    {RowChange::changed, {}, {}, "isdisabled", 1,  {5,  codes::operation_update}},
    {RowChange::changed, {}, "SetState", {}, {},   {41, codes::operation_update}},
    {RowChange::made,    {}, {}, {}, {}, {1, codes::operation_create}},
    {RowChange::changed, {}, {}, {}, {}, {2, codes::operation_update}},
    {RowChange::gone,    {}, {}, {}, {}, {3, codes::operation_delete}},
};
// clang-format on

constexpr AuditWords internal_processing{46, codes::operation_access};
constexpr AuditWords unknown{0, codes::operation_access};

bool has_extra(const Event& event, std::string_view name) {
    return std::ranges::find(event.extras, name, [](const auto& extra) {
               return std::string_view(extra.first);
           }) != event.extras.end();
}

bool other_value(const Event& event, std::string_view column) {
    return has_extra(event, std::string(column) + std::string(before_suffix));
}

/// What goes has the values that it had and no others.
bool has_gone(const Event& event) {
    const bool taken = event.action == Action::remove || event.action == Action::record_retain;
    if (taken || event.row_versions->after == 0) return true;
    const auto* table = schema::table(event.table);
    if (table == nullptr) return false;
    bool was = false;
    for (const auto id : table->logged) {
        const auto name = table->column(id)->name;
        if (has_extra(event, name)) return false;
        was = was || other_value(event, name);
    }
    return was;
}

bool fits(const ChangeWords& line, RowChange change, const Event& event) {
    if (line.change != change) return false;
    if (!line.table.empty() && line.table != event.table) return false;
    if (!line.message.empty() && line.message != event.message) return false;
    if (line.column.empty()) return true;
    if (!other_value(event, line.column)) return false;
    const auto* now = audit::find_extra<std::uint64_t>(event, line.column);
    return !line.value || (now != nullptr && *now == *line.value);
}

}  // namespace

RowChange change_of(const Event& event) {
    if (event.outcome != audit::Outcome::success || !event.row_versions || !event.record) {
        return RowChange::none;
    }
    // A conversion vouches for rows as it found them.
    if (event.action == Action::format_change) return RowChange::none;
    const auto& versions = *event.row_versions;
    if (versions.before == versions.after) return RowChange::none;
    if (versions.before == 0) return RowChange::made;
    return has_gone(event) ? RowChange::gone : RowChange::changed;
}

AuditWords audit_words(const Event& event) {
    if (event.outcome != audit::Outcome::success) return unknown;
    const auto* act = std::ranges::find(act_words, event.action, &ActWords::action);
    if (act != std::end(act_words)) return act->words;
    const auto change = change_of(event);
    const auto* line = std::ranges::find_if(change_words, [&](const ChangeWords& one) {
        return fits(one, change, event);
    });
    return line == std::end(change_words) ? internal_processing : line->words;
}

}  // namespace rookery::messages

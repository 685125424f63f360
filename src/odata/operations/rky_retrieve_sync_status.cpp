// rky_RetrieveSyncStatus: what is due, what was refused, and why nothing moves if nothing does.
#include "odata/json/json_members.hpp"
#include "odata/operations/operation.hpp"

#include <algorithm>
#include <chrono>

namespace rookery::odata::operations::rky_retrieve_sync_status {
namespace {

void error_count(JsonWriter& json, std::string_view code, std::uint64_t count) {
    json.begin_object();
    json.key("Code");
    json.text(code);
    json.key("Count");
    json.number(count);
    json.end_object();
}

void write(JsonWriter& json, const messages::SyncStatusReply& reply) {
    const auto& state = reply.state;
    json.key("Configured");
    json.boolean(reply.configured);
    text_or_null(json, "Organization", state.organization);
    json.key("Due");
    json.number(reply.outbox.due);
    json.key("Parked");
    json.number(reply.outbox.parked);
    json.key("Damaged");
    json.number(reply.outbox.damaged);
    json.key("AtLeast");
    json.boolean(reply.outbox.at_least);
    time_or_null(json, "OldestDue", reply.outbox.oldest_due);
    json.key("LagSeconds");
    const auto lag = reply.outbox.oldest_due ? reply.now - *reply.outbox.oldest_due
                                             : std::chrono::milliseconds{0};
    json.number(std::int64_t{
        std::max(std::chrono::floor<std::chrono::seconds>(lag), std::chrono::seconds{0}).count()});
    time_or_null(json, "LastSuccess", state.last_success);
    time_or_null(json, "PausedUntil", state.paused_until);
    text_or_null(json, "PausedWhy", state.paused_why);
    json.key("Pushed");
    json.number(state.pushed);
    json.key("Failed");
    json.number(state.failed);
    json.key("OwnersLeftOut");
    json.number(state.owners_left_out);
    json.key("Errors");
    json.begin_array();
    for (const auto& [code, count] : state.errors_by_code) error_count(json, code, count);
    json.end_array();
    json.key("OpenErrors");
    json.begin_array();
    for (const auto& error : reply.open_errors) error_count(json, error.code, error.count);
    json.end_array();
    json.key("MoreOpenErrors");
    json.boolean(reply.more_errors);
    text_or_null(json, "MissingPrivilege", reply.missing_privilege);
}

constexpr Operation operation{
    .name = "rky_RetrieveSyncStatus",
    .kind = OperationKind::function,
    .read = reads_nothing<messages::RetrieveSyncStatus>,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_sync_status

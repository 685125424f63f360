// What names no table: who asks, what there is, the log, keys, slots, jobs and the sync.
#include "rights/forecast.hpp"
#include "rights/matrix_world.hpp"
#include "rights/ways.hpp"

namespace rookery::rights {
namespace {

using namespace checks;
using enum schema::Right;

Way open(std::string_view name, std::string_view path, std::string_view words = {}) {
    return {name, words, "GET", path, "", {}, {}, false};
}

Way question(std::string_view name, std::string_view privilege) {
    return {name, "", "GET", name, "", {holds(privilege)}, {}, false};
}

Way act(std::string_view name, std::string_view body, std::vector<Check> checks) {
    return {name, "", "POST", name, body, std::move(checks), {}, false};
}

Way not_built(std::string_view name, std::string_view method = "GET") {
    return {name, "", method, name, "", {never(Errc::unsupported)}, {}, false};
}

/// The log says more than the caller is told.
Check opens_nothing() {
    auto out = wrong(Errc::access_denied);
    out.logged = Errc::wrong_secret;
    return out;
}

constexpr std::string_view one_part =
    "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    "GET /api/data/v9.2/WhoAmI HTTP/1.1\r\n\r\n\r\n--b--\r\n";

constexpr std::string_view opens = R"j({"Opens":{"Passphrase":"none of ours"}})j";

}  // namespace

std::vector<Way> ways_of_the_vault() {
    using namespace schema;
    return {
        open("WhoAmI", "WhoAmI"),
        open("ServiceDocument", ""),
        open("RetrieveMetadata", "$metadata"),
        open("RetrieveMetadata", "EntityDefinitions(LogicalName='team')", "of a table"),
        open("RetrieveVersion", "RetrieveVersion"),
        open("RetrieveAvailableLanguages", "RetrieveAvailableLanguages"),
        open(
            "RetrieveMetadataChanges",
            "RetrieveMetadataChanges(Query=@q)?@q={\"Properties\":{\"AllProperties\":false,"
            "\"PropertyNames\":[\"LogicalName\"]}}"
        ),
        open(
            "RetrieveCurrentOrganization",
            "RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM."
            "EndpointAccessType'Default'"
        ),
        {"$batch",
         "",
         "POST",
         "$batch",
         one_part,
         {},
         "Content-Type: multipart/mixed;boundary=b",
         false},
        question("rky_RetrieveVaultStatus", prv_read_audit),
        question("rky_RetrieveSyncStatus", prv_read_audit),
        question("rky_RetrieveAuditEvents", prv_read_audit),
        question("rky_RetrieveKeyStatus", prv_manage_keys),
        question("rky_RetrieveExposedRecords", prv_manage_keys),
        question("rky_RetrieveRootKeySlots", prv_manage_keys),
        act("rky_AcknowledgeRecovery",
            "{}",
            {alone(), holds(prv_read_audit), wrong(Errc::invalid_argument)}),
        act("rky_Seal", "{}", {alone(), holds(prv_manage_keys), never(Errc::unsupported)}),
        act("rky_TestRootKeySlot", opens, {alone(), holds(prv_manage_keys), opens_nothing()}),
        act("rky_AddRootKeySlot",
            R"j({"Opens":{"Passphrase":"none of ours"},"New":{"Passphrase":"a new one of ours"}})j",
            {alone(), holds(prv_manage_keys), opens_nothing()}),
        act("rky_RemoveRootKeySlot",
            R"j({"Opens":{"Passphrase":"none of ours"},"SlotId":1})j",
            {alone(), holds(prv_manage_keys), opens_nothing()}),
        act("rky_DestroyKey",
            R"j({"Version":1})j",
            {alone(), holds(prv_manage_keys), wrong(Errc::restricted)}),
        act("rky_ApproveKeyDestruction",
            R"j({"JobId":"~row of asyncoperation~","Version":1})j",
            {alone(), holds(prv_manage_keys), wrong(Errc::restricted)}),
        act("rky_CompromiseKey", R"j({"Version":1})j", {alone(), holds(prv_manage_keys)}),
        act("rky_StartJob", R"j({"Name":"scrub"})j", {alone(), whole(create, "asyncoperation")}),
        act("rky_SyncNow", "{}", {holds(prv_manage_sync), never(Errc::unsupported)}),
        act("rky_RetrySync", "{}", {holds(prv_manage_sync), never(Errc::unsupported)}),
        act("DeleteAuditData",
            R"j({"EndDate":"2026-01-01T00:00:00Z"})j",
            {forbidden(Errc::built_in_protected)}),
        not_built("RetrieveAuditPartitionList"),
        not_built("$all"),
        not_built("$entity"),
        not_built("$crossjoin"),
    };
}

}  // namespace rookery::rights

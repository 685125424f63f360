// rky_RetrieveTokenVersions: which tokens a record had, and when; nothing of what they were.
#include "odata/operations/operation.hpp"
#include "odata/request/version_parameters.hpp"
#include "odata/response/version_writer.hpp"

#include <utility>

namespace rookery::odata::operations::rky_retrieve_token_versions {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_CHECK(check_token_history(*call.table, call.operation.name));
    messages::RetrieveTokenVersions out;
    out.target = std::move(call.row);
    return messages::Message{std::move(out)};
}

void write(JsonWriter& json, const messages::TokenVersionsReply& reply) {
    json.key("RecordId");
    json.uuid(reply.record.id);
    write_rotation(json, reply.rotation);
    json.key("Versions");
    json.begin_array();
    for (const auto& version : reply.versions) {
        json.begin_object();
        write_version(json, version);
        json.end_object();
    }
    json.end_array();
}

constexpr Operation operation{
    .name = "rky_RetrieveTokenVersions",
    .kind = OperationKind::function,
    .binding = Binding::row,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_token_versions

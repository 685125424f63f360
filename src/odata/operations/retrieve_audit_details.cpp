// RetrieveAuditDetails: what an audit tells of a change.
#include "odata/operations/operation.hpp"
#include "odata/response/audit_detail_writer.hpp"

#include <utility>

namespace rookery::odata::operations::retrieve_audit_details {
namespace {

Result<messages::Message> read(Call& call) {
    messages::RetrieveAuditDetails out;
    out.target = std::move(call.row);
    return messages::Message{std::move(out)};
}

void write(JsonWriter& json, const messages::AuditDetailReply& reply) {
    json.key("AuditDetail");
    write_audit_detail(json, reply.detail);
}

constexpr metadata::Field gives[] = {{"AuditDetail", "AuditDetail"}};

constexpr Operation operation{
    .name = "RetrieveAuditDetails",
    .kind = OperationKind::function,
    .binding = Binding::row,
    .table = "audit",
    .gives = gives,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_audit_details

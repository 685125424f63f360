// RollbackRetain: a retained record is there again.
#include "odata/operations/operation.hpp"
#include "odata/operations/retain_fields.hpp"
#include "odata/request/retention_parameters.hpp"

namespace rookery::odata::operations::rollback_retain {
namespace {

Result<messages::Message> read(Call& call) {
    return read_retaining<messages::RollbackRetain>(call.request);
}

void write(JsonWriter& json, const messages::RollbackRetainReply& reply) {
    json.key("id");
    json.uuid(reply.id);
}

constexpr Operation operation{
    .name = "RollbackRetain",
    .kind = OperationKind::action,
    .takes = record_to_retain,
    .gives = retained_record,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rollback_retain

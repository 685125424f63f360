// rky_RetrySync: records whose push was refused are due again.
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::rky_retry_sync {
namespace {

void write(JsonWriter& json, const messages::RetryReply& reply) {
    json.key("Retried");
    json.number(reply.retried);
    json.key("Left");
    json.number(reply.left);
}

constexpr metadata::Field gives[] = {
    {"Retried", "Edm.Int64"},
    {"Left", "Edm.Int64"},
};

constexpr Operation operation{
    .name = "rky_RetrySync",
    .kind = OperationKind::action,
    .gives = gives,
    .read = reads_nothing<messages::RetrySync>,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retry_sync

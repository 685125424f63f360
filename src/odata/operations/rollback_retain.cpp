// RollbackRetain: a retained record is there again.
#include "odata/operations/retaining.hpp"

namespace rookery::odata::operations::rollback_retain {
namespace {

Result<messages::Message> read(Call& call) {
    return read_retaining<messages::RollbackRetain>(call.request);
}

constexpr Operation operation{
    .name = "RollbackRetain",
    .kind = OperationKind::action,
    .takes = record_to_retain,
    .gives = retained_record,
    .read = read,
    .write = writes<write_retained>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rollback_retain

// Retain: a record is retained for the long term.
#include "odata/operations/retaining.hpp"

namespace rookery::odata::operations::retain {
namespace {

Result<messages::Message> read(Call& call) {
    return read_retaining<messages::Retain>(call.request);
}

constexpr Operation operation{
    .name = "Retain",
    .kind = OperationKind::action,
    .takes = record_to_retain,
    .gives = retained_record,
    .read = read,
    .write = writes<write_retained>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retain

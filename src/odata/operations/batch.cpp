// $batch as a part of a batch, which it cannot be. One that comes as a request is taken apart before anything is looked
// up here (odata/read_batch.hpp).
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::batch {
namespace {

Result<messages::Message> read(Call&) {
    return fail(Errc::malformed, "A batch cannot be a part of a batch.");
}

constexpr Operation rows[] = {
    {.name = "$batch", .kind = OperationKind::action, .read = read},
};

}  // namespace

extern constinit const Rows table_rows{rows};

}  // namespace rookery::odata::operations::batch

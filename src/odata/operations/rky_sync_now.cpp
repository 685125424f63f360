// rky_SyncNow: ends every pause and wait of the sync.
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::rky_sync_now {
namespace {

constexpr Operation operation{
    .name = "rky_SyncNow",
    .kind = OperationKind::action,
    .read = reads_nothing<messages::SyncNow>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_sync_now

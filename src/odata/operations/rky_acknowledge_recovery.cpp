// rky_AcknowledgeRecovery: a reviewer has seen who got administration back with the root key.
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::rky_acknowledge_recovery {
namespace {

constexpr Operation operation{
    .name = "rky_AcknowledgeRecovery",
    .kind = OperationKind::action,
    .read = reads_nothing<messages::AcknowledgeRecovery>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_acknowledge_recovery

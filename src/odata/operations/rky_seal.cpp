// rky_Seal: the vault is sealed.
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::rky_seal {
namespace {

constexpr Operation operation{
    .name = "rky_Seal",
    .kind = OperationKind::action,
    .read = reads_nothing<messages::Seal>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_seal

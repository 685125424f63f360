// rky_RestoreTokenVersion: what a record's tokens were before becomes what they are.
#include "odata/operations/numbered_version.hpp"

namespace rookery::odata::operations::rky_restore_token_version {
namespace {

constexpr metadata::Field takes[] = {
    {"Number", "Edm.Int64"},
};

constexpr Operation operation{
    .name = "rky_RestoreTokenVersion",
    .kind = OperationKind::action,
    .binding = Binding::row,
    .takes = takes,
    .ignores_options = true,
    .read = read_numbered_version<messages::RestoreTokenVersion>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_restore_token_version

// rky_AcknowledgeTokenVersion: which version of a record's tokens the caller uses from now on.
#include "odata/operations/numbered_version.hpp"

namespace rookery::odata::operations::rky_acknowledge_token_version {
namespace {

constexpr metadata::Field takes[] = {
    {"Number", "Edm.Int64"},
};

constexpr Operation operation{
    .name = "rky_AcknowledgeTokenVersion",
    .kind = OperationKind::action,
    .binding = Binding::row,
    .takes = takes,
    .ignores_options = true,
    .read = read_numbered_version<messages::AcknowledgeTokenVersion>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_acknowledge_token_version

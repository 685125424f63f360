// What Retain and RollbackRetain take and answer, for $metadata.
#pragma once

#include "odata/metadata/value.hpp"

namespace rookery::odata::operations {

inline constexpr metadata::Field record_to_retain[] = {
    {"Target", "crmbaseentity"},
    {"OperationId", "Edm.Guid"},
};

inline constexpr metadata::Field retained_record[] = {
    {"id", "Edm.Guid"},
};

}  // namespace rookery::odata::operations

// What several actions answer, for $metadata.
#pragma once

#include "odata/metadata/value.hpp"

namespace rookery::odata::operations {

inline constexpr metadata::Field started_job_answer[] = {{"JobId", "Edm.Guid"}};

inline constexpr metadata::Field started_retention_answer[] = {
    {"OperationId", "Edm.Guid"},
    {"JobId", "Edm.Guid"},
};

inline constexpr metadata::Field privileges_answer[] = {
    {"RolePrivileges", "Collection(RolePrivilege)"},
};

inline constexpr metadata::Field slot_answer[] = {
    {"SlotId", "Edm.Int64"},
    {"Kind", "Edm.String"},
    {"Label", "Edm.String"},
    {"Details", "Edm.String"},
    {"CreatedOn", "Edm.DateTimeOffset"},
    {"RootGeneration", "Edm.Int64"},
    {"Opened", "Edm.Boolean"},
    {"SlotSet", "Edm.Int64"},
    {"KeyringEpoch", "Edm.Int64"},
    {"Shares", "Collection(Edm.String)"},
};

}  // namespace rookery::odata::operations

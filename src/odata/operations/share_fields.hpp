// What GrantAccess and ModifyAccess take, for $metadata.
#pragma once

#include "odata/metadata/value.hpp"

namespace rookery::odata::operations {

inline constexpr metadata::Field access_given[] = {
    {"Target", "crmbaseentity"},
    {"PrincipalAccess", "PrincipalAccess"},
    {"rky_ExpiresOn", "Edm.DateTimeOffset"},
};

}  // namespace rookery::odata::operations

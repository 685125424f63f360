// Which version of Dataverse's interface is spoken here; not the vault's own.
#pragma once

#include <string_view>

namespace rookery::odata::operations {

// Clients look for what newer ones have, and would expect all of it.
inline constexpr std::string_view interface_version = "9.2.0.0";

}  // namespace rookery::odata::operations

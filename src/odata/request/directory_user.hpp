// The parameter DirectoryObjectId of a function: a user by his object in Microsoft Entra ID.
#pragma once

#include "base/result.hpp"
#include "odata/request/parameters.hpp"
#include "pipeline/input.hpp"

#include <optional>
#include <string_view>

namespace rookery::odata {

inline constexpr Parameter directory_object[] = {{"DirectoryObjectId", "@p1", "Edm.Guid"}};

/// The systemuser with that azureactivedirectoryobjectid, of a function with these parameters. Errc::malformed.
[[nodiscard]] Result<messages::Target> read_directory_user(
    const Function& function, std::optional<std::string_view> arguments, const QueryOptions& options
);

}  // namespace rookery::odata

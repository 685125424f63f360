// Owners and applications by names that an import takes for the same: a name that leads to another row, or to
// several, is left for the id.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"
#include "cli/client/api_client.hpp"
#include "cli/import/import_directory.hpp"

#include <map>
#include <string>

namespace rookery::cli {

/// Remembers up to a bound. Used by one thread.
class ExportedNames {
 public:
    /// The client outlives this.
    explicit ExportedNames(ApiClient& client) : client_(client) {}

    [[nodiscard]] Result<std::string> owner(const ImportOwner& owner);
    [[nodiscard]] Result<std::string> application(const Uuid& id);

 private:
    ApiClient& client_;
    ImportDirectory directory_;
    std::map<Uuid, std::string> known_;
};

}  // namespace rookery::cli

// Names in an import file → ids in the vault: applications and owners. Remembered up to a bound, also that
// there is none, since a file with a million rows names few of them. Thread-safe; each caller brings its client.
#pragma once

#include "base/result.hpp"
#include "base/thread_annotations.hpp"
#include "base/uuid.hpp"
#include "cli/client/api_client.hpp"
#include "cli/import/import_owner.hpp"

#include <map>
#include <optional>
#include <string>

namespace rookery::cli {

enum class WhenMissing : std::uint8_t { create, leave };

class ImportDirectory {
 public:
    /// By id or name; nothing when it is not there and not to be created. Errc::invalid_argument when
    /// several have the name.
    [[nodiscard]] Result<std::optional<Uuid>> application(
        ApiClient& client, const std::string& name, WhenMissing missing
    );

    /// A user by id or domain name, a team by id or name. Errc::bad_owner when there is none, or several.
    [[nodiscard]] Result<ImportOwner> owner(ApiClient& client, const std::string& name);

 private:
    Mutex mutex_;  // held while a name is asked for, so that an application is made once
    // By their text keys: what the vault takes for one name must not be made twice.
    std::map<std::string, std::optional<Uuid>> applications_ ROOKERY_GUARDED_BY(mutex_);
    std::map<std::string, std::optional<ImportOwner>> owners_ ROOKERY_GUARDED_BY(mutex_);
};

}  // namespace rookery::cli

// Names in an import file → ids in the vault: applications and owners. Remembered up to a bound,
// since a file with millions of rows names few of them. Thread-safe; each caller brings its client.
#pragma once

#include "base/result.hpp"
#include "base/thread_annotations.hpp"
#include "base/uuid.hpp"
#include "cli/client/api_client.hpp"

#include <map>
#include <optional>
#include <string>

namespace rookery::cli {

struct ImportOwner {
    Uuid id;
    bool team = false;

    /// For ownerid@odata.bind.
    [[nodiscard]] std::string reference() const;
};

enum class WhenMissing : std::uint8_t { create, leave };

class ImportDirectory {
 public:
    explicit ImportDirectory(Uuid caller) : caller_(caller) {}

    /// By name; nothing when it is not there and not to be created. Errc::invalid_argument when
    /// several have the name.
    [[nodiscard]] Result<std::optional<Uuid>> application(
        ApiClient& client, const std::string& name, WhenMissing missing
    );

    /// Empty: the caller. Errc::bad_owner when there is none of that id or name, or several.
    [[nodiscard]] Result<ImportOwner> owner(ApiClient& client, const std::string& name);

 private:
    Uuid caller_;
    Mutex mutex_;  // held while a name is asked for, so that an application is made once
    std::map<std::string, Uuid> applications_ ROOKERY_GUARDED_BY(mutex_);
    std::map<std::string, ImportOwner> owners_ ROOKERY_GUARDED_BY(mutex_);
};

}  // namespace rookery::cli

// Who shall own a record.
#pragma once

#include "base/uuid.hpp"

#include <string>

namespace rookery::cli {

struct ImportOwner {
    Uuid id;
    bool team = false;

    /// For ownerid@odata.bind.
    [[nodiscard]] std::string reference() const;
};

}  // namespace rookery::cli

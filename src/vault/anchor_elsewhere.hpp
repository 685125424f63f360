// AnchorElsewhere: a place for the anchor that is no file of this machine: whatever a program of the operator's makes of it.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace rookery::messages {

class AnchorElsewhere {
 public:
    virtual ~AnchorElsewhere() = default;

    /// For people.
    [[nodiscard]] virtual std::string name() const = 0;
    /// Durable when it returns. May take seconds; nobody but the anchor's own thread waits.
    [[nodiscard]] virtual Result<void> put(std::string_view anchor) = 0;
    /// What was put last. Errc::not_found when nothing was; another error when nobody can say.
    [[nodiscard]] virtual Result<std::string> get() = 0;
};

}  // namespace rookery::messages

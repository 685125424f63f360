// Which errors of a message a job waits out.
#pragma once

#include "base/errc.hpp"

namespace rookery::jobs {

/// What may pass by itself: the log is busy, the disk is full, or whoever it is for has too much under way.
[[nodiscard]] constexpr bool may_pass(Errc code) {
    return code == Errc::unavailable || code == Errc::no_space || code == Errc::deadline ||
           code == Errc::too_many_requests;
}

}  // namespace rookery::jobs

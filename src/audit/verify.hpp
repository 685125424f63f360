// The offline check of a whole log, over anything that holds its rows. include/rookery/verify.hpp is
// the same over a data directory. One call per thread.
#pragma once

#include "audit/event.hpp"
#include "audit/log_source.hpp"
#include "rookery/verify.hpp"

#include <cstdint>
#include <functional>

namespace rookery::crypto {
class DetailSealer;
}

namespace rookery::audit {

/// Told every sealed entry that could be opened, in order. What is in clear proves nothing.
using EventUse = std::function<void(std::uint64_t index, const Event& event)>;

/// Options::verifier_key must be given. With `sealer` the sealed details are opened, compared with their
/// commitments and parsed as well, and `use` is told every event.
[[nodiscard]] VerifyReport verify_log(
    const LogSource& source, const VerifyOptions& options,
    const crypto::DetailSealer* sealer = nullptr, const EventUse& use = {}
);

}  // namespace rookery::audit

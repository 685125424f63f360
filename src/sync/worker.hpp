// Worker: pushes what the outbox holds to the organization, for as long as it lives. A principal of the
// vault like any other: it loads records through the pipeline and tells every outcome through it, and
// has no column permission, so no token can be shown to it.
//
// One thread watches (a change, an end of a pause, a word of the monitor), `parallel` threads push.
// They run at a lower priority than those that serve callers. What happens to one record: RecordPusher.
#pragma once

#include "access/caller.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "sync/options.hpp"
#include "sync/pause.hpp"
#include "vault/vault.hpp"

#include <memory>

namespace rookery::sync {

class Worker {
 public:
    using Log = Pause::Log;

    /// Pushes when it returns. `vault` outlives it and was opened with a SyncMonitor; `caller` is
    /// messages::ensure_sync_principal's. Errc::usage without a monitor, Errc::internal.
    [[nodiscard]] static Result<std::unique_ptr<Worker>> start(
        const SyncOptions& options, SecretBytes client_secret, messages::Vault& vault,
        const access::Caller& caller, std::shared_ptr<messages::SyncMonitor> monitor, Log log
    );

    /// Ends transfers that run, within about a second, and waits; what was not confirmed stays in the
    /// outbox.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

 private:
    class Impl;
    explicit Worker(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace rookery::sync

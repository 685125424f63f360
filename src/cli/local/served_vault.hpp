// ServedVault: the vault of a running server with what works on it, through all the times that it is opened and
// sealed. Made by `serve`, before the server, which asks it.
//
//   sealed   the data directory and the log are open; no key is here
//   open     the vault, its jobs, its sync
//
// An opening that fails is sealed again. What cannot even be sealed again ends the process.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/thread_annotations.hpp"
#include "cli/output/operator_log.hpp"
#include "http/server.hpp"
#include "http/vault_desk.hpp"
#include "jobs/job_thread.hpp"
#include "sync/worker.hpp"
#include "vault/data_directory.hpp"
#include "vault/freshness_watch.hpp"
#include "vault/sealed_vault.hpp"
#include "vault/unsealing_desk.hpp"
#include "vault/vault.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace rookery::cli {

class ServedVault final : public http::VaultDesk {
 public:
    /// How it is opened, and what then works on it: the same each time.
    struct Options {
        std::function<messages::VaultOptions()> vault;  // each time with monitors of its own
        /// Empty: nobody compares the rows with the vault's state in the background.
        std::function<std::unique_ptr<messages::FreshnessWatch>(messages::Vault&)> start_watch;
        /// Null when they cannot run, which is no reason not to serve.
        std::function<std::unique_ptr<
            jobs::JobThread>(messages::Vault&, std::shared_ptr<messages::JobMonitor>)>
            start_jobs;
        /// Null when there is no sync. Called first for the changes of rights that it needs, with nobody to serve, and
        /// what it returns once requests are answered.
        using StartSync = std::function<Result<std::unique_ptr<sync::Worker>>()>;
        std::function<Result<StartSync>(messages::Vault&, std::shared_ptr<messages::SyncMonitor>)>
            prepare_sync;
        /// The vault can be neither opened nor held any more. From any thread.
        std::function<void()> lost;
        std::function<messages::UnsealingDesk::Time()> now = std::chrono::steady_clock::now;
    };

    /// A request that runs may take so long when the vault is sealed.
    static constexpr std::chrono::milliseconds grace{1000};

    /// `log`, `clock` and `random` outlive it.
    ServedVault(Options options, const OperatorLog& log, const Clock& clock, Random& random);
    ~ServedVault() override;

    /// Opens the data directory; the vault stays sealed. The errors of SealedVault::open.
    [[nodiscard]] Result<void> hold();

    /// Whose vault it is, from then on.
    [[nodiscard]] const messages::VaultIdentity& identity() const { return *identity_; }

    /// Unseals it with what the operator named beforehand. The errors of Vault::open.
    [[nodiscard]] Result<void> open(const messages::Unsealing& unsealing);
    /// The server, answering for an open vault or a sealed one, whichever this is. It ends before this does. The errors
    /// of Server::start and, of an open vault, of starting the sync.
    [[nodiscard]] Result<std::unique_ptr<http::Server>> serve(http::ServerOptions options);
    /// What works in the background ends, and nothing is unsealed or sealed any more.
    void stop();

    /// For VaultOptions::seal.
    void seal_soon();

    [[nodiscard]] http::SealStatus status() const override;
    [[nodiscard]] Result<http::SealStatus> unseal(http::UnsealInput input) override;
    void tick() override;

 private:
    using Opened = messages::UnsealingDesk::Opened;

    [[nodiscard]] Result<std::optional<Opened>> take(http::UnsealInput input)
        ROOKERY_REQUIRES(acts_);
    [[nodiscard]] Result<void> open_with(
        const crypto::OpenedRoot& root, const messages::Unsealing& unsealing
    ) ROOKERY_REQUIRES(acts_);
    [[nodiscard]] Result<void> start_sync() ROOKERY_REQUIRES(acts_);
    [[nodiscard]] Result<void> hold_sealed(messages::SealedVault::Space space)
        ROOKERY_REQUIRES(acts_);
    void hold_again() ROOKERY_REQUIRES(acts_);
    void end_background() ROOKERY_REQUIRES(acts_);
    void tell() ROOKERY_REQUIRES(acts_);
    void seal();
    void complain(std::string_view event, const Error& error) const;

    const Options options_;
    const OperatorLog& log_;
    const Clock& clock_;
    Random& random_;
    std::optional<messages::VaultIdentity> identity_;
    std::atomic<http::Server*> server_{nullptr};
    std::atomic<bool> seal_asked_{false};

    Mutex acts_;  // held while the vault is opened, sealed or stopped
    bool stopping_ ROOKERY_GUARDED_BY(acts_) = false;
    messages::UnsealingDesk desk_ ROOKERY_GUARDED_BY(acts_);
    std::unique_ptr<messages::SealedVault> sealed_ ROOKERY_GUARDED_BY(acts_);
    std::unique_ptr<messages::Vault> vault_ ROOKERY_GUARDED_BY(acts_);
    std::shared_ptr<messages::JobMonitor> job_monitor_ ROOKERY_GUARDED_BY(acts_);
    std::shared_ptr<messages::SyncMonitor> sync_monitor_ ROOKERY_GUARDED_BY(acts_);
    Options::StartSync start_sync_ ROOKERY_GUARDED_BY(acts_);
    std::unique_ptr<messages::FreshnessWatch> watch_ ROOKERY_GUARDED_BY(acts_);
    std::unique_ptr<jobs::JobThread> jobs_ ROOKERY_GUARDED_BY(acts_);
    std::unique_ptr<sync::Worker> sync_ ROOKERY_GUARDED_BY(acts_);

    mutable Mutex told_;
    http::SealStatus status_ ROOKERY_GUARDED_BY(told_);
};

}  // namespace rookery::cli

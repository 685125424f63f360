#include "cli/local/served_vault.hpp"

#include "vault/request_ways.hpp"

#include <chrono>
#include <malloc.h>
#include <string_view>
#include <thread>
#include <utility>

namespace rookery::cli {
ServedVault::ServedVault(
    Options options, const OperatorLog& log, const Clock& clock, Random& random
)
    : options_(std::move(options)), log_(log), clock_(clock), random_(random) {}

ServedVault::~ServedVault() { stop(); }

Result<void> ServedVault::hold() {
    const MutexLock lock(acts_);
    ROOKERY_CHECK(hold_sealed(messages::SealedVault::Space::needed));
    identity_ = sealed_->identity();
    tell();
    return {};
}

Result<void> ServedVault::hold_sealed(messages::SealedVault::Space space) {
    auto options = options_.vault();
    job_monitor_ = options.jobs;
    sync_monitor_ = options.sync;
    ROOKERY_TRY(sealed_, messages::SealedVault::open(std::move(options), clock_, random_, space));
    return {};
}

Result<void> ServedVault::open(const messages::Unsealing& unsealing) {
    const MutexLock lock(acts_);
    ROOKERY_TRY(const auto root, sealed_->attempt(unsealing));
    ROOKERY_CHECK(open_with(root, unsealing));
    tell();
    return {};
}

/// Before anybody's first request, which would lose races with these changes of rights.
Result<void> ServedVault::open_with(
    const crypto::OpenedRoot& root, const messages::Unsealing& unsealing
) {
    ROOKERY_TRY(vault_, messages::Vault::open(std::move(sealed_), root, unsealing));
    if (options_.prepare_sync) {
        ROOKERY_TRY(start_sync_, options_.prepare_sync(*vault_, sync_monitor_));
    }
    if (options_.start_watch) watch_ = options_.start_watch(*vault_);
    jobs_ = options_.start_jobs(*vault_, job_monitor_);
    return {};
}

Result<std::unique_ptr<http::Server>> ServedVault::serve(http::ServerOptions options) {
    const MutexLock lock(acts_);
    ROOKERY_TRY(auto server, http::Server::start(std::move(options), clock_, *this, vault_.get()));
    server_ = server.get();
    if (seal_asked_) seal_soon();
    ROOKERY_CHECK(start_sync());
    return server;
}

Result<void> ServedVault::start_sync() {
    if (!start_sync_) return {};
    ROOKERY_TRY(sync_, start_sync_());
    start_sync_ = {};
    return {};
}

void ServedVault::stop() {
    const MutexLock lock(acts_);
    stopping_ = true;
    end_background();
}

void ServedVault::end_background() {
    jobs_.reset();
    watch_.reset();
    sync_.reset();
    start_sync_ = {};
}

http::SealStatus ServedVault::status() const {
    const MutexLock lock(told_);
    return status_;
}

void ServedVault::tell() {
    const bool sealed = sealed_ != nullptr;
    const http::SealStatus is{
        sealed,
        desk_.progress(),
        sealed && messages::opens_by_request(sealed_->slots(), !sealed_->token_module().empty())};
    const MutexLock lock(told_);
    status_ = is;
}

Result<http::SealStatus> ServedVault::unseal(http::UnsealInput input) {
    const MutexLock lock(acts_);
    if (stopping_) return fail(Errc::unavailable, "The server ends.");
    if (!sealed_) return status();
    const auto opened = take(std::move(input));
    tell();
    if (!opened) {
        log_.write(
            LogLevel::warning, "unseal-refused", {{"why", std::string_view{opened.error().message}}}
        );
        return fail(opened.error());
    }
    if (!*opened) {
        log_.write(LogLevel::info, "share-taken");
        return status();
    }
    if (const auto done = open_with((*opened)->root, (*opened)->with); !done) {
        complain("unseal-failed", done.error());
        hold_again();
        return fail(done.error());
    }
    desk_.forget();
    server_.load()->open(*vault_);
    tell();
    log_.write(LogLevel::info, "unsealed");
    if (const auto synced = start_sync(); !synced) complain("sync-off", synced.error());
    return status();
}

Result<std::optional<ServedVault::Opened>> ServedVault::take(http::UnsealInput input) {
    switch (input.kind) {
        case http::UnsealInput::Kind::share:
            return desk_.share(*sealed_, std::move(input.share), options_.now());
        case http::UnsealInput::Kind::way: {
            ROOKERY_TRY(auto opened, desk_.way(*sealed_, std::move(input.way)));
            return std::optional<Opened>{std::move(opened)};
        }
    }
    return fail(Errc::internal, "there is no such way to unseal a vault");
}

void ServedVault::hold_again() {
    end_background();
    vault_.reset();
    sealed_.reset();
    // Nobody's full disk keeps it open.
    if (const auto held = hold_sealed(messages::SealedVault::Space::not_needed); !held) {
        complain("vault-lost", held.error());
        options_.lost();
        return;
    }
    tell();
}

void ServedVault::complain(std::string_view event, const Error& error) const {
    log_.write(
        LogLevel::error,
        event,
        {{"why", std::string_view{error.message}}, {"hint", std::string_view{error.hint}}}
    );
}

void ServedVault::seal_soon() {
    seal_asked_ = true;
    if (auto* const server = server_.load()) server->later([this] { seal(); });
}

void ServedVault::seal() {
    const MutexLock lock(acts_);
    if (stopping_ || !seal_asked_.exchange(false) || !vault_) return;
    log_.write(LogLevel::info, "sealing");
    {
        // While the last requests are answered.
        std::thread background([jobs = std::move(jobs_),
                                watch = std::move(watch_),
                                worker = std::move(sync_)]() mutable {
            jobs.reset();
            watch.reset();
            worker.reset();
        });
        server_.load()->close(grace);
        background.join();
    }
    hold_again();
    ::malloc_trim(0);  // what was freed goes back to the system
    log_.write(LogLevel::info, "sealed");
}

void ServedVault::tick() {
    if (status().shares.given == 0) return;
    if (auto* const server = server_.load()) {
        server->later([this] {
            const MutexLock lock(acts_);
            desk_.drop_expired(options_.now());
            tell();
        });
    }
}

}  // namespace rookery::cli

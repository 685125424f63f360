#include "sync/worker.hpp"

#include "query/outbox_reader.hpp"
#include "sync/created_records_cache.hpp"
#include "sync/gate.hpp"
#include "sync/organization_client.hpp"
#include "sync/push_outcome_handler.hpp"
#include "sync/queue.hpp"
#include "sync/record_pusher.hpp"
#include "sync/sign_in.hpp"
#include "sync/vault_client.hpp"

#include <atomic>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace rookery::sync {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr auto watch_every = 250ms;
/// At most this share of the time goes into walking an outbox that holds nothing to push.
constexpr int walk_share = 20;

void lower_priority() {
    constexpr int nice = 10;
    const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
    (void)::setpriority(PRIO_PROCESS, thread, nice);  // Linux: of this thread alone
}

}  // namespace

/// The threads, and what they share.
class Worker::Impl {
 public:
    Impl(
        const SyncOptions& options, SecretBytes client_secret, messages::Vault& vault,
        const access::Caller& caller, std::shared_ptr<messages::SyncMonitor> monitor, Log log
    )
        : options_(options),
          vault_(vault),
          user_(caller.user),
          monitor_(std::move(monitor)),
          gate_(options.requests_per_second),
          pause_(gate_, *monitor_, vault.clock(), vault.random(), std::move(log)),
          queue_(
              [this](auto table, const auto& after, auto limit) {
                  return read_page(table, after, limit);
              },
              vault.clock()
          ),
          sign_in_(options, std::move(client_secret), vault.clock()),
          client_(vault, caller),
          outcomes_(
              queue_, client_, created_records_, pause_, *monitor_, vault.clock(), vault.random()
          ),
          shared_{
              options_,
              vault,
              client_,
              gate_,
              queue_,
              created_records_,
              outcomes_,
              vault.clock().now() + options.request} {}

    Result<void> start() {
        OrganizationOptions organization;
        organization.origin = options_.url;
        organization.ca_file = options_.ca_file;
        organization.connect = options_.connect;
        organization.request = options_.request;
        for (std::size_t i = 0; i < options_.parallel; ++i) {
            ROOKERY_TRY(auto opened, OrganizationClient::open(organization, [this] {
                            return monitor_->stopping();
                        }));
            organizations_.push_back(std::move(opened));
        }
        threads_.emplace_back([this] { keep_going([this] { watch(); }); });
        for (auto& opened : organizations_) {
            threads_.emplace_back([this, &opened] { keep_going([&] { push_all(opened); }); });
        }
        return {};
    }

    void stop() {
        monitor_->stop();
        gate_.close();
        queue_.close();
        for (auto& thread : threads_) thread.join();
    }

 private:
    /// What is thrown (memory is exhausted) ends a round, not the server.
    template <class Round>
    void keep_going(Round round) {
        while (!monitor_->stopping()) {
            try {
                round();
                return;
            } catch (const std::exception&) {
                (void)monitor_->wait_for(1s);
            }
        }
    }

    void watch() {
        lower_priority();
        std::uint64_t seen = 0;
        auto walk_again = Steady::now();
        while (!monitor_->stopping()) {
            std::uint64_t versionnumber = 0;
            {
                const auto view = vault_.view();
                versionnumber = view.snapshot().versionnumber;
                pause_.watch(view.facts().enabled(user_));
            }
            const auto now = Steady::now();
            if (versionnumber != seen && now >= walk_again) {
                seen = versionnumber;
                walk_again = now + walk_cost_.exchange({}) * walk_share;
                queue_.changed();
            }
            queue_.wake_delayed();
            if (monitor_->wait_for(watch_every)) {
                queue_.forget_delays();
                pause_.end_early();
            }
        }
    }

    void push_all(OrganizationClient& organization) {
        lower_priority();
        RecordPusher pusher(organization, sign_in_, shared_);
        while (gate_.wait_until_open()) {
            const auto item = queue_.take();
            if (!item) return;
            try {
                pusher.process(*item);
            } catch (const std::exception&) {
                // Memory, of which the arena for secrets has a bound. Callers go on, and so does this.
                queue_.delayed(*item, vault_.clock().now() + 1min);
                pause_.begin("this server is out of memory");
            }
        }
    }

    std::vector<ledger::OutboxEntry> read_page(
        schema::TableId table, const std::optional<Uuid>& after, std::size_t limit
    ) {
        const auto begin = Steady::now();
        auto entries = messages::read_outbox(vault_.view(), table, after, limit);
        walk_cost_ = walk_cost_.load() + (Steady::now() - begin);
        if (!entries) {
            pause_.begin("this vault: " + entries.error().message);
            return {};
        }
        return std::move(*entries);
    }

    const SyncOptions options_;
    messages::Vault& vault_;
    const Uuid user_;
    const std::shared_ptr<messages::SyncMonitor> monitor_;
    Gate gate_;
    Pause pause_;
    Queue queue_;
    SignIn sign_in_;
    VaultClient client_;
    CreatedRecordsCache created_records_;
    PushOutcomeHandler outcomes_;
    const Shared shared_;
    std::vector<OrganizationClient> organizations_;
    std::atomic<Steady::duration> walk_cost_{};
    std::vector<std::thread> threads_;
};

Worker::Worker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Worker::~Worker() { impl_->stop(); }

Result<std::unique_ptr<Worker>> Worker::start(
    const SyncOptions& options, SecretBytes client_secret, messages::Vault& vault,
    const access::Caller& caller, std::shared_ptr<messages::SyncMonitor> monitor, Log log
) {
    if (!monitor) return fail(Errc::usage, "the vault was opened without a sync monitor");
    auto impl = std::make_unique<Impl>(
        options, std::move(client_secret), vault, caller, std::move(monitor), std::move(log)
    );
    ROOKERY_CHECK(impl->start());
    return std::unique_ptr<Worker>(new Worker(std::move(impl)));
}

}  // namespace rookery::sync

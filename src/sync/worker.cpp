#include "sync/worker.hpp"

#include "messages/outbox_reader.hpp"
#include "messages/push_code.hpp"
#include "schema/known_tables.hpp"
#include "sync/backoff.hpp"
#include "sync/far_side.hpp"
#include "sync/gate.hpp"
#include "sync/payload.hpp"
#include "sync/push.hpp"
#include "sync/queue.hpp"
#include "sync/sign_in.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace rookery::sync {
namespace {

using namespace std::chrono_literals;
using ledger::OutboxEntry;
using ledger::OutboxOperation;
using ledger::OutboxState;

constexpr auto watch_every = 250ms;
constexpr auto parent_wait = 500ms;
/// A far side that throttles without saying for how long, or for no time at all, is believed this
/// often in a row.
constexpr unsigned hasty_waits_max = 3;
/// After this many failures that may pass, a record is set aside for the operator to see.
constexpr unsigned tries_max = 10;
/// At most this share of the time goes into walking an outbox that holds nothing to push.
constexpr int walk_share = 20;

void lower_priority() {
    constexpr int nice = 10;
    const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
    (void)::setpriority(PRIO_PROCESS, thread, nice);  // Linux: of this thread alone
}

/// What an operation is called, in a syncerror row and on the log.
struct OperationName {
    std::string_view action;
    std::string_view word;
};

const OperationName& name_of(Operation operation) {
    static constexpr OperationName names[] = {
        {"Create", "create"}, {"Update", "update"}, {"Delete", "delete"}};
    return names[static_cast<std::size_t>(operation)];
}

/// What became of one record.
enum class Fate : std::uint8_t { gone_over, set_aside, waits };

/// A record as the pipeline showed it, with the reply that keeps it.
struct Loaded {
    std::unique_ptr<ledger::Reply> reply;
    const messages::ShownRow* row = nullptr;  // null: there is no such record
};

}  // namespace

class Worker::Impl {
  public:
    Impl(
        const SyncOptions& options,
        SecretBytes client_secret,
        messages::Vault& vault,
        const access::Caller& caller,
        std::shared_ptr<messages::SyncMonitor> monitor,
        Log log
    )
        : options_(options),
          began_(vault.clock().now()),
          vault_(vault),
          caller_(caller),
          monitor_(std::move(monitor)),
          log_(std::move(log)),
          gate_(options.requests_per_second),
          queue_(
              [this](auto table, const auto& after, auto limit) {
                  return read_page(table, after, limit);
              },
              vault.clock()
          ),
          sign_in_(options, std::move(client_secret), vault.clock()) {}

    Result<void> start() {
        FarSideOptions far_side;
        far_side.origin = options_.url;
        far_side.ca_file = options_.ca_file;
        far_side.connect = options_.connect;
        far_side.request = options_.request;
        for (std::size_t i = 0; i < options_.parallel; ++i) {
            ROOKERY_TRY(
                auto opened, FarSide::open(far_side, [this] { return monitor_->stopping(); })
            );
            far_sides_.push_back(std::move(opened));
        }
        threads_.emplace_back([this] { keep_going([this] { watch(); }); });
        for (auto& opened : far_sides_) {
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

    // --- the watching thread

    void watch() {
        lower_priority();
        std::uint64_t seen = 0;
        auto walk_again = std::chrono::steady_clock::now();
        while (!monitor_->stopping()) {
            std::uint64_t versionnumber = 0;
            {
                const auto view = vault_.view();
                versionnumber = view.snapshot().versionnumber;
                watch_pause(view.facts().enabled(caller_.user));
            }
            const auto now = std::chrono::steady_clock::now();
            if (versionnumber != seen && now >= walk_again) {
                seen = versionnumber;
                walk_again = now + walk_cost_.exchange({}) * walk_share;
                queue_.changed();
            }
            queue_.wake_delayed();
            if (monitor_->wait_for(watch_every)) {
                queue_.forget_delays();
                if (!disabled_) resume();
            }
        }
    }

    void watch_pause(bool enabled) {
        const auto now = vault_.clock().now();
        if (!enabled) {
            if (!std::exchange(disabled_, true)) log_(paused_event, disabled_why);
            const std::lock_guard lock(pause_mutex_);
            gate_.shut(now + 1min);
            monitor_->paused(now + 1min, disabled_why);
        } else if (std::exchange(disabled_, false)) {
            resume();
        } else if (const auto until = gate_.shut_until(); until && now >= *until) {
            resume();
        }
    }

    void resume() {
        const std::lock_guard lock(pause_mutex_);
        if (!gate_.shut_until()) return;
        gate_.open();
        monitor_->resumed();
        log_(resumed_event, "");
    }

    // --- pauses

    /// Stops all threads: for what the far side asked, else for longer with every time.
    void pause(const std::string& why, std::optional<std::chrono::seconds> asked = {}) {
        const std::lock_guard lock(pause_mutex_);
        // What others find in the same moment is the same trouble.
        const bool first = !gate_.shut_until();
        std::chrono::milliseconds wait = asked.value_or(0s);
        if (!asked || troubles_ >= hasty_waits_max) {
            wait = std::max(wait, backoff(troubles_, vault_.random()));
        }
        if (first) ++troubles_;
        const auto until = vault_.clock().now() + wait;
        gate_.shut(until);
        monitor_->paused(gate_.shut_until().value_or(until), why);
        if (first) log_(paused_event, why);
    }

    void worked() {
        const std::lock_guard lock(pause_mutex_);
        troubles_ = 0;
    }

    // --- the pushing threads

    void push_all(FarSide& far_side) {
        lower_priority();
        Push push(far_side, sign_in_, gate_, vault_.clock());
        while (gate_.wait_until_open()) {
            const auto item = queue_.take();
            if (!item) return;
            try {
                process(push, *item);
            } catch (const std::exception&) {
                // Memory, of which the arena for secrets has a bound. Callers go on, and so does this.
                queue_.delayed(*item, vault_.clock().now() + 1min);
                pause("this server is out of memory");
            }
        }
    }

    /// The record's fate; it is out of flight afterwards.
    Fate process(Push& push, QueueItem item, unsigned depth = 0) {
        const auto now = vault_.clock().now();
        const auto entry = messages::outbox_entry(vault_.view(), item.entry.record);
        if (!entry) return held_up(item, entry.error());
        if (gate_.shut_until()) {
            queue_.delayed(item, now);
            return Fate::waits;
        }
        if (!*entry || (*entry)->state != OutboxState::due) {
            queue_.settled(item.entry.record);
            return Fate::gone_over;
        }
        const bool turned = (*entry)->operation != item.entry.operation;
        item.entry = **entry;
        if (turned) {  // its step comes
            queue_.delayed(item, now);
            return Fate::waits;
        }
        return item.entry.operation == OutboxOperation::remove ? remove(push, item)
                                                               : upsert(push, item, depth);
    }

    /// Also true of every record for as long as a request of an earlier process, which may have been
    /// killed, can still arrive.
    [[nodiscard]] Before before(const QueueItem& item) {
        const std::lock_guard lock(ours_mutex_);
        return {
            item.open || vault_.clock().now() < began_ + options_.request,
            ours_.count({item.entry.record.table, item.entry.record.id}) != 0};
    }

    void remember(const storage::RowRef& record, Operation operation) {
        constexpr std::size_t remembered_max = 100'000;
        const std::lock_guard lock(ours_mutex_);
        if (operation == Operation::remove) {
            ours_.erase({record.table, record.id});
        } else {
            if (ours_.size() >= remembered_max) ours_.clear();  // read once more
            ours_.emplace(record.table, record.id);
        }
    }

    Fate remove(Push& push, const QueueItem& item) {
        const auto& table = *schema::table(item.entry.record.table);
        // An entry carries no tag, a row and its tombstone do: on an entry's word alone nothing is
        // deleted there that is here.
        const auto loaded = load(item.entry.record);
        if (!loaded) return held_up(item, loaded.error());
        if (loaded->row != nullptr) return contradicted(item, Operation::remove);
        const auto result = push.remove(table, item.entry.record.id, before(item));
        return conclude(item, result, nullptr);
    }

    Fate upsert(Push& push, const QueueItem& item, unsigned depth) {
        const auto& table = *schema::table(item.entry.record.table);
        auto loaded = load(item.entry.record);
        if (!loaded) return held_up(item, loaded.error());
        if (loaded->row == nullptr) {
            // It was removed a moment ago, and the entry says so; or else nothing here wrote it.
            const auto now = messages::outbox_entry(vault_.view(), item.entry.record);
            if (!now) return held_up(item, now.error());
            if (*now && (*now)->versionnumber == item.entry.versionnumber) {
                return contradicted(item, Operation::update);
            }
            queue_.delayed(item, vault_.clock().now());
            return Fate::waits;
        }
        const auto payload = payload_of(*loaded->row, owner_of(*loaded->row));
        if (!parents_first(push, payload, depth)) {
            queue_.delayed(item, vault_.clock().now() + parent_wait);
            return Fate::waits;
        }
        const auto begin =
            loaded->row->row->row_version == 1 ? Operation::create : Operation::update;
        auto known = before(item);
        // A create that comes late finds the record there and does nothing.
        if (begin == Operation::create) known.open = item.open;
        auto result = push.upsert(table, item.entry.record.id, payload, begin, known);
        if (result.ending == Ending::referenced_missing && !payload.parents.empty()) {
            for (const auto& parent : payload.parents) {
                if (!push_again(push, parent)) {
                    queue_.delayed(item, vault_.clock().now() + parent_wait);
                    return Fate::waits;
                }
            }
            result = push.upsert(table, item.entry.record.id, payload, Operation::update, known);
        }
        return conclude(item, result, &payload);
    }

    /// Every parent that waits in the outbox goes before its child. False: one cannot go now.
    bool parents_first(Push& push, const Payload& payload, unsigned depth) {
        constexpr unsigned depth_max = 2;  // secret, handle, application
        if (depth >= depth_max) return true;
        for (const auto& parent : payload.parents) {
            const auto entry = messages::outbox_entry(vault_.view(), parent);
            if (!entry) return false;
            if (!*entry || (*entry)->state != OutboxState::due ||
                (*entry)->operation != OutboxOperation::upsert) {
                continue;
            }
            auto item = queue_.take(**entry);
            if (!item) return false;
            Guard guard(queue_, *item);
            const auto fate = process(push, *item, depth + 1);
            guard.done();
            if (fate == Fate::waits) return false;
        }
        return true;
    }

    /// A parent that the far side lacks although nothing is due. False: it cannot go now.
    bool push_again(Push& push, const storage::RowRef& parent) {
        auto item = queue_.take(OutboxEntry{parent, 0, OutboxOperation::upsert, OutboxState::due, {}});
        if (!item) return false;
        Guard guard(queue_, *item);
        auto loaded = load(parent);
        if (!loaded || loaded->row == nullptr) {
            queue_.delayed(*item, vault_.clock().now());
            guard.done();
            return loaded.has_value();  // gone here as well: the child's next version says so
        }
        item->entry.versionnumber = loaded->row->row->versionnumber;
        const auto payload = payload_of(*loaded->row, owner_of(*loaded->row));
        const auto result = push.upsert(
            *schema::table(parent.table), parent.id, payload, Operation::create, before(*item)
        );
        const auto fate = conclude(*item, result, &payload);
        guard.done();
        return fate != Fate::waits;
    }

    // --- what came of it

    /// Precondition: `result` is of a write.
    Fate conclude(const QueueItem& item, const PushResult& result, const Payload* payload) {
        auto waiting = item;
        waiting.open = item.open || result.open;
        const auto now = vault_.clock().now();
        switch (result.ending) {
            case Ending::done:
                return succeed(item, result, payload);
            case Ending::refused:
            case Ending::referenced_missing:
                return set_aside(waiting, result, payload);
            case Ending::later:
                if (++waiting.failures >= tries_max) return set_aside(waiting, result, payload);
                monitor_->failed(result.code);
                tell_of(item, result, payload);
                queue_.delayed(
                    waiting,
                    now + std::max<std::chrono::milliseconds>(
                              result.wait.value_or(0s), backoff(waiting.failures, vault_.random())
                          )
                );
                return Fate::waits;
            case Ending::pause:
                monitor_->failed(result.code);
                tell_of(item, result, payload);
                // A record that breaks the connection each time goes behind the others.
                if (waiting.open) ++waiting.failures;
                queue_.delayed(
                    waiting,
                    waiting.open ? now + backoff(waiting.failures, vault_.random()) : now
                );
                pause(result.why, result.wait);
                return Fate::waits;
            case Ending::interrupted:
                break;
        }
        queue_.delayed(waiting, now);
        return Fate::waits;
    }

    /// The entry says what the record does not: somebody wrote to the disk. The operator sees it.
    Fate contradicted(const QueueItem& item, Operation operation) {
        PushResult result;
        result.operation = operation;
        result.code = messages::push_code::internal;
        return set_aside(item, result, nullptr);
    }

    Fate succeed(const QueueItem& item, const PushResult& result, const Payload* payload) {
        worked();
        messages::Pushed pushed;
        pushed.operation = name_of(result.operation).word;
        pushed.status = result.status;
        pushed.owner_left_out = payload != nullptr && payload->owner_left_out;
        remember(item.entry.record, result.operation);
        // Counted first: whoever finds nothing due any more finds it counted.
        monitor_->succeeded(vault_.clock().now(), pushed.owner_left_out);
        if (const auto told = complete(item, std::move(pushed)); !told) {
            return held_up(item, told.error());  // pushed again: that does no harm
        }
        queue_.settled(item.entry.record);
        return Fate::gone_over;
    }

    Fate set_aside(const QueueItem& item, const PushResult& result, const Payload* payload) {
        worked();  // it answers: only this record is refused
        monitor_->failed(result.code);
        if (const auto told = complete(item, failure(result, payload)); !told) {
            return held_up(item, told.error());
        }
        if (item.open) {  // its next version still has to read first
            auto resting = item;
            resting.failures = 0;
            queue_.delayed(resting, vault_.clock().now());
        } else {
            queue_.settled(item.entry.record);
        }
        return Fate::set_aside;
    }

    static messages::PushFailed failure(const PushResult& result, const Payload* payload) {
        messages::PushFailed failed;
        failed.action = name_of(result.operation).action;
        failed.status = result.status;
        failed.code = result.code;
        failed.missing_privilege = result.missing_privilege;
        if (payload != nullptr) {
            failed.columns = result.operation == Operation::create ? payload->create_columns
                                                                   : payload->update_columns;
        }
        return failed;
    }

    /// A failure that may pass is on the log too; the entry stays.
    void tell_of(const QueueItem& item, const PushResult& result, const Payload* payload) {
        auto failed = failure(result, payload);
        failed.passing = true;
        const auto told = complete(item, std::move(failed));
        (void)told;  // when the log cannot be written the server ends
    }

    /// Trouble of this vault's own. What lies with one record waits alone: whoever may change it, or
    /// damaged it, does not hold up the others.
    Fate held_up(const QueueItem& item, const Error& error) {
        const auto now = vault_.clock().now();
        switch (error.code) {
            case Errc::unavailable:  // it kept changing
            case Errc::deadline:
                queue_.delayed(item, now + 1s);
                break;
            case Errc::integrity:
                queue_.delayed(item, now + 1min);
                break;
            default:
                queue_.delayed(item, now);
                if (!monitor_->stopping()) pause("this vault: " + error.message);
        }
        return Fate::waits;
    }

    // --- the vault

    Result<messages::MessageReply::Body*> ask(
        const messages::Message& message, std::unique_ptr<ledger::Reply>& reply
    ) {
        ROOKERY_TRY(auto receipt, vault_.run(caller_, message));
        reply = std::move(receipt).take_reply();
        auto& body = static_cast<messages::MessageReply&>(*reply).body;
        if (auto* error = std::get_if<messages::ErrorReply>(&body)) return fail(error->error);
        return &body;
    }

    Result<Loaded> load(const storage::RowRef& record) {
        const auto* table = schema::table(record.table);
        messages::Retrieve message;
        message.target = {table, record.id};
        message.selection.columns = columns_to_load(*table);
        Loaded out;
        const auto body = ask(message, out.reply);
        if (!body) {
            if (body.error().code == Errc::not_found) return Loaded{};
            return fail(body.error());
        }
        const auto* shown = std::get_if<messages::RowReply>(*body);
        if (shown == nullptr) return fail(Errc::internal, "another kind of reply");
        out.row = &shown->row;
        return out;
    }

    Result<void> complete(const QueueItem& item, messages::PushOutcome outcome) {
        messages::CompletePush message;
        message.table = schema::table(item.entry.record.table);
        message.id = item.entry.record.id;
        message.versionnumber = item.entry.versionnumber;
        message.outcome = std::move(outcome);
        std::unique_ptr<ledger::Reply> reply;
        ROOKERY_CHECK(nothing(ask(message, reply)));
        return {};
    }

    static Result<void> nothing(const Result<messages::MessageReply::Body*>& body) {
        if (!body) return fail(body.error());
        return {};
    }

    /// What the operator says, else the user's object in the directory that both sides share.
    std::optional<std::string> owner_of(const messages::ShownRow& row) const {
        for (const auto& cell : row.cells) {
            const auto* const* stored = std::get_if<const storage::Value*>(&cell.value);
            if (cell.column->type != schema::Type::owner || stored == nullptr || *stored == nullptr) {
                continue;
            }
            const auto* owner = std::get_if<storage::RowRef>(*stored);
            if (owner == nullptr) return std::nullopt;
            if (const auto mapped = options_.owners.find(owner->id); mapped != options_.owners.end()) {
                return mapped->second;
            }
            if (owner->table != schema::known::systemuser.id) return std::nullopt;
            const auto view = vault_.view();
            const auto* user = view.facts().user(owner->id);
            if (user == nullptr || user->entra_object.is_nil()) return std::nullopt;
            return "systemusers(azureactivedirectoryobjectid=" + to_string(user->entra_object) + ")";
        }
        return std::nullopt;
    }

    std::vector<OutboxEntry> read_page(
        schema::TableId table, const std::optional<Uuid>& after, std::size_t limit
    ) {
        const auto begin = std::chrono::steady_clock::now();
        auto entries = messages::read_outbox(vault_.view(), table, after, limit);
        walk_cost_ = walk_cost_.load() + (std::chrono::steady_clock::now() - begin);
        if (!entries) {
            pause("this vault: " + entries.error().message);
            return {};
        }
        return std::move(*entries);
    }

    /// A parent does not stay in flight when something is thrown on its way.
    class Guard {
      public:
        Guard(Queue& queue, const QueueItem& item) : queue_(queue), item_(item) {}

        ~Guard() {
            if (!done_) queue_.delayed(item_, Instant{});
        }

        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

        void done() { done_ = true; }

      private:
        Queue& queue_;
        const QueueItem& item_;
        bool done_ = false;
    };

    static constexpr std::string_view disabled_why = "the user Rookery Sync is disabled";

    const SyncOptions options_;
    const Instant began_;
    messages::Vault& vault_;
    const access::Caller caller_;
    const std::shared_ptr<messages::SyncMonitor> monitor_;
    const Log log_;
    Gate gate_;
    Queue queue_;
    SignIn sign_in_;
    std::vector<FarSide> far_sides_;
    std::mutex pause_mutex_;
    unsigned troubles_ = 0;
    std::mutex ours_mutex_;
    // Records that this process saw over there as of this application's making.
    std::set<std::pair<schema::TableId, Uuid>> ours_;
    bool disabled_ = false;  // of the watching thread
    std::atomic<std::chrono::steady_clock::duration> walk_cost_{};
    std::vector<std::thread> threads_;
};

Worker::Worker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Worker::~Worker() {
    impl_->stop();
}

Result<std::unique_ptr<Worker>> Worker::start(
    const SyncOptions& options,
    SecretBytes client_secret,
    messages::Vault& vault,
    const access::Caller& caller,
    std::shared_ptr<messages::SyncMonitor> monitor,
    Log log
) {
    if (!monitor) return fail(Errc::usage, "the vault was opened without a sync monitor");
    auto impl = std::make_unique<Impl>(
        options, std::move(client_secret), vault, caller, std::move(monitor), std::move(log)
    );
    ROOKERY_CHECK(impl->start());
    return std::unique_ptr<Worker>(new Worker(std::move(impl)));
}

}  // namespace rookery::sync

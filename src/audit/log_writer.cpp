#include "audit/log_writer.hpp"

#include "audit/log_reader.hpp"
#include "merkle/hash.hpp"

#include <algorithm>
#include <ctime>

namespace rookery::audit {
namespace {

/// By more than a clock that is kept right ever goes back. Nothing is ahead that is not there.
bool is_ahead(Instant last_time, Instant now) {
    return last_time > now && last_time - now > LogWriter::clock_jump_max;
}

}  // namespace

std::chrono::milliseconds time_since_boot() {
    timespec now{};
    // Unlike CLOCK_MONOTONIC it goes on while the machine sleeps: waking up is no jump.
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec}
    );
}

Result<LogWriter> LogWriter::open(const storage::StoreView& view, Options options, Instant now) {
    if (!merkle::is_key_name(options.origin)) {
        return fail(
            Errc::invalid_argument,
            "the log's origin is malformed",
            "use \"<host>/audit/<node>\": printable ASCII without blanks and plus signs"
        );
    }
    ROOKERY_TRY(auto start, check_start(view, {options.origin, options.verifier}));
    if (start.state && is_ahead(start.state->last_time, now)) {
        const auto last_time = std::chrono::floor<std::chrono::seconds>(start.state->last_time);
        if (last_time > options.confirmed_time) {
            return fail(
                Errc::unavailable,
                "the clock is more than an hour behind the log's last entry of " +
                    to_iso8601(last_time),
                "set the clock; if it is right and the log's time is not, confirm that time: with "
                "confirmed_time in the section [audit] of the server's configuration, with "
                "--confirmed-time of a command that has --data"
            );
        }
    }
    LogWriter writer{std::move(options), start.state.value_or(LogState{}), start.published};
    ROOKERY_CHECK(writer.mark_durable());
    return writer;
}

LogWriter::LogWriter(Options options, LogState state, std::optional<merkle::Checkpoint> published)
    : options_(std::move(options)),
      state_(std::move(state)),
      publisher_(options_.origin, options_.key, std::move(published)) {
    state_.checkpoint_size = publisher_.last() ? publisher_.last()->size : 0;
}

Instant LogWriter::log_time(Instant now) const { return std::max(state_.last_time, now); }

Instant LogWriter::judged_time(Instant now) const {
    return is_ahead(state_.last_time, now) ? now : log_time(now);
}

Result<void> LogWriter::check_clock(Instant now) {
    const auto offset = now.time_since_epoch() - options_.monotonic();
    if (offset_ && std::chrono::abs(offset - *offset_) > clock_jump_max) {
        // One wrong reading would freeze log time for as long as it was wrong by.
        return fail(
            Errc::unavailable,
            "the clock jumped by more than an hour",
            "see that the clock is right, and start again"
        );
    }
    offset_ = offset;
    return {};
}

Result<LogRow> LogWriter::append(const PreparedEvent& event, Instant now) {
    ROOKERY_CHECK(check_clock(now));
    const auto index = state_.size();
    if ((index == 0) != (event.action == Action::genesis)) {
        return fail(Errc::internal, "the log begins with its genesis entry and has no second one");
    }
    const Leaf leaf{
        Leaf::newest_format,
        index == 0 ? Leaf::Kind::genesis : Leaf::Kind::event,
        index,
        log_time(now),
        bind_core(index, event.core_commit),
        event.priv_commit,
    };
    const auto bytes = encode(leaf);
    const auto nodes = state_.frontier.append(merkle::hash_leaf(bytes));
    root_.reset();
    state_.last_time = leaf.time;
    return LogRow{entry_key(index), entry_value(bytes, nodes, event.core_row, event.priv_row)};
}

const Digest& LogWriter::root() const {
    if (!root_) root_ = state_.frontier.root();
    return *root_;
}

LogRow LogWriter::state_row() const { return {state_key(), encode(state_, root())}; }

Result<void> LogWriter::mark_durable() { return publisher_.durable(size(), root()); }

std::optional<LogRow> LogWriter::due_checkpoint(Instant now) {
    auto note = publisher_.due(now);
    return note ? std::optional{published(std::move(*note))} : std::nullopt;
}

std::optional<LogRow> LogWriter::final_checkpoint(Instant now) {
    auto note = publisher_.final_note(now);
    return note ? std::optional{published(std::move(*note))} : std::nullopt;
}

LogRow LogWriter::published(std::string note) {
    state_.checkpoint_size = publisher_.last()->size;
    return {checkpoint_key(*state_.checkpoint_size), std::move(note)};
}

}  // namespace rookery::audit

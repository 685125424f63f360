#include "vault/freshness_watch.hpp"

#include "ledger/row_freshness.hpp"
#include "schema/schema.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "storage/stored_tag.hpp"
#include "vault/entry_check.hpp"
#include "vault/note_event.hpp"
#include "vault/opening_checks.hpp"
#include "vault/store_report.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace rookery::messages {
namespace {

using ledger::StaleRow;

/// A reader's request does not wait longer for a core than for such a piece.
constexpr std::chrono::milliseconds piece{2};
/// How often it is looked whether readers have found anything.
constexpr std::chrono::seconds look_every{1};
constexpr int keys_between_clocks = 64;

audit::FindingKind finding_kind_of(StaleRow::Kind kind) {
    switch (kind) {
        case StaleRow::Kind::older:
        case StaleRow::Kind::stray:
            return audit::FindingKind::older;
        case StaleRow::Kind::missing:
            return audit::FindingKind::missing;
    }
    return audit::FindingKind::older;
}

StaleRow::Kind stale_kind_of(audit::FindingKind kind) {
    return kind == audit::FindingKind::missing ? StaleRow::Kind::missing : StaleRow::Kind::older;
}

}  // namespace

std::unique_ptr<FreshnessWatch> FreshnessWatch::start(Vault& vault, Options options) {
    std::unique_ptr<FreshnessWatch> watch(new FreshnessWatch(vault, std::move(options)));
    watch->go_on(Steady::now() + watch->options_.before_serving);
    watch->note_findings();
    watch->thread_ = std::thread([made = watch.get()] { made->run(); });
    return watch;
}

FreshnessWatch::~FreshnessWatch() {
    {
        const MutexLock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void FreshnessWatch::run() {
    bool over = false;
    while (!over) {
        const auto begun = Steady::now();
        try {
            if (phase_ != Phase::done) go_on(begun + piece);
            note_findings();
        } catch (const std::exception&) {  // memory is exhausted: the next turn may have some
        }
        const auto cost = Steady::now() - begun;
        const auto share = std::max(1U, std::min(100U, options_.share_percent));
        over = rest(
            phase_ == Phase::done ? Steady::duration(look_every) : cost * (100 - share) / share
        );
    }
    try {
        note_findings();
    } catch (const std::exception&) {  // the next start compares anew
    }
}

bool FreshnessWatch::rest(Steady::duration how_long) {
    const auto until = Steady::now() + how_long;
    const MutexLock lock(mutex_);
    while (!stopping_) {
        if (lock.wait_until(changed_, until) == std::cv_status::timeout) break;
    }
    return stopping_;
}

void FreshnessWatch::go_on(Steady::time_point until) {
    auto made = view_ ? Result<void>{} : begin();
    if (made && phase_ == Phase::rows) made = go_on_with_rows(until);
    if (made && phase_ == Phase::log) made = go_on_with_log(until);
    if (made) return;
    // Rows are compared as they are read from here on, as far as this process has seen them.
    if (options_.found) options_.found("rows", "not compared: " + made.error().message);
    end();
}

Result<void> FreshnessWatch::begin() {
    view_.emplace(vault_.view());
    ROOKERY_TRY(state_, read_state(*view_->store(), view_->keys().authenticator));
    rows_ = view_->store()->scan({storage::Family::rows, {}, {}, true}, storage::Order::ascending);
    return {};
}

Result<void> FreshnessWatch::go_on_with_rows(Steady::time_point until) {
    auto& freshness = *vault_.parts().freshness;
    int since_clock = 0;
    for (; rows_->valid(); rows_->next()) {
        if (++since_clock % keys_between_clocks == 0 && Steady::now() >= until) return {};
        const auto ref = storage::parse_row_key(rows_->key());
        const auto tag = storage::stored_tag(rows_->value());
        if (!ref || !tag) continue;  // then the sum is not right either
        (void)freshness.agrees(*ref, &*tag);
        ROOKERY_TRY(
            const auto summand,
            storage::digest_summand(*ref, rows_->value(), view_->keys().authenticator)
        );
        sum_.add(summand);
    }
    ROOKERY_CHECK(rows_->status());
    rows_.reset();
    if (sum_ == state_.digest) {
        freshness.all_seen();
        if (!freshness.knows_all() && options_.found) {
            options_.found(
                "rows",
                "there are more than are remembered: of the rest an older copy is found by "
                "`rookery verify` alone"
            );
        }
        end();
        return {};
    }
    ROOKERY_TRY(auto log, audit::LogReader::open(view_->store(), &view_->keys().details));
    log_.emplace(std::move(log));
    phase_ = Phase::log;
    return {};
}

Result<void> FreshnessWatch::go_on_with_log(Steady::time_point until) {
    for (; next_entry_ < state_.log_size; ++next_entry_) {
        if (next_entry_ % keys_between_clocks == 0 && Steady::now() >= until) return {};
        ROOKERY_CHECK(look_at_entry(next_entry_));
    }
    if (named_ == 0) {
        vault_.parts().freshness->sums_disagree();
        find(
            {audit::FindingKind::disagrees,
             "rows",
             "together they are not those that the vault's state was written with, and no entry of "
             "the log names one that is older: `rookery verify` looks at everything",
             {},
             {}}
        );
    }
    end();
    return {};
}

Result<void> FreshnessWatch::look_at_entry(std::uint64_t index) {
    const auto entry = log_->read(index, audit::Sections::core);
    if (!entry && entry.error().code == Errc::io) return fail(entry.error());
    if (!entry || entry->while_sealed) return {};
    ROOKERY_TRY(const auto found, check_entry(*view_, entry->event, index));
    for (const auto& finding : found) {
        if (!finding.row) continue;  // the scrub's
        ++named_;
        vault_.parts().freshness->condemn(
            {*finding.row, stale_kind_of(finding.kind)}, finding.tag ? &*finding.tag : nullptr
        );
    }
    return {};
}

void FreshnessWatch::end() {
    phase_ = Phase::done;
    log_.reset();
    rows_.reset();
    view_.reset();
}

void FreshnessWatch::find(audit::FoundThing found) {
    if (options_.found) options_.found(found.place, found.what);
    found_.push_back(std::move(found));
}

void FreshnessWatch::note_findings() {
    for (const auto& stale : vault_.parts().freshness->take_stale()) {
        const auto* table = schema::table(stale.row.table);
        find(
            {finding_kind_of(stale.kind),
             place_of(stale.row),
             std::string(ledger::words_for(stale.kind)),
             table == nullptr ? std::string{} : std::string(table->name),
             stale.row.id}
        );
    }
    while (!found_.empty()) {
        const auto event =
            audit::finding_event(found_.back(), vault_.origin(), vault_.clock().now());
        if (!note_event(vault_, event)) return;  // the next turn tries it again
        found_.pop_back();
    }
}

}  // namespace rookery::messages

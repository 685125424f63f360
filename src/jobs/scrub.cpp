#include "jobs/scrub.hpp"

#include "audit/handover.hpp"
#include "audit/log_reader.hpp"
#include "jobs/behind_damage.hpp"
#include "jobs/scrub_cursor.hpp"
#include "merkle/checkpoint.hpp"
#include "vault/entry_check.hpp"
#include "vault/store_checks.hpp"

#include <algorithm>
#include <utility>

namespace rookery::jobs {
namespace {

using messages::StoreReport;
using storage::Family;
using Kind = audit::FindingKind;

/// A step ends with this many findings: one unit more has far fewer than the rest of job_findings_max.
constexpr std::size_t found_in_step_max = 16;

/// The longest key in hex, and what stands beside it.
static_assert(2 * storage::key_bytes_max + 64 <= cursor_max);

/// One step: a view, and what is looked at of it.
class ScrubStep {
 public:
    ScrubStep(const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget)
        : vault_(vault), view_(vault.view()), budget_(budget), progress_(at) {}

    Result<JobStep> run() {
        ROOKERY_TRY(cursor_, parse_scrub_cursor(progress_.cursor));
        bool done = false;
        Result<void> looked;
        while (looked && !done && !full() && budget_.spend()) {
            const auto last = look();
            if (last) done = *last;
            if (!last) looked = fail(last.error());
        }
        progress_.cursor = to_text(cursor_);
        return finish(done, looked);
    }

 private:
    [[nodiscard]] bool full() const { return report_.findings.size() >= found_in_step_max; }

    /// What the disk does not give back as it was written is a finding, wherever it was read. Other errors end the scrub.
    Result<void> unless_damaged(std::string place, const Result<void>& looked) {
        if (looked || looked.error().code != Errc::integrity) return looked;
        // What is in an unreadable part of the store was not looked at; the hint says which part.
        const auto& error = looked.error();
        report_.find(
            Kind::damaged,
            std::move(place),
            error.hint.empty() ? error.message : error.message + ": " + error.hint
        );
        return {};
    }

    /// Goes on in the phase that it is in, for one unit at least. Whether that was the last.
    Result<bool> look() {
        switch (cursor_.phase) {
            case ScrubPhase::state:
                ROOKERY_CHECK(look_at_state());
                return false;
            case ScrubPhase::rows:
                ROOKERY_CHECK(walk(Family::rows, "rows", ScrubPhase::index));
                return false;
            case ScrubPhase::index:
                ROOKERY_CHECK(walk(Family::rowidx, "index", ScrubPhase::meta));
                return false;
            case ScrubPhase::meta:
                ROOKERY_CHECK(walk(Family::meta, "outbox", ScrubPhase::log));
                return false;
            case ScrubPhase::log:
                return look_at_log();
        }
        return true;
    }

    /// What is one for the whole vault, and how much there is to do.
    Result<void> look_at_state() {
        const auto state = checks_.state();
        ROOKERY_TRY(const auto verifier, merkle::parse_verifier_key(vault_.log_verifier_key()));
        if (const auto log = audit::check_start(*view_.store(), verifier); !log) {
            if (log.error().code == Errc::io) return fail(log.error());
            report_.find(Kind::disagrees, "log", log.error().message);
        }
        cursor_.log_size = view_.snapshot().log_size;
        progress_.total = cursor_.log_size + (state ? state->live_rows : 0);
        cursor_.phase = ScrubPhase::rows;
        return {};
    }

    /// From behind the cursor's key, as far as the budget goes.
    Result<void> walk(Family family, std::string_view what, ScrubPhase next) {
        const auto place = "store, " + std::string(what);
        auto lower = cursor_.key;
        if (!lower.empty()) lower.push_back('\0');  // the least key above it
        const auto keys =
            view_.store()->scan({family, std::move(lower), {}, true}, storage::Order::ascending);
        while (keys->valid()) {
            if (keys->key().size() > storage::key_bytes_max) {
                // The cursor has no room for it, and no vault wrote it.
                report_.find(Kind::stray, place, "a key that is longer than any of a vault");
            } else {
                cursor_.key = keys->key();
                ROOKERY_CHECK(unless_damaged(place, look_at(family, keys->key(), keys->value())));
            }
            ++progress_.done;
            keys->next();
            if (keys->valid() && (full() || !budget_.spend())) return {};
        }
        if (const auto ended = keys->status(); !ended) {
            ROOKERY_CHECK(unless_damaged(place, ended));
            if (auto behind = behind_damage(cursor_.key, [&](const std::string& key) {
                    return view_.store()
                        ->scan({family, key, {}}, storage::Order::ascending)
                        ->status()
                        .has_value();
                })) {
                cursor_.key = std::move(*behind);
                return {};
            }
        }
        cursor_.key.clear();
        cursor_.phase = next;
        progress_.total = std::max(progress_.total, progress_.done + cursor_.log_size);
        return {};
    }

    Result<void> look_at(Family family, std::string_view key, std::string_view value) {
        if (family == Family::rowidx) return checks_.index_entry(key, value);
        if (family == Family::meta) {
            (void)checks_.meta(key, value);
            return {};
        }
        ROOKERY_TRY(const auto row, checks_.row(key, value));
        if (!row) return {};
        // So many more to look at, which nobody counts beforehand; a tombstone is no live row.
        progress_.total += row->index_entries;
        if (std::holds_alternative<storage::Tombstone>(row->stored)) ++progress_.total;
        return {};
    }

    Result<bool> look_at_log() {
        const auto reader = audit::LogReader::open(view_.store(), &view_.keys().details);
        if (!reader) {
            ROOKERY_CHECK(unless_damaged("store, log", fail(reader.error())));
            return true;
        }
        const auto handovers =
            audit::read_handovers(*view_.store(), view_.keys().signing.public_key());
        while (cursor_.next < cursor_.log_size) {
            const bool put_back = handovers && handovers->is_put_back(cursor_.next);
            ROOKERY_CHECK(unless_damaged(
                "log entry " + std::to_string(cursor_.next),
                look_at_entry(*reader, cursor_.next, put_back)
            ));
            ++cursor_.next;
            ++progress_.done;
            if (cursor_.next < cursor_.log_size && (full() || !budget_.spend())) return false;
        }
        return true;
    }

    /// `put_back`: the rows are not of its time.
    Result<void> look_at_entry(const audit::LogReader& reader, std::uint64_t index, bool put_back) {
        const auto place = "log entry " + std::to_string(index);
        const auto entry = reader.read(index, audit::Sections::core_and_priv);
        if (!entry) {
            if (entry.error().code == Errc::io) return fail(entry.error());
            report_.find(Kind::damaged, place, "an entry that is not as it was written");
            return {};
        }
        if (const auto nodes = reader.check_nodes(index); !nodes) {
            if (nodes.error().code == Errc::io) return fail(nodes.error());
            report_.find(Kind::rewritten, place, "the tree does not follow from this entry");
        }
        if (entry->while_sealed || put_back) return {};  // nobody vouches for what it says
        ROOKERY_TRY(auto found, messages::check_entry(view_, entry->event, index));
        for (auto& finding : found) {
            if (finding.row) {
                report_.find(finding.kind, *finding.row, std::move(finding.what));
            } else {
                report_.find(
                    finding.kind, "log entry " + std::to_string(index), std::move(finding.what)
                );
            }
        }
        return {};
    }

    /// What was found goes on record in any case, also when the step then came to an error.
    JobStep finish(bool done, const Result<void>& looked) {
        progress_.findings += report_.finding_count;
        JobStep out;
        for (auto& finding : report_.findings) {
            if (out.found.size() == messages::job_findings_max) break;
            out.found.push_back(
                {finding.kind, std::move(finding.place), std::move(finding.what), finding.row}
            );
        }
        const bool too_many = progress_.findings >= scrub_findings_max;
        if (done) progress_.total = progress_.done;
        if (!looked) {
            out.end = StepEnd::failed;
            out.message = looked.error().message;
            if (!looked.error().hint.empty()) out.message += "; " + looked.error().hint;
            if (progress_.findings != 0) out.message += ". " + advice(true);
        } else if (progress_.findings != 0 && (done || too_many)) {
            out.end = StepEnd::failed;
            out.message = advice(!done);
        } else if (done) {
            out.end = StepEnd::succeeded;
            out.message = "All that can be checked while the server runs is as it was written.";
        }
        out.progress = std::move(progress_);
        return out;
    }

    [[nodiscard]] std::string advice(bool ended_early) const {
        return std::to_string(progress_.findings) +
               (progress_.findings == 1 ? " finding" : " findings") +
               (ended_early ? ", and no more were looked for" : "") +
               "; each is on the log as 'finding'. What is in a damaged part of the store was not "
               "looked at. Keep a copy of the data directory as evidence, "
               "stop the server and run `rookery verify`: it says what each means and what to do.";
    }

    const messages::Vault& vault_;
    const messages::View view_;
    StepBudget& budget_;
    messages::JobProgress progress_;
    ScrubCursor cursor_;
    StoreReport report_;
    messages::StoreChecks checks_{view_, report_};
};

}  // namespace

Result<JobStep> Scrub::step(
    const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
) {
    return ScrubStep(vault, at, budget).run();
}

}  // namespace rookery::jobs

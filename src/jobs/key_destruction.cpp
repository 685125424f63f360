#include "jobs/key_destruction.hpp"

#include "jobs/data_key_walk.hpp"
#include "jobs/key_events.hpp"
#include "jobs/row_walk.hpp"
#include "messages/destruction_cursor.hpp"
#include "storage/row_tag.hpp"

#include <utility>

namespace rookery::jobs {
namespace {

using crypto::KeyState;
using messages::DestructionPhase;

struct Act {
    KeyState to;
    audit::Action action;
    const char* done;
};

/// What a phase comes to once nothing is found under the key.
Act act_of(DestructionPhase phase) {
    if (phase == DestructionPhase::retire || phase == DestructionPhase::retiring) {
        return {
            KeyState::destroy_pending,
            audit::Action::key_retire,
            "Nothing is under this key, and nothing opens with it any more. In 24 hours the same "
            "command destroys it."};
    }
    return {
        KeyState::destroyed,
        audit::Action::key_destroy,
        "The key is destroyed here. Keyring files of before still have it: draw a new root key "
        "(`rookery key rekey-root --data DATA --new-key-file FILE`), "
        "and remove them."};
}

class Step {
 public:
    Step(
        messages::Vault& vault, const access::Caller& caller, const messages::JobProgress& at,
        StepBudget& budget
    )
        : vault_(vault), caller_(caller), budget_(budget) {
        out_.progress = at;
    }

    Result<JobStep> run() {
        ROOKERY_TRY(cursor_, messages::parse_destruction_cursor(out_.progress.cursor));
        if (cursor_.phase == DestructionPhase::request) {
            return fail(
                Errc::restricted, "Nobody else has approved this request; make another one."
            );
        }
        // Whatever was known when somebody asked: the key may be in use again, or the act be done.
        const auto view = vault_.view();
        const auto* key = view.keys().keyring.entry(cursor_.purpose, cursor_.version);
        if (key != nullptr && key->state == act_of(cursor_.phase).to) return done();
        const auto now = vault_.clock().now();
        if (has_expired(cursor_, now)) {
            return fail(
                Errc::restricted,
                "This was asked for more than a day ago, and nothing was changed.",
                "ask again"
            );
        }
        ROOKERY_TRY(
            const auto when, messages::next_act_of_destruction(view.keys().keyring, cursor_.of())
        );
        if (now < when) return fail(Errc::restricted, "This act is not due yet.");
        return messages::is_committed(cursor_.phase) ? act() : look(view);
    }

 private:
    /// What is there says that it is under that version.
    void count(std::uint32_t version) {
        if (version == cursor_.version) ++cursor_.keys;
        ++out_.progress.done;
    }

    Result<bool> walk_rows_of_key(const messages::View& view) {
        static const auto tables = stored_tables(false);
        return walk_rows(
            view,
            tables,
            cursor_.key,
            budget_,
            {[&](const storage::RowRef&, std::string_view stored) -> Result<bool> {
                 const auto version = storage::row_key_version_of(stored);
                 if (version) {
                     count(*version);
                 } else {
                     ++cursor_.keys;
                 }
                 return true;
             },
             [&] { ++cursor_.keys; }}
        );
    }

    Result<bool> walk_data_keys_of_key(const messages::View& view) {
        return walk_data_keys(
            view,
            cursor_.key,
            budget_,
            {[&](const storage::RowRef&, const storage::DataKeyMark& mark) -> Result<bool> {
                 count(mark.kek.version);
                 return true;
             },
             [&](const std::optional<storage::RowRef>&) {
                 ++cursor_.keys;
                 return true;
             }}
        );
    }

    Result<JobStep> look(const messages::View& view) {
        const bool rows = cursor_.purpose == crypto::Purpose::row;
        ROOKERY_TRY(const auto all, rows ? walk_rows_of_key(view) : walk_data_keys_of_key(view));
        out_.progress.cursor = to_text(cursor_);
        if (!all) return std::move(out_);
        if (cursor_.keys != 0) {
            return fail(
                Errc::bad_state,
                std::to_string(cursor_.keys) +
                    (rows
                         ? " rows are, or may be, still under this row key. Nothing was changed."
                         : " data keys are, or may be, still under this KEK. Nothing was changed."),
                rows ? "`rookery key rekey-rows`, run the scrub, and ask again"
                     : "rotate, run the scrub, and ask again"
            );
        }
        // In the row first: a job that was paused or canceled until then makes no further step.
        cursor_.phase = cursor_.phase == DestructionPhase::retire ? DestructionPhase::retiring
                                                                  : DestructionPhase::destroying;
        out_.progress.cursor = to_text(cursor_);
        out_.keep = true;
        return std::move(out_);
    }

    Result<JobStep> act() {
        const auto act = act_of(cursor_.phase);
        ++out_.log_entries;
        ROOKERY_CHECK(vault_.change_keyring(
            [&](const crypto::Keyring& ring) {
                return ring.with_state(
                    cursor_.purpose, cursor_.version, act.to, vault_.clock().now()
                );
            },
            {key_event(vault_, caller_, act.action, cursor_.purpose, cursor_.version)}
        ));
        return done();
    }

    JobStep done() {
        out_.progress.total = out_.progress.done;
        out_.end = StepEnd::succeeded;
        out_.message = act_of(cursor_.phase).done;
        return std::move(out_);
    }

    messages::Vault& vault_;
    const access::Caller& caller_;
    StepBudget& budget_;
    JobStep out_;
    messages::DestructionCursor cursor_;
};

}  // namespace

Result<JobStep> KeyDestruction::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    return Step(vault_, caller_, at, budget).run();
}

}  // namespace rookery::jobs

#include "jobs/purge.hpp"

#include "messages/shred_horizon.hpp"
#include "schema/known_tables.hpp"
#include "storage/forgotten_keys.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "vault/note_event.hpp"
#include "vault/vault_parts.hpp"

#include <utility>

namespace rookery::jobs {
namespace {

using namespace std::chrono_literals;
using messages::PurgeCursor;
using storage::Family;
using storage::KeyRange;
using storage::RowRef;

constexpr auto look_again_after = 1s;

/// What the vault keeps of a record.
constexpr const schema::Table* tables_of_parts[] = {
    &schema::known::rky_tokenversion, &schema::known::rky_tokenpolicy};

KeyRange index_of(const schema::Table& table) {
    const std::string prefix = {
        static_cast<char>(table.id >> 8), static_cast<char>(table.id & 0xff)};
    return {Family::rowidx, prefix, storage::prefix_end(prefix)};
}

std::vector<KeyRange> ranges_of(const PurgeCursor& purge, const RowRef& record) {
    const auto row = storage::row_key(record);
    std::vector<KeyRange> out = {{Family::rows, row, row + '\0'}};
    for (const auto& [family, key] : purge.keys) out.push_back({family, key, key + '\0'});
    if (!purge.everything) return out;
    out.push_back(index_of(*schema::table(record.table)));
    for (const auto* table : tables_of_parts) {
        out.push_back(storage::all_rows(*table));
        out.push_back(index_of(*table));
    }
    return out;
}

class PurgeStep {
 public:
    PurgeStep(
        messages::Vault& vault, const access::Caller& caller, const messages::JobProgress& at,
        std::optional<storage::Forgetting>& forgetting
    )
        : vault_(vault), caller_(caller), forgetting_(forgetting) {
        out_.progress = at;
    }

    Result<JobStep> run() {
        ROOKERY_TRY(purge_, messages::parse_purge_cursor(out_.progress.cursor));
        if (purge_.phase == messages::PurgePhase::request) {
            return fail(
                Errc::restricted, "Nobody else has approved this request; make another one."
            );
        }
        const auto* table = schema::table(purge_.table);
        if (table == nullptr) return fail(Errc::integrity, "a purge of a table that is not there");
        const RowRef record{table->id, purge_.record};
        auto& store = *vault_.parts().store;
        if (purge_.mark == 0) {
            // What the approval removed is durable, or the job would not run.
            purge_.mark = storage::mark_of(store);
            if (purge_.mark != 0) {
                out_.progress.cursor = to_text(purge_);
                out_.keep = true;
                return std::move(out_);
            }
        }
        if (!forgetting_) forgetting_.emplace(ranges_of(purge_, record), purge_.mark);
        ROOKERY_TRY(const auto forgotten, forgetting_->step(store));
        switch (forgotten) {
            case storage::Forgetting::State::more:
                return std::move(out_);
            case storage::Forgetting::State::waits:
                return waiting();
            case storage::Forgetting::State::done:
                break;
        }
        forgetting_.reset();
        ROOKERY_TRY(const bool left, is_left(record));
        if (left) {
            return fail(
                Errc::integrity,
                "Something of the record is there again. Somebody else writes to the disk: run "
                "`rookery verify`."
            );
        }
        return state(*table);
    }

 private:
    JobStep waiting() {
        out_.end = StepEnd::waits;
        out_.wait = look_again_after;
        out_.progress.wait_reason =
            "Somebody still reads the state from before, or a backup holds its files.";
        return std::move(out_);
    }

    /// A tombstone may be there, which keeps the id used, and nothing else.
    Result<bool> is_left(const RowRef& record) {
        const auto view = vault_.view();
        bool live = false;
        ROOKERY_TRY(
            const bool there,
            view.store()->get(
                Family::rows,
                storage::row_key(record),
                [&](std::string_view value) {
                    const auto kind = storage::stored_kind(value);
                    live = !kind || *kind != crypto::RowKind::tombstone;
                }
            )
        );
        if (there && live) return true;
        for (const auto* table : tables_of_parts) {
            const auto range = storage::by_lookup(*table, *table->column("rky_record"), record);
            const auto entries = view.store()->scan(range, storage::Order::ascending);
            ROOKERY_CHECK(entries->status());
            if (entries->valid()) return true;
        }
        return false;
    }

    Result<JobStep> state(const schema::Table& table) {
        const auto view = vault_.view();
        const auto horizon = messages::shred_horizon(view.keys().keyring, purge_.keks);
        audit::Event event;
        event.time = vault_.clock().now();
        event.node = vault_.origin();
        event.action = audit::Action::purge;
        event.actor = {audit::ActorType::service, to_string(caller_.user), caller_.method, {}};
        event.table = table.name;
        event.record = purge_.record;
        event.extras = {{"act", std::string("purged")}, {"shred-horizon", horizon.text}};
        if (!purge_.keks.empty()) {
            std::string keks;
            for (const auto kek : purge_.keks) {
                if (!keks.empty()) keks += ' ';
                keks += std::to_string(kek);
            }
            event.extras.emplace_back("keks", std::move(keks));
        }
        ++out_.log_entries;
        ROOKERY_CHECK(messages::note_event(vault_, event));
        out_.end = StepEnd::succeeded;
        out_.message = "Nothing of " + std::string(table.name) + " " + to_string(purge_.record) +
                       " is in the store. Shred horizon: " + horizon.text + ".";
        return std::move(out_);
    }

    messages::Vault& vault_;
    const access::Caller& caller_;
    std::optional<storage::Forgetting>& forgetting_;
    JobStep out_;
    PurgeCursor purge_;
};

}  // namespace

Result<JobStep> Purge::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    if (!budget.spend()) {
        JobStep out;
        out.progress = at;
        return out;
    }
    return PurgeStep(vault_, caller_, at, forgetting_).run();
}

}  // namespace rookery::jobs

#include "jobs/row_rekey.hpp"

#include "jobs/key_change.hpp"
#include "jobs/rekey_step.hpp"
#include "jobs/row_walk.hpp"
#include "messages/retag_rows.hpp"
#include "storage/row_tag.hpp"

#include <utility>

namespace rookery::jobs {
namespace {

using crypto::Purpose;
using storage::RowRef;

class RowKind final : public RekeyKind {
 public:
    RowKind(
        messages::Vault& vault, const access::Caller& caller, const messages::RekeyCursor& cursor
    )
        : cursor_(cursor), keys_(vault, caller, Purpose::row, log_entries) {}

    Result<std::uint32_t> choose() override {
        return keys_.next_version(KeyChange::Unused::welcome);
    }

    Result<void> renew() override { return keys_.activate(cursor_.version); }

    Result<bool> walk(
        const messages::View& view, std::string& key, StepBudget& budget,
        const RekeyVisitor& visitor
    ) override {
        static const auto tables = stored_tables(false);
        const auto active = view.keys().authenticator.active_key_version();
        return walk_rows(
            view,
            tables,
            key,
            budget,
            {[&](const RowRef& row, std::string_view stored) -> Result<bool> {
                 const auto version = storage::row_key_version_of(stored);
                 if (!version) return visitor.damaged(row);
                 return *version == active ? true : visitor.row(row);
             },
             [&] { (void)visitor.damaged(std::nullopt); }}
        );
    }

    messages::Message message(messages::RekeyBatch batch) override {
        return messages::RetagRows{std::move(batch)};
    }

    std::string succeeded(std::uint64_t rekeyed) override {
        return "Every row is tagged under row key " + std::to_string(cursor_.version) +
               " or a later one: " + std::to_string(rekeyed) + " were tagged anew.";
    }

    std::string failed(std::uint64_t remaining) override {
        return std::to_string(remaining) + " rows are, or may be, under an older row key.";
    }

    std::uint64_t log_entries = 0;

 private:
    const messages::RekeyCursor& cursor_;
    KeyChange keys_;
};

}  // namespace

Result<JobStep> RowRekey::step(
    const messages::Vault&, const messages::JobProgress& at, StepBudget& budget
) {
    ROOKERY_TRY(auto cursor, messages::parse_rekey_cursor(at.cursor));
    RowKind kind(vault_, caller_, cursor);
    return rekey_step(vault_, caller_, at, budget, cursor, kind.log_entries, kind);
}

}  // namespace rookery::jobs

#include "jobs/data_key_walk.hpp"

#include "jobs/row_walk.hpp"

namespace rookery::jobs {
namespace {

/// Whether there is, or was, a KEK of this name: another one was written by nobody.
bool is_known(const messages::View& view, const crypto::KeyName& kek) {
    const auto* entry = view.keys().keyring.entry(crypto::Purpose::record_kek, kek.version);
    return entry != nullptr && entry->id == kek.id;
}

}  // namespace

Result<bool> walk_data_keys(
    const messages::View& view, std::string& key, StepBudget& budget, const DataKeyVisitor& visitor
) {
    const RowVisitor rows{
        [&](const storage::RowRef& row, std::string_view stored) -> Result<bool> {
            const auto mark = storage::data_key_mark(stored);
            if (!mark) return visitor.damaged(row);
            if (!*mark) return true;
            if (!is_known(view, (*mark)->kek)) return visitor.damaged(row);
            return visitor.data_key(row, **mark);
        },
        [&] { (void)visitor.damaged(std::nullopt); },
    };
    static const auto tables = stored_tables(true);
    return walk_rows(view, tables, key, budget, rows);
}

}  // namespace rookery::jobs

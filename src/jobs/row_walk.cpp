#include "jobs/row_walk.hpp"

#include "jobs/behind_damage.hpp"
#include "storage/row_key.hpp"

#include <algorithm>

namespace rookery::jobs {
namespace {

/// Where the range can be read again; nothing: nowhere.
std::optional<std::string> readable_again(
    const messages::View& view, const storage::KeyRange& range
) {
    return behind_damage(range.lower, [&](const std::string& from) {
        return view.store()
            ->scan({range.family, from, range.upper}, storage::Order::ascending)
            ->status()
            .has_value();
    });
}

}  // namespace

std::vector<const schema::Table*> stored_tables(bool sealed) {
    std::vector<const schema::Table*> out;
    for (const auto* table : schema::tables()) {
        if (!table->outside && (!sealed || table->has_sealed())) out.push_back(table);
    }
    std::ranges::sort(out, {}, &schema::Table::id);
    return out;
}

Result<bool> walk_rows(
    const messages::View& view, std::span<const schema::Table* const> tables, std::string& key,
    StepBudget& budget, const RowVisitor& visitor
) {
    for (const auto* table : tables) {
        auto range = storage::all_rows(*table);
        if (key >= range.upper) continue;
        range.once = true;
        if (key >= range.lower) range.lower = key + '\0';
        const auto rows = view.store()->scan(range, storage::Order::ascending);
        for (; rows->valid(); rows->next()) {
            const auto ref = storage::parse_row_key(rows->key());
            if (!ref) continue;  // no vault wrote it: for verify to find
            if (!budget.spend()) return false;
            key = rows->key();
            ROOKERY_TRY(const auto goes_on, visitor.row(*ref, rows->value()));
            if (!goes_on) return false;
        }
        if (const auto read = rows->status(); !read) {
            if (read.error().code != Errc::integrity) return fail(read.error());
            visitor.unreadable();
            range.lower = std::max(range.lower, key);
            key = readable_again(view, range).value_or(range.upper);
            return false;
        }
    }
    key.clear();
    return true;
}

}  // namespace rookery::jobs

#include "jobs/data_key_walk.hpp"

#include "jobs/behind_damage.hpp"
#include "storage/kek_id.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <vector>

namespace rookery::jobs {
namespace {

/// Tables with data keys, in the order of their rows in the store.
std::vector<const schema::Table*> sealed_tables() {
    std::vector<const schema::Table*> out;
    for (const auto* table : schema::tables()) {
        if (table->has_sealed()) out.push_back(table);
    }
    std::ranges::sort(out, {}, &schema::Table::id);
    return out;
}

/// Whether there is, or was, a KEK of this version with that id: another one was written by nobody.
bool is_known(const messages::View& view, std::uint32_t version, const crypto::KeyId& id) {
    const auto* entry = view.keys().keyring.entry(crypto::Purpose::record_kek, version);
    return entry != nullptr && entry->id == id;
}

/// One row; whether to go on.
Result<bool> visit(
    const messages::View& view, const storage::RowRef& ref, std::string_view stored,
    const DataKeyVisitor& visitor
) {
    const auto version = storage::kek_version_of(stored);
    const auto id = storage::kek_id_of(stored);
    if (!version || !id) return visitor.damaged(ref);
    if (!*version) return true;
    if (!is_known(view, **version, **id)) return visitor.damaged(ref);
    return visitor.data_key(ref, **version);
}

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

Result<bool> walk_data_keys(
    const messages::View& view, std::string& key, StepBudget& budget, const DataKeyVisitor& visitor
) {
    for (const auto* table : sealed_tables()) {
        auto range = storage::all_rows(*table);
        if (key >= range.upper) continue;
        if (key >= range.lower) range.lower = key + '\0';
        const auto rows = view.store()->scan(range, storage::Order::ascending);
        for (; rows->valid(); rows->next()) {
            const auto ref = storage::parse_row_key(rows->key());
            if (!ref) continue;  // no vault wrote it: for verify to find
            if (!budget.spend()) return false;
            key = rows->key();
            ROOKERY_TRY(const auto goes_on, visit(view, *ref, rows->value(), visitor));
            if (!goes_on) return false;
        }
        if (const auto read = rows->status(); !read) {
            if (read.error().code != Errc::integrity) return fail(read.error());
            (void)visitor.damaged(std::nullopt);
            range.lower = std::max(range.lower, key);
            key = readable_again(view, range).value_or(range.upper);
            return false;
        }
    }
    key.clear();
    return true;
}

}  // namespace rookery::jobs

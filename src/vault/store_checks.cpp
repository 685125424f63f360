#include "vault/store_checks.hpp"

#include "ledger/outbox.hpp"
#include "pipeline/secrets.hpp"
#include "storage/entry_owner.hpp"
#include "storage/index_key.hpp"
#include "storage/row_key.hpp"
#include "storage/row_tag.hpp"
#include "storage/text_rules.hpp"
#include "vault/opening_checks.hpp"

#include <utility>

namespace rookery::messages {
namespace {

using Kind = audit::FindingKind;
using storage::Family;

}  // namespace

StoreChecks::StoreChecks(const View& view, StoreReport& report)
    : view_(view),
      report_(report),
      older_index_(storage::has_older_index(*view.store()).value_or(false)) {}

std::optional<ledger::VaultState> StoreChecks::state() {
    auto state = read_state(*view_.store(), view_.keys().authenticator);
    if (!state) {
        report_.find(Kind::damaged, "state row", state.error().message);
        return std::nullopt;
    }
    if (const auto agrees = check_log(view_.store(), *state, Instant::max()); !agrees) {
        report_.find(Kind::disagrees, "state row and log", agrees.error().message);
    }
    return std::move(*state);
}

Result<std::optional<CheckedRow>> StoreChecks::row(std::string_view key, std::string_view value) {
    const auto ref = storage::parse_row_key(key);
    const auto* table = ref ? schema::table(ref->table) : nullptr;
    if (table == nullptr || table->outside) {
        report_.find(Kind::stray, "rows", "a row of no table");
        return std::nullopt;
    }
    auto stored = storage::decode(*table, ref->id, value, view_.keys().authenticator);
    const auto summand = storage::digest_summand(*ref, value, view_.keys().authenticator);
    if (!stored || !summand) {
        report_.find(Kind::damaged, *ref, "a row that is not as it was written");
        return std::nullopt;
    }
    if (const auto row_key = storage::row_key_version_of(value)) ++report_.row_keys[*row_key];
    CheckedRow out{table, *ref, std::move(*stored), *summand};
    if (const auto* live = std::get_if<storage::Row>(&out.stored)) {
        ++report_.rows;
        ROOKERY_CHECK(live_row(*live, out.index_entries));
    } else {
        ++report_.tombstones;
        const auto& kept = std::get<storage::Tombstone>(out.stored).kept;
        if (kept) ROOKERY_CHECK(kept_row(*kept, out.index_entries));
    }
    return out;
}

Result<void> StoreChecks::live_row(const storage::Row& row, std::uint64_t& index_entries) {
    secrets(row);
    for (const auto& entry : storage::index_entries(row)) {
        ++index_entries;
        ROOKERY_CHECK(entry_is_there(row, entry));
    }
    return {};
}

Result<void> StoreChecks::kept_row(const storage::KeptRow& kept, std::uint64_t& index_entries) {
    ++(kept.deletion.as == storage::KeptAs::retained ? report_.retained : report_.kept);
    secrets(kept.row);
    ++index_entries;
    return entry_is_there(kept.row, storage::index_entry(kept));
}

Result<void> StoreChecks::entry_is_there(const storage::Row& row, const std::string& entry) {
    ROOKERY_TRY(const bool there, view_.store()->get(Family::rowidx, entry, [](std::string_view) {
    }));
    if (!there) report_.find(Kind::missing, row.ref(), "a row without one of its index entries");
    return {};
}

void StoreChecks::secrets(const storage::Row& row) {
    if (row.wrapped_dek.empty()) return;
    const auto& sealer = view_.keys().sealer;
    const auto dek = open_dek(sealer, row);
    if (!dek) return report_.find(Kind::damaged, row.ref(), "a data key that does not open");
    if (const auto kek = crypto::RecordSealer::kek_version(row.wrapped_dek)) {
        ++report_.data_keys[*kek];
    }
    for (const auto& cell : row.cells) {
        const auto* sealed = std::get_if<storage::SealedValue>(&cell.value);
        if (sealed == nullptr) continue;
        ++report_.sealed_values;
        const auto* column = row.table->column(cell.column);
        if (open_secret(sealer, row, *dek, *column, *sealed)) continue;
        report_.find(
            Kind::damaged,
            row.ref(),
            "a sealed value that does not open: " + std::string(column->name)
        );
    }
}

Result<void> StoreChecks::index_entry(std::string_view key, std::string_view value) {
    ++report_.index_entries;
    if (key.size() < storage::row_key_bytes) {
        report_.find(Kind::stray, "index", "an index entry that leads nowhere");
        return {};
    }
    ByteReader reader(bytes_of(key));
    const storage::RowRef ref{reader.u16(), storage::id_of(key)};
    ROOKERY_TRY(const auto right, value_by_row(ref, key));
    if (!right) {
        report_.find(Kind::forged, ref, "an index entry that its row does not carry");
    } else if (value != *right && !(value.empty() && older_index_)) {
        report_.find(Kind::forged, ref, "an index entry with another value than its row's");
    }
    return {};
}

Result<std::optional<std::string>> StoreChecks::value_by_row(
    const storage::RowRef& ref, std::string_view entry
) {
    std::optional<std::string> out;
    const auto* table = schema::table(ref.table);
    if (table == nullptr || table->outside) return out;
    ROOKERY_TRY(
        const bool there,
        view_.store()->get(
            Family::rows,
            storage::row_key(ref),
            [&](std::string_view value) {
                const auto stored =
                    storage::decode(*table, ref.id, value, view_.keys().authenticator);
                const auto* row = stored ? std::get_if<storage::Row>(&*stored) : nullptr;
                if (row != nullptr && storage::carries(*row, entry)) {
                    out = storage::entry_value(*row, entry);
                }
                const auto* gone = stored ? std::get_if<storage::Tombstone>(&*stored) : nullptr;
                if (gone != nullptr && gone->kept && storage::index_entry(*gone->kept) == entry) {
                    out.emplace();
                }
            }
        )
    );
    static_cast<void>(there);
    return out;
}

bool StoreChecks::meta(std::string_view key, std::string_view value) {
    if (key == ledger::vault_state_key || key == storage::text_rules_key) return false;
    if (!key.starts_with(ledger::outbox_prefix)) {
        report_.find(Kind::stray, "store, meta", "a key that no vault has");
        return false;
    }
    ++report_.outbox_entries;
    if (!ledger::parse_outbox_entry(key, value)) {
        report_.find(Kind::damaged, "outbox", "an entry that says nothing");
    }
    return true;
}

}  // namespace rookery::messages

#include "messages/verify_store.hpp"

#include <algorithm>

#include "ledger/outbox.hpp"
#include "messages/parts.hpp"
#include "messages/secrets.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"

namespace rookery::messages {
namespace {

constexpr std::size_t problems_kept = 100;
constexpr std::uint64_t progress_every = 10'000;

class Scan {
 public:
    Scan(const Vault& vault, const std::function<void(std::uint64_t)>& progress)
        : parts_(vault.parts()), store_(vault.view().store()), progress_(progress) {}

    Result<StoreReport> run() {
        ROOKERY_CHECK(scan_rows());
        ROOKERY_CHECK(scan_index());
        ROOKERY_CHECK(scan_outbox());
        ROOKERY_CHECK(check_state());
        return std::move(report_);
    }

 private:
    Result<void> scan_rows() {
        const auto cursor = store_->scan(
            {storage::Family::rows, {}, std::string(storage::row_key_bytes + 1, '\xFF')},
            storage::Order::ascending
        );
        for (; cursor->valid(); cursor->next()) {
            const auto seen = report_.rows + report_.tombstones;
            if (progress_ && seen % progress_every == 0) progress_(seen);
            const auto ref = storage::parse_row_key(cursor->key());
            const auto* table = ref ? schema::table(ref->table) : nullptr;
            if (table == nullptr || table->outside) {
                problem("a row of no table", {});
                continue;
            }
            ROOKERY_CHECK(check_row(*table, ref->id, cursor->value()));
        }
        return cursor->status();
    }

    Result<void> check_row(const schema::Table& table, const Uuid& id, std::string_view value) {
        const auto stored = storage::decode(table, id, value, parts_.authenticator);
        if (!stored) {
            problem("a row that is not as it was written", {table.id, id});
            return {};
        }
        std::visit(
            [&](const auto& row) {
                const auto summand =
                    parts_.authenticator.digest_summand(table.id, id, row.row_version, row.tag);
                digest_.add(summand);
                if (table.access_fact) fact_digest_.add(summand);
            },
            *stored
        );
        const auto* row = std::get_if<storage::Row>(&*stored);
        if (row == nullptr) {
            ++report_.tombstones;
            return {};
        }
        ++report_.rows;
        check_secrets(*row);
        for (const auto& entry : storage::index_entries(*row)) {
            ++entries_expected_;
            ROOKERY_TRY(
                const bool there,
                store_->get(storage::Family::rowidx, entry, [](std::string_view) {})
            );
            if (!there) problem("a row without one of its index entries", row->ref());
        }
        return {};
    }

    void check_secrets(const storage::Row& row) {
        std::optional<crypto::Dek> dek;
        for (const auto& cell : row.cells) {
            const auto* sealed = std::get_if<storage::SealedValue>(&cell.value);
            if (sealed == nullptr) continue;
            ++report_.sealed_values;
            if (!dek) {
                auto opened = open_dek(parts_.sealer, row);
                if (!opened) return problem("a data key that does not open", row.ref());
                dek = std::move(*opened);
            }
            const auto* column = row.table->column(cell.column);
            if (!open_secret(parts_.sealer, row, *dek, *column, *sealed)) {
                problem("a sealed value that does not open", row.ref());
            }
        }
    }

    Result<void> scan_index() {
        const auto cursor = store_->scan(
            {storage::Family::rowidx, {}, std::string(8, '\xFF')}, storage::Order::ascending
        );
        for (; cursor->valid(); cursor->next()) {
            ++report_.index_entries;
            const auto key = cursor->key();
            if (key.size() < storage::row_key_bytes) {
                problem("an index entry that leads nowhere", {});
                continue;
            }
            ByteReader reader(bytes_of(key));
            const storage::RowRef ref{reader.u16(), storage::id_of(key)};
            ROOKERY_TRY(const bool carried, carried_by_row(ref, key));
            if (!carried) problem("an index entry that its row does not carry", ref);
        }
        ROOKERY_CHECK(cursor->status());
        if (report_.index_entries != entries_expected_) {
            problem("the index has another number of entries than its rows", {});
        }
        return {};
    }

    Result<bool> carried_by_row(const storage::RowRef& ref, std::string_view entry) {
        const auto* table = schema::table(ref.table);
        if (table == nullptr || table->outside) return false;
        bool carried = false;
        ROOKERY_TRY(
            const bool there,
            store_->get(storage::Family::rows, storage::row_key(ref), [&](std::string_view value) {
                const auto stored = storage::decode(*table, ref.id, value, parts_.authenticator);
                const auto* row = stored ? std::get_if<storage::Row>(&*stored) : nullptr;
                carried = row != nullptr && storage::carries(*row, entry);
            })
        );
        return there && carried;
    }

    Result<void> scan_outbox() {
        const std::string prefix(ledger::outbox_prefix);
        const auto cursor = store_->scan(
            {storage::Family::meta, prefix, storage::prefix_end(prefix)}, storage::Order::ascending
        );
        for (; cursor->valid(); cursor->next()) {
            ++report_.outbox_entries;
            const auto entry = ledger::parse_outbox_entry(cursor->key(), cursor->value());
            if (!entry) problem("an outbox entry that says nothing", {});
        }
        return cursor->status();
    }

    Result<void> check_state() {
        ROOKERY_TRY(
            const auto stored, store_->get(storage::Family::meta, ledger::vault_state_key)
        );
        const auto state = stored ? ledger::decode(*stored, parts_.authenticator)
                                  : Result<ledger::VaultState>(fail(Errc::integrity, ""));
        if (!state) {
            problem("the vault's state row is not as it was written", {});
            return {};
        }
        if (state->digest != digest_) {
            problem("the rows are not those the vault's state was written with", {});
        }
        if (state->fact_digest != fact_digest_) {
            problem("the access facts are not those the vault's state was written with", {});
        }
        return {};
    }

    void problem(std::string_view what, const storage::RowRef& ref) {
        if (++report_.problem_count > problems_kept) return;
        std::string line(what);
        if (const auto* table = ref.table == 0 ? nullptr : schema::table(ref.table)) {
            line += ": " + std::string(table->name) + " " + to_string(ref.id);
        }
        report_.problems.push_back(std::move(line));
    }

    const Vault::Parts& parts_;
    std::shared_ptr<const storage::StoreView> store_;
    const std::function<void(std::uint64_t)>& progress_;
    StoreReport report_;
    crypto::MultisetDigest digest_;
    crypto::MultisetDigest fact_digest_;
    std::uint64_t entries_expected_ = 0;
};

}  // namespace

Result<StoreReport> verify_store(
    const Vault& vault, const std::function<void(std::uint64_t)>& progress
) {
    return Scan(vault, progress).run();
}

}  // namespace rookery::messages

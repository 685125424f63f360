#include "vault/verify_store.hpp"

#include "audit/verify.hpp"
#include "ledger/outbox.hpp"
#include "pipeline/secrets.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "storage/text_rules.hpp"
#include "vault/directory_check.hpp"
#include "vault/log_facts.hpp"
#include "vault/opening_checks.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

using Kind = audit::FindingKind;
using storage::Family;

constexpr std::uint64_t progress_every = 10'000;

storage::KeyRange all_of(Family family) { return {family, {}, {}}; }

class Scan {
 public:
    Scan(const Vault& vault, const VerifyProgress& progress)
        : parts_(vault.parts()),
          view_(vault.view()),
          kind_(vault.kind()),
          store_(view_.store()),
          progress_(progress) {}

    Result<StoreReport> run() {
        ROOKERY_TRY(auto facts, LogFacts::open(report_));
        ROOKERY_CHECK(check_directory(parts_.options.data, kind_, report_));
        ROOKERY_CHECK(check_files());
        check_state();
        check_log(facts);
        ROOKERY_CHECK(damage_is_told("rows", scan_rows(facts)));
        ROOKERY_CHECK(facts.conclude(state_ ? state_->versionnumber : UINT64_MAX));
        ROOKERY_CHECK(damage_is_told("index", scan_index()));
        ROOKERY_CHECK(damage_is_told("outbox", scan_meta()));
        compare_sums();
        return std::move(report_);
    }

 private:
    /// What the engine cannot read is a finding like any other.
    Result<void> damage_is_told(std::string_view place, Result<void> result) {
        if (result || result.error().code != Errc::integrity) return result;
        report_.find(
            Kind::damaged,
            "store, " + std::string(place),
            result.error().message + ": " + result.error().hint
        );
        return {};
    }

    void tell(std::string_view what, std::uint64_t done, std::uint64_t total) const {
        if (progress_ && done % progress_every == 0) progress_(what, done, total);
    }

    Result<void> check_files() {
        tell("reading the store's files", 0, 0);
        return damage_is_told("files", parts_.store->check_files());
    }

    void check_state() {
        auto state = read_state(*store_, view_.keys().authenticator);
        if (!state) return report_.find(Kind::damaged, "state row", state.error().message);
        state_ = std::move(*state);
        if (const auto agrees = messages::check_log(store_, *state_, Instant::max()); !agrees) {
            report_.find(Kind::disagrees, "state row and log", agrees.error().message);
        }
    }

    void check_log(LogFacts& facts) {
        VerifyOptions options;
        options.verifier_key = parts_.verifier_key;
        if (progress_) {
            options.progress = [this](std::uint64_t done, std::uint64_t total) {
                progress_("checking the log", done, total);
            };
        }
        const auto log = audit::verify_log(
            audit::StoreLogSource{store_},
            options,
            &view_.keys().details,
            [&](std::uint64_t index, const audit::Event& event) { facts.note(index, event); }
        );
        report_.log_entries = log.size;
        report_.log_sections = log.clear_details + log.sealed_details;
        if (!log.problem.empty()) report_.find(Kind::damaged, "log", log.problem);
        for (const auto& finding : log.findings) {
            report_.find(
                audit::kind_meaning(finding.meaning),
                "log entry " + std::to_string(finding.index),
                finding.what
            );
        }
        report_.finding_count += log.finding_count - log.findings.size();
        report_.not_checked = log.not_checked;
    }

    Result<void> scan_rows(LogFacts& facts) {
        const auto cursor = store_->scan(all_of(Family::rows), storage::Order::ascending);
        for (; cursor->valid(); cursor->next()) {
            tell("checking rows", report_.rows, state_ ? state_->live_rows : 0);
            const auto ref = storage::parse_row_key(cursor->key());
            const auto* table = ref ? schema::table(ref->table) : nullptr;
            if (table == nullptr || table->outside) {
                report_.find(Kind::stray, "rows", "a row of no table");
                continue;
            }
            ROOKERY_CHECK(check_row(*table, ref->id, cursor->value(), facts));
        }
        return cursor->status();
    }

    Result<void> check_row(
        const schema::Table& table, const Uuid& id, std::string_view value, LogFacts& facts
    ) {
        const storage::RowRef ref{table.id, id};
        const auto stored = storage::decode(table, id, value, view_.keys().authenticator);
        const auto summand = storage::digest_summand(ref, value, view_.keys().authenticator);
        if (!stored || !summand) {
            report_.find(Kind::damaged, place_of(ref), "a row that is not as it was written");
            return {};
        }
        digest_.add(*summand);
        if (table.access_fact) fact_digest_.add(*summand);
        std::visit(
            [&](const auto& row) {
                facts.compare({ref, row.row_version, row.tag, row.versionnumber});
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
            ROOKERY_TRY(const bool there, store_->get(Family::rowidx, entry, [](std::string_view) {
            }));
            if (!there)
                report_.find(
                    Kind::missing, place_of(ref), "a row without one of its index entries"
                );
        }
        return {};
    }

    void check_secrets(const storage::Row& row) {
        if (row.wrapped_dek.empty()) return;
        const auto dek = open_dek(view_.keys().sealer, row);
        if (!dek) {
            return report_.find(
                Kind::damaged, place_of(row.ref()), "a data key that does not open"
            );
        }
        for (const auto& cell : row.cells) {
            const auto* sealed = std::get_if<storage::SealedValue>(&cell.value);
            if (sealed == nullptr) continue;
            ++report_.sealed_values;
            const auto* column = row.table->column(cell.column);
            if (!open_secret(view_.keys().sealer, row, *dek, *column, *sealed)) {
                report_.find(
                    Kind::damaged,
                    place_of(row.ref()),
                    "a sealed value that does not open: " + std::string(column->name)
                );
            }
        }
    }

    Result<void> scan_index() {
        const auto cursor = store_->scan(all_of(Family::rowidx), storage::Order::ascending);
        for (; cursor->valid(); cursor->next()) {
            tell("checking the index", report_.index_entries, entries_expected_);
            ++report_.index_entries;
            const auto key = cursor->key();
            if (key.size() < storage::row_key_bytes) {
                report_.find(Kind::stray, "index", "an index entry that leads nowhere");
                continue;
            }
            ByteReader reader(bytes_of(key));
            const storage::RowRef ref{reader.u16(), storage::id_of(key)};
            ROOKERY_TRY(const bool carried, carried_by_row(ref, key));
            if (!carried) {
                report_.find(
                    Kind::forged, place_of(ref), "an index entry that its row does not carry"
                );
            }
            if (!cursor->value().empty()) {
                report_.find(Kind::stray, place_of(ref), "an index entry with a value");
            }
        }
        ROOKERY_CHECK(cursor->status());
        if (report_.index_entries != entries_expected_) {
            report_.find(
                Kind::disagrees,
                "index",
                "it has " + std::to_string(report_.index_entries) + " entries, and the rows need " +
                    std::to_string(entries_expected_)
            );
        }
        return {};
    }

    Result<bool> carried_by_row(const storage::RowRef& ref, std::string_view entry) {
        const auto* table = schema::table(ref.table);
        if (table == nullptr || table->outside) return false;
        bool carried = false;
        ROOKERY_TRY(
            const bool there,
            store_->get(
                Family::rows,
                storage::row_key(ref),
                [&](std::string_view value) {
                    const auto stored =
                        storage::decode(*table, ref.id, value, view_.keys().authenticator);
                    const auto* row = stored ? std::get_if<storage::Row>(&*stored) : nullptr;
                    carried = row != nullptr && storage::carries(*row, entry);
                }
            )
        );
        return there && carried;
    }

    /// The outbox, and that there is nothing else but what a vault keeps there.
    Result<void> scan_meta() {
        const auto cursor = store_->scan(all_of(Family::meta), storage::Order::ascending);
        for (; cursor->valid(); cursor->next()) {
            const auto key = cursor->key();
            if (key == ledger::vault_state_key || key == storage::text_rules_key) continue;
            if (!key.starts_with(ledger::outbox_prefix)) {
                report_.find(Kind::stray, "store, meta", "a key that no vault has");
                continue;
            }
            ++report_.outbox_entries;
            outbox_digest_.add(view_.keys().authenticator.outbox_summand(key, cursor->value()));
            if (!ledger::parse_outbox_entry(key, cursor->value())) {
                report_.find(Kind::damaged, "outbox", "an entry that says nothing");
            }
        }
        return cursor->status();
    }

    void compare_sums() {
        if (!state_) return;
        if (report_.rows != state_->live_rows) {
            report_.find(
                Kind::disagrees,
                "rows",
                "there are " + std::to_string(report_.rows) + " rows, and the state row counts " +
                    std::to_string(state_->live_rows)
            );
        }
        if (state_->digest != digest_) {
            report_.find(
                Kind::disagrees, "rows", "the rows are not those the vault's state was written with"
            );
        }
        if (state_->fact_digest != fact_digest_) {
            report_.find(
                Kind::disagrees,
                "rows",
                "the access facts are not those the vault's state was written with"
            );
        }
        if (state_->outbox_digest != outbox_digest_) {
            report_.find(
                Kind::disagrees,
                "outbox",
                "its entries are not those the vault's state was written with"
            );
        }
    }

    const Vault::Parts& parts_;
    const View view_;
    VaultKind kind_;
    std::shared_ptr<const storage::StoreView> store_;
    const VerifyProgress& progress_;
    StoreReport report_;
    std::optional<ledger::VaultState> state_;
    crypto::MultisetDigest digest_;
    crypto::MultisetDigest fact_digest_;
    crypto::MultisetDigest outbox_digest_;
    std::uint64_t entries_expected_ = 0;
};

}  // namespace

Result<StoreReport> verify_store(const Vault& vault, const VerifyProgress& progress) {
    return Scan(vault, progress).run();
}

}  // namespace rookery::messages

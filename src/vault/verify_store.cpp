#include "vault/verify_store.hpp"

#include "audit/handover.hpp"
#include "audit/verify.hpp"
#include "vault/directory_check.hpp"
#include "vault/log_facts.hpp"
#include "vault/store_checks.hpp"
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
        state_ = checks_.state();
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

    void check_log(LogFacts& facts) {
        VerifyOptions options;
        options.verifier_key = parts_.verifier_key;
        if (progress_) {
            options.progress = [this](std::uint64_t done, std::uint64_t total) {
                progress_("checking the log", done, total);
            };
        }
        // What cannot be read of them is a finding of the log's own check.
        const auto handovers = audit::read_handovers(*store_, view_.keys().signing.public_key());
        const auto log = audit::verify_log(
            audit::StoreLogSource{store_},
            options,
            &view_.keys().details,
            [&](std::uint64_t index, const audit::Event& event) {
                if (!handovers || !handovers->is_put_back(index)) facts.note(index, event);
            }
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
            ROOKERY_TRY(const auto checked, checks_.row(cursor->key(), cursor->value()));
            if (!checked) continue;
            digest_.add(checked->summand);
            if (checked->table->access_fact) fact_digest_.add(checked->summand);
            entries_expected_ += checked->index_entries;
            std::visit(
                [&](const auto& row) {
                    facts.compare({checked->ref, row.row_version, row.tag, row.versionnumber});
                },
                checked->stored
            );
        }
        return cursor->status();
    }

    Result<void> scan_index() {
        const auto cursor = store_->scan(all_of(Family::rowidx), storage::Order::ascending);
        for (; cursor->valid(); cursor->next()) {
            tell("checking the index", report_.index_entries, entries_expected_);
            ROOKERY_CHECK(checks_.index_entry(cursor->key(), cursor->value()));
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

    /// The outbox, and that there is nothing else but what a vault keeps there.
    Result<void> scan_meta() {
        const auto cursor = store_->scan(all_of(Family::meta), storage::Order::ascending);
        for (; cursor->valid(); cursor->next()) {
            const auto key = cursor->key();
            if (!checks_.meta(key, cursor->value())) continue;
            outbox_digest_.add(view_.keys().authenticator.outbox_summand(key, cursor->value()));
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
    StoreChecks checks_{view_, report_};
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

#include "vault/convert.hpp"

#include "audit/lifecycle_events.hpp"
#include "audit/log_reader.hpp"
#include "audit/prepared_event.hpp"
#include "crypto/detail_sealer.hpp"
#include "crypto/key_file.hpp"
#include "crypto/signing.hpp"
#include "ledger/outbox.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "vault/opening_checks.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace rookery::messages {
namespace {

/// The keyring of format 2, which a conversion that was cut off may have written already.
struct NewKeyring {
    crypto::Keyring keyring;
    bool written = false;
};

Result<NewKeyring> convert_keyring(
    const DataDirectory& directory, const crypto::OpenedRoot& root,
    const crypto::PublicKey& verifier, Random& random, Instant now
) {
    const auto& vault = directory.identity().id;
    ROOKERY_TRY(const auto file, directory.read_keyring());
    auto opened = crypto::Keyring::open(file, root.key, root.generation, vault, 1);
    if (opened) return NewKeyring{std::move(*opened), true};
    if (opened.error().code != Errc::bad_state) return fail(opened.error());
    ROOKERY_TRY(const auto secret, crypto::read_key_file(directory.log_key()));
    const auto seed =
        secret.expose([](ByteView bytes) { return crypto::SigningSeed::copy_of(bytes); });
    if (crypto::SigningKey::from_seed(seed).public_key() != verifier) {
        return disagreement("the file 'log.key' is not of the key in 'log.vkey'");
    }
    ROOKERY_TRY(
        auto keyring,
        crypto::Keyring::convert(file, root.key, root.generation, vault, seed, random, now)
    );
    return NewKeyring{std::move(keyring), false};
}

/// What the rows add up to, in the old way and in the new one.
struct Sums {
    crypto::MultisetDigest old;
    crypto::MultisetDigest old_facts;
    crypto::MultisetDigest all;
    crypto::MultisetDigest facts;
};

/// A row that no entry of the log tells of: format 1 had none for the rows that a vault begins with.
struct Untold {
    storage::RowRef ref;
    std::uint64_t row_version = 0;
    Digest tag{};
};

/// Keys of the rows whose changes have entries. What cannot be read tells of nothing.
Result<std::set<std::string>> told_rows(
    std::shared_ptr<const storage::StoreView> view, const crypto::DetailSealer& details
) {
    std::set<std::string> out;
    ROOKERY_TRY(const auto reader, audit::LogReader::open(std::move(view), &details));
    for (std::uint64_t index = 0; index < reader.size(); ++index) {
        const auto entry = reader.read(index, audit::Sections::core);
        if (!entry || entry->while_sealed || !entry->event.record || !entry->event.row_versions)
            continue;
        const auto* table = schema::table(entry->event.table);
        const auto& versions = *entry->event.row_versions;
        if (table == nullptr || versions.before == versions.after) continue;
        out.insert(storage::row_key({table->id, *entry->event.record}));
    }
    return out;
}

/// Compares every row with what format 1 said of them together; `state` then says it the new way.
Result<std::vector<Untold>> add_up_rows(
    const storage::StoreView& view, const crypto::RowAuthenticator& authenticator,
    const std::set<std::string>& told, ledger::VaultState& state
) {
    Sums sums;
    std::vector<Untold> untold;
    const auto cursor = view.scan({storage::Family::rows, {}, {}}, storage::Order::ascending);
    for (; cursor->valid(); cursor->next()) {
        const auto ref = storage::parse_row_key(cursor->key());
        const auto* table = ref ? schema::table(ref->table) : nullptr;
        if (table == nullptr) return disagreement("there is a row of no table");
        ROOKERY_TRY(
            const auto stored, storage::decode(*table, ref->id, cursor->value(), authenticator)
        );
        const auto old = std::visit(
            [&](const auto& row) {
                return authenticator.digest_summand_format_1(
                    table->id, ref->id, row.row_version, row.tag
                );
            },
            stored
        );
        ROOKERY_TRY(const auto now, storage::digest_summand(*ref, cursor->value(), authenticator));
        sums.old.add(old);
        sums.all.add(now);
        if (table->access_fact) {
            sums.old_facts.add(old);
            sums.facts.add(now);
        }
        state.live_rows += std::holds_alternative<storage::Row>(stored) ? 1 : 0;
        if (!told.contains(std::string(cursor->key()))) {
            std::visit(
                [&](const auto& row) {
                    untold.push_back({*ref, row.row_version, row.tag});
                },
                stored
            );
        }
    }
    ROOKERY_CHECK(cursor->status());
    if (sums.old != state.digest || sums.old_facts != state.fact_digest) {
        return disagreement("the rows are not those that the vault's state was written with");
    }
    state.digest = sums.all;
    state.fact_digest = sums.facts;
    return untold;
}

/// Vouches for the row as it is now.
audit::Event told_now(audit::Event event, const Untold& row) {
    event.extras.clear();
    event.table = schema::table(row.ref.table)->name;
    event.record = row.ref.id;
    event.row_versions = audit::RowVersions{row.row_version, row.row_version};
    event.row_tag.emplace();
    std::copy_n(row.tag.begin(), event.row_tag->size(), event.row_tag->begin());
    return event;
}

Result<void> add_up_outbox(
    const storage::StoreView& view, const crypto::RowAuthenticator& authenticator,
    ledger::VaultState& state
) {
    const auto cursor = view.scan(ledger::whole_outbox(), storage::Order::ascending);
    for (; cursor->valid(); cursor->next()) {
        ROOKERY_CHECK(ledger::parse_outbox_entry(cursor->key(), cursor->value()));
        state.outbox_digest.add(authenticator.outbox_summand(cursor->key(), cursor->value()));
    }
    return cursor->status();
}

/// A conversion that was cut off after its commit: nothing was written under keys since. Else the file
/// `vault` was set back to format 1, so that whatever slots lie there would be taken for the vault's.
Result<void> check_cut_off(
    std::shared_ptr<const storage::StoreView> view, const crypto::DetailSealer& details,
    const ledger::VaultState& state
) {
    ROOKERY_TRY(const auto reader, audit::LogReader::open(std::move(view), &details));
    if (state.log_size != 0) {
        ROOKERY_TRY(const auto last, reader.read(state.log_size - 1, audit::Sections::core));
        // An entry of that action which tells of a new index says nothing of a conversion.
        const bool of_index = std::ranges::any_of(last.event.extras, [](const auto& extra) {
            return extra.first == "index";
        });
        if (last.event.action == audit::Action::format_change && !of_index) return {};
    }
    return disagreement("the file 'vault' says format 1, and the vault is of a newer one");
}

/// Checks the store and says the same in the new format, in a commit that is yet to be written. Null
/// when it was written already.
Result<std::unique_ptr<storage::Commit>> convert_store(
    storage::Store& store, const crypto::Keyring& keyring,
    const audit::LogWriter::Options& log_options, Random& random, Instant now
) {
    const crypto::RowAuthenticator authenticator(keyring);
    const auto view = store.view();
    ROOKERY_TRY(const auto stored, view->get(storage::Family::meta, ledger::vault_state_key));
    if (!stored) return disagreement("the vault's state row is missing");
    const crypto::DetailSealer details(keyring, log_options.origin, random);
    const auto newest = ledger::decode(*stored, authenticator);
    if (newest) {
        ROOKERY_CHECK(check_cut_off(view, details, *newest));
        return nullptr;
    }
    if (newest.error().code != Errc::bad_state) return fail(newest.error());

    ROOKERY_TRY(auto state, ledger::decode_format_1(*stored, authenticator));
    // It did not say which checkpoint is the newest: that is what the log has.
    ROOKERY_TRY(auto log, audit::LogWriter::open(*view, log_options, now));
    state.checkpoint_size = log.checkpoint_size();
    ROOKERY_CHECK(check_log(view, state, now + audit::LogWriter::clock_jump_max));
    ROOKERY_TRY(const auto told, told_rows(view, details));
    ROOKERY_TRY(const auto untold, add_up_rows(*view, authenticator, told, state));
    ROOKERY_CHECK(add_up_outbox(*view, authenticator, state));

    auto commit = store.begin();
    const auto append = [&](const audit::Event& event) -> Result<void> {
        ROOKERY_TRY(const auto entry, log.append(audit::prepare(event, details, random), now));
        commit->put(storage::Family::log, entry.key, entry.value);
        return {};
    };
    auto event =
        audit::format_change_event(1, VaultIdentity::newest_format, log_options.origin, now);
    event.correlation = Uuid::random(random);
    ROOKERY_CHECK(append(event));
    for (const auto& row : untold) ROOKERY_CHECK(append(told_now(event, row)));
    state.log_size = log.size();
    state.log_root = log.root();
    const auto log_state = log.state_row();
    commit->put(storage::Family::log, log_state.key, log_state.value);
    commit->put(
        storage::Family::meta, ledger::vault_state_key, ledger::encode(state, authenticator)
    );
    return commit;
}

}  // namespace

Result<void> convert_from_format_1(
    DataDirectory& directory, storage::Store& store, const crypto::RootSlots& slots,
    const crypto::OpenedRoot& root, const audit::LogWriter::Options& log_options, Random& random,
    Instant now
) {
    ROOKERY_TRY(
        const auto made, convert_keyring(directory, root, log_options.verifier, random, now)
    );
    const auto& keyring = made.keyring;
    // All is checked before anything is written: what does not agree stays as it was.
    ROOKERY_TRY(const auto commit, convert_store(store, keyring, log_options, random, now));
    if (!commit) {
        // The store is the last to be converted: keyring and slots of the new format must be there.
        if (!made.written) return disagreement("the keyring is of an older format than the store");
        ROOKERY_CHECK(slots.check(keyring));
        return directory.finish_conversion();
    }
    if (!made.written) {
        ROOKERY_CHECK(directory.write_keyring(keyring.seal(root.key, root.generation, random)));
    }
    ROOKERY_CHECK(directory.write_slots(slots.serialise(keyring, keyring.slot_set())));
    ROOKERY_CHECK(commit->write());
    return directory.finish_conversion();
}

}  // namespace rookery::messages

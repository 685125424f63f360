#include "jobs/replay_since.hpp"

#include "jobs/key_change.hpp"
#include "jobs/purge.hpp"
#include "messages/message.hpp"
#include "pipeline/reply.hpp"
#include "schema/token_history.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <utility>

namespace rookery::jobs {
namespace {

using crypto::KeyState;
using crypto::Purpose;

using Pause = std::function<void(std::chrono::milliseconds)>;

/// Nobody else has the vault open, so nothing is waited for but the engine's own work on its files.
constexpr int waits_max = 60;

Result<void> end_credential(messages::Vault& vault, const Uuid& credential) {
    ROOKERY_TRY(
        auto receipt,
        vault.run(vault.system(), messages::Message{messages::RevokeCredential{credential}})
    );
    ROOKERY_CHECK(messages::take_reply(std::move(receipt)));
    return {};
}

/// Ends those of all users that `ended` names.
template <class Ended>
Result<std::uint64_t> end_some(messages::Vault& vault, const Ended& ended) {
    const auto view = vault.view();
    std::uint64_t count = 0;
    for (const auto& user : view.facts().users().rows()) {
        for (const auto& credential : view.facts().credentials_of(user.id)) {
            if (view.facts().credential(credential)->revoked || !ended(user.id, credential)) {
                continue;
            }
            ROOKERY_CHECK(end_credential(vault, credential));
            ++count;
        }
    }
    return count;
}

/// Whether the backup has anything of it, if only that it was deleted.
Result<bool> is_known(const messages::Vault& vault, const storage::RowRef& record) {
    const auto view = vault.view();
    ROOKERY_TRY(
        const auto stored, view.store()->get(storage::Family::rows, storage::row_key(record))
    );
    return stored.has_value();
}

Result<void> take_away(messages::Vault& vault, messages::Message message) {
    ROOKERY_TRY(auto receipt, vault.run(vault.system(), message));
    const auto done = messages::take_reply(std::move(receipt));
    // It was deleted before already, and what is left of it goes all the same.
    if (!done && done.error().code != Errc::not_found) return fail(done.error());
    return {};
}

Result<void> delete_record(messages::Vault& vault, const storage::RowRef& record) {
    messages::Delete message;
    message.target = {schema::table(record.table), record.id};
    return take_away(vault, messages::Message{std::move(message)});
}

/// As it was retained and purged: without the records that lead to it.
Result<void> take_away_alone(messages::Vault& vault, const storage::RowRef& record) {
    messages::Retain message;
    message.target = {schema::table(record.table), record.id};
    message.purged_since = true;
    return take_away(vault, messages::Message{std::move(message)});
}

/// It may also be kept as the backup was taken, or have come to the recycle bin with its parent.
Result<void> end_kept_record(messages::Vault& vault, const storage::RowRef& record) {
    const auto system = vault.system();
    const auto view = vault.view();
    const messages::Reading reading(view, view.keys().authenticator, system);
    ROOKERY_TRY(const auto found, reading.peek(*schema::table(record.table), record.id));
    if (!found.kept) return {};
    std::vector<storage::RowRef> rows = {record};
    for (const auto& ref : found.kept->deletion.with) {
        ROOKERY_TRY(const auto other, reading.peek(*schema::table(ref.table), ref.id));
        const bool same = other.kept && other.kept->deletion.id == found.kept->deletion.id;
        if (same) rows.push_back(ref);
    }
    for (std::size_t at = 0; at < rows.size(); at += messages::end_deleted_max) {
        messages::EndDeletedRecords message;
        message.at_once = true;
        for (auto i = at; i < std::min(rows.size(), at + messages::end_deleted_max); ++i) {
            message.rows.push_back(rows[i]);
        }
        ROOKERY_TRY(auto receipt, vault.run(system, messages::Message{std::move(message)}));
        ROOKERY_CHECK(messages::take_reply(std::move(receipt)));
    }
    return {};
}

/// Until it is in no file of the store.
Result<void> forget_record(
    messages::Vault& vault, const storage::RowRef& record, const Pause& pause
) {
    messages::PurgeCursor cursor;
    cursor.phase = messages::PurgePhase::forgetting;
    cursor.table = schema::table(record.table)->name;
    cursor.record = record.id;
    cursor.everything = true;
    messages::JobProgress at;
    at.cursor = to_text(cursor);
    const auto system = vault.system();
    Purge purge(vault, system);
    for (int waits = 0; waits < waits_max;) {
        StepBudget budget(SIZE_MAX, [] { return false; });
        ROOKERY_TRY(auto step, purge.step(vault, at, budget));
        at = std::move(step.progress);
        if (step.end == StepEnd::succeeded) return {};
        if (step.end == StepEnd::failed) return fail(Errc::internal, std::move(step.message));
        if (step.end != StepEnd::waits) continue;
        ++waits;
        pause(step.wait);  // the engine tells nobody when files of before are gone
    }
    return fail(
        Errc::unavailable,
        "the record " + to_string(record.id) + " is not purged again: its files are still in use",
        "run the restore again"
    );
}

Result<std::uint64_t> purge_again(
    messages::Vault& vault, const std::vector<storage::RowRef>& records, const Pause& pause
) {
    std::uint64_t count = 0;
    for (const auto& record : records) {
        const auto* table = schema::table(record.table);
        if (table == nullptr || !schema::has_token_history(*table)) continue;
        ROOKERY_TRY(const bool known, is_known(vault, record));
        if (!known) continue;  // it was made after the backup
        ROOKERY_CHECK(delete_record(vault, record));
        ROOKERY_CHECK(end_kept_record(vault, record));
        ROOKERY_CHECK(forget_record(vault, record, pause));
        ++count;
    }
    return count;
}

Result<std::uint64_t> end_retained_again(
    messages::Vault& vault, const std::vector<storage::RowRef>& records, const Pause& pause
) {
    std::uint64_t count = 0;
    for (const auto& record : records) {
        ROOKERY_TRY(const bool known, is_known(vault, record));
        if (!known) continue;
        ROOKERY_CHECK(take_away_alone(vault, record));
        ROOKERY_CHECK(end_kept_record(vault, record));
        if (schema::has_token_history(*schema::table(record.table))) {
            ROOKERY_CHECK(forget_record(vault, record, pause));
        }
        ++count;
    }
    return count;
}

/// KEKs of the keyring at hand that the newer log says somebody else may have, and that are not marked so.
std::vector<crypto::KeyEntry> trusted_again(
    const messages::Vault& vault, const messages::TakenSince& since
) {
    const auto view = vault.view();
    std::vector<crypto::KeyEntry> out;
    for (const auto& entry : view.keys().keyring.entries()) {
        if (entry.purpose != Purpose::record_kek || entry.state >= KeyState::compromised) continue;
        const bool of_then = since.all_compromised && entry.created <= *since.all_compromised;
        if (of_then || since.compromised.contains(entry.version)) out.push_back(entry);
    }
    return out;
}

Result<void> compromise_again(
    messages::Vault& vault, const messages::TakenSince& since, ReplayedSince& out
) {
    const auto keys = trusted_again(vault, since);
    const auto system = vault.system();
    std::uint64_t log_entries = 0;
    KeyChange change(vault, system, Purpose::record_kek, log_entries);
    for (const auto& key : keys) {
        if (key.state == KeyState::active) {
            // No successor that lay in the same keyring: whoever has the one may have the other.
            ROOKERY_TRY(const auto next, change.next_version(KeyChange::Unused::left));
            ROOKERY_CHECK(change.activate(next, KeyState::compromised));
        } else if (key.state == KeyState::decrypt_only) {
            ROOKERY_CHECK(
                change.move_to(key.version, KeyState::compromised, audit::Action::key_compromised)
            );
        } else {
            continue;  // never used
        }
        out.compromised.push_back(key.version);
        out.left.keks.insert(key.version);
        out.left.sentences.push_back(
            "record KEK " + std::to_string(key.version) +
            " is compromised, and data keys of the backup are under it: `rookery key compromise " +
            std::to_string(key.version) + "` replaces them"
        );
    }
    return {};
}

Result<void> retire_destroyed(
    messages::Vault& vault, const messages::TakenSince& since, ReplayedSince& out
) {
    const auto system = vault.system();
    std::uint64_t log_entries = 0;
    KeyChange change(vault, system, Purpose::record_kek, log_entries);
    for (const auto version : since.destroyed) {
        const auto view = vault.view();
        const auto* key = view.keys().keyring.entry(Purpose::record_kek, version);
        if (key == nullptr || key->state == KeyState::destroyed) continue;
        if (key->state == KeyState::active) {
            ROOKERY_TRY(const auto next, change.next_version(KeyChange::Unused::left));
            ROOKERY_CHECK(change.activate(next));
        }
        out.left.keks.insert(version);
        out.left.sentences.push_back(
            "record KEK " + std::to_string(version) +
            " was destroyed and is in this keyring again, with data keys of the backup under it: "
            "`rookery key rotate`, and then `rookery key destroy " +
            std::to_string(version) + "`"
        );
    }
    return {};
}

}  // namespace

Result<std::uint64_t> end_all_credentials(messages::Vault& vault) {
    return end_some(vault, [](const Uuid&, const Uuid&) { return true; });
}

Result<std::uint64_t> end_credentials_as_since(
    messages::Vault& vault, const messages::TakenSince& since
) {
    return end_some(vault, [&](const Uuid& user, const Uuid& credential) {
        return since.users.contains(user) || since.credentials.contains(credential);
    });
}

Result<ReplayedSince> replay_since(
    messages::Vault& vault, const messages::TakenSince& since, const Pause& pause
) {
    ReplayedSince out;
    ROOKERY_TRY(out.purged, purge_again(vault, since.purged, pause));
    ROOKERY_TRY(const auto ended, end_retained_again(vault, since.retained_ended, pause));
    out.purged += ended;
    ROOKERY_CHECK(compromise_again(vault, since, out));
    ROOKERY_CHECK(retire_destroyed(vault, since, out));
    return out;
}

}  // namespace rookery::jobs

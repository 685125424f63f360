#include "vault/backup_state.hpp"

#include "audit/log_reader.hpp"
#include "ledger/claimed_keyring_epoch.hpp"
#include "ledger/vault_state.hpp"
#include "merkle/checkpoint.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/text_rules.hpp"
#include "vault/opening_checks.hpp"

namespace rookery::messages {

Result<BackupState> state_of_copy(
    const std::filesystem::path& store, std::string_view verifier_key
) {
    ROOKERY_TRY(const auto verifier, merkle::parse_verifier_key(verifier_key));
    ROOKERY_TRY(const auto opened, storage::open_rocksdb(store, storage::OpenMode::read_only));
    const auto view = opened->view();
    ROOKERY_CHECK(storage::check_text_rules(*view));
    ROOKERY_TRY(const auto log, audit::check_start(*view, verifier));
    if (!log.state) return disagreement("the copy of the store has no log");
    ROOKERY_TRY(const auto row, view->get(storage::Family::meta, ledger::vault_state_key));
    if (!row) return disagreement("the copy of the store has no state row");
    BackupState out;
    out.log_size = log.state->size();
    out.log_root = log.state->frontier.root();
    out.last_time = log.state->last_time;
    ROOKERY_TRY(out.keyring_epoch, ledger::claimed_keyring_epoch(*row));
    return out;
}

}  // namespace rookery::messages

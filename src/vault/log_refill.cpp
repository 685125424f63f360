#include "vault/log_refill.hpp"

#include "audit/log_reader.hpp"
#include "audit/log_source.hpp"
#include "merkle/frontier.hpp"
#include "merkle/hash.hpp"
#include "merkle/root_at.hpp"
#include "storage/rocksdb_store.hpp"
#include "vault/opening_checks.hpp"

#include <string>

namespace rookery::messages {
namespace {

using storage::Family;

/// Some hundred kilobytes.
constexpr std::size_t rows_in_one_batch = 512;

tl::unexpected<Error> cannot_refill(const std::string& why) {
    return fail(
        Errc::integrity,
        "the newer log cannot be filled in: " + why,
        "name another copy of it; without --log-archive the log goes on behind the backup's "
        "entries, and all credentials are revoked"
    );
}

/// Rows of a log on their way into a store that has nobody else.
class Filling {
 public:
    explicit Filling(storage::Store& store) : store_(store), commit_(store.begin()) {}

    Result<void> put(std::string_view key, std::string_view value) {
        commit_->put(Family::log, key, value);
        if (++rows_ < rows_in_one_batch) return {};
        return write();
    }

    Result<void> write() {
        ROOKERY_CHECK(commit_->write());
        rows_ = 0;
        commit_.reset();
        commit_ = store_.begin();
        return {};
    }

 private:
    storage::Store& store_;
    std::unique_ptr<storage::Commit> commit_;
    std::size_t rows_ = 0;
};

Result<void> fill_in_entries(
    const LogArchive& archive, const audit::LogSource& rows, merkle::Frontier& tree,
    Filling& filling, const VerifyProgress& progress
) {
    std::string why;
    Result<void> written;
    ROOKERY_CHECK(rows.each(
        audit::entry_prefix,
        audit::entry_key(archive.from()),
        [&](std::string_view key, std::string_view value) {
            const auto index = tree.size();
            if (index == archive.size()) return false;
            const auto entry = audit::split_entry(value);
            bool follows = entry && key == audit::entry_key(index);
            if (follows) {
                const auto nodes = tree.append(merkle::hash_leaf(entry->leaf));
                follows = nodes.size() == entry->node_count();
                for (std::size_t level = 0; follows && level < nodes.size(); ++level) {
                    follows = nodes[level] == entry->node(level);
                }
            }
            if (!follows) {
                why = "entry " + std::to_string(index) + " is not as it was written";
                return false;
            }
            written = filling.put(key, value);
            if (progress) {
                const auto total = archive.size() - archive.from();
                progress("filling in the log", index - archive.from(), total);
            }
            return written.has_value();
        }
    ));
    ROOKERY_CHECK(written);
    if (!why.empty()) return cannot_refill(why);
    if (tree.size() != archive.size() || tree.root() != archive.root()) {
        return cannot_refill("its entries do not lead to its root");
    }
    return {};
}

Result<void> fill_in_checkpoints(
    const LogArchive& archive, const audit::LogSource& rows, const merkle::VerifierKey& log_key,
    const audit::LogReader& log, Filling& filling
) {
    std::string why;
    Result<void> written;
    ROOKERY_CHECK(rows.each(
        audit::checkpoint_prefix,
        audit::checkpoint_key(archive.from() + 1),
        [&](std::string_view key, std::string_view value) {
            const auto checkpoint = merkle::verify_checkpoint(value, log_key);
            const bool fits = checkpoint && key == audit::checkpoint_key(checkpoint->size) &&
                              checkpoint->size <= archive.size();
            const auto root = fits ? merkle::root_at(checkpoint->size, log) : Result<Digest>{};
            if (!root) {
                written = fail(root.error());
                return false;
            }
            if (!fits || *root != checkpoint->root) {
                why = "a checkpoint of it is not as it was signed";
                return false;
            }
            written = filling.put(key, value);
            return written.has_value();
        }
    ));
    ROOKERY_CHECK(written);
    return why.empty() ? Result<void>{} : cannot_refill(why);
}

}  // namespace

Result<void> refill_log(
    const LogArchive& archive, const merkle::VerifierKey& log_key,
    const std::filesystem::path& folder, const VerifyProgress& progress
) {
    ROOKERY_TRY(const auto store, storage::open_rocksdb(folder, storage::OpenMode::must_exist));
    ROOKERY_TRY(const auto here, audit::LogReader::open(store->view(), nullptr));
    auto tree = here.state().frontier;
    if (tree.size() != archive.from()) return cannot_refill("the copy ends elsewhere");
    ROOKERY_TRY(const auto there, audit::LogReader::open(archive.view(), nullptr));
    const audit::StoreLogSource rows(archive.view());
    Filling filling(*store);
    ROOKERY_CHECK(fill_in_entries(archive, rows, tree, filling, progress));
    ROOKERY_CHECK(fill_in_checkpoints(archive, rows, log_key, there, filling));
    // Last: until then the store's log ends where the backup's does.
    ROOKERY_CHECK(filling.put(audit::state_key(), audit::encode(there.state())));
    return filling.write();
}

Result<ledger::VaultState> refilled_state(
    const LogArchive& archive, const std::shared_ptr<const storage::StoreView>& store,
    const ledger::VaultState& state, const crypto::RowAuthenticator& authenticator, Instant latest,
    const std::optional<AnchorFinding>& found
) {
    ROOKERY_TRY(const auto log, audit::LogReader::open(store, nullptr));
    ROOKERY_TRY(const auto before, merkle::root_at(state.log_size, log));
    if (before != state.log_root) {
        return disagreement("the log is not the one the vault's state was written with");
    }
    auto out = state;
    if (const auto theirs = read_state(*archive.view(), authenticator)) {
        out.log_size = theirs->log_size;
        out.log_root = theirs->log_root;
        out.checkpoint_size = theirs->checkpoint_size;
    } else if (const auto& published = archive.checkpoint()) {
        // Of a keyring that is newer than the one at hand; what is signed is this vault's as well.
        out.log_size = published->size;
        out.log_root = published->root;
        out.checkpoint_size = published->size;
    }
    if (out.log_size < state.log_size || out.log_size < archive.from()) {
        return cannot_refill("nothing that this keyring opens, and no checkpoint, vouches for it");
    }
    ROOKERY_CHECK(check_log(store, out, latest));
    if (found && found->anchor && found->anchor->log_size <= out.log_size) {
        ROOKERY_TRY(const auto root, merkle::root_at(found->anchor->log_size, log));
        if (root != found->anchor->log_root) {
            return cannot_refill("it is another log than the one that the anchor tells of");
        }
    }
    return out;
}

}  // namespace rookery::messages

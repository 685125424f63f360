#include "vault/log_archive.hpp"

#include "audit/log_reader.hpp"
#include "audit/small_file.hpp"
#include "merkle/root_at.hpp"
#include "storage/rocksdb_store.hpp"

#include <string>

namespace rookery::messages {
namespace {

tl::unexpected<Error> is_no_archive(const std::filesystem::path& directory, std::string_view why) {
    return fail(
        Errc::integrity,
        "the log in " + directory.string() +
            " is none of this vault's later ones: " + std::string(why),
        "name the data directory of before, or a newer backup of the same vault"
    );
}

}  // namespace

Result<LogArchive> LogArchive::open(
    const std::filesystem::path& directory, const merkle::VerifierKey& log_key, std::uint64_t size,
    const Digest& root
) {
    const auto file = audit::read_small_file(directory / "log.vkey");
    if (!file) return is_no_archive(directory, "it has no file 'log.vkey'");
    const auto key = merkle::parse_verifier_key(*file);
    if (!key || key->name != log_key.name || key->key != log_key.key) {
        return is_no_archive(directory, "it has another verifier key");
    }
    LogArchive out;
    ROOKERY_TRY(
        auto store, storage::open_rocksdb(directory / "store", storage::OpenMode::read_only)
    );
    out.store_ = std::move(store);
    const auto view = out.store_->view();
    ROOKERY_TRY(const auto start, audit::check_start(*view, *key));
    ROOKERY_TRY(const auto log, audit::LogReader::open(view, nullptr));
    if (log.size() < size) return is_no_archive(directory, "it is shorter than the backup's");
    ROOKERY_TRY(const auto common, merkle::root_at(size, log));
    if (common != root) return is_no_archive(directory, "its first entries are others");
    out.from_ = size;
    out.size_ = log.size();
    out.root_ = log.state().frontier.root();
    out.checkpoint_ = start.published;
    return out;
}

Result<std::vector<Uuid>> LogArchive::revoked_since(const crypto::DetailSealer& details) const {
    ROOKERY_TRY(const auto log, audit::LogReader::open(store_->view(), &details));
    std::vector<Uuid> out;
    for (auto index = from_; index < size_; ++index) {
        const auto entry = log.read(index, audit::Sections::core);
        if (!entry) {
            return fail(
                entry.error().code,
                "entry " + std::to_string(index) +
                    " of the newer log cannot be read: " + entry.error().message,
                "restore with a newer keyring backup, or revoke all credentials: "
                "--revoke-credentials"
            );
        }
        const auto& event = entry->event;
        if (entry->while_sealed || event.action != audit::Action::credential_revoke ||
            event.outcome != audit::Outcome::success || !event.record) {
            continue;
        }
        out.push_back(*event.record);
    }
    return out;
}

}  // namespace rookery::messages

#include "vault/log_archive.hpp"

#include "audit/log_reader.hpp"
#include "audit/small_file.hpp"
#include "base/folder.hpp"
#include "merkle/root_at.hpp"
#include "storage/rocksdb_store.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>

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

/// As whoever opens the vault does, but for reading: the directory may lie where nobody can write. Nothing: a backup.
Result<std::optional<Descriptor>> lock_archive(const std::filesystem::path& directory) {
    ROOKERY_CHECK(Folder::open_to_read(directory));
    const auto path = directory / "LOCK";
    Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.ok() && errno == ENOENT) return std::optional<Descriptor>{};
    if (!file.ok()) return io_error("cannot open", path, errno);
    if (::flock(file.get(), LOCK_SH | LOCK_NB) != 0) {
        return fail(
            Errc::in_use,
            "another process uses the directory " + directory.string() +
                ": its log is not at its end yet",
            "stop the server that it belongs to; it must not run beside a restored copy anyway"
        );
    }
    return std::optional<Descriptor>(std::move(file));
}

}  // namespace

Result<LogArchive> LogArchive::open(
    const std::filesystem::path& directory, const merkle::VerifierKey& log_key, std::uint64_t size,
    const Digest& root
) {
    ROOKERY_TRY(auto lock, lock_archive(directory));
    const auto file = audit::read_small_file(directory / "log.vkey");
    if (!file) return is_no_archive(directory, "it has no file 'log.vkey'");
    const auto key = merkle::parse_verifier_key(*file);
    if (!key || key->name != log_key.name || key->key != log_key.key) {
        return is_no_archive(directory, "it has another verifier key");
    }
    LogArchive out(directory, std::move(lock));
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

}  // namespace rookery::messages

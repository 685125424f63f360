#include "vault/backup_writer.hpp"

#include "storage/free_space.hpp"
#include "vault/backup_state.hpp"
#include "vault/directory_check.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

constexpr std::string_view written_store_folder = "store";

BackupFile described(std::string name, ByteView content) {
    return {std::move(name), content.size(), crypto::sha256(content)};
}

class ListedFiles final : public storage::HeldFiles {
 public:
    explicit ListedFiles(std::vector<storage::HeldFile> files) : files_(std::move(files)) {}

    [[nodiscard]] const std::vector<storage::HeldFile>& files() const override { return files_; }

 private:
    std::vector<storage::HeldFile> files_;
};

}  // namespace

Result<BackupSource> stopped_source(const DataDirectory& directory) {
    const auto place = directory.store();
    ROOKERY_TRY(const auto folder, Folder::open_to_read(place));
    ROOKERY_TRY(const auto names, folder.names(backup_files_max));
    std::vector<storage::HeldFile> files;
    for (const auto& name : names) {
        if (!is_store_file(name)) continue;
        ROOKERY_TRY(const auto file, folder.open_file(name));
        files.push_back({name, place / name, file.size, {}});
    }
    BackupSource out;
    out.data = place.parent_path();
    out.vault = directory.identity();
    ROOKERY_TRY(out.verifier_key, directory.read_verifier_key());
    out.store = std::make_unique<ListedFiles>(std::move(files));
    return out;
}

BackupWriter::BackupWriter(
    BackupSource source, BackupDirectory target, std::size_t keep, Instant now
)
    : source_(std::move(source)), target_(std::move(target)), keep_(keep), now_(now) {}

Result<std::unique_ptr<BackupWriter>> BackupWriter::begin(
    BackupSource source, BackupDirectory target, std::size_t keep, Instant now, Random& random
) {
    std::unique_ptr<BackupWriter> writer(
        new BackupWriter(std::move(source), std::move(target), keep, now)
    );
    ROOKERY_CHECK(writer->prepare(random));
    return writer;
}

BackupWriter::~BackupWriter() {
    if (!half_ || is_whole()) return;
    copy_.reset();
    // What stays anyhow is taken away by the next one.
    const auto removed = target_.folder().remove(name_);
    (void)removed;
}

Result<void> BackupWriter::prepare(Random& random) {
    if (source_.vault.format != VaultIdentity::newest_format) {
        return fail(
            Errc::bad_state,
            "the data directory is of an older format",
            "open it once with this version, which converts it: `rookery status --data DATA "
            "--key-file FILE`"
        );
    }
    ROOKERY_CHECK(target_.remove_halves());
    ROOKERY_TRY(const auto kept, target_.of_vault(source_.vault.id));
    if (!kept.empty()) {
        ROOKERY_TRY(const auto before, target_.folder().open(kept.back().name));
        auto store = before.open(std::string(written_store_folder));
        if (store) earlier_.emplace(std::move(*store));
    }
    for (const auto& file : source_.store->files()) total_ += file.size;
    ROOKERY_CHECK(check_space());
    manifest_.id = Uuid::random(random);
    manifest_.vault = source_.vault;
    name_ = BackupDirectory::name_of_half(manifest_.id);
    ROOKERY_TRY(auto half, target_.folder().make(name_));
    half_.emplace(std::move(half));
    ROOKERY_TRY(auto store, half_->make(std::string(written_store_folder)));
    store_.emplace(std::move(store));
    const auto identity = to_text(source_.vault);
    const auto key = source_.verifier_key + "\n";
    for (const auto& [name, text] : {std::pair{"vault", &identity}, std::pair{"log.vkey", &key}}) {
        ROOKERY_CHECK(half_->write(name, bytes_of(*text)));
        manifest_.files.push_back(described(name, bytes_of(*text)));
    }
    return {};
}

/// What an earlier backup may have is looked for there first.
Result<void> BackupWriter::check_space() const {
    std::uintmax_t wanted = source_.leave_free;
    for (const auto& file : source_.store->files()) {
        const auto before = may_share(file) ? earlier_->open_file(file.name)
                                            : Result<Folder::File>(fail(Errc::not_found, ""));
        if (!before || before->size != file.size) wanted += file.size;
    }
    const auto& path = target_.folder().path();
    ROOKERY_TRY(const auto space, storage::space_of(path));
    if (space.free >= wanted) return {};
    return fail(
        Errc::io,
        "too little free space at " + path.string() + ": " + storage::mebibytes(space.free) +
            " of " + storage::mebibytes(wanted) + " needed",
        "free or add disk space, or keep fewer backups; the older ones are as they were"
    );
}

/// Tables alone never change, and only as whole files.
bool BackupWriter::may_share(const storage::HeldFile& file) const {
    return earlier_ && file.name.ends_with(".sst");
}

Result<bool> BackupWriter::step() {
    switch (phase_) {
        case Phase::copying:
            if (next_ == source_.store->files().size()) {
                source_.store.reset();
                phase_ = Phase::naming;
            } else {
                ROOKERY_CHECK(copy_some());
            }
            return false;
        case Phase::naming:
            ROOKERY_CHECK(give_name());
            phase_ = Phase::tidying;
            return false;
        case Phase::tidying: {
            ROOKERY_TRY(const bool gone, target_.remove_one_beyond(keep_, source_.vault.id, name_));
            if (!gone) phase_ = Phase::done;
            return !gone;
        }
        case Phase::done:
            break;
    }
    return true;
}

Result<void> BackupWriter::copy_some() {
    const auto& file = source_.store->files()[next_];
    if (!copy_ && !file.content.empty()) {
        ROOKERY_CHECK(store_->write(file.name, bytes_of(file.content)));
        manifest_.files.push_back(
            described(std::string(written_store_folder) + "/" + file.name, bytes_of(file.content))
        );
        done_ += file.size;
        ++next_;
        return {};
    }
    if (!copy_) return begin_file(file);
    const auto before = copy_->done();
    ROOKERY_TRY(const bool whole, copy_->step());
    done_ = done_ + copy_->done() - before;
    if (!whole) return {};
    if (copy_->shared()) shared_ += file.size;
    manifest_.files.push_back(
        {std::string(written_store_folder) + "/" + file.name, file.size, copy_->digest()}
    );
    copy_.reset();
    ++next_;
    return {};
}

Result<void> BackupWriter::begin_file(const storage::HeldFile& file) {
    ROOKERY_TRY(const auto folder, Folder::open_to_read(file.source.parent_path()));
    ROOKERY_TRY(auto opened, folder.open_file(file.source.filename().string()));
    const auto* earlier = may_share(file) ? &*earlier_ : nullptr;
    ROOKERY_TRY(
        copy_,
        FileCopy::begin(std::move(opened), file.source, file.size, *store_, file.name, earlier)
    );
    return {};
}

/// The copy says itself what it holds; only then it is called a backup.
Result<void> BackupWriter::give_name() {
    ROOKERY_TRY(const auto state, state_of_copy(store_->path(), source_.verifier_key));
    manifest_.log_size = state.log_size;
    manifest_.log_root = state.log_root;
    manifest_.keyring_epoch = state.keyring_epoch;
    // Log time never goes back, so the newest of a vault is the newest by its name, whatever the clock says.
    manifest_.time = std::chrono::floor<std::chrono::seconds>(std::max(now_, state.last_time));
    std::ranges::sort(manifest_.files, {}, &BackupFile::name);
    const auto* key = source_.keys ? &source_.keys->signing : nullptr;
    ROOKERY_CHECK(half_->write(std::string(manifest_name), bytes_of(encode(manifest_, key))));
    ROOKERY_CHECK(store_->sync());
    ROOKERY_CHECK(half_->sync());
    const auto name = BackupDirectory::name_of(manifest_, source_.kind);
    ROOKERY_CHECK(target_.folder().rename(name_, target_.folder(), name));
    name_ = name;
    return target_.folder().sync();
}

}  // namespace rookery::messages

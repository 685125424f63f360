#include "jobs/backup.hpp"

#include "access/built_in.hpp"
#include "query/job_reader.hpp"
#include "storage/free_space.hpp"
#include "vault/same_file_system.hpp"
#include "vault/vault_parts.hpp"

#include <algorithm>
#include <sys/stat.h>
#include <utility>

namespace rookery::jobs {
namespace {

constexpr std::uintmax_t least_left = std::uintmax_t{64} << 20;

/// On the vault's own file system so much that the vault does not run short; elsewhere so that the disk is not full.
std::uintmax_t space_to_leave(
    const messages::Vault& vault, const std::filesystem::path& directory
) {
    const auto& options = vault.parts().options;

    struct stat data {};

    struct stat target {};

    if (::stat(options.data.c_str(), &data) != 0 || ::stat(directory.c_str(), &target) != 0 ||
        data.st_dev != target.st_dev) {
        return least_left;
    }
    return std::max(least_left, options.space.open.bytes_min);
}

/// By who made the row of the job that is under way.
Result<messages::BackupKind> kind_of_this(const messages::View& view) {
    ROOKERY_TRY(const auto jobs, messages::read_jobs(view, messages::JobStateCode::locked));
    const auto row = std::ranges::find(jobs.rows, backup_name, &messages::JobRow::name);
    const bool due = row != jobs.rows.end() && row->created_by == access::jobs_user;
    return due ? messages::BackupKind::scheduled : messages::BackupKind::by_hand;
}

std::string ending(const messages::BackupWriter& writer) {
    const auto& manifest = writer.manifest();
    return writer.name() + " holds the log with its first " + std::to_string(manifest.log_size) +
           " entries, " + storage::mebibytes(writer.bytes()) + " in " +
           std::to_string(manifest.files.size()) + " files, of which " +
           storage::mebibytes(writer.bytes_shared()) + " were in the one before.";
}

}  // namespace

Result<JobStep> Backup::step(
    const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
) {
    if (!writer_) {
        ROOKERY_CHECK(begin(vault));
        return report(at);
    }
    const auto done = go_on(budget);
    auto out = report(at);
    if (done && !*done) return out;
    if (!done && !writer_->is_whole()) return fail(done.error());
    const auto& manifest = writer_->manifest();
    out.backup = audit::BackupMade{
        manifest.id,
        writer_->name(),
        manifest.log_size,
        manifest.log_root,
        manifest.files.size(),
        writer_->bytes()};
    out.message = ending(*writer_);
    out.end = done ? StepEnd::succeeded : StepEnd::failed;
    if (messages::same_file_system(directory_, vault.parts().options.data)) {
        out.message += " It is on the data's own file system: is the disk for backups mounted?";
    }
    if (!done) out.message += " But older ones could not be removed: " + done.error().message;
    writer_.reset();
    return out;
}

Result<void> Backup::begin(const messages::Vault& vault) {
    const auto& parts = vault.parts();
    ROOKERY_TRY(auto target, messages::BackupDirectory::open(directory_, parts.options.data));
    messages::BackupSource source;
    source.data = parts.options.data;
    source.vault = parts.directory.identity();
    source.verifier_key = vault.log_verifier_key();
    source.keys = parts.opening_keys;  // the key that signs the log is the same for ever
    ROOKERY_TRY(source.kind, kind_of_this(vault.view()));
    source.leave_free = space_to_leave(vault, directory_);
    ROOKERY_TRY(source.store, storage::hold_files(*parts.store));
    ROOKERY_TRY(
        writer_,
        messages::BackupWriter::begin(
            std::move(source), std::move(target), keep_, vault.clock().now(), vault.random()
        )
    );
    return {};
}

Result<bool> Backup::go_on(StepBudget& budget) {
    while (budget.spend()) {
        ROOKERY_TRY(const bool done, writer_->step());
        if (done) return true;
    }
    return false;
}

JobStep Backup::report(const messages::JobProgress& at) const {
    JobStep out;
    out.progress = at;
    out.progress.done = writer_->bytes_done();
    out.progress.total = writer_->bytes();
    return out;
}

}  // namespace rookery::jobs

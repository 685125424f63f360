// The backup: a copy of the store as it was at one moment, in the directory that the operator named, while the server
// runs. Nothing of the vault is changed but its log. docs/operations/backup.md.
//
// What is held for it in the store does not survive a restart or a pause, so a backup that was cut off begins anew; what it
// had written is taken away then.
#pragma once

#include "jobs/job.hpp"
#include "vault/backup_writer.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>

namespace rookery::jobs {

inline constexpr std::string_view backup_name = "backup";

class Backup final : public Job {
 public:
    /// `keep`: how many of this vault stay in the directory.
    Backup(std::filesystem::path directory, std::size_t keep)
        : directory_(std::move(directory)), keep_(keep) {}

    [[nodiscard]] std::string_view name() const override { return backup_name; }

    [[nodiscard]] Result<JobStep> step(
        const messages::Vault& vault, const messages::JobProgress& at, StepBudget& budget
    ) override;

    void let_go() override { writer_.reset(); }

 private:
    [[nodiscard]] Result<void> begin(const messages::Vault& vault);
    [[nodiscard]] Result<bool> go_on(StepBudget& budget);
    [[nodiscard]] JobStep report(const messages::JobProgress& at) const;

    std::filesystem::path directory_;
    std::size_t keep_;
    std::unique_ptr<messages::BackupWriter> writer_;  // of the one that is in hand
};

}  // namespace rookery::jobs

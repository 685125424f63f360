// A vault on the disk with something in it, and a directory for its backups.
#pragma once

#include "base/folder.hpp"
#include "support/test_vault.hpp"
#include "vault/backup_check.hpp"
#include "vault/backup_writer.hpp"
#include "vault/data_directory.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace rookery::test {

class BackedUpVault {
 public:
    BackedUpVault() {
        std::filesystem::create_directory(target());
        std::filesystem::permissions(target(), std::filesystem::perms::owner_all);
        change();
    }

    [[nodiscard]] std::filesystem::path target() const { return folder_.path() / "backups"; }

    [[nodiscard]] std::filesystem::path other(const std::string& name) const {
        return folder_.path() / name;
    }

    /// Something more on the disk and on the log.
    void change() { vault.create("msdyn_octwitterapplication", std::pair{"msdyn_name", "one"}); }

    [[nodiscard]] Result<messages::BackupDirectory> open_target() const {
        return messages::BackupDirectory::open(target(), vault.data());
    }

    /// Of the closed vault, to be stepped.
    [[nodiscard]] Result<std::unique_ptr<messages::BackupWriter>> begin_stopped(
        const messages::DataDirectory& directory, std::size_t keep = 7
    ) {
        ROOKERY_TRY(auto source, messages::stopped_source(directory));
        ROOKERY_TRY(auto to, open_target());
        return messages::BackupWriter::begin(
            std::move(source), std::move(to), keep, vault.clock().now(), numbers_
        );
    }

    /// Its directory. The vault is closed, and stays so.
    std::filesystem::path back_up(std::size_t keep = 7) {
        vault.close();
        vault.clock().advance(std::chrono::seconds{1});
        const auto directory = value(messages::DataDirectory::open(vault.data()));
        const auto writer = value(begin_stopped(directory, keep));
        while (!value(writer->step())) continue;
        return target() / writer->name();
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& entry : std::filesystem::directory_iterator(target())) {
            out.push_back(entry.path().filename().string());
        }
        std::sort(out.begin(), out.end());
        return out;
    }

    TestVault vault{Kept::on_disk};

 private:
    /// No two fills of all vaults are alike, in forked processes neither if the first one goes on from where the last one ended.
    class Numbers final : public Random {
     public:
        void fill(std::span<std::uint8_t> out) override {
            ++next;
            for (std::size_t i = 0; i < out.size(); ++i) {
                out[i] = static_cast<std::uint8_t>(next >> (8 * (i % sizeof next)));
            }
        }

        std::uint64_t next = 1'000'000 * ++vaults;

        static inline std::uint64_t vaults = 0;
    };

    TemporaryFolder folder_;
    Numbers numbers_;

 public:
    void skip_numbers() { ++numbers_.next; }
};

inline bool is_whole(const std::filesystem::path& backup) {
    const auto checked = messages::check_backup(backup);
    return checked && checked->report.ok();
}

inline std::string content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void overwrite(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace rookery::test

#include "vault/backup_check.hpp"

#include "audit/finding.hpp"
#include "crypto/sha256.hpp"
#include "merkle/checkpoint.hpp"
#include "rookery/verify.hpp"
#include "vault/backup_directory.hpp"
#include "vault/backup_state.hpp"
#include "vault/log_report.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace rookery::messages {
namespace {

using Kind = audit::FindingKind;

constexpr std::string_view store_prefix = "store/";
constexpr std::size_t block_bytes = std::size_t{1} << 20;
/// What may lie beside the files of a manifest that is read to the end.
constexpr std::size_t names_max = backup_files_max + 8;

class Check {
 public:
    Check(const Folder& backup, BackupReport& out, const VerifyProgress& progress)
        : backup_(backup), out_(out), progress_(progress) {}

    Result<void> run() {
        const auto read = read_manifest(backup_);
        if (!read && read.error().code == Errc::integrity) {
            find(Kind::damaged, std::string(manifest_name), read.error().message);
            return {};
        }
        if (!read) return fail(no_backup(read.error()));
        out_.manifest = read->manifest;
        for (const auto& file : read->manifest.files) total_ += file.size;
        ROOKERY_CHECK(check_files(read->manifest));
        ROOKERY_CHECK(check_names(read->manifest));
        if (!out_.report.ok()) return {};  // what is damaged is not opened
        ROOKERY_CHECK(check_what_it_says(*read));
        check_log();
        return {};
    }

 private:
    void find(Kind kind, std::string place, std::string what) {
        out_.report.find(kind, std::move(place), std::move(what));
    }

    [[nodiscard]] Error no_backup(const Error& error) const {
        if (error.code != Errc::not_found) return error;
        return {
            Errc::not_found,
            "there is no whole backup in " + backup_.path().string() + ": it has no manifest",
            "name a directory that `rookery backup` made; what is called half-… was never finished",
            {}};
    }

    Result<void> check_files(const BackupManifest& manifest) {
        const auto store = backup_.open("store");
        for (const auto& file : manifest.files) {
            const bool inner = file.name.starts_with(store_prefix);
            if (inner && !store) {
                find(Kind::missing, "store", "the directory is missing");
                return {};
            }
            const auto name = inner ? file.name.substr(store_prefix.size()) : file.name;
            ROOKERY_CHECK(check_file(inner ? *store : backup_, name, file));
        }
        return {};
    }

    Result<void> check_file(const Folder& folder, const std::string& name, const BackupFile& file) {
        const auto opened = folder.open_file(name);
        if (!opened && opened.error().code == Errc::io) return fail(opened.error());
        if (!opened) {
            const bool gone = opened.error().code == Errc::not_found;
            find(gone ? Kind::missing : Kind::linked, file.name, opened.error().message);
            return {};
        }
        if (opened->size != file.size) {
            find(Kind::damaged, file.name, "it has another size than the manifest says");
            return {};
        }
        crypto::Sha256 hash;
        std::vector<std::uint8_t> block(block_bytes);
        for (;;) {
            ROOKERY_TRY(
                const auto count, read_from(opened->descriptor, block, folder.path() / name)
            );
            if (count == 0) break;
            hash.add(std::span(block).first(count));
            done_ += count;
            if (progress_) progress_("files", done_, total_);
        }
        if (hash.digest() != file.digest) {
            find(Kind::damaged, file.name, "its content has another digest than the manifest says");
        }
        return {};
    }

    /// A file more is no harm to what is listed, but opening the store would read it.
    Result<void> check_names(const BackupManifest& manifest) {
        std::vector<std::string> known = {std::string(manifest_name), "store"};
        for (const auto& file : manifest.files) known.push_back(file.name);
        std::ranges::sort(known);
        const auto compare = [&](const Folder& folder, std::string_view prefix) -> Result<void> {
            ROOKERY_TRY(const auto names, folder.names(names_max));
            for (const auto& name : names) {
                const auto place = std::string(prefix) + name;
                if (std::ranges::binary_search(known, place)) continue;
                find(Kind::stray, place, "the manifest does not have it");
            }
            return {};
        };
        ROOKERY_CHECK(compare(backup_, ""));
        const auto store = backup_.open("store");
        if (store) ROOKERY_CHECK(compare(*store, store_prefix));
        return {};
    }

    /// Against the files, each of which is as it was listed.
    Result<void> check_what_it_says(const ReadManifest& read) {
        const auto& manifest = read.manifest;
        ROOKERY_TRY(const auto identity, backup_.read("vault", 4096));
        if (text_of(identity) != to_text(manifest.vault)) {
            find(Kind::disagrees, "vault", "it is of another vault than the manifest");
        }
        ROOKERY_TRY(const auto file, backup_.read("log.vkey", 4096));
        auto key = std::string(text_of(file));
        if (key.ends_with('\n')) key.pop_back();
        const auto verifier = merkle::parse_verifier_key(key);
        if (!verifier) {
            find(Kind::damaged, "log.vkey", "it is no verifier key");
            return {};
        }
        out_.is_signed = read.signed_by(verifier->key);
        if (read.signature && !out_.is_signed) {
            find(Kind::forged, std::string(manifest_name), "it is not signed by the log's key");
        }
        if (!read.signature) {
            out_.report.not_checked.emplace_back(
                "who made the manifest: it was written without the vault's keys, and is not signed"
            );
        }
        const auto state = state_of_copy(backup_.path() / "store", key);
        if (!state && state.error().code != Errc::integrity) return fail(state.error());
        if (!state) {
            find(Kind::disagrees, "store", state.error().message);
        } else if (state->log_size != manifest.log_size || state->log_root != manifest.log_root ||
                   state->keyring_epoch != manifest.keyring_epoch) {
            find(Kind::disagrees, "store", "it holds another state than the manifest says");
        }
        return {};
    }

    void check_log() {
        VerifyOptions options;
        options.progress = [&](std::uint64_t done, std::uint64_t total) {
            if (progress_) progress_("log", done, total);
        };
        add_log(out_.report, verify_log(backup_.path(), options));
    }

    const Folder& backup_;
    BackupReport& out_;
    const VerifyProgress& progress_;
    std::uint64_t done_ = 0;
    std::uint64_t total_ = 0;
};

}  // namespace

Result<BackupReport> check_backup(
    const std::filesystem::path& path, const VerifyProgress& progress
) {
    ROOKERY_TRY(const auto folder, Folder::open_to_read(path));
    BackupReport out;
    ROOKERY_CHECK(Check(folder, out, progress).run());
    return out;
}

}  // namespace rookery::messages

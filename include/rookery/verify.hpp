// verify_log: checks a Rookery audit log offline, from a copy of a data directory, without any of the
// vault's keys. For reviewers' own programs; `rookery audit verify` is this function. The formats:
// docs/formats/audit-log.md, docs/formats/checkpoint.md. One call per thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rookery {

/// Also the exit status of `rookery audit verify`.
enum class VerifyStatus : int {
    ok = 0,
    tampering = 1,    // or inconsistency: `findings` says where
    usage = 2,        // an option makes no sense
    unavailable = 3,  // data that is needed cannot be read, or nothing is signed
    stale = 4,        // verified, but older than asked for
    other_log = 5,    // nothing was checked: the key is that of another log
};

struct VerifyOptions {
    /// "name+hex+base64". Empty: the one in the data directory, which proves less, since whoever
    /// could rewrite the log could replace it too.
    std::string verifier_key;
    /// File with the last checkpoint that was seen. With it a rollback and a split view are found;
    /// rewritten with the newest one when everything verified, created when absent. Empty: none.
    std::filesystem::path state_file;
    /// Stale when the newest signed entry is older than this at `now`. Both or neither.
    std::optional<std::chrono::seconds> age_max;
    std::optional<std::chrono::sys_time<std::chrono::milliseconds>> now;
    /// Told now and then: entries checked, entries in all.
    std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct VerifyFinding {
    std::uint64_t index = 0;  // of the entry; for a checkpoint over n entries n - 1
    std::string what;
    std::string meaning;
    std::string remedy;  // what to do
};

struct VerifyReport {
    VerifyStatus status = VerifyStatus::unavailable;
    std::string problem;  // why it is usage, unavailable or other_log; empty otherwise
    std::vector<VerifyFinding> findings;  // by index; at most 16 are kept
    std::uint64_t finding_count = 0;      // all of them
    std::optional<std::uint64_t> first_bad_index;

    std::string origin;
    std::uint64_t size = 0;            // entries
    std::uint64_t signed_size = 0;     // entries under the newest checkpoint that verified
    std::uint64_t checkpoints = 0;     // that verified
    std::uint64_t clear_details = 0;   // sections opened and compared with their commitments
    std::uint64_t sealed_details = 0;  // sections opened with the vault's key, if it was given
    std::uint64_t unvouched = 0;       // entries written while sealed that no checkpoint covers yet
    std::string newest_checkpoint;     // the note
    std::vector<std::string> handovers;  // sentences: how the log came to go on under another name
    std::vector<std::string> evidence;   // notes that contradict each other
    std::vector<std::string> not_checked;  // sentences: what this run says nothing about
};

/// `data`: a copy of a data directory (store/, log.vkey). Nothing in it is changed.
[[nodiscard]] VerifyReport verify_log(
    const std::filesystem::path& data, const VerifyOptions& options = {}
);

}  // namespace rookery

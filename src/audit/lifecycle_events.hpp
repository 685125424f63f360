// The events of the log's own life, so that writer and verifier agree on their extras. Built by the
// vault at creation, start and end.
#pragma once

#include "audit/event.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::audit {

/// A vault is dev or production from its first entry on.
inline constexpr std::string_view production_kind = "production";
inline constexpr std::string_view development_kind = "development";

struct Genesis {
    Uuid vault;
    std::string origin;
    std::string kind;          // production_kind or development_kind
    std::string verifier_key;  // of the log's first key
};

/// Action genesis with extras "kind", "origin", "vault", "vkey". Written in clear, so that a verifier
/// without keys can tell whose log it reads.
[[nodiscard]] Event genesis_event(const Genesis& genesis, std::string node, Instant now);
/// Errc::integrity unless the event is a genesis with these extras.
[[nodiscard]] Result<Genesis> parse_genesis(const Event& event);

/// Action log_open with extras "boot", "root", "size": where the log continues.
[[nodiscard]] Event log_open_event(
    const Uuid& boot, std::uint64_t size, const Digest& root, std::string node, Instant now
);
/// Action unseal_attempt: success, or denied for a bad credential. Written in clear, by a sealed vault.
[[nodiscard]] Event unseal_attempt_event(bool success, std::string node, Instant now);
/// The same of a share that was taken, and more are needed before anything can be opened: an intent.
[[nodiscard]] Event share_taken_event(std::string node, Instant now);
/// Whether it is one of these in exactly the form that a vault writes: anybody with the disk could have written
/// more into it.
[[nodiscard]] bool is_unseal_attempt(const Event& event);
/// Action format_change with extras "from", "to": the data directory was converted.
[[nodiscard]] Event format_change_event(
    std::uint64_t from, std::uint64_t to, std::string node, Instant now
);

/// The same action with the extra "index": the store got the indexes of that set, and no row changed.
[[nodiscard]] Event new_index_event(std::uint64_t index, std::string node, Instant now);

struct LogOpen {
    std::uint64_t size = 0;
    Digest root{};
};

/// Errc::integrity unless the event is a log_open that says where the log continued.
[[nodiscard]] Result<LogOpen> parse_log_open(const Event& event);

/// Action key_create with the extra "epoch": a change of the keyring whose file was durable and its entry was not.
[[nodiscard]] Event keyring_found_event(std::uint64_t epoch, std::string node, Instant now);

/// A backup that was written, whole and durable.
struct BackupMade {
    Uuid id;
    std::string name;            // of its directory
    std::uint64_t log_size = 0;  // the state that it holds
    Digest log_root{};
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

/// Action backup with extras "backup", "bytes", "files", "name", "root", "size".
[[nodiscard]] Event backup_event(const BackupMade& made, std::string node, Instant now);

/// Action restore with extras "backup", "size", "taken": everything is as it was in that backup.
[[nodiscard]] Event restore_event(
    const Uuid& backup, std::uint64_t log_size, Instant taken, std::string node, Instant now
);

/// Action log_close with the extra "boot".
[[nodiscard]] Event log_close_event(const Uuid& boot, std::string node, Instant now);

}  // namespace rookery::audit

// The configuration of `rookery serve`: config/rookery.toml as a struct. Every option is a row of
// one table (config.cpp); a key that is not in the table, a wrong type or a value out of range is
// an error that names it. Read once at start.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::cli {

struct Config {
    std::filesystem::path data;

    std::string listen = "127.0.0.1:8443";  // address:port, [v6]:port
    std::string public_url;                 // empty: https://<listen>
    std::int64_t io_threads = 0;            // 0: as many as cores, at least 2
    std::int64_t worker_threads = 0;        // 0: one more than cores, at least 3

    std::filesystem::path tls_certificate;  // empty: the vault's own local CA
    std::filesystem::path tls_key;
    std::string tls_key_credential;  // name below $CREDENTIALS_DIRECTORY
    bool tls_allow_1_2 = false;

    std::int64_t disk_open_bytes = std::int64_t{2} << 30;
    std::int64_t disk_open_percent = 5;
    std::int64_t disk_new_data_bytes = std::int64_t{1} << 30;
    std::int64_t disk_answer_bytes = 256 << 20;
    std::int64_t disk_reserve_bytes = 64 << 20;

    // By the name of an option of crypto/slot_kinds.hpp: a path, several, or a name below
    // $CREDENTIALS_DIRECTORY. At most one option.
    std::map<std::string, std::vector<std::string>> unseal;
    std::string unseal_start = "auto";  // or "sealed"

    std::int64_t limit_connections = 4096;
    std::int64_t limit_requests = 2048;
    std::int64_t limit_user_requests = 6'000'000;
    std::int64_t limit_user_requests_seconds = 300;
    std::int64_t limit_user_refusals_logged = 200;
    std::int64_t limit_all_refusals_logged = 6'000;
    std::int64_t limit_header_bytes = 16 << 10;
    std::int64_t limit_body_bytes = 8 << 20;
    std::int64_t limit_unauthenticated_body_bytes = 64 << 10;
    std::int64_t limit_all_bodies_bytes = 128 << 20;
    std::int64_t limit_all_answers_bytes = 64 << 20;
    std::int64_t limit_bytes_per_second = 16 << 10;
    std::int64_t limit_handshake_seconds = 10;
    std::int64_t limit_header_seconds = 10;
    std::int64_t limit_body_seconds = 30;
    std::int64_t limit_write_seconds = 30;
    std::int64_t limit_idle_seconds = 60;
    std::int64_t limit_shutdown_seconds = 10;

    std::int64_t ledger_queue_events = 4096;
    std::int64_t ledger_queue_bytes = 16 << 20;
    std::int64_t ledger_batch_events = 1024;
    std::int64_t ledger_batch_bytes = 4 << 20;
    std::int64_t ledger_deadline_milliseconds = 2000;

    std::filesystem::path anchor_file;     // empty: only the data directory's
    std::filesystem::path anchor_command;  // a program that keeps it; instead of a file

    std::string audit_confirmed_time;  // ISO 8601; empty: none

    bool memory_allow_unlocked = false;
    bool memory_allow_swap = false;

    bool process_filter_system_calls = true;

    // As written; sync_options.hpp checks them together. An empty URL: no sync.
    std::string sync_url;
    std::vector<std::string> sync_authorities;
    std::string sync_client_id;
    std::filesystem::path sync_client_secret_file;
    std::string sync_client_secret_credential;  // name below $CREDENTIALS_DIRECTORY
    std::filesystem::path sync_ca_file;
    std::int64_t sync_parallel = 4;
    std::int64_t sync_requests_per_second = 20;
    std::int64_t sync_connect_seconds = 10;
    std::int64_t sync_request_seconds = 130;
    std::map<std::string, std::string> sync_owners;

    std::int64_t jobs_share_percent = 10;                      // of one core
    std::int64_t jobs_scrub_interval_days = 7;                 // 0: never by itself
    std::int64_t jobs_rotate_keys_interval_days = 0;           // the same
    std::int64_t jobs_rotate_keys_after_uses = 1'073'741'824;  // 2^30; 0: never

    std::int64_t tokens_keep_versions = 10;
    std::int64_t tokens_keep_days = 90;
    std::int64_t tokens_grace_hours = 24;
    std::int64_t recycle_bin_days = 0;      // 0: what is deleted is gone
    bool retention_enabled = false;         // whether records are retained for the long term
    std::int64_t tokens_rotation_days = 0;  // 0: only records with a rule of their own become due

    std::filesystem::path backup_directory;  // empty: the server takes no backups
    std::int64_t backup_keep = 7;
    std::int64_t backup_interval_hours = 24;  // 0: never by itself

    std::string log_level = "info";   // error, warning, info, debug
    std::string log_format = "text";  // text, json
};

/// Errc::usage with file, line and option.
[[nodiscard]] Result<Config> parse_config(std::string_view text, std::string_view name);
/// parse_config of a file. Errc::not_found, Errc::io, Errc::usage.
[[nodiscard]] Result<Config> load_config(const std::filesystem::path& path);

/// The names of all options, "section.key" or "key".
[[nodiscard]] std::vector<std::string_view> config_options();

}  // namespace rookery::cli

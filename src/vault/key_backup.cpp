#include "vault/key_backup.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/sha256.hpp"
#include "vault/backup_directory.hpp"
#include "vault/data_directory.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace rookery::messages {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "RKYKEYS";
constexpr std::uint8_t key_backup_format = 1;
constexpr std::string_view ending = ".rkykeys";
constexpr std::size_t part_bytes_max = std::size_t{8} << 20;
constexpr std::size_t key_backups_max = 10'000;
constexpr std::size_t epoch_bytes = 8;
/// A keyring changes by hand; one that changes under each of these reads is not read by chance.
constexpr int reads_max = 8;

tl::unexpected<Error> damaged_key_backup() {
    return fail(
        Errc::integrity, "the keyring backup is damaged", "take another one, or use an older one"
    );
}

struct Named {
    std::string name;
    Instant time{};
    std::uint64_t epoch = 0;
};

/// Of this vault, the oldest first.
Result<std::vector<Named>> kept(const Folder& folder, const Uuid& vault) {
    ROOKERY_TRY(const auto names, folder.names(key_backups_max));
    std::vector<Named> out;
    for (const auto& name : names) {
        if (!name.ends_with(ending)) continue;
        const auto bytes = folder.read(name, key_backup_bytes_max);
        if (!bytes) continue;
        const auto backup = parse_key_backup(*bytes);
        if (backup && backup->vault == vault) {
            out.push_back({name, backup->time, backup->keyring_epoch()});
        }
    }
    std::ranges::sort(out, [](const auto& a, const auto& b) {
        if (a.time != b.time) return a.time < b.time;
        // The number of a later one of the same second makes its name longer.
        return a.name.size() != b.name.size() ? a.name.size() < b.name.size() : a.name < b.name;
    });
    return out;
}

/// Those that go: of `all`, the oldest first, everything of an epoch that is not one of the `keep` that were saved last, and of
/// one epoch all but its newest `keep`. Not by the number of the epoch: a restored keyring counts on from a lower one.
std::vector<std::string> beyond(const std::vector<Named>& all, std::size_t keep) {
    std::map<std::uint64_t, std::size_t> seen;  // how many of each epoch stay
    std::vector<std::string> out;
    for (auto one = all.rbegin(); one != all.rend(); ++one) {
        const bool room = seen.contains(one->epoch) || seen.size() < keep;
        if (!room || seen[one->epoch] == keep) {
            out.push_back(one->name);
        } else {
            ++seen[one->epoch];
        }
    }
    return out;
}

/// Of two within a second the later one has a number behind it.
Result<std::string> free_name(const Folder& folder, const KeyBackup& backup) {
    ROOKERY_TRY(const auto names, folder.names(key_backups_max));
    const auto base = "keys-" + name_time(backup.time) + "-" +
                      to_string(backup.vault).substr(0, 8) + "-epoch-" +
                      std::to_string(backup.keyring_epoch());
    auto name = base + std::string(ending);
    for (int number = 2; std::ranges::find(names, name) != names.end(); ++number) {
        name = base + "-" + std::to_string(number) + std::string(ending);
    }
    return name;
}

}  // namespace

std::uint64_t KeyBackup::keyring_epoch() const { return ByteReader(keyring).u64(); }

Bytes encode(const KeyBackup& backup) {
    ByteWriter out;
    out.text(magic).u8(key_backup_format).bytes(backup.vault.view()).u64(to_ms(backup.time));
    for (const auto* part : {&backup.slots, &backup.keyring}) {
        out.u32(static_cast<std::uint32_t>(part->size())).bytes(*part);
    }
    const auto digest = crypto::sha256(out.view());
    out.bytes(digest);
    return std::move(out).take();
}

Result<KeyBackup> parse_key_backup(ByteView file) {
    if (file.size() > key_backup_bytes_max) return damaged_key_backup();
    ByteReader reader(file);
    if (text_of(reader.bytes(magic.size())) != magic) return damaged_key_backup();
    const auto version = reader.u8();
    if (reader.ok() && version > key_backup_format) {
        return fail(
            Errc::newer_format,
            "this keyring backup was written by a newer rookery",
            "use the version that wrote it, or a later one"
        );
    }
    KeyBackup out;
    out.vault = Uuid::from_bytes(reader.array<16>());
    out.time = from_ms(reader.u64());
    for (auto* part : {&out.slots, &out.keyring}) {
        const auto bytes = reader.bytes(reader.u32());
        if (bytes.size() > part_bytes_max) return damaged_key_backup();
        part->assign(bytes.begin(), bytes.end());
    }
    const auto body = file.first(file.size() - reader.left());
    const auto digest = reader.array<32>();
    if (!reader.done() || version != key_backup_format || out.keyring.size() < epoch_bytes ||
        digest != crypto::sha256(body)) {
        return damaged_key_backup();
    }
    return out;
}

Result<KeyBackup> read_keys(const fs::path& data, Instant now) {
    ROOKERY_TRY(const auto folder, Folder::open_private(data));
    ROOKERY_TRY(const auto identity_file, folder.read("vault", part_bytes_max));
    ROOKERY_TRY(const auto identity, parse_identity(text_of(identity_file)));
    KeyBackup out;
    out.vault = identity.id;
    out.time = std::chrono::floor<std::chrono::seconds>(now);
    for (int i = 0; i < reads_max; ++i) {
        ROOKERY_TRY(out.keyring, folder.read("keyring", part_bytes_max));
        ROOKERY_TRY(out.slots, folder.read("slots", part_bytes_max));
        // Slots of the next number beside this keyring are a change that an opening finishes; a keyring of the next
        // number beside these slots would be none.
        ROOKERY_TRY(const auto again, folder.read("keyring", part_bytes_max));
        if (again == out.keyring) {
            if (out.keyring.size() < epoch_bytes) return integrity_failure();
            return out;
        }
    }
    return fail(Errc::in_use, "the keyring changes while it is read", "try again");
}

Result<std::string> keep_key_backup(
    const Folder& folder, const KeyBackup& backup, std::size_t keep
) {
    ROOKERY_TRY(auto all, kept(folder, backup.vault));
    ROOKERY_TRY(const auto name, free_name(folder, backup));
    const auto unfinished = name + ".new";
    ROOKERY_CHECK(folder.remove(unfinished));
    auto made = folder.write(unfinished, encode(backup));
    if (made) made = folder.rename(unfinished, folder, name);
    if (!made) {
        static_cast<void>(folder.remove(unfinished));
        return fail(std::move(made).error());
    }
    ROOKERY_CHECK(folder.sync());
    all.push_back({name, backup.time, backup.keyring_epoch()});
    for (const auto& going : beyond(all, keep)) ROOKERY_CHECK(folder.remove(going));
    ROOKERY_CHECK(folder.sync());
    return name;
}

Result<KeyBackup> read_key_backup(const fs::path& file) {
    ROOKERY_TRY(const auto bytes, read_plain_file(file, key_backup_bytes_max));
    return parse_key_backup(bytes);
}

}  // namespace rookery::messages

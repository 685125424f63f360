// DetailSealer: encrypts the private details of log entries, under a key per day and section that is
// derived from the audit KEK. The entry's public leaf commits to the content, so this AEAD need not.
//
//   blob = u32(audit KEK version) || 24 nonce || ciphertext || 16 tag
//   key  = BLAKE2b-256(audit KEK, LP("sv1.auditday") || vault id || LP(origin) || u32(day) ||
//          u8(section))
//   associated data = LP("sv1.detail") || u8(section) || event id
//
// The opener must still check the leaf's commitment. Thread-safe; the newest day's keys are found
// without a lock.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret_box.hpp"
#include "base/uuid.hpp"
#include "crypto/keyring.hpp"
#include "crypto/keys.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace rookery::crypto {

enum class DetailSection : std::uint8_t { core = 1, priv = 2 };

/// Whole UTC days since 1970.
[[nodiscard]] inline std::uint32_t day_of(Instant t) {
    return static_cast<std::uint32_t>(
        std::chrono::floor<std::chrono::days>(t).time_since_epoch().count()
    );
}

class DetailSealer {
 public:
    static constexpr std::size_t overhead = 4 + 24 + 16;

    /// `keyring` and `random` outlive it. `origin`: the log's.
    DetailSealer(const Keyring& keyring, std::string origin, Random& random);
    ~DetailSealer();

    DetailSealer(const DetailSealer&) = delete;
    DetailSealer& operator=(const DetailSealer&) = delete;

    /// plain.size() + overhead bytes.
    [[nodiscard]] Bytes seal(
        DetailSection section, std::uint32_t day, const Uuid& event, ByteView plain
    ) const;
    /// The same, appended to `out` without an allocation when it has room.
    void seal_to(
        Bytes& out, DetailSection section, std::uint32_t day, const Uuid& event, ByteView plain
    ) const;

    /// Errc::integrity.
    [[nodiscard]] Result<Bytes> open(
        DetailSection section, std::uint32_t day, const Uuid& event, ByteView blob
    ) const;

 private:
    struct DayKeys {
        std::uint32_t day = 0;
        std::uint32_t kek_version = 0;
        AuditDayKey core;
        AuditDayKey priv;
    };

    [[nodiscard]] AuditDayKey derive(const AuditKek& kek, std::uint32_t day, DetailSection section)
        const;
    /// The cached keys of `day` when it is the newest seen; installs them when it is newer.
    [[nodiscard]] const DayKeys* newest(std::uint32_t day) const;

    const Keyring& keyring_;
    std::string origin_;
    Random& random_;
    mutable std::atomic<const DayKeys*> newest_{nullptr};
    mutable std::mutex growing_;
    // Earlier days stay until the end, since a reader may hold them: 96 bytes a day.
    mutable std::vector<SecretBox<DayKeys>> days_;
};

}  // namespace rookery::crypto

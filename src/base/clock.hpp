// Time is injected. An Instant is UTC in whole milliseconds since 1970.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rookery {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

[[nodiscard]] inline std::uint64_t to_ms(Instant t) {
    return static_cast<std::uint64_t>(t.time_since_epoch().count());
}

[[nodiscard]] inline Instant from_ms(std::uint64_t ms) {
    return Instant{std::chrono::milliseconds{static_cast<std::int64_t>(ms)}};
}

class Clock {
 public:
    virtual ~Clock() = default;
    /// Thread-safe.
    [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
    [[nodiscard]] Instant now() const override;
};

/// Stands still until a test moves it.
class ManualClock final : public Clock {
 public:
    explicit ManualClock(Instant start) : ms_(to_ms(start)) {}

    [[nodiscard]] Instant now() const override { return from_ms(ms_.load()); }

    void advance(std::chrono::milliseconds by) {
        ms_.fetch_add(static_cast<std::uint64_t>(by.count()));
    }

    void set(Instant to) { ms_.store(to_ms(to)); }

 private:
    std::atomic<std::uint64_t> ms_;
};

/// 2026-02-03T04:05:06Z: UTC, whole seconds (dataverse: Edm.DateTimeOffset).
[[nodiscard]] std::string to_iso8601(Instant t);
/// ISO 8601 date, or date and time with optional fraction and `Z` or ±hh:mm; the fraction is cut to
/// seconds. Years 1753 to 9999, as Dataverse stores them. Nothing for any other text.
[[nodiscard]] std::optional<Instant> parse_iso8601(std::string_view text);

}  // namespace rookery

// UnsealTurns: who tries next to unseal a sealed vault. Whoever comes here has proved nothing, a passphrase takes
// seconds of a processor and a gigabyte, and every attempt leaves an entry on the log: so one of a kind is under way at
// a time, and nobody can keep the others out by being quicker.
//
//   kinds     shares have turns of their own, and wait for no passphrase but the one that is being tried
//   pause     a second, from the end of a try on
//   sources   whose try was refused lets others go first: for twice the time that it had, and for five seconds at least
//
// Thread-safe; nothing in it waits.
#pragma once

#include "base/bytes.hpp"
#include "base/http_message.hpp"
#include "base/result.hpp"
#include "base/thread_annotations.hpp"
#include "http/vault_desk.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <utility>

namespace rookery::http {

/// An address, and of IPv6 its network of 64 bits, in which one machine can have any number of addresses.
[[nodiscard]] Bytes source_of(const Peer& peer);

class UnsealTurns {
 public:
    using Time = std::chrono::steady_clock::time_point;
    using Kind = UnsealInput::Kind;

    static constexpr std::chrono::seconds pause{1};
    static constexpr std::chrono::seconds refused_least{5};
    static constexpr int refused_times = 2;  // so many times as long as the try
    static constexpr std::size_t sources_max = 1024;

    explicit UnsealTurns(std::function<Time()> now = std::chrono::steady_clock::now)
        : now_(std::move(now)) {}

    /// A try that is under way; over when it goes. What nobody called good was refused.
    class Turn {
     public:
        Turn(Turn&& other) noexcept;
        Turn& operator=(Turn&&) = delete;
        ~Turn();

        void was_good() { good_ = true; }

     private:
        friend class UnsealTurns;

        Turn(UnsealTurns& turns, Kind kind, Bytes source, Time since)
            : turns_(&turns), kind_(kind), source_(std::move(source)), since_(since) {}

        UnsealTurns* turns_;  // null: moved away
        Kind kind_;
        Bytes source_;
        Time since_;
        bool good_ = false;
    };

    /// Errc::rate_limited: another one of this kind is under way or has just ended, or this source lets others go first.
    [[nodiscard]] Result<Turn> begin(Kind kind, Bytes source) ROOKERY_EXCLUDES(mutex_);

 private:
    struct Lane {
        bool busy = false;
        Time free_from = Time::min();
        std::map<Bytes, Time> last_in_line;  // until when
    };

    void end(const Turn& turn) ROOKERY_EXCLUDES(mutex_);
    [[nodiscard]] Lane& lane_of(Kind kind) ROOKERY_REQUIRES(mutex_);

    const std::function<Time()> now_;
    Mutex mutex_;
    Lane shares_ ROOKERY_GUARDED_BY(mutex_);
    Lane others_ ROOKERY_GUARDED_BY(mutex_);
};

}  // namespace rookery::http

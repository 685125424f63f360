// EntryBudget: decides which of many like events are entries of their own, so that whoever causes
// them can neither fill the log nor hide others in it. Per source and minute the first few are logged
// singly; the rest are counted and come out as one aggregate when the minute is over.
//
// The http service has two: failed logins by where they came from (login_source.hpp), and refusals by
// user. Memory is bounded: when a minute has seen more sources than the table holds, or more single
// events than a minute may have, the rest is counted, in one aggregate without a source if need be.
// Thread-safe; time is given by the caller and may go backwards.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/errc.hpp"
#include "base/thread_annotations.hpp"

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rookery::identity {

class EntryBudget {
 public:
    struct Options {
        std::uint32_t single_max = 10;         // per source and minute
        std::uint32_t single_total_max = 600;  // per minute, all sources
        std::size_t sources_max = 1024;
    };

    enum class Verdict : std::uint8_t { log, count };

    /// What an aggregate tells of its events besides their number.
    struct Noted {
        Errc code = Errc::internal;
        ByteArray<8> credential{};  // its fingerprint; zero when none was proved
    };

    /// Events of one source in one minute that were not logged singly.
    struct Aggregate {
        Bytes source;  // empty: several, beyond the bounds
        Instant minute;
        std::uint64_t count = 0;
        std::vector<std::pair<Errc, std::uint64_t>>
            codes;                  // how many of each, in order of appearance
        ByteArray<8> credential{};  // of all of them; zero when there was none, or not the same
    };

    explicit EntryBudget(Options options) : options_(options) {}

    /// Two sources are the same if their bytes are; at most 16 of them. Without any is a source too.
    [[nodiscard]] Verdict note(ByteView source, const Noted& what, Instant now);
    /// For what cannot be logged singly now.
    void count(ByteView source, const Noted& what, Instant now);
    /// The aggregates of minutes that are over; each is handed out once.
    [[nodiscard]] std::vector<Aggregate> due(Instant now);
    /// All aggregates, the running minute's included: for the end of the program.
    [[nodiscard]] std::vector<Aggregate> all();
    /// Takes back what could not be put on the log; it is due again at once.
    void put_back(Aggregate aggregate);

 private:
    struct Key {
        ByteArray<16> bytes{};
        std::size_t size = 0;

        friend bool operator==(const Key&, const Key&) = default;
    };

    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept;
    };

    struct Counts {
        std::uint32_t single = 0;
        Aggregate counted;
    };

    static void add(Aggregate& to, const Noted& what, std::uint64_t count);
    static void merge(Aggregate& to, const Aggregate& other);
    /// Of this source in this minute; null when the table is full.
    [[nodiscard]] Counts* counts_of(ByteView source, Instant now) ROOKERY_REQUIRES(mutex_);
    void roll(std::int64_t minute) ROOKERY_REQUIRES(mutex_);
    void finish_minute() ROOKERY_REQUIRES(mutex_);
    void keep(Aggregate aggregate) ROOKERY_REQUIRES(mutex_);

    const Options options_;
    Mutex mutex_;
    std::int64_t minute_ ROOKERY_GUARDED_BY(mutex_) = 0;  // since 1970; never decreases
    std::uint32_t single_total_ ROOKERY_GUARDED_BY(mutex_) = 0;
    Aggregate without_source_ ROOKERY_GUARDED_BY(mutex_);
    std::unordered_map<Key, Counts, KeyHash> sources_ ROOKERY_GUARDED_BY(mutex_);
    std::vector<Aggregate> finished_ ROOKERY_GUARDED_BY(mutex_);
};

}  // namespace rookery::identity

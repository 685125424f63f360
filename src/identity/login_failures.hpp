// LoginFailures: decides which failed logins are events of their own, so that strangers can neither
// fill the log nor hide in it. Per source and minute the first few are logged singly; the rest are
// counted and come out as one aggregate when the minute is over.
//
// A source is an IPv4 address or the /64 of an IPv6 address. Memory is bounded: when a minute has
// seen more sources than the table holds, or more single events than a minute may have, failures
// are counted in one aggregate without a source. Called by the http service for each refused login
// and by its timer. Thread-safe; time is given by the caller and may go backwards.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"

namespace rookery::identity {

class LoginFailures {
 public:
    struct Options {
        std::uint32_t single_max = 10;         // per source and minute
        std::uint32_t single_total_max = 600;  // per minute, all sources
        std::size_t sources_max = 1024;
    };

    enum class Verdict : std::uint8_t { log, count };

    /// Failures of one source in one minute that were not logged singly.
    struct Aggregate {
        Bytes source;  // 4 bytes, the 8 bytes of a /64, or empty: sources beyond the bounds
        Instant minute;
        std::uint64_t count = 0;
    };

    LoginFailures() : LoginFailures(Options{}) {}

    explicit LoginFailures(Options options) : options_(options) {}

    /// `address` is 4 or 16 bytes; anything else counts as the source without an address.
    [[nodiscard]] Verdict note(ByteView address, Instant now);
    /// The aggregates of minutes that are over; each is handed out once.
    [[nodiscard]] std::vector<Aggregate> due(Instant now);
    /// All aggregates, the running minute's included: for the end of the program.
    [[nodiscard]] std::vector<Aggregate> all();
    /// Takes back what could not be put on the log; it is due again at once.
    void put_back(Aggregate aggregate);

 private:
    struct Counts {
        Bytes source;
        std::uint32_t single = 0;
        std::uint64_t counted = 0;
    };

    void roll(std::int64_t minute);
    void finish_minute();
    void keep(Aggregate aggregate);

    const Options options_;
    std::mutex mutex_;
    std::int64_t minute_ = 0;  // since 1970; never decreases
    std::uint32_t single_total_ = 0;
    std::uint64_t without_source_ = 0;
    std::unordered_map<std::uint64_t, Counts> sources_;
    std::vector<Aggregate> finished_;
};

}  // namespace rookery::identity

// The process's locked memory: where every SecretBytes and SecretBox lives.
//
// Guarded, locked chunks of 1 MiB are taken one by one up to a bound and carved into cells of 64,
// 128, 256, 1024 and 4096 bytes; a larger request gets a guarded allocation of its own. A cell is
// wiped when it is given back, before anyone else can get it. A guarded allocation per request would
// cost about 30 µs and three mappings each, hence the cells. Locked pages stay out of core dumps and
// read as zero in a forked child. The book-keeping lies in ordinary memory, so that a stray write
// into a cell cannot bend a free list.
//
// Thread-safe: one mutex, held for a few instructions. Never destroyed: secrets in static objects
// may outlive main.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>

namespace rookery {

enum class ArenaPolicy : std::uint8_t {
    locked,            // memory that cannot be locked is never handed out
    insecure_allowed,  // lock what can be locked; for tests and machines without the right to lock
};

inline constexpr std::size_t secret_arena_bytes_default = 16U << 20;

/// Called by main before the first secret. Until then the arena behaves as insecure_allowed.
/// With `locked` the bound is lowered to what the system lets this process lock.
/// Errc::bad_permissions when not even one chunk can be locked and the policy is `locked`;
/// Errc::usage for a bound below one chunk (1 MiB).
[[nodiscard]] Result<void> lock_secret_arena(
    ArenaPolicy policy, std::size_t bytes_max = secret_arena_bytes_default
);

struct ArenaStatistics {
    std::size_t cells_in_use = 0;
    std::size_t large_in_use = 0;    // allocations above 4096 bytes
    std::size_t bytes_reserved = 0;  // chunks and large allocations
    std::size_t bytes_locked = 0;
    std::size_t bytes_max = 0;  // bound on the chunks
};

[[nodiscard]] ArenaStatistics secret_arena_statistics();

/// Raw cells, for SecretBytes and SecretBox only.
namespace arena {

struct Cell {
    std::uint8_t* data = nullptr;
    std::size_t capacity = 0;
};

/// At least `size` zero bytes, aligned to 64 when size is at most 4096 (16 above).
/// Throws std::bad_alloc when the arena is at its bound or memory cannot be locked.
[[nodiscard]] Cell allocate(std::size_t size);
/// Wipes and takes back. Precondition: a Cell from allocate, once.
void release(Cell cell) noexcept;

}  // namespace arena
}  // namespace rookery

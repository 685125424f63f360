#include "base/secret_arena.hpp"

#include "base/secret.hpp"
#include "base/thread_annotations.hpp"

#include <sodium.h>

#include <array>
#include <bitset>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace rookery {
namespace {

constexpr std::size_t chunk_bytes = 1U << 20;
constexpr std::size_t slab_bytes = 64U << 10;
constexpr std::size_t slabs_per_chunk = chunk_bytes / slab_bytes;
constexpr std::array<std::size_t, 5> cell_sizes{64, 128, 256, 1024, 4096};
constexpr std::size_t cells_max = slab_bytes / cell_sizes.front();

/// Index into cell_sizes; cell_sizes.size() for a request of its own.
std::size_t class_of(std::size_t size) {
    std::size_t i = 0;
    while (i < cell_sizes.size() && size > cell_sizes[i]) ++i;
    return i;
}

/// 64 KiB of a chunk, cut into cells of one size while any of them is in use.
struct Slab {
    std::uint8_t* base = nullptr;
    std::size_t size_class = cell_sizes.size();
    std::vector<std::uint16_t> free;  // reserved to the full, so that giving back never allocates
    std::bitset<cells_max> used;
    std::size_t in_use = 0;
};

struct Chunk {
    std::uint8_t* base = nullptr;
    std::array<Slab, slabs_per_chunk> slabs;
};

struct GuardedMemory {
    std::uint8_t* data = nullptr;
    bool locked = false;
};

std::size_t whole_pages(std::size_t size) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return (size + page - 1) / page * page;
}

/// sodium_malloc succeeds even when locking fails, hence the second, checked lock. The advice is
/// best effort: an old kernel without it still leaves the pages locked. `size` is in whole pages, so
/// that the memory is page-aligned.
GuardedMemory take_guarded(std::size_t size) {
    GuardedMemory out;
    out.data = static_cast<std::uint8_t*>(sodium_malloc(size));
    if (out.data == nullptr) return out;
    out.locked = sodium_mlock(out.data, size) == 0;
    madvise(out.data, size, MADV_DONTDUMP);
    madvise(out.data, size, MADV_WIPEONFORK);
    sodium_memzero(out.data, size);
    return out;
}

/// Whether that much more could be locked now. MLOCK_ONFAULT counts against the limit without taking
/// any memory.
bool could_lock(std::size_t size) {
    void* const probe =
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (probe == MAP_FAILED) return false;
    const bool locked = mlock2(probe, size, MLOCK_ONFAULT) == 0;
    munmap(probe, size);
    return locked;
}

class Arena {
 public:
    /// Static secrets of other files may come before secret.cpp's own initialisation.
    Arena() {
        if (sodium_init() < 0) std::abort();
    }

    arena::Cell allocate(std::size_t size) {
        const auto size_class = class_of(size);
        const MutexLock lock(mutex_);
        if (size_class == cell_sizes.size()) return allocate_large(size);

        auto& open = open_[size_class];
        if (open.empty()) open_slab(size_class);
        Slab& slab = *open.back();
        const auto cell = slab.free.back();
        slab.free.pop_back();
        slab.used.set(cell);
        ++slab.in_use;
        if (slab.free.empty()) open.pop_back();
        ++statistics_.cells_in_use;
        const auto cell_size = cell_sizes[size_class];
        return {slab.base + cell * cell_size, cell_size};
    }

    void release(arena::Cell cell) noexcept {
        if (cell.capacity > cell_sizes.back()) {
            const MutexLock lock(mutex_);
            release_large(cell);
            return;
        }
        const MutexLock lock(mutex_);
        Slab* const slab = slab_of(cell.data);
        if (slab == nullptr || cell_sizes[slab->size_class] != cell.capacity) std::abort();
        const auto offset = static_cast<std::size_t>(cell.data - slab->base);
        const auto index = offset / cell.capacity;
        // A cell given back twice would be two secrets in one place.
        if (offset % cell.capacity != 0 || !slab->used.test(index)) std::abort();
        wipe(cell.data, cell.capacity);
        slab->used.reset(index);
        const bool was_full = slab->free.empty();
        slab->free.push_back(static_cast<std::uint16_t>(index));
        --slab->in_use;
        --statistics_.cells_in_use;
        auto& open = open_[slab->size_class];
        if (was_full) open.push_back(slab);
        // An empty slab goes back to all sizes, except the last open one of its size.
        if (slab->in_use == 0 && open.size() > 1) {
            std::erase(open, slab);
            slab->size_class = cell_sizes.size();
            empty_.push_back(slab);
        }
    }

    Result<void> lock(ArenaPolicy policy, std::size_t bytes_max) {
        if (bytes_max < chunk_bytes) {
            return fail(
                Errc::usage, "the bound on locked memory is below 1 MiB", "set it to 1 MiB or more"
            );
        }
        const MutexLock guard(mutex_);
        if (policy == ArenaPolicy::locked) {
            const auto held = chunks_.size() * chunk_bytes;
            auto more = bytes_max > held ? bytes_max - held : 0;
            // The canary page of each chunk is locked too: 16 KiB of slack a chunk.
            while (more != 0 && !could_lock(more + more / chunk_bytes * (16U << 10))) {
                more = more / 2 / chunk_bytes * chunk_bytes;
            }
            if (!all_locked() || (held == 0 && more == 0)) {
                return fail(
                    Errc::bad_permissions,
                    "memory for secrets cannot be locked",
                    "raise the limit on locked memory (LimitMEMLOCK=64M in the unit, ulimit -l), "
                    "or "
                    "go on without: --allow-unlocked, or memory.allow_unlocked for serve"
                );
            }
            bytes_max = held + more;
        }
        policy_ = policy;
        statistics_.bytes_max = bytes_max;
        if (chunks_.empty()) add_chunk();
        return {};
    }

    ArenaStatistics statistics() {
        const MutexLock lock(mutex_);
        return statistics_;
    }

 private:
    [[nodiscard]] bool all_locked() const ROOKERY_REQUIRES(mutex_) {
        return statistics_.bytes_locked == statistics_.bytes_reserved;
    }

    void account(const GuardedMemory& memory, std::size_t size) ROOKERY_REQUIRES(mutex_) {
        if (memory.data == nullptr) throw std::bad_alloc();
        if (!memory.locked && policy_ == ArenaPolicy::locked) {
            sodium_free(memory.data);
            throw std::bad_alloc();
        }
        statistics_.bytes_reserved += size;
        if (memory.locked) statistics_.bytes_locked += size;
    }

    void add_chunk() ROOKERY_REQUIRES(mutex_) {
        if ((chunks_.size() + 1) * chunk_bytes > statistics_.bytes_max) throw std::bad_alloc();
        auto chunk = std::make_unique<Chunk>();
        const auto slabs = (chunks_.size() + 1) * slabs_per_chunk;
        chunks_.reserve(chunks_.size() + 1);
        empty_.reserve(slabs);
        for (auto& open : open_) open.reserve(slabs);
        for (auto& slab : chunk->slabs) slab.free.reserve(cells_max);
        const auto memory = take_guarded(chunk_bytes);
        account(memory, chunk_bytes);
        chunk->base = memory.data;
        for (std::size_t i = 0; i < slabs_per_chunk; ++i) {
            chunk->slabs[i].base = memory.data + i * slab_bytes;
            empty_.push_back(&chunk->slabs[i]);
        }
        chunks_.push_back(std::move(chunk));
    }

    void open_slab(std::size_t size_class) ROOKERY_REQUIRES(mutex_) {
        if (empty_.empty()) add_chunk();
        Slab* const slab = empty_.back();
        empty_.pop_back();
        slab->size_class = size_class;
        slab->used.reset();
        slab->free.clear();
        for (auto i = slab_bytes / cell_sizes[size_class]; i-- > 0;) {
            slab->free.push_back(static_cast<std::uint16_t>(i));
        }
        open_[size_class].push_back(slab);
    }

    [[nodiscard]] Slab* slab_of(const std::uint8_t* data) noexcept ROOKERY_REQUIRES(mutex_) {
        for (const auto& chunk : chunks_) {
            const std::less<const std::uint8_t*> before;
            if (before(data, chunk->base) || !before(data, chunk->base + chunk_bytes)) continue;
            auto& slab = chunk->slabs[static_cast<std::size_t>(data - chunk->base) / slab_bytes];
            return slab.size_class == cell_sizes.size() ? nullptr : &slab;
        }
        return nullptr;
    }

    arena::Cell allocate_large(std::size_t size) ROOKERY_REQUIRES(mutex_) {
        const auto capacity = whole_pages(size);
        if (capacity < size) throw std::bad_alloc();
        const auto memory = take_guarded(capacity);
        account(memory, capacity);
        try {
            large_.push_back({memory, capacity});
        } catch (...) {
            statistics_.bytes_reserved -= capacity;
            if (memory.locked) statistics_.bytes_locked -= capacity;
            sodium_free(memory.data);
            throw;
        }
        ++statistics_.large_in_use;
        return {memory.data, capacity};
    }

    void release_large(arena::Cell cell) noexcept ROOKERY_REQUIRES(mutex_) {
        for (auto& [memory, size] : large_) {
            if (memory.data != cell.data) continue;
            statistics_.bytes_reserved -= size;
            if (memory.locked) statistics_.bytes_locked -= size;
            --statistics_.large_in_use;
            memory = large_.back().memory;
            size = large_.back().size;
            large_.pop_back();
            sodium_free(cell.data);  // wipes
            return;
        }
        std::abort();
    }

    struct Large {
        GuardedMemory memory;
        std::size_t size = 0;
    };

    Mutex mutex_;
    ArenaPolicy policy_ ROOKERY_GUARDED_BY(mutex_) = ArenaPolicy::insecure_allowed;
    ArenaStatistics statistics_ ROOKERY_GUARDED_BY(mutex_){.bytes_max = secret_arena_bytes_default};
    std::vector<std::unique_ptr<Chunk>> chunks_ ROOKERY_GUARDED_BY(mutex_);
    std::vector<Slab*> empty_ ROOKERY_GUARDED_BY(mutex_);
    // Slabs with a free cell, by size.
    std::array<std::vector<Slab*>, cell_sizes.size()> open_ ROOKERY_GUARDED_BY(mutex_);
    std::vector<Large> large_ ROOKERY_GUARDED_BY(mutex_);
};

Arena& the_arena() {
    static Arena& arena = *new Arena;  // never destroyed: see the header
    return arena;
}

}  // namespace

namespace arena {

Cell allocate(std::size_t size) { return the_arena().allocate(size); }

void release(Cell cell) noexcept { the_arena().release(cell); }

}  // namespace arena

Result<void> lock_secret_arena(ArenaPolicy policy, std::size_t bytes_max) {
    return the_arena().lock(policy, bytes_max);
}

ArenaStatistics secret_arena_statistics() { return the_arena().statistics(); }

}  // namespace rookery

// SpaceWatch: how much room is left while a vault is open, and what may still be done with it.
//
// Made by the vault for its data directory. The http service looks about once a second; everybody else
// asks for the level, which costs a load. A level is left for a better one only with an eighth of its
// bound to spare, or 64 MiB, so that it does not come and go. Keeps a reserve: a file whose blocks are
// given up at the end, so that the log can be ended on a disk that others have filled. Thread-safe.
#pragma once

#include "base/result.hpp"
#include "storage/free_space.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace rookery::storage {

enum class SpaceLevel : std::uint8_t {
    enough,
    little,  // less than a start needs: said, nothing else
    scarce,  // nothing new is stored but by administrators
    none,    // nothing is written, so nothing is answered
};

struct SpaceRule {
    FreeSpaceRule open = {};  // less is little
    std::uintmax_t scarce_below = std::uintmax_t{1} << 30;
    std::uintmax_t none_below = std::uintmax_t{256} << 20;
    std::uintmax_t reserve = std::uintmax_t{64} << 20;  // 0: no file
};

class SpaceWatch {
 public:
    /// `text` says it for people.
    using Told = std::function<void(SpaceLevel level, std::string_view text)>;

    static constexpr std::string_view reserve_name = "reserve";

    /// Looks at once. `told` is called for a first level that is not enough, then at each change, by
    /// whoever looks.
    SpaceWatch(std::filesystem::path folder, SpaceRule rule, SpaceProbe probe, Told told);

    SpaceWatch(const SpaceWatch&) = delete;
    SpaceWatch& operator=(const SpaceWatch&) = delete;

    /// Asks the disk. When it cannot be asked the level stays. Makes the reserve if it is missing and
    /// there is room enough for it.
    void look();

    [[nodiscard]] SpaceLevel level() const { return level_.load(std::memory_order_relaxed); }

    /// What there is to say about the level and what to do; empty when there is enough.
    [[nodiscard]] std::string warning() const;

    /// Before the last writes of an orderly end: looks, and gives up the reserve when nothing else is left.
    void make_room_to_end();

 private:
    [[nodiscard]] SpaceLevel judge(const Space& space) const;
    void keep_reserve();

    const std::filesystem::path folder_;
    const SpaceRule rule_;
    const SpaceProbe probe_;
    const Told told_;
    std::atomic<SpaceLevel> level_{SpaceLevel::enough};
    std::atomic<std::uintmax_t> free_{0};
    std::mutex looking_;
    bool ending_ = false;
};

}  // namespace rookery::storage

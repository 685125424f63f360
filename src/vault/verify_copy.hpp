// The copy of a backup on which everything in it is verified: a whole vault, sealed, in the directory for temporary files. It goes
// with the process that made it, also when a signal ends that; what a process left that was killed is taken away by the next.
#pragma once

#include "base/result.hpp"
#include "base/uuid.hpp"

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>

namespace rookery::messages {

/// Before the id, in the names of copies.
inline constexpr std::string_view verify_copy_prefix = "rookery-verify-";

[[nodiscard]] std::string verify_copy_name(const Uuid& id);

/// Takes away what is left of copies of this user below `temporary` that no process holds. How many. One that cannot be taken
/// away stays.
std::size_t clear_verify_copies(const std::filesystem::path& temporary);

/// As long as it is there, a signal that ends the process takes the directory with it first. Threads that are started later have
/// these signals blocked as well. One at a time.
class TakenAlong {
 public:
    explicit TakenAlong(std::filesystem::path directory);
    ~TakenAlong();
    TakenAlong(const TakenAlong&) = delete;
    TakenAlong& operator=(const TakenAlong&) = delete;

 private:
    std::filesystem::path directory_;
    std::atomic<bool> over_{false};
    std::thread waits_;
};

}  // namespace rookery::messages

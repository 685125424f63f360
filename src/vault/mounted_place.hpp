// MountedPlace: a file that is to lie on another disk than the data, for as long as somebody writes it. When that disk is
// unmounted the path still leads somewhere: into the mount point, on a disk that it was meant to be apart from.
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <optional>
#include <sys/types.h>

namespace rookery::messages {

class MountedPlace {
 public:
    /// As it is now. `data`: what it is to be apart from, if it is.
    MountedPlace(std::filesystem::path file, std::filesystem::path data);

    /// Errc::io when its directory is on the data's file system and was not, or on another one than it was, where no such
    /// file lies: a disk that came back under another number has it.
    [[nodiscard]] Result<void> check() const;

 private:
    std::filesystem::path file_;
    std::filesystem::path data_;
    std::optional<dev_t> device_;  // nothing: there was no directory
    bool apart_;
};

}  // namespace rookery::messages

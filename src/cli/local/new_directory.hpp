// A directory that comes into being whole or not at all.
#pragma once

#include "base/result.hpp"

#include <filesystem>

namespace rookery::cli {

/// Held by this process alone, so that nobody clears what another one made. Unless keep() was called, the end
/// removes what is in the directory by then, and the directory if it was made here.
class NewDirectory {
 public:
    /// `path` is absent or an empty directory. Errc::in_use when it is neither, or another process claimed it; Errc::io.
    [[nodiscard]] static Result<NewDirectory> claim(std::filesystem::path path);

    NewDirectory(const NewDirectory&) = delete;
    NewDirectory& operator=(const NewDirectory&) = delete;
    NewDirectory(NewDirectory&& other) noexcept;
    NewDirectory& operator=(NewDirectory&&) = delete;
    ~NewDirectory();

    void keep() { kept_ = true; }

 private:
    NewDirectory(std::filesystem::path path, int descriptor, bool made);

    std::filesystem::path path_;
    int descriptor_;  // locked; -1: moved from
    bool made_;
    bool kept_ = false;
};

}  // namespace rookery::cli

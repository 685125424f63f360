// A directory that comes into being whole or not at all.
#pragma once

#include <filesystem>

namespace rookery::cli {

/// Made for a path that is absent or an empty directory. Unless keep() was called, the end removes what is in the
/// directory by then, and the directory if it was absent.
class NewDirectory {
 public:
    explicit NewDirectory(std::filesystem::path path);
    ~NewDirectory();
    NewDirectory(const NewDirectory&) = delete;
    NewDirectory& operator=(const NewDirectory&) = delete;

    void keep() { kept_ = true; }

 private:
    std::filesystem::path path_;
    bool was_there_;
    bool kept_ = false;
};

}  // namespace rookery::cli

// A folder of a test's own, removed with it.
#pragma once

#include "base/random.hpp"
#include "base/uuid.hpp"

#include <filesystem>

namespace rookery::storage::test {

class TemporaryFolder {
 public:
    TemporaryFolder() {
        SystemRandom random;
        path_ = std::filesystem::temp_directory_path() /
                ("rookery-storage-" + to_string(Uuid::random(random)));
        std::filesystem::create_directory(path_);
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

}  // namespace rookery::storage::test

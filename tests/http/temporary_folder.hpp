// A folder of a test's own, removed with it.
#pragma once

#include <filesystem>

#include "base/bytes.hpp"
#include "base/random.hpp"

namespace rookery::test {

class TemporaryFolder {
 public:
    TemporaryFolder() {
        ByteArray<8> name{};
        SystemRandom{}.fill(name);
        path_ = std::filesystem::temp_directory_path() / ("rookery-test-" + to_hex(name));
        std::filesystem::create_directory(path_);
    }

    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

}  // namespace rookery::test

// A folder for a test's certificates, removed with it.
#pragma once

#include "base/bytes.hpp"
#include "base/random.hpp"

#include <filesystem>

namespace rookery::test {

class CertificateFolder {
 public:
    CertificateFolder() {
        ByteArray<8> name{};
        SystemRandom{}.fill(name);
        path_ = std::filesystem::temp_directory_path() / ("rookery-test-" + to_hex(name));
        std::filesystem::create_directory(path_);
    }

    ~CertificateFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    CertificateFolder(const CertificateFolder&) = delete;
    CertificateFolder& operator=(const CertificateFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
    std::filesystem::path path_;
};

}  // namespace rookery::test

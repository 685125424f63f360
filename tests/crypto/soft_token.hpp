// Tokens of SoftHSM in a folder of the test, made with the tools that an operator uses. A test program has one folder
// of them: SoftHSM reads where it is once.
#pragma once

#include "base/bytes.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace rookery::crypto::test {

inline constexpr const char* soft_module = "/usr/lib/softhsm/libsofthsm2.so";

class SoftTokens {
 public:
    static constexpr const char* pin = "123456";

    [[nodiscard]] static const SoftTokens& instance() {
        static const SoftTokens tokens;
        return tokens;
    }

    /// A new token; its label is its own to choose.
    void make_token(const std::string& label) const {
        run("softhsm2-util --init-token --free --label '" + label + "' --pin " + pin +
            " --so-pin 12345678");
    }

    /// A new key of 32 bytes; `usage` as pkcs11-tool has it.
    void make_key(
        const std::string& label, const std::string& id,
        const std::string& usage = "--usage-sign --sensitive"
    ) const {
        run("pkcs11-tool --module " + std::string(soft_module) + " --token-label '" + label +
            "' --login --pin " + pin + " --keygen --key-type GENERIC:32 --id " + id + " --label k" +
            id + " " + usage);
    }

    static void run(const std::string& command) {
        const auto code = std::system((command + " >/dev/null 2>&1").c_str());
        INFO(command);
        REQUIRE(code == 0);
    }

 private:
    SoftTokens() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "rookery-token-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        std::filesystem::create_directory(folder_ / "tokens");
        std::ofstream(folder_ / "softhsm2.conf")
            << "directories.tokendir = " << (folder_ / "tokens").string()
            << "\nobjectstore.backend = file\nlog.level = ERROR\n";
        ::setenv("SOFTHSM2_CONF", (folder_ / "softhsm2.conf").c_str(), 1);
    }

    ~SoftTokens() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    std::filesystem::path folder_;
};

}  // namespace rookery::crypto::test

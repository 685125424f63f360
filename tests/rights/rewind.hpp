// A vault that goes back to where it stood, whatever was done to it since: each cell of the matrix begins in the same world.
#pragma once

#include "support/test_vault.hpp"

#include <array>
#include <map>
#include <string>

namespace rookery::rights {

class Rewind {
 public:
    /// From now on back() leads to how the vault is now. It is closed and opened again, here and there.
    explicit Rewind(test::TestVault& vault);

    void back();

 private:
    using Rows = std::map<std::string, std::string>;

    void copy_files(const std::filesystem::path& from, const std::filesystem::path& to) const;

    test::TestVault& vault_;
    std::array<Rows, 4> store_;  // by storage::Family
    test::TemporaryFolder files_;
};

}  // namespace rookery::rights

// The engine of the tests: stores in memory, each under the folder that it is opened for. It owes what
// tests/storage/store_contract.hpp says, but for what needs a disk: what it holds ends with the last
// MemoryEngine that shares it.
#pragma once

#include "storage/engine.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>

namespace rookery::test {

/// Copies share their stores. Thread-safe.
class MemoryEngine {
 public:
    /// As storage::RocksdbOptions has it.
    explicit MemoryEngine(std::size_t touched_keys_max = 200'000);

    /// As storage::Engine. The folder is made and has to be there, as that of a store on disk; nothing
    /// is ever in it.
    [[nodiscard]] Result<std::unique_ptr<storage::Store>> operator()(
        const std::filesystem::path& folder, storage::OpenMode mode
    ) const;

    /// Whether writes fail from now on, as on a full disk. A store whose write failed stays so.
    void fail_writes(bool failing) const;

    struct Held;

 private:
    std::shared_ptr<Held> held_;
};

}  // namespace rookery::test

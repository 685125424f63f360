// What a store can be copied by while it is open, if its engine keeps files.
#pragma once

#include "base/result.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rookery::storage {

/// One file of a copy of a store.
struct HeldFile {
    std::string name;              // within the folder of the copy; of no folder itself
    std::filesystem::path source;  // of which the first `size` bytes count; empty: `content` does
    std::uint64_t size = 0;
    std::string content;
};

/// The files of one state of a store, which together are a store of that state. As long as this lives they stay as they are
/// whatever is written meanwhile, and what is merged is not freed.
class HeldFiles {
 public:
    virtual ~HeldFiles() = default;
    [[nodiscard]] virtual const std::vector<HeldFile>& files() const = 0;
};

/// A Store of an engine that keeps files.
class HoldsFiles {
 public:
    virtual ~HoldsFiles() = default;
    /// What was committed before is in it, and the folder stays open as long as it lives. Errc::unsupported of a store that
    /// is open for reading only; Errc::io, Errc::integrity. Thread-safe.
    [[nodiscard]] virtual Result<std::unique_ptr<HeldFiles>> hold_files() = 0;
};

/// The same. Errc::unsupported of any other store.
[[nodiscard]] Result<std::unique_ptr<HeldFiles>> hold_files(Store& store);

}  // namespace rookery::storage

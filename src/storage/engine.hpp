// Engine: what opens a store in a folder. A choice of whoever opens a vault, or verifies one offline; everything
// else sees only store.hpp. What every engine owes stands as tests in tests/storage/store_contract.hpp, and in
// docs/development/storage-engine.md.
#pragma once

#include "base/result.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

namespace rookery::storage {

enum class OpenMode : std::uint8_t {
    create_if_missing,
    must_exist,
    read_only,  // changes nothing in the folder and takes no lock: for a copy, or a stopped server
};

/// Errc::in_use: another process, or another Store or view here, has the folder open.
/// Errc::io: no store there (must_exist, read_only), or the disk or its permissions refuse.
/// Errc::integrity: what lies there is damaged, or is there in part.
/// Errc::newer_format: it was written by an engine that this one is too old for.
/// The folder stays open until the Store and every view and cursor of it are gone.
using Engine = std::function<
    Result<std::unique_ptr<Store>>(const std::filesystem::path& folder, OpenMode mode)>;

}  // namespace rookery::storage

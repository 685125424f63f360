// verify_store: the full scan behind `rookery verify`: every row and tag, every sealed value, every
// index entry in both directions, the digests and the state row. On an open vault that serves nobody.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "messages/vault.hpp"

namespace rookery::messages {

struct StoreReport {
    std::uint64_t rows = 0;
    std::uint64_t tombstones = 0;
    std::uint64_t sealed_values = 0;
    std::uint64_t index_entries = 0;
    std::uint64_t outbox_entries = 0;
    std::uint64_t problem_count = 0;
    std::vector<std::string> problems;   // the first 100: what is wrong with which table and id

    [[nodiscard]] bool ok() const { return problem_count == 0; }
};

/// `progress` is called with the rows looked at so far, every few thousand. Errc::io when the store
/// cannot be read; damage is in the report.
[[nodiscard]] Result<StoreReport> verify_store(
    const Vault& vault, const std::function<void(std::uint64_t)>& progress = {}
);

}  // namespace rookery::messages

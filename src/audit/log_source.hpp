// LogSource: where the rows of a log are: a store, an archive, a vector in a test.
#pragma once

#include "base/result.hpp"
#include "storage/store.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

namespace rookery::audit {

/// False: no more rows.
using RowUse = std::function<bool(std::string_view key, std::string_view value)>;

class LogSource {
 public:
    virtual ~LogSource() = default;
    /// Calls `use` for the rows whose keys begin with the prefix byte (log_row.hpp) and are not below
    /// `from`, in ascending order of keys.
    [[nodiscard]] virtual Result<void> each(char prefix, std::string_view from, const RowUse& use)
        const = 0;
    /// The same for every row whose key begins with none of them.
    [[nodiscard]] virtual Result<void> others(const RowUse& use) const = 0;
};

class StoreLogSource final : public LogSource {
 public:
    explicit StoreLogSource(std::shared_ptr<const storage::StoreView> view)
        : view_(std::move(view)) {}

    [[nodiscard]] Result<void> each(char prefix, std::string_view from, const RowUse& use)
        const override;
    [[nodiscard]] Result<void> others(const RowUse& use) const override;

 private:
    std::shared_ptr<const storage::StoreView> view_;
};

/// The engine's own checksums failed: a finding like any other, not a reason to give up.
[[nodiscard]] inline bool is_damage(const Error& error) { return error.code == Errc::integrity; }

}  // namespace rookery::audit

// The offline check of a whole log, over anything that holds its rows. include/rookery/verify.hpp is
// the same over a data directory. One call per thread.
#pragma once

#include "audit/detail.hpp"
#include "base/result.hpp"
#include "merkle/checkpoint.hpp"
#include "rookery/verify.hpp"
#include "storage/store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::audit {

/// False: no more rows.
using RowUse = std::function<bool(std::string_view key, std::string_view value)>;

/// Where the rows of a log are: a store, an archive, a vector in a test.
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

/// Told every sealed entry that could be opened, in order. What is in clear proves nothing.
using EventUse = std::function<void(std::uint64_t index, const Event& event)>;

/// Options::verifier_key must be given. With `sealer` the sealed details are opened, compared with their
/// commitments and parsed as well, and `use` is told every event.
[[nodiscard]] VerifyReport verify_log(
    const LogSource& source, const VerifyOptions& options,
    const crypto::DetailSealer* sealer = nullptr, const EventUse& use = {}
);

}  // namespace rookery::audit

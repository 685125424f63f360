// The offline check of a whole log, over anything that holds its rows. include/rookery/verify.hpp is
// the same over a data directory. One call per thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "audit/detail.hpp"
#include "base/result.hpp"
#include "merkle/checkpoint.hpp"
#include "rookery/verify.hpp"
#include "storage/store.hpp"

namespace rookery::audit {

using RowUse = std::function<void(std::string_view key, std::string_view value)>;

/// Where the rows of a log are: a store, an archive, a vector in a test.
class LogSource {
 public:
    virtual ~LogSource() = default;
    /// Calls `use` for every row whose key begins with the prefix byte (log_row.hpp), in ascending
    /// order of keys.
    [[nodiscard]] virtual Result<void> each(char prefix, const RowUse& use) const = 0;
};

class StoreLogSource final : public LogSource {
 public:
    explicit StoreLogSource(std::shared_ptr<const storage::StoreView> view) : view_(std::move(view)) {}

    [[nodiscard]] Result<void> each(char prefix, const RowUse& use) const override;

 private:
    std::shared_ptr<const storage::StoreView> view_;
};

/// Options::verifier_key must be given. With `sealer` the sealed details are opened and compared with
/// their commitments as well.
[[nodiscard]] VerifyReport verify_log(
    const LogSource& source, const VerifyOptions& options,
    const crypto::DetailSealer* sealer = nullptr
);

}  // namespace rookery::audit

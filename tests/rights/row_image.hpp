// The rows of a vault as they lie in its store, read again after every request: what the oracle
// judges is what is there, and nothing that a reply said. Only rows that changed are decoded.
#pragma once

#include "rights/oracle.hpp"
#include "storage/row.hpp"
#include "vault/vault.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rookery::rights {

/// One row of one request: nothing before it was made, nothing after it was removed.
struct RowChange {
    std::optional<storage::Row> before;
    std::optional<storage::Row> after;

    [[nodiscard]] const storage::Row& any() const { return after ? *after : *before; }
};

class RowImage {
 public:
    /// Reads the store and says what changed since the last time.
    std::vector<RowChange> read(messages::Vault& vault);

    [[nodiscard]] const World& world() const { return world_; }

    /// Live rows, by the key they lie under.
    [[nodiscard]] const std::map<std::string, storage::Row>& rows() const { return rows_; }

 private:
    std::map<std::string, std::string> values_;  // as stored, tombstones included
    std::map<std::string, storage::Row> rows_;
    std::map<std::string, storage::Row> retained_;  // by the same keys, as they stood
    World world_;
};

/// The ends of an N:N row: its first lookup, then its second.
[[nodiscard]] std::pair<Uuid, Uuid> ends_of(const storage::Row& pair);

}  // namespace rookery::rights

// Claims: ids and keys that earlier rows of the same request took; the view does not know them yet.
#pragma once

#include "base/uuid.hpp"
#include "schema/schema.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::messages {

class Claims {
 public:
    /// False when another row of this request has the id.
    [[nodiscard]] bool claim(const schema::Table& table, const Uuid& id) {
        return ids_.emplace(table.id, id).second;
    }

    /// False when another row of this request has the key. `key`: bytes that no other key of the request's tables has.
    [[nodiscard]] bool claim_key(std::string key) { return keys_.insert(std::move(key)).second; }

    /// How many keys that begin so were claimed.
    [[nodiscard]] std::size_t keys_with(std::string_view beginning) const {
        std::size_t out = 0;
        for (auto at = keys_.lower_bound(std::string(beginning));
             at != keys_.end() && at->starts_with(beginning);
             ++at) {
            ++out;
        }
        return out;
    }

 private:
    std::set<std::pair<schema::TableId, Uuid>> ids_;
    std::set<std::string> keys_;
};

}  // namespace rookery::messages

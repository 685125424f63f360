#include "query/sort_key.hpp"

#include "storage/value_codec.hpp"

namespace rookery::messages {
namespace {

/// A lookup sorts by the id alone, whatever its table.
void put(std::string& out, const storage::Value& value) {
    if (const auto* ref = std::get_if<storage::RowRef>(&value)) {
        out += text_of(ref->id.view());
    } else {
        static_cast<void>(storage::put_ordered(out, value));
    }
}

}  // namespace

std::string sort_key(std::span<const OrderBy> order, const storage::Row& row) {
    std::string key;
    for (const auto& by : order) {
        const auto from = key.size();
        const auto* value = row.find(by.column->id);
        key.push_back(value == nullptr ? '\0' : '\1');
        if (value != nullptr) put(key, *value);
        if (!by.descending) continue;
        for (auto i = from; i < key.size(); ++i) key[i] = static_cast<char>(~key[i]);
    }
    key += text_of(row.id.view());
    return key;
}

}  // namespace rookery::messages

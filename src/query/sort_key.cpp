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

std::optional<Instant> first_time(const OrderBy& first, std::string_view key) {
    ByteReader reader(bytes_of(key));
    const std::uint8_t turned = first.descending ? 0xFF : 0;
    if ((reader.u8() ^ turned) != 1) return std::nullopt;
    auto value = reader.u64();
    if (first.descending) value = ~value;
    if (!reader.ok()) return std::nullopt;
    return Instant{Instant::duration{static_cast<std::int64_t>(value ^ (1ULL << 63))}};
}

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

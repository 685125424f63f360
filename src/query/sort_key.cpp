#include "query/sort_key.hpp"

#include "query/compiled_filter.hpp"
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

void invert(std::string& bytes, std::size_t from) {
    for (auto i = from; i < bytes.size(); ++i) bytes[i] = static_cast<char>(~bytes[i]);
}

}  // namespace

std::optional<std::string> first_value(const OrderBy& first, std::string_view key) {
    std::string out{key};
    if (first.descending) invert(out, 0);
    if (out.empty()) return std::nullopt;
    std::size_t size = 1;
    if (out[0] != '\0' && first.column->shape() != schema::Shape::text) size += sizeof(Instant);
    if (out[0] != '\0' && first.column->shape() == schema::Shape::text) {
        // Up to two zeros: one that is of the text is followed by ff.
        while (size + 1 < out.size() && (out[size] != '\0' || out[size + 1] != '\0')) {
            size += out[size] == '\0' ? 2 : 1;
        }
        size += 2;
    }
    if (size > out.size()) return std::nullopt;
    out.resize(size);
    return out;
}

std::string sort_key(
    std::span<const OrderBy> order, std::span<const storage::Row* const> held, const Uuid& id
) {
    std::string key;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto from = key.size();
        storage::Value room;
        const auto* value = value_of(held[i], *order[i].column, room);
        key.push_back(value == nullptr ? '\0' : '\1');
        if (value != nullptr) put(key, *value);
        if (order[i].descending) invert(key, from);
    }
    key += text_of(id.view());
    return key;
}

}  // namespace rookery::messages

#include "query/sort_key.hpp"

#include "storage/text_key.hpp"

namespace rookery::messages {
namespace {

/// Big-endian with the sign bit turned, so that negative numbers sort first.
void put_signed(std::string& out, std::int64_t value) {
    const auto turned = static_cast<std::uint64_t>(value) ^ (1ULL << 63);
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(turned >> shift));
}

/// 0x00 becomes 0x00 0xFF and 0x00 0x00 ends it, so that a prefix sorts before what it begins.
void put_text(std::string& out, std::string_view text) {
    for (const char c : text) {
        out.push_back(c);
        if (c == '\0') out.push_back('\xFF');
    }
    out.append(2, '\0');
}

struct Encode {
    std::string& out;

    void operator()(std::monostate) const {}

    void operator()(bool value) const { out.push_back(value ? '\1' : '\0'); }

    void operator()(std::int64_t value) const { put_signed(out, value); }

    void operator()(const std::string& value) const { put_text(out, storage::text_key(value)); }

    void operator()(const Uuid& value) const { out += text_of(value.view()); }

    void operator()(const storage::RowRef& value) const { out += text_of(value.id.view()); }

    void operator()(Instant value) const { put_signed(out, value.time_since_epoch().count()); }

    // The parser lets neither into $orderby.
    void operator()(const storage::SealedValue&) const {}

    void operator()(const Digest&) const {}
};

}  // namespace

std::string sort_key(std::span<const OrderBy> order, const storage::Row& row) {
    std::string key;
    for (const auto& by : order) {
        const auto from = key.size();
        const auto* value = row.find(by.column->id);
        key.push_back(value == nullptr ? '\0' : '\1');
        if (value != nullptr) std::visit(Encode{key}, *value);
        if (!by.descending) continue;
        for (auto i = from; i < key.size(); ++i) key[i] = static_cast<char>(~key[i]);
    }
    key += text_of(row.id.view());
    return key;
}

}  // namespace rookery::messages

#include "audit/log_row.hpp"

#include "base/integrity_failure.hpp"

namespace rookery::audit {
namespace {

std::string numbered(char prefix, std::uint64_t number) {
    std::string key(9, prefix);
    for (std::size_t i = 0; i < 8; ++i) key[8 - i] = static_cast<char>(number >> (8 * i));
    return key;
}

void append_u32(std::string& out, std::size_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

}  // namespace

std::string entry_key(std::uint64_t index) { return numbered(entry_prefix, index); }

std::string checkpoint_key(std::uint64_t size) { return numbered(checkpoint_prefix, size); }

std::string state_key() { return std::string(1, state_prefix); }

std::optional<std::uint64_t> number_of(char prefix, std::string_view key) {
    if (key.size() != 9 || key.front() != prefix) return std::nullopt;
    return ByteReader{bytes_of(key.substr(1))}.u64();
}

Digest EntryView::node(std::size_t level) const {
    Digest out{};
    std::memcpy(out.data(), nodes.data() + level * out.size(), out.size());
    return out;
}

std::string entry_value(
    ByteView leaf, std::span<const Digest> nodes, ByteView core_row, ByteView priv_row
) {
    std::string out;
    out.reserve(leaf.size() + 1 + nodes.size() * 32 + 8 + core_row.size() + priv_row.size());
    out.append(text_of(leaf));
    out.push_back(static_cast<char>(nodes.size()));
    for (const auto& node : nodes) out.append(text_of(node));
    append_u32(out, core_row.size());
    out.append(text_of(core_row));
    append_u32(out, priv_row.size());
    out.append(text_of(priv_row));
    return out;
}

Result<EntryView> split_entry(std::string_view value) {
    ByteReader in{bytes_of(value)};
    EntryView entry;
    entry.leaf = in.bytes(Leaf::size);
    entry.nodes = in.bytes(std::size_t{in.u8()} * 32);
    entry.core_row = in.bytes(in.u32());
    entry.priv_row = in.bytes(in.u32());
    if (!in.done() || entry.nodes.empty()) return integrity_failure();
    return entry;
}

}  // namespace rookery::audit

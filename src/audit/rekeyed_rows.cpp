#include "audit/rekeyed_rows.hpp"

#include <algorithm>
#include <string_view>

namespace rookery::audit {
namespace {

constexpr std::string_view chunk_names[] = {"rows", "rows.1", "rows.2"};
constexpr std::size_t row_bytes = 2 + 16 + 8 + 16;
constexpr std::size_t rows_of_chunk = 24;
static_assert(rows_of_chunk * row_bytes <= 1024);  // of an extra
static_assert(rekeyed_rows_max <= rows_of_chunk * std::size(chunk_names));

}  // namespace

void add_rekeyed_rows(Event& event, std::span<const RekeyedRow> rows) {
    for (const auto name : chunk_names) {
        const auto chunk = rows.first(std::min(rows.size(), rows_of_chunk));
        if (chunk.empty()) return;
        ByteWriter out(chunk.size() * row_bytes);
        for (const auto& row : chunk) {
            out.u16(row.table).bytes(row.record.bytes).u64(row.row_version).bytes(row.tag);
        }
        event.extras.emplace_back(std::string(name), std::move(out).take());
        rows = rows.subspan(chunk.size());
    }
}

std::optional<std::vector<RekeyedRow>> rekeyed_rows(const Event& event) {
    std::vector<RekeyedRow> out;
    if (event.action != Action::rekey_progress || event.outcome != Outcome::success) return out;
    for (const auto& [name, value] : event.extras) {
        if (std::ranges::find(chunk_names, name) == std::end(chunk_names)) continue;
        const auto* bytes = std::get_if<Bytes>(&value);
        if (bytes == nullptr || bytes->size() % row_bytes != 0) return std::nullopt;
        ByteReader in(*bytes);
        while (in.left() != 0) {
            RekeyedRow row;
            row.table = in.u16();
            row.record = Uuid{in.array<16>()};
            row.row_version = in.u64();
            row.tag = in.array<16>();
            out.push_back(row);
        }
    }
    if (event.count != out.size()) return std::nullopt;  // some were left out
    return out;
}

bool is_rekeyed_by(const Event& event, const Uuid& record) {
    const auto rows = rekeyed_rows(event);
    return rows && std::ranges::find(*rows, record, &RekeyedRow::record) != rows->end();
}

}  // namespace rookery::audit

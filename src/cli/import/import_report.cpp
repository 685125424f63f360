#include "cli/import/import_report.hpp"

#include "cli/import/csv_text.hpp"

#include <cstddef>
#include <string_view>

namespace rookery::cli {
namespace {

constexpr std::size_t report_piece_bytes = std::size_t{64} << 10;

}  // namespace

std::string reason_of(const ScannedRow& row) {
    auto out = row.plan.reason.empty() ? row.plan.changes() : row.plan.reason;
    const auto add = [&](bool holds, std::string_view what) {
        if (!holds) return;
        if (!out.empty()) out += "; ";
        out += what;
    };
    add(row.trimmed, "blanks around an id or a name were left out");
    add(row.rounded, "the id ends in zeros: rounded by a spreadsheet?");
    return out;
}

Result<void> write_import_report(OutputFile& file, const ImportScan& scan) {
    std::string piece;
    append_csv_line(piece, {"line", "outcome", "reason"});
    for (const auto& row : scan.rows) {
        append_csv_line(
            piece, {std::to_string(row.line), name_of(row.plan.outcome), reason_of(row)}
        );
        if (piece.size() < report_piece_bytes) continue;
        ROOKERY_CHECK(file.write(piece));
        piece.clear();
    }
    ROOKERY_CHECK(file.write(piece));
    return file.finish();
}

}  // namespace rookery::cli

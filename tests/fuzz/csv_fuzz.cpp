// libFuzzer target for the reader of import files: every row is read or has a problem, within its bounds.
#include "cli/import/csv.hpp"
#include "cli/import/import_row.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rookery;
    using namespace rookery::cli;
    const CsvLimits limits;
    std::size_t at = 0;
    CsvReader reader([&](std::span<char> out) -> Result<std::size_t> {
        const auto n = std::min(out.size(), size - at);
        std::copy_n(data + at, n, out.begin());
        at += n;
        return n;
    });
    CsvRow row;
    auto more = reader.next(row);
    if (!more || !*more) return 0;
    const auto header = ImportHeader::read(row);
    if (header) {
        const auto token = header->position(ImportColumn::access_token);
        if (token) reader.secret_column(*token);
    }
    while ((more = reader.next(row)) && *more) {
        if (!row.problem.empty()) continue;
        if (row.fields.size() > limits.fields_max) __builtin_trap();
        for (const auto& field : row.fields) {
            if (field.text.size() + field.secret.size() > limits.field_bytes_max) __builtin_trap();
        }
        if (header) static_cast<void>(read_import_row(*header, row));
    }
    return 0;
}

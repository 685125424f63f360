// The header of an import file: which field of a row holds which column.
#pragma once

#include "base/result.hpp"
#include "cli/import/csv.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rookery::cli {

/// The documented columns (docs/cli.md). Positions in a file come from its header.
enum class ImportColumn : std::uint8_t {
    unique_handle_id,  // required: what agents ask for; one record each
    handle,            // required: the name, "@rookery"
    application,       // name or id of the application; created when it is not there
    access_token,
    access_token_secret,
    owner,  // user (id, domain name) or team (id, name)
    count_
};

/// What is known of a column: its own name, and the table's column that limits it.
struct ImportColumnRow {
    ImportColumn column;
    std::string_view name;
    bool required;  // in the header, and not empty in a row
    bool secret;
    std::string_view table;
    std::string_view table_column;
};

[[nodiscard]] const ImportColumnRow& row_of(ImportColumn column);

class ImportHeader {
 public:
    /// Names without case and the blanks around them; those of a Dataverse export too, whose other columns
    /// are left alone. Errc::usage for an unknown, repeated or missing column, and for a malformed header.
    [[nodiscard]] static Result<ImportHeader> read(const CsvRow& row);

    [[nodiscard]] std::optional<std::size_t> position(ImportColumn column) const {
        return positions_[static_cast<std::size_t>(column)];
    }

    /// Up to the last that has a name: a table saved with empty columns to its right has them in every row.
    [[nodiscard]] std::size_t columns() const { return columns_; }

    /// Columns of the vault's table that no import reads.
    [[nodiscard]] std::size_t left_alone() const { return left_alone_; }

 private:
    std::optional<std::size_t> positions_[static_cast<std::size_t>(ImportColumn::count_)];
    std::size_t columns_ = 0;
    std::size_t left_alone_ = 0;
};

}  // namespace rookery::cli

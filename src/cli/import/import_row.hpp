// One row of an import file, checked for all that can be checked without the server.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "cli/import/csv.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rookery::cli {

/// The documented columns (docs/cli.md). Positions in a file come from its header.
enum class ImportColumn : std::uint8_t {
    unique_handle_id,  // required: what agents ask for; one record each
    handle,            // required: the name, "@rookery"
    application,       // name of the application; created when it is not there
    access_token,
    access_token_secret,
    owner,  // user (id, domain name, full name) or team (id, name); default: the caller
    count_
};

[[nodiscard]] std::string_view name_of(ImportColumn column);

/// Which field of a row holds which column.
class ImportHeader {
 public:
    /// Errc::usage for an unknown, repeated or missing column, and for a malformed header.
    [[nodiscard]] static Result<ImportHeader> read(const CsvRow& row);

    [[nodiscard]] std::optional<std::size_t> position(ImportColumn column) const {
        return positions_[static_cast<std::size_t>(column)];
    }

    [[nodiscard]] std::size_t columns() const { return columns_; }

 private:
    std::optional<std::size_t> positions_[static_cast<std::size_t>(ImportColumn::count_)];
    std::size_t columns_ = 0;
};

struct ImportRow {
    std::uint64_t line = 0;
    std::string unique_handle_id;
    std::string handle;
    std::string application;   // empty: none given
    std::string owner;         // empty: none given
    SecretBytes access_token;  // empty: none given
    SecretBytes access_token_secret;
};

/// Errc::bad_payload with the reason, which repeats no field. Lengths are those of the table's
/// columns; the mask is refused, since storing it would destroy a token, and a text that holds one.
[[nodiscard]] Result<ImportRow> read_import_row(const ImportHeader& header, CsvRow& row);

/// Equal for two ids that the vault takes for the same (its alternate key's form).
[[nodiscard]] std::string import_key(const ImportRow& row);

}  // namespace rookery::cli

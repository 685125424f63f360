// One row of an import file, checked for all that can be checked without the server.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "cli/import/csv.hpp"
#include "cli/import/import_header.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::cli {

struct ImportRow {
    std::uint64_t line = 0;
    std::string unique_handle_id;
    std::string handle;
    std::string application;   // empty: none given
    std::string owner;         // empty: none given
    SecretBytes access_token;  // empty: none given
    SecretBytes access_token_secret;
    bool trimmed = false;  // of blanks around a name or an id
    bool rounded = false;  // perhaps: the id ends as one does of which a spreadsheet kept 15 digits

    [[nodiscard]] bool has_tokens() const {
        return !access_token.empty() || !access_token_secret.empty();
    }
};

/// Whether nothing stands in it but blanks.
[[nodiscard]] bool is_blank(const CsvRow& row);

/// Errc::bad_payload with the reason, which repeats no field. Lengths are those of the table's
/// columns; blanks around ids and names are left out. Refused are the mask, since storing it would destroy
/// a token, a token with a stray character, a text that holds a token, an id that a spreadsheet
/// rounded, and what it writes where it has no value.
[[nodiscard]] Result<ImportRow> read_import_row(const ImportHeader& header, CsvRow& row);

/// Equal for two ids that the vault takes for the same (its alternate key's form).
[[nodiscard]] std::string import_key(std::string_view unique_handle_id);

/// Tells rows apart that do not say the same. Made with a key of this process's own, so that it says nothing
/// about a token to anybody who finds it.
using RowDigest = std::array<std::uint8_t, 16>;

[[nodiscard]] RowDigest digest_of(const ImportRow& row);

}  // namespace rookery::cli

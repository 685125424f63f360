// A streaming reader of CSV (RFC 4180) for `rookery import`: one row in memory, whatever the file's size.
//
// Understood: quoted fields with doubled quotes, CR LF and LF line ends, line breaks inside quotes,
// a UTF-8 byte order mark, a last line without a line end; what parts the fields is read off the first
// line (csv_dialect.hpp). Empty lines are skipped and counted. Fields of secret columns go from the read
// buffer straight into SecretBytes; the buffer is wiped. Used by one thread.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/zeroing_allocator.hpp"
#include "cli/import/csv_dialect.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace rookery::cli {

struct CsvLimits {
    std::size_t field_bytes_max = 8192;
    std::size_t fields_max = 256;
};

/// Exactly one of the two holds the value; an empty field is empty in both.
struct CsvField {
    std::string text;
    SecretBytes secret;
};

struct CsvRow {
    std::uint64_t line = 0;  // where it begins, from 1
    std::vector<CsvField> fields;
    std::string problem;  // not empty: the row is malformed and its fields are not there
};

class CsvReader {
 public:
    /// Fills the buffer and says how many bytes; 0 at the end.
    using Source = std::function<Result<std::size_t>(std::span<char>)>;

    explicit CsvReader(Source source, CsvLimits limits = {});

    /// From now on fields of this column come as secrets.
    void secret_column(std::size_t column);

    /// False at the end. A malformed row is returned with its problem, and reading goes on at the
    /// next line; an unclosed quote swallows lines until the field is too long, and the problem
    /// says which. Errc::io when the source fails, Errc::usage for what is no CSV in UTF-8.
    [[nodiscard]] Result<bool> next(CsvRow& row);

    /// Of what was read so far.
    [[nodiscard]] std::uint64_t empty_lines() const { return empty_lines_; }

    /// What parts the fields; after the first row.
    [[nodiscard]] char separator() const { return separator_; }

 private:
    enum class State : std::uint8_t { field_start, plain, quoted, quote_in_quoted, skip_line };

    /// Errc::io; false at the end of the source.
    [[nodiscard]] Result<bool> refill();
    /// Reads the first line into the buffer, and off it what the file is.
    [[nodiscard]] Result<void> start();
    [[nodiscard]] bool is_secret(std::size_t column) const;
    void end_field(CsvRow& row);

    Source source_;
    CsvLimits limits_;
    WipedBuffer buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::uint64_t line_ = 1;
    std::uint64_t empty_lines_ = 0;
    char separator_ = ',';
    bool started_ = false;
    WipedBuffer field_;
    std::vector<bool> secret_columns_;
};

}  // namespace rookery::cli

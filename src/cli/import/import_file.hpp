// The input of an import, which is read twice: once to plan, once for the tokens of what was planned. What
// cannot be read twice, standard input or a pipe, is kept in memory that is wiped.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"
#include "base/zeroing_allocator.hpp"
#include "cli/import/csv.hpp"
#include "cli/import/import_header.hpp"

#include <memory>
#include <string>

namespace rookery::cli {

/// A reader behind the header.
struct ImportRows {
    CsvReader reader;
    ImportHeader header;
};

class ImportFile {
 public:
    /// "-" is standard input. Errc::not_found, Errc::io, Errc::too_large for a pipe with more than
    /// 256 MiB, Errc::usage for a terminal.
    [[nodiscard]] static Result<ImportFile> open(const std::string& path);

    /// From the beginning, as often as it is asked for. Errc::usage for a file without its header.
    [[nodiscard]] Result<ImportRows> rows() const;

 private:
    explicit ImportFile(std::string name) : name_(std::move(name)) {}

    [[nodiscard]] CsvReader::Source source() const;

    std::string name_;
    std::shared_ptr<const Descriptor> file_;  // regular; else null, and its content is
    std::shared_ptr<const WipedBuffer> content_;
};

}  // namespace rookery::cli

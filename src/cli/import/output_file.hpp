// A file that a command writes for people and spreadsheets: made before the work begins, so that a path that
// cannot be written to is told at once, and there under its name only when it is whole.
#pragma once

#include "base/file.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

namespace rookery::cli {

class OutputFile {
 public:
    /// Errc::duplicate_key when anything has that name, Errc::io.
    [[nodiscard]] static Result<OutputFile> create(const std::filesystem::path& path);

    /// Removes what was written if it was not finished.
    ~OutputFile();
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;

    [[nodiscard]] Result<void> write(std::string_view text);
    /// Errc::duplicate_key when anything got that name meanwhile, Errc::io; then nothing is left.
    [[nodiscard]] Result<void> finish();

 private:
    OutputFile(std::filesystem::path path, std::filesystem::path temporary, Descriptor file)
        : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}

    std::filesystem::path path_;
    std::filesystem::path temporary_;  // empty: nothing to remove
    Descriptor file_;
};

}  // namespace rookery::cli

#include "cli/import/import_scan.hpp"

#include <fmt/format.h>

#include <utility>

namespace rookery::cli {
namespace {

/// Rows that name one record.
struct Group {
    std::vector<std::uint32_t> rows;
    bool contradicts = false;
};

class Scan {
 public:
    void add(const ImportHeader& header, CsvRow& row) {
        ScannedRow out;
        out.line = row.line;
        if (is_blank(row)) {
            out.plan.outcome = Outcome::blank;
        } else if (auto read = read_import_row(header, row)) {
            keep(std::move(*read), out);
        } else {
            out.plan.outcome = Outcome::bad;
            out.plan.reason = std::move(read).error().message;
        }
        scan_.rows.push_back(std::move(out));
    }

    ImportScan take() && {
        for (const auto& [first, group] : groups_) {
            if (group.contradicts) refuse(group);
        }
        return std::move(scan_);
    }

    [[nodiscard]] std::size_t rows() const { return scan_.rows.size(); }

 private:
    void keep(ImportRow read, ScannedRow& out) {
        out.digest = digest_of(read);
        out.has_access_token = !read.access_token.empty();
        out.has_tokens = read.has_tokens();
        out.trimmed = read.trimmed;
        out.rounded = read.rounded;
        const auto at = static_cast<std::uint32_t>(scan_.rows.size());
        const auto [known, fresh] = scan_.by_key.emplace(import_key(read.unique_handle_id), at);
        if (!fresh) {
            auto& first = scan_.rows[known->second];
            auto& group = groups_[known->second];
            if (group.rows.empty()) group.rows.push_back(known->second);
            group.rows.push_back(at);
            if (first.digest != out.digest) group.contradicts = true;
            out.plan.outcome = Outcome::repeated;
            out.plan.reason = fmt::format("line {} says the same", first.line);
        }
        out.unique_handle_id = std::move(read.unique_handle_id);
        out.handle = std::move(read.handle);
        out.application = std::move(read.application);
        out.owner = std::move(read.owner);
    }

    /// None of them: which is meant is not for us to say. Each names the nearest that says something else.
    void refuse(const Group& group) {
        for (std::size_t i = 0; i < group.rows.size(); ++i) {
            auto& row = scan_.rows[group.rows[i]];
            const auto other = other_than(group, i);
            row.plan.outcome = Outcome::bad;
            row.plan.reason = fmt::format(
                "line {} has the same unique_handle_id{} with other values",
                other.line,
                other.unique_handle_id == row.unique_handle_id ? "" : ", but for its case,"
            );
        }
    }

    const ScannedRow& other_than(const Group& group, std::size_t position) const {
        const auto& row = scan_.rows[group.rows[position]];
        // The first says something else, or the same as this one; then another of them contradicts both.
        for (const auto other : group.rows) {
            if (scan_.rows[other].digest != row.digest) return scan_.rows[other];
        }
        return row;
    }

    ImportScan scan_;
    std::unordered_map<std::uint32_t, Group> groups_;  // by their first row
};

}  // namespace

Result<ImportScan> scan_import(
    const ImportFile& file, const std::function<void(std::uint64_t)>& progress
) {
    ROOKERY_TRY(auto input, file.rows());
    Scan scan;
    CsvRow row;
    for (;;) {
        ROOKERY_TRY(const bool more, input.reader.next(row));
        if (!more) break;
        if (scan.rows() == import_rows_max) {
            return fail(
                Errc::too_large,
                fmt::format("the file has more than {} rows", import_rows_max),
                "split it; each part needs the header"
            );
        }
        scan.add(input.header, row);
        progress(scan.rows());
    }
    auto out = std::move(scan).take();
    out.empty_lines = input.reader.empty_lines();
    out.columns_left_alone = input.header.left_alone();
    out.separator = input.reader.separator();
    return out;
}

}  // namespace rookery::cli

#include "cli/import/csv.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rookery::cli {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} << 10;

}  // namespace

CsvReader::CsvReader(Source source, CsvLimits limits)
    : source_(std::move(source)), limits_(limits), buffer_(buffer_bytes) {
    field_.reserve(limits_.field_bytes_max);
}

void CsvReader::secret_column(std::size_t column) {
    if (secret_columns_.size() <= column) secret_columns_.resize(column + 1);
    secret_columns_[column] = true;
}

bool CsvReader::is_secret(std::size_t column) const {
    return column < secret_columns_.size() && secret_columns_[column];
}

Result<bool> CsvReader::refill() {
    begin_ = end_ = 0;
    ROOKERY_TRY(end_, source_(std::span<char>{buffer_.data(), buffer_.size()}));
    return end_ > 0;
}

Result<void> CsvReader::start() {
    started_ = true;
    // A source may hand out one byte at a time; the first line must still be seen whole, and the line
    // end of two bytes that may close it.
    const auto lines = [&] { return std::count(buffer_.data(), buffer_.data() + end_, '\n'); };
    while (end_ < buffer_.size() && lines() == 0) {
        ROOKERY_TRY(
            const auto more, source_(std::span<char>{buffer_.data() + end_, buffer_.size() - end_})
        );
        if (more == 0) break;
        end_ += more;
    }
    ROOKERY_TRY(const auto dialect, csv_dialect({buffer_.data(), end_}));
    separator_ = dialect.separator;
    begin_ = dialect.skip;
    if (dialect.named) ++line_;
    return {};
}

void CsvReader::end_field(CsvRow& row) {
    CsvField out;
    const std::string_view text{field_.data(), field_.size()};
    if (is_secret(row.fields.size())) {
        if (!text.empty()) out.secret = SecretBytes::copy_of(text);
    } else {
        out.text = text;
    }
    row.fields.push_back(std::move(out));
    wipe(field_.data(), field_.size());
    field_.clear();
}

Result<bool> CsvReader::next(CsvRow& row) {
    if (!started_) ROOKERY_CHECK(start());
    row.fields.clear();
    row.problem.clear();
    row.line = line_;
    field_.clear();
    auto state = State::field_start;
    bool quoted_field = false;
    bool after_carriage_return = false;

    const auto malformed = [&](std::string problem) {
        if (row.problem.empty()) row.problem = std::move(problem);
        row.fields.clear();
        wipe(field_.data(), field_.size());
        field_.clear();
    };
    const auto blank = [&] { return row.fields.empty() && field_.empty() && !quoted_field; };

    for (;;) {
        if (begin_ == end_) {
            ROOKERY_TRY(const bool more, refill());
            if (!more) {
                if (!row.problem.empty()) return true;
                if (state == State::quoted) {
                    malformed("a quoted field is not closed before the end of the file");
                    return true;
                }
                if (blank()) return false;
                end_field(row);
                return true;
            }
        }
        const char c = buffer_[begin_++];
        if (c == '\n') ++line_;

        if (after_carriage_return && c != '\n') {
            malformed("a carriage return stands alone: save the file with line ends LF or CR LF");
            state = State::skip_line;
        }
        after_carriage_return = false;

        switch (state) {
            case State::field_start:
                if (c == '"') {
                    quoted_field = true;
                    state = State::quoted;
                    continue;
                }
                state = State::plain;
                [[fallthrough]];
            case State::plain:
            case State::quote_in_quoted:
                if (c == separator_) {
                    end_field(row);
                    if (row.fields.size() >= limits_.fields_max) {
                        malformed(fmt::format("more than {} fields", limits_.fields_max));
                        state = State::skip_line;
                        continue;
                    }
                    quoted_field = false;
                    state = State::field_start;
                    continue;
                }
                if (c == '\n') {
                    if (blank()) {
                        row.line = line_;
                        ++empty_lines_;
                        state = State::field_start;
                        continue;
                    }
                    end_field(row);
                    return true;
                }
                if (c == '\r') {
                    after_carriage_return = true;
                    continue;
                }
                if (c == '"') {
                    if (state == State::quote_in_quoted) {
                        state = State::quoted;
                        break;  // a doubled quote is one quote
                    }
                    malformed("a quote stands inside a field that does not begin with one");
                    state = State::skip_line;
                    continue;
                }
                if (state == State::quote_in_quoted) {
                    malformed("text follows a closing quote");
                    state = State::skip_line;
                    continue;
                }
                break;
            case State::quoted:
                if (c == '"') {
                    state = State::quote_in_quoted;
                    continue;
                }
                break;
            case State::skip_line:
                if (c == '\n') return true;
                continue;
        }
        if (field_.size() >= limits_.field_bytes_max) {
            malformed(
                state == State::quoted && line_ > row.line
                    ? fmt::format(
                          "a quoted field is longer than {} bytes or never closed: lines {} to {} "
                          "were "
                          "not read",
                          limits_.field_bytes_max,
                          row.line,
                          line_
                      )
                    : fmt::format("a field is longer than {} bytes", limits_.field_bytes_max)
            );
            state = State::skip_line;
            continue;
        }
        field_.push_back(c);
    }
}

}  // namespace rookery::cli

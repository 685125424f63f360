#include "cli/import/csv_dialect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace rookery::cli {
namespace {

struct Separator {
    char sign;
    std::string_view name;
};

/// The first that stands in a header parts it.
constexpr std::array<Separator, 3> separators{{
    {',', "a comma"},
    {';', "a semicolon"},
    {'\t', "a tab"},
}};

struct Mark {
    std::string_view bytes;
    std::string_view encoding;
};

using namespace std::string_view_literals;

/// The longer before those that they begin with.
constexpr std::array<Mark, 4> foreign_marks{{
    {"\xFF\xFE\x00\x00"sv, "UTF-32"},
    {"\x00\x00\xFE\xFF"sv, "UTF-32"},
    {"\xFF\xFE"sv, "UTF-16"},
    {"\xFE\xFF"sv, "UTF-16"},
}};

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

tl::unexpected<Error> wrong_encoding(std::string_view encoding) {
    return fail(
        Errc::usage,
        fmt::format("the file is {}, not UTF-8", encoding),
        "save it as \"CSV UTF-8\", or convert it: iconv -f UTF-16 -t UTF-8"
    );
}

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find_first_of("\r\n"));
}

}  // namespace

std::string_view separator_name(char separator) {
    const auto* const found = std::ranges::find(separators, separator, &Separator::sign);
    return found == separators.end() ? "something else" : found->name;
}

Result<CsvDialect> csv_dialect(std::string_view front) {
    for (const auto& mark : foreign_marks) {
        if (front.starts_with(mark.bytes)) return wrong_encoding(mark.encoding);
    }
    if (front.substr(0, 4).find('\0') != std::string_view::npos) {
        return wrong_encoding("UTF-16 without a byte order mark");
    }
    CsvDialect out;
    if (front.starts_with(utf8_mark)) out.skip = utf8_mark.size();
    auto line = first_line(front.substr(out.skip));
    auto naming = line;
    if (naming.size() > 1 && naming.front() == '"' && naming.back() == '"') {
        naming = naming.substr(1, naming.size() - 2);
    }
    constexpr std::string_view sep = "sep=";
    if (naming.starts_with(sep) || naming.starts_with("SEP=")) {
        const auto named = naming.substr(sep.size());
        const auto* const known = std::ranges::find_if(separators, [&](const Separator& one) {
            return named == std::string_view{&one.sign, 1};
        });
        if (known == separators.end()) {
            return fail(
                Errc::usage,
                "line 1: the line sep= names a separator that is not understood",
                "known are a comma, a semicolon and a tab"
            );
        }
        out.separator = known->sign;
        out.named = true;
        out.skip += line.size();
        const auto rest = front.substr(out.skip);
        out.skip += rest.starts_with("\r\n") ? 2U : rest.empty() ? 0U : 1U;
        return out;
    }
    for (const auto& one : separators) {
        if (line.find(one.sign) == std::string_view::npos) continue;
        out.separator = one.sign;
        break;
    }
    return out;
}

}  // namespace rookery::cli

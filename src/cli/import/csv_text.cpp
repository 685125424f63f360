#include "cli/import/csv_text.hpp"

namespace rookery::cli {
namespace {

bool needs_quotes(std::string_view field) {
    if (field.empty()) return false;
    return field.find_first_of(",;\t\"\r\n") != std::string_view::npos || field.front() == ' ' ||
           field.back() == ' ';
}

void append_field(std::string& out, std::string_view field) {
    if (!needs_quotes(field)) {
        out += field;
        return;
    }
    out += '"';
    for (const char c : field) {
        out += c;
        if (c == '"') out += c;
    }
    out += '"';
}

}  // namespace

void append_csv_line(std::string& out, std::initializer_list<std::string_view> fields) {
    bool first = true;
    for (const auto field : fields) {
        if (!first) out += ',';
        first = false;
        append_field(out, field);
    }
    out += "\r\n";
}

}  // namespace rookery::cli

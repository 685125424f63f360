#include "cli/output/shown_text.hpp"

#include "cli/output/console.hpp"

namespace rookery::cli {

std::string single_blanks(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool second = c == ' ' && !out.empty() && out.back() == ' ';
        out += second ? std::string{"\\x20"} : std::string{c};
    }
    return out;
}

std::string field_text(std::string_view text) { return single_blanks(printable(text)); }

}  // namespace rookery::cli

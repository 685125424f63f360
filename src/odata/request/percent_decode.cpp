#include "odata/request/percent_decode.hpp"

#include "base/hex_digit.hpp"
#include "storage/text_key.hpp"

#include <algorithm>

namespace rookery::odata {

Result<std::string> percent_decode(std::string_view text, Plus plus) {
    const auto coded = [plus](char c) { return c == '%' || (c == '+' && plus == Plus::space); };
    const auto* const first = std::find_if(text.begin(), text.end(), coded);
    std::string out;
    out.reserve(text.size());
    out.assign(text.begin(), first);
    for (auto i = static_cast<std::size_t>(first - text.begin()); i < text.size(); ++i) {
        const char c = text[i];
        if (c == '+' && plus == Plus::space) {
            out += ' ';
        } else if (c == '%') {
            const int high = text.size() - i > 2 ? hex_value(text[i + 1]) : -1;
            const int low = text.size() - i > 2 ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return fail(Errc::malformed, "The request URL holds a bad percent escape.");
            }
            const int value = high * 16 + low;
            if (value == 0) return fail(Errc::malformed, "The request URL holds a NUL character.");
            out += static_cast<char>(value);
            i += 2;
        } else {
            out += c;
        }
    }
    if (!storage::is_utf8(out)) return fail(Errc::malformed, "The request URL is not valid UTF-8.");
    return out;
}

}  // namespace rookery::odata

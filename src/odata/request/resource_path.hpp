// The path of a URL: split, decoded exactly once, and refused when two readers could disagree on
// it.
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata {

/// `name` or `name(arguments)`.
struct Segment {
    std::string_view raw;  // as sent
    std::string text;      // decoded

    /// Letters, digits, '_', '.', and a leading '$'.
    [[nodiscard]] std::string_view name() const;
    /// What stands between the parentheses, if there are any.
    [[nodiscard]] std::optional<std::string_view> arguments() const;
};

struct ResourcePath {
    std::string_view version;       // "v9.2"; a constant
    std::vector<Segment> segments;  // none: the service document
};

/// `path` as sent, without query. Errc::malformed: no absolute path, '.' or '..' segment, empty
/// segment ("//", a trailing slash after the first segment), '\', an encoded slash, NUL, bad
/// escape, invalid UTF-8. Errc::unknown_segment: outside /api/data/v9.0, v9.1, v9.2, or a segment
/// of another shape.
[[nodiscard]] Result<ResourcePath> read_path(std::string_view path);

/// One segment: for `@odata.bind` and `@odata.id` texts.
[[nodiscard]] Result<Segment> read_segment(std::string_view raw);

/// "v9.0", "v9.1" or "v9.2" as a constant; empty for anything else.
[[nodiscard]] std::string_view known_version(std::string_view text);

[[nodiscard]] Error no_such_segment(std::string_view name);
/// Errc::unsupported: documented, and not built here.
[[nodiscard]] Error not_supported(std::string_view what);

}  // namespace rookery::odata

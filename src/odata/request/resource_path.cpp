#include "odata/request/resource_path.hpp"

#include "odata/request/lexer.hpp"
#include "odata/request/percent_decode.hpp"
#include "odata/request/service_root.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>

namespace rookery::odata {
namespace {

constexpr std::string_view versions[] = {"v9.0", "v9.1", "v9.2"};
constexpr std::size_t segments_max = 8;

Result<std::string> decode_segment(std::string_view raw) {
    if (raw.empty()) return fail(Errc::malformed, "The request URL has an empty segment.");
    auto text = percent_decode(raw, Plus::literal);
    if (!text) return text;
    if (*text == "." || *text == ".." || text->find_first_of("/\\") != std::string::npos) {
        return fail(Errc::malformed, "The request URL has a segment that is not allowed.");
    }
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::ranges::any_of(*text, control)) {
        return fail(Errc::malformed, "The request URL holds a control character.");
    }
    return text;
}

/// Qualified names have dots; operations of the protocol begin with '$'.
bool is_segment_name(std::string_view name) {
    if (name.starts_with('$')) name.remove_prefix(1);
    if (name.size() > 256) return false;
    for (;;) {
        const auto dot = name.find('.');
        if (!is_name(name.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        name.remove_prefix(dot + 1);
    }
}

}  // namespace

std::string_view known_version(std::string_view text) {
    const auto* const found = std::ranges::find(versions, text);
    return found == std::end(versions) ? std::string_view{} : *found;
}

Error no_such_segment(std::string_view name) {
    return {
        Errc::unknown_segment,
        "Resource not found for the segment '" + std::string{showable(name)} + "'.",
        {}};
}

Error not_supported(std::string_view what) {
    return {Errc::unsupported, "'" + std::string{showable(what)} + "' is not supported.", {}};
}

static Result<Segment> segment_of(std::string_view raw, std::string_view text) {
    Segment out;
    out.raw = raw;
    const auto open = text.find('(');
    out.name = text.substr(0, open);
    if (!is_segment_name(out.name)) return fail(no_such_segment(out.name));
    if (open != std::string_view::npos) {
        if (text.back() != ')') {
            return fail(Errc::malformed, "Bad Request - Error in query syntax.");
        }
        out.arguments = text.substr(open + 1, text.size() - open - 2);
    }
    return out;
}

Result<Segment> read_segment(std::string_view raw) {
    ROOKERY_TRY(const auto text, decode_segment(raw));
    return segment_of(raw, text);
}

Result<ResourcePath> read_path(std::string_view path) {
    if (!path.starts_with('/')) return fail(Errc::malformed, "The request URL is not absolute.");
    // Checked on every segment, also outside the service, so that no prefix hides a traversal.
    std::vector<std::string_view> parts;
    parts.reserve(static_cast<std::size_t>(std::ranges::count(path, '/')));
    std::string_view rest = path.substr(1);
    for (;;) {
        const auto slash = rest.find('/');
        parts.push_back(rest.substr(0, slash));
        if (slash == std::string_view::npos) break;
        rest.remove_prefix(slash + 1);
    }
    const bool service_root = parts.size() == 4 && parts.back().empty();
    if (service_root) parts.pop_back();
    std::vector<std::string> decoded;
    decoded.reserve(parts.size());
    for (const auto part : parts) {
        ROOKERY_TRY(auto text, decode_segment(part));
        decoded.push_back(std::move(text));
    }
    if (parts.size() < 3 || parts[0] != "api" || parts[1] != "data") {
        return fail(no_such_segment(parts.front()));
    }
    ResourcePath out;
    out.version = known_version(parts[2]);
    if (out.version.empty()) return fail(no_such_segment(parts[2]));
    if (parts.size() > 3 + segments_max) {
        return fail(Errc::malformed, "The request URL has too many segments.");
    }
    out.segments.reserve(parts.size() - 3);
    for (std::size_t i = 3; i < parts.size(); ++i) {
        ROOKERY_TRY(auto segment, segment_of(parts[i], decoded[i]));
        out.segments.push_back(std::move(segment));
    }
    return out;
}

}  // namespace rookery::odata

#include "odata/request/resource_path.hpp"

#include "odata/request/lexer.hpp"
#include "odata/request/percent_decode.hpp"
#include "odata/request/service_root.hpp"
#include "odata/request/utf8.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace rookery::odata {
namespace {

constexpr std::string_view versions[] = {"v9.0", "v9.1", "v9.2"};
constexpr std::size_t service_parts = 3;  // "api", "data" and the version
constexpr std::size_t segments_max = 8;

Result<std::string> decode_segment(std::string_view raw) {
    if (raw.empty()) return fail(Errc::malformed, "The request URL has an empty segment.");
    auto text = percent_decode(raw, Plus::literal);
    if (!text) return text;
    // In a key they are text like any other: what stands between the parentheses is never taken for a path.
    const auto name = std::string_view{*text}.substr(0, text->find('('));
    const auto has = [&](char c) { return name.find(c) != std::string_view::npos; };
    if (*text == "." || *text == ".." || has('/') || has('\\')) {
        return fail(Errc::malformed, "The request URL has a segment that is not allowed.");
    }
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::any_of(text->begin(), text->end(), control)) {
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

Result<> check_form(const Segment& segment) {
    if (!is_segment_name(segment.name())) return fail(no_such_segment(segment.name()));
    if (segment.text.find('(') != std::string::npos && segment.text.back() != ')') {
        return fail(Errc::malformed, "Bad Request - Error in query syntax.");
    }
    return {};
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

std::string_view Segment::name() const { return std::string_view{text}.substr(0, text.find('(')); }

std::optional<std::string_view> Segment::arguments() const {
    const auto open = text.find('(');
    if (open == std::string::npos) return std::nullopt;
    return std::string_view{text}.substr(open + 1, text.size() - open - 2);
}

Result<Segment> read_segment(std::string_view raw) {
    ROOKERY_TRY(auto text, decode_segment(raw));
    Segment out{raw, std::move(text)};
    ROOKERY_CHECK(check_form(out));
    return out;
}

Result<ResourcePath> read_path(std::string_view path) {
    if (!path.starts_with('/')) return fail(Errc::malformed, "The request URL is not absolute.");
    // Checked on every segment, also outside the service, so that no prefix hides a traversal.
    boost::container::small_vector<Segment, 5> parts;
    std::string_view rest = path.substr(1);
    for (;;) {
        const auto slash = rest.find('/');
        const auto raw = rest.substr(0, slash);
        if (parts.size() == service_parts && rest.empty()) break;  // the service document
        ROOKERY_TRY(auto text, decode_segment(raw));
        parts.push_back({raw, std::move(text)});
        if (slash == std::string_view::npos) break;
        rest.remove_prefix(slash + 1);
    }
    if (parts.size() < 3 || parts[0].raw != "api" || parts[1].raw != "data") {
        return fail(no_such_segment(parts.front().raw));
    }
    ResourcePath out;
    out.version = known_version(parts[2].raw);
    if (out.version.empty()) return fail(no_such_segment(parts[2].raw));
    if (parts.size() > service_parts + segments_max) {
        return fail(Errc::malformed, "The request URL has too many segments.");
    }
    out.segments.assign(
        std::make_move_iterator(parts.begin() + service_parts), std::make_move_iterator(parts.end())
    );
    for (const auto& segment : out.segments) ROOKERY_CHECK(check_form(segment));
    return out;
}

}  // namespace rookery::odata

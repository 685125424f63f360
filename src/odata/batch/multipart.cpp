#include "odata/batch/multipart.hpp"

#include "odata/batch/ascii.hpp"

#include <optional>
#include <string>

namespace rookery::odata::batch {
namespace {

constexpr std::size_t boundary_max = 70;  // RFC 2046 section 5.1.1

bool is_boundary(std::string_view text) {
    constexpr std::string_view marks = "'()+_,-./:=? ";
    const auto allowed = [&](char c) {
        const char l = lower(c);
        return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    };
    return !text.empty() && text.size() <= boundary_max && text.back() != ' ' &&
           std::ranges::all_of(text, allowed);
}

tl::unexpected<Error> not_multipart(std::string_view why) {
    return fail(Errc::malformed, "The batch is not well-formed: " + std::string{why} + ".");
}

/// A line that begins with two hyphens and the boundary, and holds nothing else but blanks.
struct Delimiter {
    std::size_t begin = 0;  // with the line end before it, which belongs to it
    std::size_t end = 0;    // after its own line end
    bool closes = false;
};

class Delimiters {
 public:
    Delimiters(std::string_view body, std::string_view boundary)
        : body_(body), mark_("--" + std::string{boundary}) {}

    std::optional<Delimiter> next() {
        for (auto at = body_.find(mark_, from_); at != std::string_view::npos;
             at = body_.find(mark_, at + 1)) {
            if (at != 0 && body_[at - 1] != '\n') continue;
            auto rest = body_.substr(at + mark_.size());
            const auto size = rest.size();
            Delimiter out;
            out.closes = rest.starts_with("--");
            if (out.closes) rest.remove_prefix(2);
            if (!trimmed(take_line(rest)).empty()) continue;  // a longer boundary
            out.begin = at == 0 ? 0 : at - 1;
            if (out.begin > 0 && body_[out.begin - 1] == '\r') --out.begin;
            out.end = at + mark_.size() + (size - rest.size());
            from_ = out.end;
            return out;
        }
        return std::nullopt;
    }

 private:
    std::string_view body_;
    std::string mark_;
    std::size_t from_ = 0;
};

}  // namespace

Error too_many_operations() {
    return {
        Errc::malformed,
        "The batch has more than " + std::to_string(operations_max) + " operations.",
        "send several batches",
        {}};
}

std::string_view media_type_of(std::string_view content_type) {
    return trimmed(content_type.substr(0, content_type.find(';')));
}

Result<std::string_view> boundary_of(std::string_view content_type) {
    if (!same_text(media_type_of(content_type), "multipart/mixed")) {
        return fail(Errc::wrong_content_type, "The body of a batch must be multipart/mixed.");
    }
    auto rest = content_type;
    while (rest.find(';') != std::string_view::npos) {
        rest.remove_prefix(rest.find(';') + 1);
        const auto equals = rest.find('=');
        if (equals == std::string_view::npos) break;
        if (!same_text(trimmed(rest.substr(0, equals)), "boundary")) continue;
        auto value = trimmed(rest.substr(equals + 1));
        if (value.starts_with('"')) {
            value.remove_prefix(1);
            const auto end = value.find('"');
            if (end == std::string_view::npos) break;
            value = value.substr(0, end);
        } else {
            value = trimmed(value.substr(0, value.find(';')));
        }
        if (!is_boundary(value)) break;
        return value;
    }
    return not_multipart("its Content-Type names no boundary of 1 to 70 characters");
}

Result<std::vector<std::string_view>> sections_of(
    std::string_view body, std::string_view boundary, std::size_t sections_max
) {
    Delimiters delimiters(body, boundary);
    auto open = delimiters.next();
    if (!open) return not_multipart("its boundary is not in it");
    std::vector<std::string_view> out;
    while (!open->closes) {
        const auto next = delimiters.next();
        if (!next) return not_multipart("it does not end with its boundary and two hyphens");
        if (out.size() == sections_max) {
            return fail(too_many_operations());
        }
        // The line end in front of a delimiter may be that of the delimiter before it.
        const auto end = std::max(next->begin, open->end);
        out.push_back(body.substr(open->end, end - open->end));
        open = next;
    }
    if (out.empty()) return not_multipart("it has no part");
    return out;
}

}  // namespace rookery::odata::batch

#include "odata/batch/batch.hpp"

#include "odata/batch/ascii.hpp"

#include <set>
#include <string>
#include <utility>

namespace rookery::odata::batch {
namespace {

tl::unexpected<Error> bad_part(std::string_view why) {
    return fail(
        Errc::malformed, "A part of the batch is not well-formed: " + std::string{why} + "."
    );
}

std::string_view without_line_ends_before(std::string_view text) {
    while (text.starts_with('\n') || text.starts_with("\r\n")) {
        text.remove_prefix(text.front() == '\r' ? 2 : 1);
    }
    return text;
}

std::string_view without_line_ends_after(std::string_view text) {
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

bool is_content_id(std::string_view text) {
    return !text.empty() && text.size() <= content_id_bytes_max &&
           std::ranges::all_of(text, [](char c) {
               const char l = lower(c);
               return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                      c == '.' || c == '~';
           });
}

/// METHOD SP URL, and what most clients put after it.
Result<> read_request_line(std::string_view line, Part& part) {
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos) return bad_part("it has no request line");
    part.method = line.substr(0, blank);
    const bool upper =
        std::ranges::all_of(part.method, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (part.method.empty() || part.method.size() > method_bytes_max || !upper) {
        return bad_part("its request line has no method");
    }
    auto target = trimmed(line.substr(blank + 1));
    const auto last = target.rfind(' ');
    const auto version = last == std::string_view::npos ? target : target.substr(last + 1);
    if (version.starts_with("HTTP/")) {
        if (version != "HTTP/1.1") return bad_part("it is not of HTTP/1.1");
        target = trimmed(target.substr(0, target.size() - version.size()));
    }
    if (target.empty()) return bad_part("its request line has no URL");
    if (target.size() > target_bytes_max) return bad_part("its URL is too long");
    part.target = target;
    return {};
}

/// Beside the operation or among its headers: clients do both.
Result<> read_content_id(const HeaderBlock& around, Part& part) {
    const auto* outer = around.find("Content-ID");
    const auto* inner = part.headers.find("Content-ID");
    const auto* id = outer != nullptr ? outer : inner;
    if (id == nullptr) return {};
    if (outer != nullptr && inner != nullptr && *outer != *inner) {
        return bad_part("it has two Content-IDs");
    }
    if (!is_content_id(*id)) return bad_part("its Content-ID is not a short word");
    part.content_id = *id;
    return {};
}

Result<> check_encoding(const HeaderBlock& around) {
    const auto* encoding = around.find("Content-Transfer-Encoding");
    if (encoding == nullptr) return {};
    for (const std::string_view same : {"binary", "8bit", "7bit"}) {
        if (same_text(*encoding, same)) return {};
    }
    return bad_part("its Content-Transfer-Encoding is not binary");
}

Result<Part> read_operation(const HeaderBlock& around, std::string_view rest) {
    ROOKERY_CHECK(check_encoding(around));
    Part out;
    rest = without_line_ends_before(rest);
    ROOKERY_CHECK(read_request_line(take_line(rest), out));
    ROOKERY_TRY(out.headers, HeaderBlock::read(rest));
    ROOKERY_CHECK(read_content_id(around, out));
    // Whose credential counts has been decided before a part is looked at.
    if (out.headers.find("Authorization") != nullptr) {
        return bad_part("it has an Authorization header, which only the batch itself may have");
    }
    if (out.headers.find("Transfer-Encoding") != nullptr) {
        return bad_part("it has a Transfer-Encoding");
    }
    out.body = without_line_ends_after(rest);
    return out;
}

/// The headers of a section. Two readers of one that is there twice could take it for two things.
Result<HeaderBlock> read_around(std::string_view& section) {
    ROOKERY_TRY(auto out, HeaderBlock::read(section));
    for (const std::string_view name :
         {"Content-Type", "Content-Transfer-Encoding", "Content-ID"}) {
        if (out.count(name) > 1) return bad_part("it has a header twice");
    }
    return out;
}

std::string_view content_type_of(const HeaderBlock& around) {
    const auto* type = around.find("Content-Type");
    return type == nullptr ? std::string_view{} : *type;
}

bool is_operation(const HeaderBlock& around) {
    return same_text(media_type_of(content_type_of(around)), "application/http");
}

Result<Item> read_change_set(std::string_view type, std::string_view rest, std::size_t left) {
    ROOKERY_TRY(const auto boundary, boundary_of(type));
    ROOKERY_TRY(const auto sections, sections_of(rest, boundary, left));
    Item out;
    out.change_set = true;
    std::set<std::string_view> ids;
    for (auto section : sections) {
        ROOKERY_TRY(const auto around, read_around(section));
        if (!is_operation(around)) {
            return bad_part("a change set holds operations only, each of application/http");
        }
        ROOKERY_TRY(auto part, read_operation(around, section));
        if (part.method == "GET" || part.method == "HEAD") {
            return bad_part("a change set holds changes only, and no GET");
        }
        if (!part.content_id.empty() && !ids.insert(part.content_id).second) {
            return bad_part("its Content-ID is that of another part of the change set");
        }
        out.parts.push_back(std::move(part));
    }
    return out;
}

/// Prefer: odata.continue-on-error, or with =true; the last one counts.
bool continues_on_error(const http::Request& request) {
    bool out = false;
    for (const auto& header : request.headers) {
        if (!same_text(header.name, "Prefer")) continue;
        std::string_view rest = header.value;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            const auto element = trimmed(rest.substr(0, comma));
            rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
            const auto equals = element.find('=');
            const auto name = trimmed(element.substr(0, equals));
            if (!same_text(name, "odata.continue-on-error") &&
                !same_text(name, "continue-on-error")) {
                continue;
            }
            out = equals == std::string_view::npos ||
                  !same_text(trimmed(element.substr(equals + 1)), "false");
        }
    }
    return out;
}

Result<> check_headers(const http::Request& request) {
    if (request.count("Content-Type") != 1) {
        return fail(Errc::wrong_content_type, "The body of a batch must be multipart/mixed.");
    }
    const auto* encoding = request.header("Content-Encoding");
    if (encoding != nullptr && !same_text(trimmed(*encoding), "identity")) {
        return fail(Errc::wrong_content_type, "The body of a batch must not be compressed.");
    }
    return {};
}

}  // namespace

Result<Batch> cut(const http::Request& request) {
    ROOKERY_CHECK(check_headers(request));
    ROOKERY_TRY(const auto boundary, boundary_of(*request.header("Content-Type")));
    ROOKERY_TRY(const auto sections, sections_of(request.body_text(), boundary, operations_max));
    Batch out;
    out.continue_on_error = continues_on_error(request);
    std::size_t left = operations_max;
    for (auto section : sections) {
        if (left == 0) return fail(too_many_operations());
        ROOKERY_TRY(const auto around, read_around(section));
        Item item;
        if (is_operation(around)) {
            ROOKERY_TRY(auto part, read_operation(around, section));
            item.parts.push_back(std::move(part));
        } else {
            const auto type = content_type_of(around);
            if (!same_text(media_type_of(type), "multipart/mixed")) {
                return bad_part("its Content-Type is neither application/http nor multipart/mixed");
            }
            ROOKERY_TRY(item, read_change_set(type, section, left));
        }
        left -= item.parts.size();
        out.items.push_back(std::move(item));
    }
    return out;
}

}  // namespace rookery::odata::batch

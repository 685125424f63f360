#include "odata/read_batch.hpp"

#include "base/percent_encode.hpp"
#include "odata/batch/ascii.hpp"
#include "odata/metadata/question.hpp"
#include "odata/operation_table.hpp"
#include "odata/request/request_reader.hpp"
#include "storage/text_key.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rookery::odata {
namespace {

constexpr std::string_view batch_name = "$batch";

/// Who asks, and under which name for himself: the part's own go before them.
constexpr std::string_view inherited[] = {
    "User-Agent",
    "x-ms-client-request-id",
    "x-ms-correlation-id",
    "OData-Version",
    "OData-MaxVersion",
    "MSCRMCallerID",
    "CallerObjectId",
};

constexpr std::string_view inherited_prefix = "MSCRM.";

/// What the connection decides, not the part. Cookies mean nothing here.
constexpr std::string_view ignored[] = {"Host", "Cookie", "Content-Length", "Content-ID"};

bool is_inherited(std::string_view name) {
    return batch::begins_with(name, inherited_prefix) ||
           std::ranges::any_of(inherited, [&](std::string_view one) {
               return batch::same_text(name, one);
           });
}

bool is_ignored(std::string_view name) {
    return std::ranges::any_of(ignored, [&](std::string_view one) {
        return batch::same_text(name, one);
    });
}

/// A resource of the protocol begins with '$' as well.
bool names_resource(std::string_view id) {
    const auto segment = read_segment(std::string{"$"}.append(id));
    if (!segment) return false;
    return metadata::is_metadata(segment->name()) ||
           find_operation(*segment, Binding::unbound, nullptr) != nullptr ||
           unknown_segment(*segment).code != Errc::unknown_segment;
}

/// With blanks and non-ASCII characters as escapes, as whoever reads it further takes it. In a part both are clear: the
/// last blank before HTTP/1.1 ends the URL. Everything else stays as it was sent, to be taken or refused as outside.
std::string escaped(std::string_view target) {
    const auto open = [](char c) { return c == ' ' || static_cast<unsigned char>(c) >= 0x80; };
    if (std::ranges::none_of(target, open) || !storage::is_utf8(target)) {
        return std::string{target};
    }
    std::string out;
    for (const char c : target) {
        if (open(c)) {
            out += percent_encode({&c, 1});
        } else {
            out += c;
        }
    }
    return out;
}

Result<std::string> too_long() {
    return fail(Errc::malformed, "The request URL is too long once it is escaped.");
}

/// Absolute, or with the path of this service before it.
Result<std::string> target_of(
    std::string_view target, std::string_view version, const ContentIds* ids
) {
    std::string service{api_prefix};
    service.append(version).append("/");
    if (const auto id = content_id_of(target)) {
        const auto* path = ids == nullptr ? nullptr : ids->find(*id);
        if (path == nullptr && !names_resource(*id)) return fail(no_such_content_id(*id));
        if (path != nullptr) {
            target.remove_prefix(target.find('$') + 1 + id->size());
            return service.append(*path).append(target);
        }
    }
    if (is_absolute(target) || target.starts_with('/')) return std::string{target};
    return service.append(target);
}

}  // namespace

bool is_batch(const http::Request& request) {
    if (request.method != "POST") return false;
    const auto target = path_and_query(request.target);
    const auto path = target.substr(0, target.find('?'));
    // Of every other path the first look is the last.
    if (path.size() < batch_name.size() || path.back() != 'h') return false;
    const auto read = read_path(path);
    return read && read->segments.size() == 1 && read->segments.front().text == batch_name;
}

Result<batch::Batch> read_batch(const http::Request& request, RenderContext& context) {
    const Admits nobody = [](const messages::Message&) { return false; };
    RequestReader reader{request, nobody, context};
    ROOKERY_CHECK(reader.read_head());
    ROOKERY_CHECK(reader.options_only({}));
    return batch::cut(request);
}

PartRequest request_of(
    const batch::Part& part, const http::Request& batch, std::string_view version,
    const ContentIds* ids
) {
    PartRequest out;
    auto& request = out.request;
    request.method = part.method;
    const auto url = escaped(part.target);
    auto target = url.size() > batch::target_bytes_max ? too_long() : target_of(url, version, ids);
    if (target) {
        request.target = std::move(*target);
    } else {
        out.refusal = std::move(target).error();
    }
    request.headers.reserve(part.headers.all().size() + std::size(inherited));
    for (const auto& header : part.headers.all()) {
        if (is_ignored(header.name)) continue;
        request.headers.push_back({std::string{header.name}, std::string{header.value}});
    }
    for (const auto& header : batch.headers) {
        const bool host = batch::same_text(header.name, "Host");
        if (!host && (!is_inherited(header.name) || part.headers.find(header.name) != nullptr)) {
            continue;
        }
        request.headers.push_back(header);
    }
    if (!part.body.empty() && part.headers.find("Content-Type") == nullptr) {
        request.headers.push_back({"Content-Type", "application/json"});
    }
    request.body.assign(part.body.begin(), part.body.end());
    request.peer = batch.peer;
    request.proof = batch.proof;
    return out;
}

std::string entity_of(messages::Message& message, const RenderContext& context, Random& random) {
    const auto path = [](const schema::Table& table, const Uuid& id) {
        return std::string{table.set_name} + "(" + to_string(id) + ")";
    };
    if (auto* create = std::get_if<messages::Create>(&message)) {
        const auto& table = *create->table;
        if (const auto* cell = create->input.find(table.primary_id)) {
            const auto* chosen = std::get_if<Uuid>(&cell->value);
            return chosen == nullptr || chosen->is_nil() ? std::string{} : path(table, *chosen);
        }
        const auto id = Uuid::random(random);
        create->input.cells.push_back({table.column(table.primary_id), id});
        return path(table, id);
    }
    const auto* upsert = std::get_if<messages::Upsert>(&message);
    if (upsert == nullptr) return {};
    if (const auto* id = std::get_if<Uuid>(&upsert->target.by)) {
        return path(*upsert->target.table, *id);
    }
    return context.key_form;
}

}  // namespace rookery::odata

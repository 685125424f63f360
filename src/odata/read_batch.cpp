#include "odata/read_batch.hpp"

#include "odata/batch/ascii.hpp"
#include "odata/metadata/question.hpp"
#include "odata/operation_table.hpp"
#include "odata/request/request_reader.hpp"

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
    auto target = target_of(part.target, version, ids);
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

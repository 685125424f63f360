#include "odata/parse.hpp"

#include "odata/request/request_reader.hpp"
#include "odata/route.hpp"

#include <new>
#include <utility>

namespace rookery::odata {
namespace {

Result<messages::Message> read(RequestReader& reader) {
    ROOKERY_CHECK(reader.read_head());
    return route(reader);
}

Parsed parse_any(
    const http::Request& request, RequestOrigin origin, const Admits& admits,
    const Uuid& request_id, const KeptQueries& queries, RequestReader::Target length
) {
    Parsed out;
    auto& context = out.context;
    context.origin = std::move(origin);
    context.request_id = request_id;
    context.client_request_id = id_of_client(request, client_request_id_header);
    context.correlation_id = id_of_client(request, correlation_id_header);
    const auto reject = [&](Error why) {
        out.message = messages::Message{
            messages::Rejected{std::move(why), context.table, context.refused_row}};
    };
    try {
        RequestReader reader{request, admits, context, length, queries};
        auto message = read(reader);
        out.rejected_before_body = reader.rejected_before_body();
        if (message) {
            out.message = std::move(*message);
        } else {
            reject(std::move(message).error());
        }
    } catch (const std::bad_alloc&) {
        // A body of many tokens can fill the locked arena: still a request that goes on the record.
        reject({Errc::unavailable, "The service has no room for this request now.", {}});
    }
    return out;
}

}  // namespace

Parsed parse(
    const http::Request& request, const ServiceRoot& root, const Admits& admits,
    const Uuid& request_id, const KeptQueries& queries
) {
    return parse_any(
        request, {root, request}, admits, request_id, queries, RequestReader::Target::bounded
    );
}

Parsed parse_part(
    const http::Request& request, const ServiceRoot& root, const Admits& admits,
    const Uuid& request_id, const ContentIds* ids, const KeptQueries& queries
) {
    return parse_any(
        request,
        {root, request, ids},
        admits,
        request_id,
        queries,
        RequestReader::Target::of_any_length
    );
}

}  // namespace rookery::odata

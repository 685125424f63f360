// What the actions of retention have in common: what they take and answer, how a run's body is read.
#pragma once

#include "messages/retain.hpp"
#include "messages/retrieve_multiple.hpp"
#include "odata/fetchxml/retention_query.hpp"
#include "odata/json/json_writer.hpp"
#include "odata/metadata/value.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/body_parameters.hpp"
#include "odata/request/retention_parameters.hpp"
#include "odata/request/run_parameters.hpp"

#include <utility>

namespace rookery::odata::operations {

inline constexpr metadata::Field record_to_retain[] = {
    {"Target", "crmbaseentity"},
    {"OperationId", "Edm.Guid"},
};

inline constexpr metadata::Field retained_record[] = {
    {"id", "Edm.Guid"},
};

inline void write_retained(JsonWriter& json, const messages::RetainReply& reply) {
    json.key("id");
    json.uuid(reply.id);
}

inline constexpr metadata::Field records_of_a_run[] = {
    {"EntityName", "Edm.String"},
    {"FetchXml", "Edm.String"},
    {"PageSize", "Edm.Int32"},
    {"OperationId", "Edm.Guid"},
    {"PagingCookie", "Edm.String"},
};

/// M: BulkRetain or BulkRollbackRetain. Errc: bad_payload, unsupported, those of the query.
template <class M>
Result<messages::Message> read_run(const Call& call, messages::RowSource of) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(
        check_members(body, {"EntityName", "FetchXml", "PageSize", "OperationId", "PagingCookie"})
    );
    M out;
    ROOKERY_TRY(out.text, read_fetch_text(body));
    ROOKERY_TRY(out.query, fetchxml::read_retention_query(out.text, of));
    ROOKERY_CHECK(check_entity_name(body, *out.query.table));
    ROOKERY_CHECK(check_run_pages(body));
    ROOKERY_TRY(out.operation, read_operation_id(body));
    return messages::Message{std::move(out)};
}

}  // namespace rookery::odata::operations

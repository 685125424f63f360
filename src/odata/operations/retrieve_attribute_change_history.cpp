// RetrieveAttributeChangeHistory: what the log tells of the changes of one column of a row.
#include "odata/operations/operation.hpp"
#include "odata/request/history_parameters.hpp"
#include "odata/response/audit_detail_writer.hpp"

#include <utility>

namespace rookery::odata::operations::retrieve_attribute_change_history {
namespace {

constexpr Parameter parameters[] = {
    {"Target", "@p1", "crmbaseentity"},
    {"AttributeLogicalName", "@p2"},
    {"PagingInfo", "@p3", "PagingInfo"},
};

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(auto out, read_history(call.request, call.function(), call.arguments));
    return messages::Message{std::move(out)};
}

constexpr metadata::Field gives[] = {{"AuditDetailCollection", "AuditDetailCollection"}};

constexpr Operation operation{
    .name = "RetrieveAttributeChangeHistory",
    .kind = OperationKind::function,
    .parameters = parameters,
    .gives = gives,
    .read = read,
    .write = writes<write_history>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retrieve_attribute_change_history

// Retain: a record is retained for the long term.
#include "odata/operations/retaining.hpp"
#include "odata/request/entity_parameter.hpp"

#include <utility>

namespace rookery::odata::operations::retain {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"Target", "OperationId"}));
    messages::Retain out;
    ROOKERY_TRY(
        out.target, read_entity_parameter(body, "Target", schema::tables(), call.request.origin())
    );
    ROOKERY_TRY(out.operation, read_operation_id(body));
    return messages::Message{std::move(out)};
}

constexpr Operation operation{
    .name = "Retain",
    .kind = OperationKind::action,
    .takes = record_to_retain,
    .gives = retained_record,
    .read = read,
    .write = writes<write_retained>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::retain

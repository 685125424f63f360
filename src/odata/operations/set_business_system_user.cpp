// SetBusinessSystemUser: a user moves to another business unit, without his roles.
#include "odata/operations/operation.hpp"
#include "odata/request/entity_parameter.hpp"
#include "schema/known_tables.hpp"

#include <utility>

namespace rookery::odata::operations::set_business_system_user {
namespace {

constexpr const schema::Table* units[] = {&schema::known::businessunit};
constexpr const schema::Table* principals[] = {&schema::known::systemuser, &schema::known::team};

/// Records are of their owner's unit, always: what he keeps goes with him.
Result<> check_records_follow(const JsonValue& body) {
    const auto* stay = body.member("DoNotMoveAllRecords");
    if (stay == nullptr || stay->is(JsonValue::Kind::null)) return {};
    if (!stay->is(JsonValue::Kind::boolean)) return bad_parameter("DoNotMoveAllRecords");
    if (!stay->boolean) return {};
    return fail(
        Errc::unsupported,
        "A record belongs to the business unit of its owner: none can stay behind.",
        "'ReassignPrincipal' names who gets them instead"
    );
}

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"BusinessUnit", "ReassignPrincipal", "DoNotMoveAllRecords"})
    );
    const auto& origin = call.request.origin();
    messages::SetBusinessSystemUser out;
    ROOKERY_TRY(out.unit, read_entity_parameter(body, "BusinessUnit", units, origin));
    ROOKERY_TRY(out.to, read_entity_parameter(body, "ReassignPrincipal", principals, origin));
    ROOKERY_CHECK(check_records_follow(body));
    out.user = std::move(call.row);
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes[] = {
    {"BusinessUnit", "businessunit"},
    {"ReassignPrincipal", "crmbaseentity"},
    {"DoNotMoveAllRecords", "Edm.Boolean"},
};

constexpr Operation operation{
    .name = "SetBusinessSystemUser",
    .kind = OperationKind::action,
    .binding = Binding::row,
    .table = "systemuser",
    .takes = takes,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::set_business_system_user

// rky_SetTokenPolicy: after how many days the tokens of a record are due to be rotated.
#include "odata/operations/operation.hpp"
#include "odata/request/version_parameters.hpp"

#include <utility>

namespace rookery::odata::operations::rky_set_token_policy {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_CHECK(check_token_history(*call.table, call.operation.name));
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"RotationDays"}));
    const auto* days = body.member("RotationDays");
    if (days == nullptr) return bad_parameter("RotationDays");
    messages::SetTokenPolicy out;
    if (days->is(JsonValue::Kind::integer)) {
        out.rotation_days = days->integer;
    } else if (!days->is(JsonValue::Kind::null)) {
        return bad_parameter("RotationDays");
    }
    out.target = std::move(call.row);
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes[] = {
    {"RotationDays", "Edm.Int32"},
};

constexpr Operation operation{
    .name = "rky_SetTokenPolicy",
    .kind = OperationKind::action,
    .binding = Binding::row,
    .takes = takes,
    .ignores_options = true,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_set_token_policy

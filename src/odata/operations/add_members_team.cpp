// AddMembersTeam: users become members of a team, all of them or none.
#include "odata/operations/operation.hpp"
#include "odata/request/team_members.hpp"

#include <utility>

namespace rookery::odata::operations::add_members_team {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    messages::AddMembersTeam out;
    ROOKERY_TRY(out.members, read_members(body, call.request.origin()));
    out.target = std::move(call.row);
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes[] = {
    {"Members", "Collection(systemuser)"},
};

constexpr Operation operation{
    .name = "AddMembersTeam",
    .kind = OperationKind::action,
    .binding = Binding::row,
    .table = "team",
    .takes = takes,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::add_members_team

#include "messages/team_members.hpp"

#include "messages/row_planner.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

#include <string>

namespace rookery::messages {

const schema::Association& membership() {
    return *schema::association("teammembership_association");
}

access::Decision admit_members(const Asker& asker, const Target& team) {
    using enum schema::Right;
    auto of_team = asker.decide(*team.table, append);
    return of_team.allowed() ? asker.decide(schema::known::systemuser, append) : of_team;
}

Result<std::vector<LinkEnds>> ends_of_members(
    PlanBuilder& builder, const Target& team, const std::vector<Target>& members
) {
    using enum schema::Right;
    if (members.size() > rows_changed_max) {
        return fail(
            Errc::too_many_rows,
            "At most " + std::to_string(rows_changed_max) + " members are changed in one request."
        );
    }
    ROOKERY_TRY(const auto row, builder.reading.live(team, append));
    Claims claims;
    std::vector<LinkEnds> out;
    for (const auto& member : members) {
        ROOKERY_TRY(auto user, builder.reading.live(member, append));
        if (!claims.claim(*user->table, user->id)) {
            return fail(Errc::invalid_argument, "A member is given twice.");
        }
        out.push_back({row, std::move(user)});
    }
    return out;
}

}  // namespace rookery::messages

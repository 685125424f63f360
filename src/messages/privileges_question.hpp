// What RetrieveUserPrivileges, RetrieveTeamPrivileges, RetrieveRolePrivilegesRole and RetrievePrincipalAccess share: who may
// ask about whom, and the answer in privileges. Nothing is computed here that the pipeline does not decide by.
#pragma once

#include "access/principal_rights.hpp"
#include "pipeline/authorized.hpp"

#include <optional>
#include <vector>

namespace rookery::messages {

/// What a client asks about the rights of this row, a user or a team: of himself anybody may, of others who could put the
/// answer together from the rows that he reads.
[[nodiscard]] access::Needs needs_to_ask_about(
    const storage::Row& principal, const access::Facts& facts
);

/// The same before a row is read: the table alone, but for the caller himself by his id.
[[nodiscard]] access::Needs needs_to_ask_about(const Target& principal);

/// A user or a team, by its row.
[[nodiscard]] access::Principal principal_of(const storage::Row& row);

struct PrivilegesReply {
    std::vector<access::PrivilegeDepth> privileges;  // ascending by privilege
};

/// One entry, about the row that was asked about.
void record_question(
    PlanBuilder& builder, const access::Decision& decision, const storage::Row& about
);

}  // namespace rookery::messages

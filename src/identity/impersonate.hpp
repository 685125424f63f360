// Acting on behalf of another user, whom a request names by a header. From here on the caller is two people, and what is
// allowed is what is allowed to both (access/caller.hpp).
//
// Pure and thread-safe. Called with every state of the facts that a request is planned on, after `admit`.
#pragma once

#include "access/facts.hpp"
#include "base/result.hpp"
#include "base/uuid.hpp"
#include "identity/authenticate.hpp"

#include <optional>

namespace rookery::identity {

/// Whom a request names. One who is named in both ways is one user, or nobody.
struct Impersonation {
    std::optional<Uuid> user;          // systemuserid
    std::optional<Uuid> entra_object;  // azureactivedirectoryobjectid
    std::optional<Error> unreadable;   // what was sent names nobody
};

/// Precondition: `sender` is admitted. Who names himself calls as ever. Else `denied` is Errc::impersonation_denied, in
/// one text, unless the sender holds prvActOnBehalfOfAnotherUser, as far as his credential carries it, and may read
/// the row of the named user, who is enabled and none of the vault's own.
[[nodiscard]] Sender impersonate(
    Sender sender, const Impersonation& asked, const access::Facts& facts
);

}  // namespace rookery::identity

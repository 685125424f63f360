// What a job may do that works in the name of whoever asked for it: as much as he may by then himself, and nothing that only a
// credential of his brings.
#pragma once

#include "access/caller.hpp"
#include "access/needs.hpp"
#include "messages/requester.hpp"
#include "vault/vault.hpp"

namespace rookery::jobs {

/// Whether he may still ask for it, by what he proved himself with. `needs`: what asking takes.
[[nodiscard]] bool may_still_ask(
    const messages::Vault& vault, const messages::Requester& by, const access::Needs& needs
);

/// He himself, as the person that his credential makes him: who made it gains nothing by it.
[[nodiscard]] access::Caller in_his_name(const messages::Requester& by);

/// The same, with what his credential carries by now of the right to hand out plaintext: for records that come back.
[[nodiscard]] access::Caller in_his_name_with_plaintext(
    const messages::Vault& vault, const messages::Requester& by
);

}  // namespace rookery::jobs

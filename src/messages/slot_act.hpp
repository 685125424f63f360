// SlotAct: what somebody asks to be done about the ways into an open vault. A message only decides whether he may, and puts on
// the log that he asked; with that entry durable the vault does it (vault/slot_acts.hpp), which takes a while, writes files, and
// ends in an entry of its own with the answer. So there is no attempt without an entry, and no answer without a second one.
//
// Each needs a way that opens the vault already, besides the privilege: the server does not keep the root key, and whoever has
// taken over an administrator's credential has none.
#pragma once

#include "audit/event.hpp"
#include "base/secret.hpp"
#include "crypto/brought_way.hpp"
#include "pipeline/authorized.hpp"
#include "pipeline/slot_book.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rookery::messages {

/// Shared by a message and by what follows from it: a message is planned again when it loses a race, and its secrets are there
/// once. Whoever carries it out takes them.
using BroughtSecret = std::shared_ptr<crypto::BroughtWay>;

/// A way without a part, which opens nothing; so no message holds none at all.
[[nodiscard]] inline BroughtSecret nothing_brought() {
    return std::make_shared<crypto::BroughtWay>();
}

struct SlotAct {
    audit::Action action = audit::Action::slot_test;  // or slot_add, slot_remove
    BroughtSecret opens;                              // one of the ways that there are
    BroughtSecret fresh = {};                         // slot_add
    std::string label = {};                           // slot_add; empty: what the way calls itself
    std::uint16_t slot = 0;                           // slot_remove
    bool used = false;  // slot_remove: also the one that `opens` opens
};

/// Asked for, and not done: never an answer.
struct SlotActAsked {
    SlotAct act;
    audit::Event asked;  // as every entry about it begins
};

/// What was done.
struct SlotActReply {
    KnownSlot slot;  // that was opened, is new, or is gone
    std::uint64_t set = 0;
    std::uint64_t keyring_epoch = 0;
    std::vector<SecretBytes> shares;  // that were made, of a new slot that they open
};

/// Records that it was asked for, with which kind of way, and of which slot.
[[nodiscard]] SlotActAsked ask_for(
    PlanBuilder& builder, const access::Decision& decision, SlotAct act
);

}  // namespace rookery::messages

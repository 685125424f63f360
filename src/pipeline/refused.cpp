#include "pipeline/refused.hpp"

#include "audit/prepared_event.hpp"
#include "crypto/key_set.hpp"
#include "pipeline/reply.hpp"

#include <memory>

namespace rookery::messages {

ledger::Pending Refused::pending() && {
    auto plan = looked_ ? std::move(*looked_) : ledger::Plan{};
    plan.access_epoch = access_epoch_;
    plan.keyring_epoch = keyring_epoch_;
    plan.events.push_back(audit::prepare(event_, keys_->details, *random_));
    plan.reply = std::make_unique<MessageReply>(ErrorReply{std::move(error_)});
    return ledger::Pending(std::move(plan));
}

}  // namespace rookery::messages

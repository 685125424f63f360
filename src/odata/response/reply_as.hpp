// The one place of this module that looks into a MessageReply.
#pragma once

#include "pipeline/reply.hpp"

namespace rookery::odata {

/// The reply as an R, or nullptr when it is another.
template <class R>
const R* reply_as(const messages::MessageReply& reply) {
    return messages::reply_as<R>(reply.body);
}

}  // namespace rookery::odata

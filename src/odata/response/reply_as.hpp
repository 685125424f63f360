// The one place of this module that looks into a MessageReply.
#pragma once

#include "messages/reply.hpp"

#include <variant>

namespace rookery::odata {

/// The reply as an R, or nullptr when it is another.
template <class R>
const R* reply_as(const messages::MessageReply& reply) {
    return std::get_if<R>(&reply.body);
}

}  // namespace rookery::odata

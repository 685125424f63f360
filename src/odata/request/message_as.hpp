// The one place of this module that looks into a Message.
#pragma once

#include "messages/message.hpp"

#include <variant>

namespace rookery::odata {

/// The message as an M, to be filled with what its body says. Precondition: it is one.
template <class M>
M& message_as(messages::Message& message) {
    return *std::get_if<M>(&message);
}

}  // namespace rookery::odata

// Whether a sender is heard before a body of rows is read.
#pragma once

#include "messages/message.hpp"

#include <functional>

namespace rookery::odata {

/// Whether the sender may do this to any row at all. Asked with the message as far as the URL tells
/// it, before rows in a body are read: values of sealed columns take locked memory, which a sender
/// without any right shall not fill.
using Admits = std::function<bool(const messages::Message& without_input)>;

}  // namespace rookery::odata

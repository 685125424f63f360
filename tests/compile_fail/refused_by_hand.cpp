// What may be told without a receipt is an error that planning ended with, and nothing else.
// error: (is private within this context|private constructor|no matching function)
#include "messages/pipeline.hpp"

namespace rookery::messages {

Planned attempt(
    [[maybe_unused]] const Pipeline& pipeline, [[maybe_unused]] const View& view,
    [[maybe_unused]] std::shared_ptr<const crypto::KeySet> keys, [[maybe_unused]] Random& random,
    Error error
) {
#ifdef ROOKERY_WRONG
    return Refused(std::move(keys), random, 0, 0, audit::Event{}, std::move(error));
#else
    return pipeline.refuse(view, access::Caller{}, Message{}, RequestInfo{}, std::move(error));
#endif
}

}  // namespace rookery::messages

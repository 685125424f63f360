// A message that does not say whether it may be done on behalf of another has no facts.
// error: (no matching constructor for initialization|could not convert|no matching function for call)
#include "pipeline/message_facts.hpp"

namespace rookery::messages {

MessageFacts attempt() {
#ifdef ROOKERY_WRONG
    return {"WhoAmI", audit::Action::retrieve, {}, Cost::few_rows, Stores::nothing_new};
#else
    return {
        "WhoAmI", audit::Action::retrieve, {}, Cost::few_rows, Stores::nothing_new, OnBehalf::may};
#endif
}

}  // namespace rookery::messages

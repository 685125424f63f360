// One request on its way to its answer: what its stages hand on. Made by Service, in the frame of the
// coroutine that answers it.
#pragma once

#include "base/http_message.hpp"
#include "identity/authenticate.hpp"
#include "identity/proof.hpp"
#include "messages/message.hpp"
#include "messages/pipeline.hpp"
#include "odata/request/render_context.hpp"
#include "pipeline/view.hpp"
#include "pipeline/work_budget.hpp"

namespace rookery::http {

struct Exchange {
    const Request& request;
    messages::RequestInfo info;
    odata::RenderContext context;
    messages::View view;
    identity::Proof proof;    // made once
    identity::Sender sender;  // what it comes to in `view`
    messages::WorkBudget work;
    messages::Message message = {};  // Rejected until it is parsed
    bool on_record = false;          // an entry says how it ended, or a count does
    bool of_batch = false;           // a part of one
};

}  // namespace rookery::http

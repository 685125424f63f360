#include "pipeline/reply.hpp"

namespace rookery::messages {

Result<std::unique_ptr<MessageReply>> take_reply(ledger::Receipt&& receipt) {
    auto owned = std::move(receipt).take_reply();
    std::unique_ptr<MessageReply> out(dynamic_cast<MessageReply*>(owned.get()));
    if (out == nullptr) return fail(Errc::internal, "a receipt came without its reply");
    static_cast<void>(owned.release());  // it is `out` now
    if (auto* const error = std::get_if<ErrorReply>(&out->body)) {
        return fail(std::move(error->error));
    }
    return out;
}

}  // namespace rookery::messages

#include "odata/render.hpp"

#include "odata/metadata/answer.hpp"
#include "odata/metadata/service_document.hpp"
#include "odata/operations/operation.hpp"
#include "odata/response/error_body.hpp"
#include "odata/response/list_reply.hpp"
#include "odata/response/reply_as.hpp"
#include "odata/response/responder.hpp"
#include "odata/response/row_reply.hpp"
#include "pipeline/reply.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace rookery::odata {
namespace {

/// Of the shapes that many messages answer in; then what only the operation itself can write.
http::Response write(const Responder& responder, const messages::MessageReply& reply) {
    if (const auto* row = reply_as<messages::RowReply>(reply)) return write_row(responder, *row);
    if (const auto* list = reply_as<messages::ListReply>(reply)) {
        return write_list(responder, *list);
    }
    if (const auto* groups = reply_as<messages::AggregateReply>(reply)) {
        return write_groups(responder, *groups);
    }
    if (const auto* done = reply_as<messages::NoContent>(reply)) {
        return write_no_content(responder, *done);
    }
    if (const auto* count = reply_as<messages::CountReply>(reply)) {
        return write_count(responder, *count);
    }
    if (reply_as<messages::NullReply>(reply) != nullptr) return responder.started(204);
    if (reply_as<messages::NotModified>(reply) != nullptr) return responder.started(304);
    if (reply_as<messages::ServiceDocumentReply>(reply) != nullptr) {
        return metadata::write_service_document(responder);
    }
    if (responder.context().question != nullptr &&
        reply_as<messages::MetadataReply>(reply) != nullptr) {
        return metadata::write_answer(responder);
    }
    const auto* operation = responder.context().operation;
    if (operation != nullptr && operation->write != nullptr) {
        if (auto own = operation->write(responder, reply)) return std::move(*own);
    }
    throw std::logic_error("a reply that is not the operation's");
}

}  // namespace

http::Response render(const RenderContext& context, ledger::Receipt&& receipt) {
    const auto& numbers = receipt;  // which stay when the reply is taken
    const auto reply = messages::take_reply(std::move(receipt));
    // Where an entry stands tells how much else happens here: who is refused gets the request's id.
    if (!reply) return render_error(context, reply.error());
    auto out = write(Responder{context, numbers}, **reply);
    if (const auto log = context.origin.log_origin(); !log.empty()) {
        out.set("Audit-Log", log, "/", std::to_string(numbers.log_index()));
    }
    return out;
}

}  // namespace rookery::odata

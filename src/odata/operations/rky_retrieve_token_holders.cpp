// rky_RetrieveTokenHolders: who got a record's tokens in clear, and who still holds an older version.
#include "odata/json/json_members.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/version_parameters.hpp"

#include <utility>

namespace rookery::odata::operations::rky_retrieve_token_holders {
namespace {

constexpr Parameter parameters[] = {{"Below", "@b", "Edm.Int64"}};

Result<messages::Message> read(Call& call) {
    ROOKERY_CHECK(check_token_history(*call.table, call.operation.name));
    messages::RetrieveTokenHolders out;
    ROOKERY_CHECK(read_parameters(
        call.function(),
        call.arguments,
        call.request.options(),
        [&](std::string_view, const Token& value) {
            const auto number = read_integer(value.raw);
            if (value.kind != TokenKind::word || !number || *number < 0) return false;
            out.below = static_cast<std::uint64_t>(*number);
            return true;
        }
    ));
    out.target = std::move(call.row);
    return messages::Message{std::move(out)};
}

void write(JsonWriter& json, const messages::TokenHoldersReply& reply) {
    json.key("RecordId");
    json.uuid(reply.record.id);
    json.key("CurrentNumber");
    json.number(reply.current);
    json.key("Holders");
    json.begin_array();
    for (const auto& holder : reply.holders) {
        json.begin_object();
        json.key("UserId");
        json.uuid(holder.user);
        text_or_null(json, "UserName", holder.name);
        json.key("Number");
        json.number(holder.version);
        json.key("On");
        json.time(holder.on);
        json.key("Acknowledged");
        json.boolean(holder.acknowledged);
        json.key("HoldsOlder");
        json.boolean(holder.holds_older);
        json.end_object();
    }
    json.end_array();
    number_or_null(json, "NextBelow", reply.next_below);
}

constexpr Operation operation{
    .name = "rky_RetrieveTokenHolders",
    .kind = OperationKind::function,
    .binding = Binding::row,
    .parameters = parameters,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_token_holders

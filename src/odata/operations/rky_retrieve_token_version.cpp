// rky_RetrieveTokenVersion: one version of a record's tokens, in clear to whoever may see the record's own so.
#include "odata/operations/operation.hpp"
#include "odata/request/version_parameters.hpp"
#include "odata/response/response_headers.hpp"
#include "odata/response/version_writer.hpp"

#include <utility>
#include <variant>

namespace rookery::odata::operations::rky_retrieve_token_version {
namespace {

constexpr Parameter parameters[] = {
    {"Number", "@n", "Edm.Int64"}, {"Label", "@l"}, {"Column", "@c"}};

struct Given {
    std::optional<messages::VersionChoice> version;
    const schema::Column* column = nullptr;
};

bool set(Given& out, const schema::Table& table, std::string_view name, const Token& value) {
    if (name == "Column") {
        const auto text = value.kind == TokenKind::text ? value.text() : std::string(value.raw);
        out.column = table.column(text);
        return out.column != nullptr && out.column->type == schema::Type::sealed;
    }
    if (out.version) return false;  // one of them
    if (name == "Number") {
        const auto number = version_number(value);
        if (number) out.version = *number;
        return number.has_value();
    }
    const auto text = value.kind == TokenKind::text ? value.text() : std::string(value.raw);
    for (const auto label : {messages::VersionLabel::current, messages::VersionLabel::previous}) {
        if (text == messages::word_of(label)) out.version = label;
    }
    return out.version.has_value();
}

Result<messages::Message> read(Call& call) {
    ROOKERY_CHECK(check_token_history(*call.table, call.operation.name));
    const auto function = call.function();
    Given given;
    ROOKERY_CHECK(read_parameters(
        function,
        call.arguments,
        call.request.options(),
        [&](std::string_view name, const Token& value) {
            return set(given, *call.table, name, value);
        }
    ));
    if (!given.version) return wrong_parameter(function, "Number");
    messages::RetrieveTokenVersion out;
    out.target = std::move(call.row);
    out.version = *given.version;
    std::vector<const schema::Column*> columns;
    if (given.column != nullptr) columns.push_back(given.column);
    out.selection = call.request.shown(std::move(columns));
    return messages::Message{std::move(out)};
}

void write_value(JsonWriter& json, const messages::Shown& value) {
    if (const auto* secret = std::get_if<SecretBytes>(&value)) return json.text(*secret);
    if (std::holds_alternative<messages::Masked>(value)) return json.text(messages::mask);
    json.null();
}

http::Response write(const Responder& responder, const messages::TokenVersionReply& reply) {
    auto out = responder.result(responder.context().operation->name, [&](JsonWriter& json) {
        json.key("RecordId");
        json.uuid(reply.record.id);
        write_version(json, reply.version);
        for (const auto& cell : reply.cells) {
            json.key(cell.column->name);
            write_value(json, cell.value);
        }
    });
    add_row_headers(out, responder.context(), reply.masked);
    return out;
}

constexpr Operation operation{
    .name = "rky_RetrieveTokenVersion",
    .kind = OperationKind::function,
    .binding = Binding::row,
    .parameters = parameters,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_token_version

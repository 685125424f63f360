// rky_ExplainAccess: what would become of a user's message, and by which rule.
#include "base/errc.hpp"
#include "messages/explain_access.hpp"
#include "odata/json/json_members.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/access_parameters.hpp"
#include "odata/response/access_writer.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <utility>

namespace rookery::odata::operations::rky_explain_access {
namespace {

constexpr Parameter parameters[] = {
    {"User", "@w", "Edm.Guid"},
    {"Message", "@m"},
    {"Record", "@r", "Edm.Guid"},
    {"UniqueHandleId", "@u"},
    {"Table", "@t"},
    {"Column", "@c"},
    {"Owner", "@o", "Edm.Guid"},
};

bool takes_column(messages::Explained what) {
    using enum messages::Explained;
    return what == retrieve || what == retrieve_multiple || what == create || what == update;
}

Result<messages::Message> read(Call& call) {
    const auto function = call.function();
    ROOKERY_TRY(
        const auto given, read_access_parameters(function, call.arguments, call.request.options())
    );
    const auto* asked = std::ranges::find(
        messages::explained_names, std::string_view{given.message}, &messages::ExplainedName::name
    );
    if (asked == std::end(messages::explained_names)) return wrong_parameter(function, "Message");
    messages::ExplainAccess out;
    out.user = given.user;
    out.what = asked->what;
    ROOKERY_TRY(out.table, table_of(function, given));
    if (asked->of_record) {
        ROOKERY_TRY(out.record, record_of(function, given, *out.table));
    } else if (given.record || !given.unique_handle_id.empty()) {
        return wrong_parameter(function, "Record");
    }
    ROOKERY_TRY(out.column, column_of(function, given, *out.table));
    if (out.column != nullptr && !takes_column(out.what)) {
        return wrong_parameter(function, "Column");
    }
    out.owner = given.owner;
    if (out.owner && out.what != messages::Explained::assign) {
        return wrong_parameter(function, "Owner");
    }
    return messages::Message{std::move(out)};
}

void write(JsonWriter& json, const messages::ExplainReply& reply) {
    AccessWriter body(json, reply.names);
    body.named("User", schema::known::systemuser, reply.user);
    body.text("Message", reply.asked);
    body.text("Table", reply.table->name);
    id_or_null(json, "RecordId", reply.record);
    body.flag("Allowed", reply.allowed);
    const auto error = reply.error.value_or(Error{});
    const auto& known_as = info(error.code);
    text_or_null(json, "Code", reply.error ? known_as.dataverse_code : std::string_view{});
    text_or_null(json, "Error", reply.error ? known_as.name : std::string_view{});
    text_or_null(json, "Text", error.message);
    text_or_null(json, "Hint", error.hint);
    text_or_null(
        json,
        "MissingPrivilege",
        reply.missing == nullptr ? std::string_view{} : reply.missing->name
    );
    text_or_null(json, "Rule", reply.rule);
    json.key("Path");
    reply.path ? body.path(*reply.path) : json.null();
    body.count("Rows", reply.rows);
    json.key("Columns");
    json.begin_array();
    for (const auto& one : reply.columns) body.decided(one);
    json.end_array();
    body.credentials(reply.credentials);
}

constexpr Operation operation{
    .name = "rky_ExplainAccess",
    .kind = OperationKind::function,
    .parameters = parameters,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_explain_access

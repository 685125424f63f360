// Restore: a deleted record comes back from the recycle bin. `Target` names it by its URL, or holds its id and the columns
// that are to have other values then.
#include "odata/operations/operation.hpp"
#include "odata/request/entity_key.hpp"
#include "odata/request/row_body.hpp"

#include <utility>

namespace rookery::odata::operations::restore {
namespace {

/// The table that an '@odata.type' names; null for none that is served.
const schema::Table* table_named_by(const JsonValue* type) {
    if (type == nullptr || !type->is(JsonValue::Kind::text)) return nullptr;
    return type->text.expose([](std::string_view text) -> const schema::Table* {
        if (text.starts_with('#')) text.remove_prefix(1);
        constexpr std::string_view space = "Microsoft.Dynamics.CRM.";
        if (!text.starts_with(space)) return nullptr;
        const auto* table = schema::table(text.substr(space.size()));
        return table == nullptr || table->outside ? nullptr : table;
    });
}

Result<messages::Target> read_named(const JsonValue& given, const RequestOrigin& origin) {
    const auto* url = given.member("@odata.id");
    const auto* type = given.member("@odata.type");
    if (url != nullptr) {
        if (!url->is(JsonValue::Kind::text)) return bad_parameter("Target");
        ROOKERY_TRY(auto target, url->text.expose([&](std::string_view text) {
            return read_reference(text, origin);
        }));
        ROOKERY_CHECK(check_odata_type(given, *target.table));
        // dataverse: an alternate key leads to no deleted row.
        if (!std::holds_alternative<Uuid>(target.by)) return bad_parameter("Target");
        const auto* id = given.member(target.table->primary_id);
        if (id != nullptr && id_of(id) != std::get<Uuid>(target.by)) return bad_parameter("Target");
        return target;
    }
    const auto* table = table_named_by(type);
    if (table == nullptr) return bad_parameter("Target");
    const auto id = id_of(given.member(table->primary_id));
    if (!id) return bad_parameter("Target");
    return messages::Target{table, *id};
}

Result<messages::Message> read(Call& call) {
    const auto& origin = call.request.origin();
    return call.request.with_body(
        messages::Restore{},
        [&](const JsonValue& body, messages::Restore& out) -> Result<> {
            ROOKERY_CHECK(check_members(body, {"Target"}));
            const auto* given = body.member("Target");
            if (given == nullptr || !given->is(JsonValue::Kind::object)) {
                return bad_parameter("Target");
            }
            ROOKERY_TRY(out.target, read_named(*given, origin));
            ROOKERY_TRY(out.input, read_row(*given, *out.target.table, RowUse::upsert, origin));
            std::erase_if(out.input.cells, [](const messages::InputCell& cell) {
                return cell.column->may(schema::can::row_id);
            });
            return {};
        }
    );
}

void write(JsonWriter& json, const messages::RestoreReply& reply) {
    json.key("id");  // dataverse: in lower case
    json.uuid(reply.id);
}

constexpr metadata::Field takes[] = {
    {"Target", "crmbaseentity"},
};

constexpr metadata::Field gives[] = {
    {"id", "Edm.Guid"},
};

constexpr Operation operation{
    .name = "Restore",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = gives,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::restore

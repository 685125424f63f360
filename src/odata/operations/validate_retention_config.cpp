// ValidateRetentionConfig: whether a policy of retention could be run. The policy may be named as `Target`, or by its id.
#include "odata/operations/operation.hpp"
#include "odata/request/entity_key.hpp"
#include "odata/request/run_parameters.hpp"
#include "schema/known_tables.hpp"

#include <utility>
#include <variant>

namespace rookery::odata::operations::validate_retention_config {
namespace {

/// A policy by its URL, or with its id among its columns.
Result<std::optional<Uuid>> read_policy(const JsonValue& body, const RequestOrigin& origin) {
    const auto* given = body.member("Target");
    if (given == nullptr || given->is(JsonValue::Kind::null)) return std::optional<Uuid>{};
    const auto& table = schema::known::retentionconfig;
    const auto* url = given->member("@odata.id");
    if (url == nullptr) {
        const auto id = id_of(given->member(table.primary_id));
        if (!id) return bad_parameter("Target");
        return id;
    }
    if (!url->is(JsonValue::Kind::text)) return bad_parameter("Target");
    ROOKERY_TRY(const auto target, url->text.expose([&](std::string_view text) {
        return read_reference(text, origin);
    }));
    const auto* id = std::get_if<Uuid>(&target.by);
    if (target.table != &table || id == nullptr) return bad_parameter("Target");
    return std::optional{*id};
}

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"Target", "EntityName", "FetchXml", "RetentionConfigId"}));
    messages::ValidateRetentionConfig out;
    ROOKERY_TRY(out.criteria, read_fetch_text(body));
    ROOKERY_TRY(out.entity, optional_text(body, "EntityName"));
    ROOKERY_TRY(out.config, optional_id(body, "RetentionConfigId"));
    ROOKERY_TRY(const auto target, read_policy(body, call.request.origin()));
    if (target && out.config && *target != *out.config) return bad_parameter("Target");
    if (target) out.config = target;
    return messages::Message{std::move(out)};
}

void write(JsonWriter& json, const messages::ValidRetentionReply& reply) {
    json.key("IsValidationSuccessful");
    json.boolean(reply.error.empty());
    json.key("ErrorMessage");
    json.text(reply.error);
}

constexpr metadata::Field takes[] = {
    {"Target", "crmbaseentity"},
    {"EntityName", "Edm.String"},
    {"FetchXml", "Edm.String"},
    {"RetentionConfigId", "Edm.Guid"},
};

constexpr metadata::Field gives[] = {
    {"IsValidationSuccessful", "Edm.Boolean"},
    {"ErrorMessage", "Edm.String"},
};

constexpr Operation operation{
    .name = "ValidateRetentionConfig",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = gives,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::validate_retention_config

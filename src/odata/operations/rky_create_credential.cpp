// rky_CreateCredential: a bearer token for a user, shown once.
#include "odata/operations/operation.hpp"
#include "odata/request/utf8.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace rookery::odata::operations::rky_create_credential {
namespace {

constexpr std::size_t name_max = 100;  // characters

Result<std::string> read_name(const JsonValue& body) {
    const auto* name = body.member("Name");
    if (name == nullptr || !name->is(JsonValue::Kind::text)) return bad_parameter("Name");
    auto out = name->text.expose([](std::string_view text) { return std::string{text}; });
    if (out.empty() || code_points(out) > name_max) {
        return fail(
            Errc::invalid_argument,
            "The parameter 'Name' must have 1 to " + std::to_string(name_max) + " characters."
        );
    }
    return out;
}

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"UserId", "Name", "LifetimeSeconds"}));
    const auto user = id_of(body.member("UserId"));
    if (!user) return bad_parameter("UserId");
    messages::CreateCredential out;
    out.user = *user;
    ROOKERY_TRY(out.name, read_name(body));
    const auto* lifetime = body.member("LifetimeSeconds");
    if (lifetime == nullptr || !lifetime->is(JsonValue::Kind::integer)) {
        return bad_parameter("LifetimeSeconds");
    }
    out.lifetime = std::chrono::seconds{lifetime->integer};
    return messages::Message{std::move(out)};
}

void write(JsonWriter& json, const messages::CredentialReply& reply) {
    json.key("CredentialId");
    json.uuid(reply.credential);
    json.key("Token");
    json.text(reply.token);
    json.key("ExpiresOn");
    json.time(reply.expires);
    json.key("Plaintext");
    json.boolean(reply.plaintext);
    json.key("Administration");
    json.boolean(reply.administration);
}

constexpr metadata::Field takes[] = {
    {"UserId", "Edm.Guid"},
    {"Name", "Edm.String"},
    {"LifetimeSeconds", "Edm.Int64"},
};

constexpr metadata::Field gives[] = {
    {"CredentialId", "Edm.Guid"},
    {"Token", "Edm.String"},
    {"ExpiresOn", "Edm.DateTimeOffset"},
    {"Plaintext", "Edm.Boolean"},
    {"Administration", "Edm.Boolean"},
};

constexpr Operation operation{
    .name = "rky_CreateCredential",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = gives,
    .ignores_options = true,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_create_credential

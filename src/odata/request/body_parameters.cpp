#include "odata/request/body_parameters.hpp"

#include "odata/request/utf8.hpp"

#include <algorithm>

namespace rookery::odata {

using Kind = JsonValue::Kind;

tl::unexpected<Error> bad_parameter(std::string_view name) {
    return fail(
        Errc::bad_payload,
        "The parameter '" + std::string{name} + "' is missing or has a wrong type."
    );
}

Result<> check_members(const JsonValue& object, std::initializer_list<std::string_view> allowed) {
    if (!object.is(Kind::object)) {
        return fail(Errc::bad_payload, "The body must be one JSON object.");
    }
    for (const auto& member : object.members) {
        // Control information, of the whole or of a parameter: `Targets@odata.type`.
        const auto name = std::string_view{member.name}.substr(0, member.name.find('@'));
        const bool control = name.size() != member.name.size();
        if (control && name.empty()) continue;
        if (std::ranges::find(allowed, name) != allowed.end()) continue;
        return fail(
            Errc::bad_payload,
            "The parameter '" + std::string{showable(member.name)} +
                "' is not a parameter of the action."
        );
    }
    return {};
}

std::optional<Uuid> id_of(const JsonValue* value) {
    if (value == nullptr || !value->is(Kind::text)) return std::nullopt;
    const auto id = value->text.expose([](std::string_view text) { return Uuid::parse(text); });
    return id && !id->is_nil() ? id : std::nullopt;
}

Result<Uuid> read_only_id(const RequestReader& request, std::string_view name) {
    ROOKERY_TRY(const auto body, request.json_body());
    ROOKERY_CHECK(check_members(body, {name}));
    const auto id = id_of(body.member(name));
    if (!id) return bad_parameter(name);
    return *id;
}

Result<> check_no_parameters(const RequestReader& request) {
    if (!request.has_body()) return {};
    ROOKERY_TRY(const auto body, request.json_body());
    return check_members(body, {});
}

}  // namespace rookery::odata

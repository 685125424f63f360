#include "odata/request/job_parameters.hpp"

#include "odata/request/body_parameters.hpp"

namespace rookery::odata {
namespace {

constexpr std::size_t job_name_max = 256;  // bytes

Result<std::string> text_parameter(const JsonValue& body, std::string_view name) {
    const auto* value = body.member(name);
    if (value == nullptr || !value->is(JsonValue::Kind::text)) return bad_parameter(name);
    return value->text.expose([](std::string_view text) { return std::string{text}; });
}

tl::unexpected<Error> cannot(std::string_view action, std::string_view what) {
    return fail(Errc::unsupported, "A " + std::string{action} + " " + std::string{what} + ".");
}

/// Dataverse asks for it, and it may say no more than that there are none.
Result<> check_recipients(const JsonValue& body, std::string_view name, std::string_view action) {
    const auto* value = body.member(name);
    if (value == nullptr || value->is(JsonValue::Kind::null)) return {};
    if (!value->is(JsonValue::Kind::array)) return bad_parameter(name);
    if (value->items.empty()) return {};
    return cannot(action, "sends no mail: '" + std::string{name} + "'");
}

}  // namespace

Result<> check_job_manner(const JsonValue& body, std::string_view action) {
    for (const auto* name : {"ToRecipients", "CCRecipients"}) {
        ROOKERY_CHECK(check_recipients(body, name, action));
    }
    const auto* mail = body.member("SendEmailNotification");
    if (mail == nullptr || !mail->is(JsonValue::Kind::boolean)) {
        return bad_parameter("SendEmailNotification");
    }
    if (mail->boolean) return cannot(action, "sends no mail");
    ROOKERY_TRY(const auto pattern, text_parameter(body, "RecurrencePattern"));
    return pattern.empty() ? Result<>{} : cannot(action, "does not recur");
}

Result<std::string> read_job_name(const JsonValue& body) {
    ROOKERY_TRY(auto name, text_parameter(body, "JobName"));
    if (name.empty()) return bad_parameter("JobName");
    if (name.size() <= job_name_max) return name;
    return fail(
        Errc::bad_payload,
        "The parameter 'JobName' is longer than " + std::to_string(job_name_max) + " bytes."
    );
}

Result<Instant> read_job_start(const JsonValue& body, std::string_view parameter) {
    ROOKERY_TRY(const auto text, text_parameter(body, parameter));
    const auto start = parse_iso8601(text);
    if (!start) return bad_parameter(parameter);
    return *start;
}

}  // namespace rookery::odata

// rky_StartJob: makes a job that the server takes up; asyncoperations shows it.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/response/started_job.hpp"

#include <string>
#include <utility>

namespace rookery::odata::operations::rky_start_job {
namespace {

constexpr std::size_t name_max = 100;  // bytes

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"Name"}));
    const auto* name = body.member("Name");
    if (name == nullptr || !name->is(JsonValue::Kind::text)) return bad_parameter("Name");
    messages::StartJob out;
    out.name = name->text.expose([](std::string_view text) { return std::string{text}; });
    if (out.name.empty() || out.name.size() > name_max) return bad_parameter("Name");
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes[] = {
    {"Name", "Edm.String"},
};

constexpr Operation operation{
    .name = "rky_StartJob",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = started_job_answer,
    .read = read,
    .write = writes<write_started_job>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_start_job

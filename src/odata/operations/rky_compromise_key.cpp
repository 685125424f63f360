// rky_CompromiseKey: somebody else may have a record KEK, or the root key; the server does what follows.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/key_version.hpp"
#include "odata/response/started_job.hpp"

namespace rookery::odata::operations::rky_compromise_key {
namespace {

/// One of the two: a version, or that it is the root key.
Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(const auto body, call.request.json_body());
    ROOKERY_CHECK(check_members(body, {"Root", "Version"}));
    const auto* root = body.member("Root");
    messages::CompromiseKey out;
    if (root == nullptr) {
        ROOKERY_TRY(out.version, key_version(body));
        return messages::Message{out};
    }
    if (!root->is(JsonValue::Kind::boolean) || !root->boolean ||
        body.member("Version") != nullptr) {
        return bad_parameter("Root");
    }
    return messages::Message{out};
}

constexpr metadata::Field takes[] = {
    {"Root", "Edm.Boolean"},
    {"Version", "Edm.Int64"},
};

constexpr Operation operation{
    .name = "rky_CompromiseKey",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = started_job_answer,
    .ignores_options = true,
    .read = read,
    .write = writes<write_started_job>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_compromise_key

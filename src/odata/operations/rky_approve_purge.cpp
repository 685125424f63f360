// rky_ApprovePurge: the second person's word for a purge that somebody asked for.
#include "odata/operations/operation.hpp"
#include "odata/request/version_parameters.hpp"

#include <utility>

namespace rookery::odata::operations::rky_approve_purge {
namespace {

Result<messages::Message> read(Call& call) {
    ROOKERY_CHECK(check_token_history(*call.table, call.operation.name));
    ROOKERY_TRY(const auto job, read_only_id(call.request, "JobId"));
    messages::ApprovePurge out;
    out.target = std::move(call.row);
    out.job = job;
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes[] = {
    {"JobId", "Edm.Guid"},
};

constexpr Operation operation{
    .name = "rky_ApprovePurge",
    .kind = OperationKind::action,
    .binding = Binding::row,
    .takes = takes,
    .ignores_options = true,
    .read = read,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_approve_purge

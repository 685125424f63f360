// DeleteAuditData and DeleteRecordChangeHistory: understood, refused to everybody and on the log.
#include "odata/operations/operation.hpp"

#include <utility>

namespace rookery::odata::operations::delete_audit_data {
namespace {

/// Whatever its parameters are: none of them lets anybody do it.
Result<messages::Message> read(Call& call) {
    messages::DeleteAuditData out;
    out.called = call.operation.name;
    return messages::Message{std::move(out)};
}

constexpr metadata::Field takes_date[] = {{"EndDate", "Edm.DateTimeOffset"}};
constexpr metadata::Field takes_target[] = {{"Target", "crmbaseentity"}};
constexpr metadata::Field gives_partitions[] = {{"PartitionsDeleted", "Edm.Int32"}};
constexpr metadata::Field gives_entries[] = {{"DeletedEntriesCount", "Edm.Int32"}};

constexpr Operation rows[] = {
    {
        .name = "DeleteAuditData",
        .kind = OperationKind::action,
        .takes = takes_date,
        .gives = gives_partitions,
        .read = read,
    },
    {
        .name = "DeleteRecordChangeHistory",
        .kind = OperationKind::action,
        .takes = takes_target,
        .gives = gives_entries,
        .read = read,
    },
};

}  // namespace

extern constinit const Rows table_rows{rows};

}  // namespace rookery::odata::operations::delete_audit_data

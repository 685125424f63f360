#include "jobs/jobs_principal.hpp"

#include "rules/built_in_rows.hpp"
#include "schema/known_tables.hpp"
#include "vault/service_principal.hpp"

namespace rookery::jobs {
namespace {

/// It makes, writes and removes the rows of jobs, and wraps data keys anew. What a job reads it reads of the store's
/// bytes, not of records.
std::vector<messages::RolePrivilege> privileges_needed() {
    using schema::Right;
    std::vector<messages::RolePrivilege> out;
    for (const auto right : {Right::create, Right::read, Right::write, Right::remove}) {
        out.push_back(
            {&schema::privilege(schema::known::asyncoperation, right), schema::Depth::global}
        );
    }
    // And those of what a bulk delete says, which is for whoever asked for it.
    for (const auto right :
         {Right::create, Right::read, Right::write, Right::remove, Right::assign}) {
        for (const auto* table :
             {&schema::known::bulkdeleteoperation, &schema::known::bulkdeletefailure}) {
            out.push_back({&schema::privilege(*table, right), schema::Depth::global});
        }
    }
    // What a detection says is for him too, and goes without anybody's right on it.
    for (const auto right : {Right::create, Right::assign}) {
        out.push_back(
            {&schema::privilege(schema::known::duplicaterecord, right), schema::Depth::global}
        );
    }
    // It starts the runs of policies, and keeps their accounts.
    for (const auto right : {Right::create, Right::read, Right::write}) {
        out.push_back(
            {&schema::privilege(schema::known::retentionoperation, right), schema::Depth::global}
        );
    }
    out.push_back(
        {&schema::privilege(schema::known::retentionconfig, Right::write), schema::Depth::global}
    );
    out.push_back({schema::privilege(schema::prv_rewrap), schema::Depth::global});
    return out;
}

}  // namespace

Result<access::Caller> ensure_jobs_principal(messages::Vault& vault) {
    ROOKERY_CHECK(messages::complete_built_in_roles(vault));
    return messages::ensure_service_principal(
        vault,
        {messages::jobs_user,
         messages::jobs_role,
         messages::jobs_name,
         "the jobs",
         "no job ever needs one",
         privileges_needed()}
    );
}

}  // namespace rookery::jobs

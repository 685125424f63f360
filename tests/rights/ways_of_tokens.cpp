// Tokens and what a record was: their versions, policy and purge, and the log's account of a row.
#include "rights/forecast.hpp"
#include "rights/matrix_world.hpp"
#include "rights/ways.hpp"
#include "schema/known_tables.hpp"

namespace rookery::rights {
namespace {

using namespace checks;
using namespace kinds;
using enum schema::Right;
namespace known = schema::known;

Check of_tokens() { return only(has_tokens, Errc::unknown_segment); }

bool is_no_log(const schema::Table& of) { return !of.of_log; }

std::vector<Check> on_versions(schema::Right right) {
    return {of_tokens(), at_all(right), there(), row(right)};
}

}  // namespace

std::vector<Way> ways_of_tokens() {
    return {
        {"rky_RetrieveTokenVersions",
         "",
         "GET",
         "~set~(~row~)/Microsoft.Dynamics.CRM.rky_RetrieveTokenVersions()",
         "",
         on_versions(read)},
        {"rky_RetrieveTokenVersion",
         "in clear",
         "GET",
         "~set~(~row~)/"
         "Microsoft.Dynamics.CRM.rky_RetrieveTokenVersion(Label='current')?UnMaskedData=true",
         "",
         on_versions(read),
         {},
         true,
         Clear::of_row},
        {"rky_RestoreTokenVersion",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.rky_RestoreTokenVersion",
         R"j({"Number":1})j",
         {of_tokens(), at_all(write), there(), row(write), sets_tokens()}},
        {"rky_AcknowledgeTokenVersion",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.rky_AcknowledgeTokenVersion",
         R"j({"Number":2})j",
         {of_tokens(), alone(), at_all(read), there(), row(read), clear(Errc::access_denied)}},
        {"rky_RetrieveTokenHolders",
         "",
         "GET",
         "~set~(~row~)/Microsoft.Dynamics.CRM.rky_RetrieveTokenHolders()",
         "",
         {of_tokens(), holds(schema::prv_read_audit), there()}},
        {"rky_SetTokenPolicy",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.rky_SetTokenPolicy",
         R"j({"RotationDays":7})j",
         on_versions(write)},
        {"rky_PurgeRecord",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.rky_PurgeRecord",
         "{}",
         {of_tokens(),
          alone(),
          at_all(remove),
          holds(schema::prv_manage_keys),
          there(),
          row(remove)}},
        {"rky_ApprovePurge",
         "",
         "POST",
         "~set~(~row~)/Microsoft.Dynamics.CRM.rky_ApprovePurge",
         R"j({"JobId":"~row of asyncoperation~"})j",
         {of_tokens(),
          alone(),
          at_all(remove),
          holds(schema::prv_manage_keys),
          there(),
          row(remove),
          wrong(Errc::restricted)}},
        {"rky_RetrieveDueTokens",
         "",
         "GET",
         "rky_RetrieveDueTokens(Table='~table~')",
         "",
         {only(has_tokens, Errc::malformed), at_all(read)}},
        {"RetrieveRecordChangeHistory",
         "",
         "GET",
         "RetrieveRecordChangeHistory(Target=@t)?@t={'@odata.id':'~set~(~row~)'}",
         "",
         {holds(schema::prv_read_record_audit),
          at_all(read),
          only(is_no_log, Errc::unsupported),
          there(),
          row(read)}},
        {"RetrieveAttributeChangeHistory",
         "",
         "GET",
         "RetrieveAttributeChangeHistory(Target=@t,AttributeLogicalName=@a)?@t={'@odata.id':'~set~("
         "~row~)'}&@a='~property~'",
         "",
         {holds(schema::prv_read_record_audit),
          at_all(read),
          only(is_no_log, Errc::unsupported),
          there(),
          row(read)}},
        {"RetrieveAuditDetails",
         "",
         "GET",
         "~set~(~row~)/Microsoft.Dynamics.CRM.RetrieveAuditDetails",
         "",
         {only(is_of_log, Errc::unknown_segment),
          holds(schema::prv_read_audit),
          holds(schema::prv_read_record_audit)}},
        {"DeleteRecordChangeHistory",
         "",
         "POST",
         "DeleteRecordChangeHistory",
         R"j({"Target":{"@odata.type":"Microsoft.Dynamics.CRM.~table~","~key~":"~row~"}})j",
         {forbidden(Errc::built_in_protected)}},
        {"rky_RetrieveAuditEvents",
         "of a row",
         "GET",
         "rky_RetrieveAuditEvents(Record=~row~)",
         "",
         {holds(schema::prv_read_audit)}},
    };
}

}  // namespace rookery::rights

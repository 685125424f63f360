// What is retained for the long term: records by themselves and in runs, policies, and what comes back or ends.
//
// Of each table whose records can be retained the world has three that are (matrix_rows.cpp): a team's, the owner's, and one that
// was shared, which it is no more.
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

constexpr std::string_view names_row =
    R"j({"Target":{"@odata.type":"Microsoft.Dynamics.CRM.~table~","~key~":"~row~"}})j";
constexpr std::string_view names_retained =
    R"j({"Target":{"@odata.type":"Microsoft.Dynamics.CRM.~table~","~key~":"~retained~"}})j";
constexpr std::string_view all_of_table =
    R"j({"FetchXml":"<fetch><entity name='~table~'/></fetch>"})j";

bool is_retained(const schema::Table& of) { return of.bin == schema::Bin::own; }

/// Its tokens are there again for whoever may unmask them: a grant, and never for oneself.
void comes_back(World& world, const Aiming& aim) {
    auto stood = world.retained.extract(aim.retained());
    if (!stood.empty()) world.records.insert(std::move(stood));
}

Check of_retained() { return only(is_retained, Errc::not_retained); }

Check may_retain() { return holds(schema::prv_retain); }

/// A record is made anew for who owns it, and handed to him by anybody else.
std::vector<Check> brings_back() {
    return {
        at_all(create),
        may_retain(),
        of_retained(),
        retained(create),
        retained(assign),
        effect(comes_back)};
}

}  // namespace

std::vector<Way> ways_of_retention() {
    return {
        {"Retain",
         "",
         "POST",
         "Retain",
         names_row,
         {at_all(remove),
          may_retain(),
          of_retained(),
          there(),
          row(remove),
          // What goes along is removed by who may remove it.
          row(remove, "syncerror").on(is<known::msdyn_octwitterhandle>)}},
        {"Retain",
         "what is retained",
         "POST",
         "Retain",
         names_retained,
         {at_all(remove), may_retain(), of_retained(), wrong(Errc::not_found)}},
        {"RollbackRetain", "", "POST", "RollbackRetain", names_retained, brings_back()},
        {"RollbackRetain",
         "what is there",
         "POST",
         "RollbackRetain",
         names_row,
         {at_all(create), may_retain(), of_retained(), wrong(Errc::restore_live)}},
        {"PurgeRetainedContent",
         "of a table",
         "POST",
         "PurgeRetainedContent",
         R"j({"EntityName":"~table~","MaxVersionToPurge":1000000000})j",
         {at_all(remove), may_retain(), of_retained()}},
        {"PurgeRetainedContent",
         "of all tables",
         "POST",
         "PurgeRetainedContent",
         R"j({"MaxVersionToPurge":1000000000})j",
         {may_retain()},
         {},
         false},
        {"BulkRetain",
         "",
         "POST",
         "BulkRetain",
         all_of_table,
         {alone(), at_all(remove), may_retain(), at_all(read), of_retained()}},
        {"rky_BulkRollbackRetain",
         "",
         "POST",
         "rky_BulkRollbackRetain",
         all_of_table,
         {alone(), may_retain(), at_all(read), at_all(create), of_retained()}},
        {"ValidateRetentionConfig",
         "",
         "POST",
         "ValidateRetentionConfig",
         R"j({"EntityName":"~table~","FetchXml":"~table~"})j",
         {at_all(read, "retentionconfig")}},
        {"ValidateRetentionConfig",
         "of a policy",
         "POST",
         "ValidateRetentionConfig",
         R"j({"RetentionConfigId":"~row of retentionconfig~","FetchXml":"msdyn_octwitterhandle"})j",
         {at_all(read, "retentionconfig"), row(read, "retentionconfig")},
         {},
         false},
        // A policy runs in the name of who activates it.
        {"Update",
         "a policy, which runs from then on",
         "PATCH",
         "retentionconfigs(~row of retentionconfig~)",
         R"j({"statuscode":10})j",
         {at_all(write, "retentionconfig"),
          row(write, "retentionconfig"),
          may_retain(),
          at_all(read, "msdyn_octwitterhandle"),
          at_all(remove, "msdyn_octwitterhandle"),
          alone()},
         "If-Match: *",
         false},
        {"Retrieve",
         "what is retained",
         "GET",
         "~set~(~retained~)",
         "",
         {at_all(read), wrong(Errc::not_found)}},
        {"RetrieveMultiple",
         "what is retained",
         "GET",
         "~set~?fetchXml=%3Cfetch datasource='retained'%3E%3Centity name='~table~'/%3E%3C/fetch%3E",
         "",
         {at_all(read), only(is_retained, Errc::unsupported)}},
        {"RetrieveMultiple",
         "what is retained, in clear",
         "GET",
         "~set~?UnMaskedData=true&fetchXml="
         "%3Cfetch datasource='retained'%3E%3Centity name='~table~'/%3E%3C/fetch%3E",
         "",
         {at_all(read), never(Errc::unsupported)}},
    };
}

}  // namespace rookery::rights

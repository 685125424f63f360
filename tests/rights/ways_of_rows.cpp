// Rows of any table: to read, make, change, remove, link and restore them.
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

constexpr std::string_view row_path = "~set~(~row~)";

void becomes_anothers(World& world, const Aiming& aim) {
    const auto found = world.records.find(aim.row().id);
    if (found != world.records.end()) found->second.owner = aim.world.user(Who::owner);
}

/// The security role, or one who unmasks: what only a holder of the grant gives.
void gets_what_is_guarded(World& world, const Aiming& aim) {
    const auto& id = aim.row().id;
    const auto& role = aim.world.named("role security");
    if (&aim.table == &known::systemuser) world.user_roles.emplace(id, role);
    if (&aim.table == &known::team) world.team_roles.emplace(id, role);
    if (&aim.table == &known::role) world.user_roles.emplace(aim.world.named("admin"), id);
    if (&aim.table == &known::fieldsecurityprofile) {
        world.user_profiles.emplace(aim.world.named("admin"), id);
    }
}

std::vector<Check> reads() { return {at_all(read), there(), row(read)}; }

std::vector<Check> lists() { return {at_all(read)}; }

bool is_linked(const schema::Table& of) { return !form_of(of).collection.empty(); }

bool is_about_rights(const schema::Table& of) { return of.access_fact && of.writable; }

bool has_a_rule(const schema::Table& of) { return &of == &known::msdyn_octwitterhandle; }

constexpr Kind of_jobs = is<known::asyncoperation>;

/// A job stays its owner's: named again, he changes nothing.
bool is_given(const schema::Table& of) { return !of_jobs(of); }

/// Users are disabled and never deleted.
Check no_users() { return never(Errc::restricted).on(is<known::systemuser>); }

/// Of a table that no message writes nobody hears more.
std::vector<Check> changes(std::vector<Check> more = {}) {
    std::vector<Check> out = {
        only(is_written, Errc::method_not_allowed), at_all(write), there(), row(write)};
    out.insert(out.end(), more.begin(), more.end());
    // A job is steered by whoever answers for it, and a column is shared by who may use it himself.
    out.push_back(alone().on(of_jobs));
    out.push_back(forbidden(Errc::column_share_denied).on(is<known::principalobjectattributeaccess>)
    );
    return out;
}

std::vector<Check> makes() {
    return {
        only(is_written, Errc::method_not_allowed),
        at_all(create),
        never(Errc::method_not_allowed).on(of_jobs),
        made(create),
        forbidden(Errc::column_share_denied).on(is<known::principalobjectattributeaccess>)};
}

}  // namespace

std::vector<Way> ways_of_rows() {
    return {
        {"Retrieve", "", "GET", row_path, "", reads()},
        {"Retrieve",
         "in clear",
         "GET",
         "~set~(~row~)?UnMaskedData=true",
         "",
         reads(),
         {},
         true,
         Clear::of_row},
        {"Retrieve", "a property", "GET", "~set~(~row~)/~key~", "", reads()},
        {"RetrieveMultiple", "", "GET", "~set~?$top=3", "", lists()},
        {"RetrieveMultiple",
         "in clear",
         "GET",
         "~set~?UnMaskedData=true",
         "",
         lists(),
         {},
         true,
         Clear::of_list},
        {"RetrieveMultiple", "their number", "GET", "~set~/$count", "", lists()},
        {"RetrieveMultiple",
         "and track changes",
         "GET",
         "~set~",
         "",
         {only(is_tracked, Errc::unsupported),
          at_all(read),
          whole(read, {}, Errc::missing_privilege)},
         "Prefer: odata.track-changes"},
        {"RetrieveAggregate", "", "GET", "~set~?$apply=aggregate($count as n)", "", lists()},
        {"RetrieveChanges",
         "",
         "GET",
         "~set~?$deltatoken=~delta~",
         "",
         {only(is_tracked, Errc::unsupported),
          at_all(read),
          whole(read, {}, Errc::missing_privilege)}},
        {"RetrieveTotalRecordCount",
         "",
         "GET",
         "RetrieveTotalRecordCount(EntityNames=['~table~'])",
         "",
         lists()},
        {"RetrieveDuplicates",
         "",
         "GET",
         "RetrieveDuplicates(BusinessEntity=@p1,MatchingEntityName=@p2,PagingInfo=@p3)?@p1={'@"
         "odata.type':'Microsoft.Dynamics.CRM.~table~','~key~':'~row~'}&@p2='~table~'&@p3={'"
         "PageNumber':1,'Count':50}",
         "",
         {at_all(read), only(is_compared, Errc::detection_unsupported), there(), row(read)}},
        {"IsValidStateTransition",
         "",
         "GET",
         "IsValidStateTransition(Entity=@p,NewState=@s,NewStatus=@t)?@p={'@odata.id':'~set~(~row~)'"
         "}&@s='~state~'&@t=1",
         "",
         {only(has_states, Errc::invalid_argument), at_all(read), there(), row(read)}},
        {"Create", "", "POST", "~set~", "{~make~}", makes()},
        {"Upsert", "of a new row", "PATCH", "~set~(~new~)", "{~make~}", makes()},
        {"CreateMultiple",
         "",
         "POST",
         "~set~/Microsoft.Dynamics.CRM.CreateMultiple",
         R"j({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.~table~"~and make~}]})j",
         makes()},
        {"UpsertMultiple",
         "",
         "POST",
         "~set~/Microsoft.Dynamics.CRM.UpsertMultiple",
         R"j({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.~table~","~key~":"~row~"~and change~}]})j",
         changes()},
        {"UpdateMultiple",
         "",
         "POST",
         "~set~/Microsoft.Dynamics.CRM.UpdateMultiple",
         R"j({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.~table~","~key~":"~row~"~and change~}]})j",
         changes()},
        {"Update", "", "PATCH", row_path, "{~change~}", changes(), "If-Match: *"},
        {"Update",
         "a property",
         "PUT",
         "~set~(~row~)/~property~",
         R"j({"value":~value~})j",
         {only(is_written, Errc::method_not_allowed),
          at_all(write),
          never(Errc::protected_column).on(of_jobs),
          there(),
          row(write),
          forbidden(Errc::column_share_denied).on(is<known::principalobjectattributeaccess>)}},
        {"SetState",
         "",
         "PATCH",
         row_path,
         R"j({"statecode":1})j",
         {only(is_written, Errc::method_not_allowed),
          at_all(write),
          only(has_states, Errc::bad_payload),
          there(),
          row(write),
          alone().on(of_jobs)},
         "If-Match: *"},
        {"Assign",
         "",
         "PATCH",
         row_path,
         R"j({"ownerid@odata.bind":"systemusers(~owning~)"})j",
         {only(is_written, Errc::method_not_allowed),
          at_all(write),
          only(is_owned, Errc::bad_payload),
          there(),
          row(assign).on(is_given),
          row(write).on(of_jobs),
          alone().on(of_jobs),
          effect(becomes_anothers)},
         "If-Match: *"},
        {"Delete",
         "",
         "DELETE",
         row_path,
         "",
         {only(is_removed, Errc::method_not_allowed),
          at_all(remove),
          no_users(),
          there(),
          row(remove),
          // What goes along is removed by who may remove it.
          at_all(remove, "duplicaterulecondition").on(is<known::duplicaterule>),
          row(remove, "syncerror").on(is<known::msdyn_octwitterhandle>),
          alone().on(of_jobs)}},
        {"Associate",
         "",
         "POST",
         "~set~(~row~)/~collection~/$ref",
         R"j({"@odata.id":"~other~"})j",
         {only(is_linked, Errc::unknown_segment), at_all(append)}},
        {"Associate",
         "with what grants plaintext",
         "POST",
         "~set~(~row~)/~collection~/$ref",
         R"j({"@odata.id":"~guarded~"})j",
         {only(is_linked, Errc::unknown_segment), at_all(append), effect(gets_what_is_guarded)}},
        {"Disassociate",
         "",
         "DELETE",
         "~set~(~row~)/~collection~/$ref?$id=~linked~",
         "",
         {only(is_linked, Errc::unknown_segment), at_all(append)}},
        {"Restore",
         "",
         "POST",
         "Restore",
         R"j({"Target":{"@odata.type":"Microsoft.Dynamics.CRM.~table~","~key~":"~row~"}})j",
         {at_all(create), only(is_kept_deleted, Errc::unsupported), wrong(Errc::restore_live)}},
        {"BulkDelete",
         "",
         "POST",
         "BulkDelete",
         R"j({"QuerySet":[{"EntityName":"~table~"}],"JobName":"x","SendEmailNotification":false,"RecurrencePattern":"","StartDateTime":"2020-01-01T00:00:00Z"})j",
         {alone(),
          at_all(remove),
          at_all(read),
          holds(schema::prv_bulk_delete),
          forbidden(Errc::built_in_protected).on(is_of_log),
          only(is_removed, Errc::method_not_allowed),
          never(Errc::restricted).on(is_about_rights)}},
        {"BulkDetectDuplicates",
         "",
         "POST",
         "BulkDetectDuplicates",
         R"j({"Query":{"EntityName":"~table~"},"JobName":"x","SendEmailNotification":false,"ToRecipients":[],"CCRecipients":[],"RecurrencePattern":"","RecurrenceStartTime":"2020-01-01T00:00:00Z"})j",
         {alone(),
          at_all(read),
          at_all(create, "asyncoperation"),
          only(is_compared, Errc::detection_unsupported),
          only(has_a_rule, Errc::no_rules)}},
        {"PublishDuplicateRule",
         "",
         "POST",
         "PublishDuplicateRule",
         R"j({"DuplicateRuleId":"~row~"})j",
         {at_all(write, "duplicaterule"),
          holds(schema::prv_publish_duplicate_rule),
          only(is<known::duplicaterule>, Errc::not_found),
          row(write)}},
        {"UnpublishDuplicateRule",
         "",
         "POST",
         "UnpublishDuplicateRule",
         R"j({"DuplicateRuleId":"~row~"})j",
         {at_all(write, "duplicaterule"),
          holds(schema::prv_publish_duplicate_rule),
          only(is<known::duplicaterule>, Errc::not_found),
          row(write)}},
        {"DeleteMultiple",
         "",
         "POST",
         "~set~/Microsoft.Dynamics.CRM.DeleteMultiple",
         R"j({"Targets":[]})j",
         {never(Errc::unsupported)}},
        // What is asked wrongly, and by whom that is told.
        {"Retrieve",
         "a row that is not there",
         "GET",
         "~set~(~new~)",
         "",
         {at_all(read), wrong(Errc::not_found)}},
        {"RetrieveMultiple",
         "by what is no column",
         "GET",
         "~set~?$filter=nothing eq 1",
         "",
         {wrong(Errc::unknown_property)}},
        {"Create",
         "with what is no column",
         "POST",
         "~set~",
         R"j({"nothing":1})j",
         {only(is_written, Errc::method_not_allowed), at_all(create), wrong(Errc::bad_payload)}},
        {"Update",
         "of what is no column",
         "PATCH",
         row_path,
         R"j({"nothing":1})j",
         {only(is_written, Errc::method_not_allowed), at_all(write), wrong(Errc::bad_payload)},
         "If-Match: *"},
        {"Update",
         "of a row that is not there",
         "PATCH",
         "~set~(~new~)",
         "{~change~}",
         {only(is_written, Errc::method_not_allowed), at_all(write), wrong(Errc::not_found)},
         "If-Match: *"},
        {"Delete",
         "a row that is not there",
         "DELETE",
         "~set~(~new~)",
         "",
         {only(is_removed, Errc::method_not_allowed),
          at_all(remove),
          no_users(),
          wrong(Errc::not_found)}},
    };
}

}  // namespace rookery::rights

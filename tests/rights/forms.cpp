#include "rights/forms.hpp"

#include <algorithm>
#include <iterator>

namespace rookery::rights {
namespace {

constexpr Form forms[] = {
    {"msdyn_octwitterhandlesecret", R"j("msdyn_name":"new")j", "msdyn_name", R"j("changed")j"},
    {"msdyn_octwitterhandle", R"j("msdyn_name":"new")j", "msdyn_name", R"j("changed")j"},
    {"msdyn_octwitterapplication", R"j("msdyn_name":"new")j", "msdyn_name", R"j("changed")j"},
    {"systemuser",
     R"j("domainname":"new","lastname":"new","businessunitid@odata.bind":"businessunits(~north~)")j",
     "lastname",
     R"j("changed")j",
     "systemuserroles_association",
     "roles(~role reader~)",
     "roles(~role security~)",
     "roles(~role 0~)"},
    {"team",
     R"j("name":"new","businessunitid@odata.bind":"businessunits(~north~)")j",
     "name",
     R"j("changed")j",
     "teamroles_association",
     "roles(~role reader~)",
     "roles(~role security~)",
     "roles(~role 0~)"},
    {"businessunit",
     R"j("name":"new","parentbusinessunitid@odata.bind":"businessunits(~north~)")j",
     "name",
     R"j("changed")j"},
    {"role",
     R"j("name":"new","businessunitid@odata.bind":"businessunits(~root~)")j",
     "name",
     R"j("changed")j",
     "systemuserroles_association",
     "systemusers(~clerk~)",
     "systemusers(~admin~)",
     "systemusers(~systemuser 0~)"},
    {"fieldsecurityprofile",
     R"j("name":"new")j",
     "name",
     R"j("changed")j",
     "systemuserprofiles_association",
     "systemusers(~clerk~)",
     "systemusers(~admin~)",
     "systemusers(~systemuser 0~)"},
    {"fieldpermission",
     R"j("entityname":"msdyn_octwitterapplication","attributelogicalname":"msdyn_securetwitterconsumerkey","canread":4,)j"
     R"j("fieldsecurityprofileid@odata.bind":"fieldsecurityprofiles(~fieldsecurityprofile 0~)")j",
     "cancreate",
     "4"},
    {"userquery",
     R"j("name":"new","returnedtypecode":"msdyn_octwitterhandle",)j"
     R"j("fetchxml":"<fetch><entity name='msdyn_octwitterhandle'><attribute name='msdyn_name'/></entity></fetch>")j",
     "name",
     R"j("changed")j"},
    {"mailboxtrackingfolder",
     R"j("exchangefoldername":"new")j",
     "exchangefoldername",
     R"j("changed")j"},
    {"processsession", R"j("name":"new")j", "name", R"j("changed")j"},
    {"duplicaterule",
     R"j("name":"new","baseentityname":"msdyn_octwitterhandle")j",
     "name",
     R"j("changed")j"},
    {"duplicaterulecondition",
     R"j("baseattributename":"~compared~","operatorcode":0,)j"
     R"j("regardingobjectid@odata.bind":"duplicaterules(~row of duplicaterule~)")j",
     "ignoreblankvalues",
     "true"},
    // A draft. Its query is the name of a table in a vault of the tests.
    {"retentionconfig",
     R"j("name":"new","entitylogicalname":"msdyn_octwitterhandle","criteria":"msdyn_octwitterhandle")j",
     "name",
     R"j("changed")j"},
    {"principalobjectattributeaccess",
     R"j("attributeid":"~sealed column~","readaccess":true,)j"
     R"j("objectid_msdyn_octwitterhandlesecret@odata.bind":"msdyn_octwitterhandlesecrets(~row of msdyn_octwitterhandlesecret~)",)j"
     R"j("principalid_systemuser@odata.bind":"systemusers(~clerk~)")j",
     "updateaccess",
     "true"},
};

/// A table that says nothing more of itself has rows with names.
constexpr Form named = {"", R"j("~name~":"new")j", "~name~", R"j("changed")j"};
constexpr Form no_form = {"", "", "~key~", R"j("00000000-0000-4000-8000-000000000001")j"};

bool is_named(const schema::Table& table) {
    const auto* name = table.column(table.primary_name);
    return table.writable && name != nullptr && name->type == schema::Type::text &&
           name->may(schema::can::create);
}

}  // namespace

std::string filled(
    std::string_view text, const std::function<std::string(std::string_view name)>& value
) {
    std::string out;
    for (bool name = false;; name = !name) {
        const auto end = text.find('~');
        const auto part = text.substr(0, end);
        out += name ? value(part) : std::string(part);
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

const Form& form_of(const schema::Table& table) {
    const auto found = std::ranges::find(forms, table.name, &Form::table);
    if (found != std::end(forms)) return *found;
    return is_named(table) ? named : no_form;
}

}  // namespace rookery::rights

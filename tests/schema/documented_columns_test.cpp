// The columns that Dataverse's reference documents of the tables beside that of tokens: each is there, and may be written when
// the reference says so, or the line says why not. A column that is dropped fails here.
#include "schema/known_tables.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::schema::documented_columns_test {
namespace {

/// Names with a blank between them.
struct Documented {
    std::string_view table;
    std::string_view written;       // on create and on update
    std::string_view created = "";  // on create alone
    std::string_view read = "";
    std::string_view updated = "";  // on update alone
    std::string_view told = "";     // in the metadata, and no property
    std::string_view refused = "";  // 400: only the vault says it
};

constexpr Documented documented[] = {
    {.table = "msdyn_octwitterapplication",
     .written = "msdyn_name msdyn_securetwitterconsumerkey msdyn_securetwitterconsumersecret "
                "msdyn_twitterapplicationsaved msdyn_twittercallbackurl "
                "msdyn_twitterenvironmentname msdyn_twitterconsumerkey msdyn_twitterconsumersecret "
                "ownerid statuscode timezoneruleversionnumber utcconversiontimezonecode",
     .created = "msdyn_octwitterapplicationid importsequencenumber overriddencreatedon",
     .read = "createdon createdonbehalfby modifiedby modifiedon modifiedonbehalfby",
     .updated = "statecode",
     .refused = "createdby owningbusinessunit owningteam owninguser versionnumber"},
    {.table = "msdyn_octwitterhandle",
     .written = "msdyn_name msdyn_octwitterscreenname msdyn_octwitteruniquehandleid "
                "msdyn_octwitterapplicationid msdyn_liveworkstreamid msdyn_ocwidgetlanguage "
                "msdyn_postconversationsurvey msdyn_enablefileattachmentsforagents "
                "msdyn_enablefileattachmentsforcustomers msdyn_postconversationsurveyenable "
                "msdyn_postconversationsurveymessagetext msdyn_postconversationsurveymode ownerid "
                "statuscode timezoneruleversionnumber utcconversiontimezonecode",
     .created = "msdyn_octwitterhandleid importsequencenumber overriddencreatedon",
     .read = "createdon createdonbehalfby modifiedby modifiedon modifiedonbehalfby",
     .updated = "statecode",
     .refused = "createdby owningbusinessunit owningteam owninguser versionnumber"},
    {.table = "businessunit",
     .written = "name parentbusinessunitid isdisabled description costcenter creditlimit "
                "divisionname emailaddress fileasname ftpsiteurl inheritancemask picture "
                "stockexchange tickersymbol transactioncurrencyid calendarid utcoffset websiteurl "
                "workflowsuspended "
                "address1_addressid address1_addresstypecode address1_city address1_country "
                "address1_county address1_fax address1_latitude address1_line1 address1_line2 "
                "address1_line3 address1_longitude address1_name address1_postalcode "
                "address1_postofficebox address1_shippingmethodcode address1_stateorprovince "
                "address1_telephone1 address1_telephone2 address1_telephone3 address1_upszone "
                "address1_utcoffset "
                "address2_addressid address2_addresstypecode address2_city address2_country "
                "address2_county address2_fax address2_latitude address2_line1 address2_line2 "
                "address2_line3 address2_longitude address2_name address2_postalcode "
                "address2_postofficebox address2_shippingmethodcode address2_stateorprovince "
                "address2_telephone1 address2_telephone2 address2_telephone3 address2_upszone "
                "address2_utcoffset",
     .created = "businessunitid importsequencenumber overriddencreatedon",
     .read = "disabledreason organizationid usergroupid createdon createdonbehalfby modifiedby "
             "modifiedon modifiedonbehalfby",
     .refused = "createdby versionnumber"},
    // The id of a directory is written here: there is no directory behind the vault.
    {.table = "systemuser",
     .written = "businessunitid domainname firstname lastname middlename nickname yomifirstname "
                "yomilastname yomimiddlename internalemailaddress applicationid "
                "azureactivedirectoryobjectid isdisabled accessmode parentsystemuserid positionid "
                "islicensed issyncwithdirectory isintegrationuser setupuser caltype "
                "systemmanagedusertype invitestatuscode incomingemaildeliverymethod "
                "outgoingemaildeliverymethod emailrouteraccessapproval userlicensetype title "
                "jobtitle employeeid governmentid mobilephone homephone personalemailaddress "
                "mobilealertemail photourl salutation skills sharepointemailaddress "
                "yammeremailaddress yammeruserid windowsliveid preferredaddresscode "
                "preferredemailcode preferredphonecode queueid calendarid territoryid "
                "transactioncurrencyid isallowedbyipfirewall "
                "address1_addressid address1_addresstypecode address1_city address1_country "
                "address1_county address1_fax address1_latitude address1_line1 address1_line2 "
                "address1_line3 address1_longitude address1_name address1_postalcode "
                "address1_postofficebox address1_shippingmethodcode address1_stateorprovince "
                "address1_telephone1 address1_telephone2 address1_telephone3 address1_upszone "
                "address1_utcoffset "
                "address2_addressid address2_addresstypecode address2_city address2_country "
                "address2_county address2_fax address2_latitude address2_line1 address2_line2 "
                "address2_line3 address2_longitude address2_name address2_postalcode "
                "address2_postofficebox address2_shippingmethodcode address2_stateorprovince "
                "address2_telephone1 address2_telephone2 address2_telephone3 address2_upszone "
                "address2_utcoffset",
     .created = "systemuserid importsequencenumber overriddencreatedon",
     .read = "ownerid fullname yomifullname applicationiduri azurestate azuredeletedon "
             "disabledreason userpuid organizationid address1_composite address2_composite "
             "createdon createdonbehalfby modifiedby modifiedon modifiedonbehalfby",
     .refused = "createdby versionnumber"},
    {.table = "team",
     .written = "name businessunitid administratorid description emailaddress queueid processid "
                "stageid transactioncurrencyid yominame",
     .created = "teamid teamtype azureactivedirectoryobjectid membershiptype regardingobjectid "
                "teamtemplateid importsequencenumber overriddencreatedon",
     .read = "ownerid isdefault organizationid systemmanaged sharelinkqualifier createdon "
             "createdonbehalfby modifiedby modifiedon modifiedonbehalfby",
     .told = "regardingobjecttypecode",
     .refused = "createdby versionnumber"},
    {.table = "role",
     .written = "name isinherited",
     .created = "roleid businessunitid",
     .read = "parentroleid parentrootroleid roletemplateid organizationid canbedeleted "
             "iscustomizable ismanaged componentstate roleidunique solutionid overwritetime "
             "createdon createdonbehalfby modifiedby modifiedon modifiedonbehalfby",
     .refused = "createdby versionnumber"},
    {.table = "privilege",
     .written = "",
     .read = "privilegeid name accessright canbebasic canbelocal canbedeep canbeglobal "
             "canbeentityreference canbeparententityreference",
     .refused = "versionnumber"},
    // The vault makes the rows.
    {.table = "asyncoperation",
     .written = "",
     .read = "asyncoperationid createdon createdonbehalfby modifiedby modifiedon "
             "modifiedonbehalfby",
     .updated = "statecode statuscode",
     .told = "regardingobjecttypecode regardingobjectidname owneridtype",
     .refused = "name operationtype messagename correlationid correlationupdatedtime depth "
                "regardingobjectid primaryentitytype requestid ownerid workflowactivationid "
                "owningextensionid callerorigin dependencytoken hostid workload retainjobhistory "
                "breadcrumbid parentpluginexecutionid data friendlymessage recurrencepattern "
                "recurrencestarttime postponeuntil rootexecutioncontext completedon startedon "
                "errorcode message executiontimespan iswaitingforevent retrycount sequence subtype "
                "workflowisblocked workflowstagename createdby owningbusinessunit owningteam "
                "owninguser versionnumber"},
    {.table = "bulkdeletefailure",
     .written = "",
     .read = "bulkdeletefailureid asyncoperationid bulkdeleteoperationid errordescription "
             "errornumber orderedqueryindex regardingobjectid",
     .told = "regardingobjecttypecode regardingobjectidname",
     .refused = "ownerid owningbusinessunit owninguser"},
    {.table = "duplicaterecord",
     .written = "",
     .read =
         "duplicateid asyncoperationid baserecordid duplicaterecordid duplicateruleid createdon",
     .told = "baserecordidtypecode duplicaterecordidtypecode",
     .refused = "ownerid owningbusinessunit owninguser"},
    {.table = "duplicaterule",
     .written = "name description excludeinactiverecords iscasesensitive uniquename ownerid "
                "statuscode",
     .created = "duplicateruleid baseentityname matchingentityname",
     .read = "iscustomizable baseentitytypecode matchingentitytypecode baseentitymatchcodetable "
             "statecode componentstate ismanaged"},
    {.table = "duplicaterulecondition",
     .written = "baseattributename matchingattributename operatorcode operatorparam "
                "ignoreblankvalues",
     .created = "duplicateruleconditionid regardingobjectid"},
    {.table = "mailboxtrackingfolder",
     .written = "exchangefolderid exchangefoldername folderonboardingstatus mailboxid "
                "regardingobjectid ownerid",
     .created = "mailboxtrackingfolderid",
     .read = "createdon createdonbehalfby modifiedby modifiedon modifiedonbehalfby organizationid",
     .told = "regardingobjecttypecode",
     .refused = "createdby owningbusinessunit owningteam owninguser versionnumber"},
    // protectionkey, which the reference has as not readable, is not there.
    {.table = "processsession",
     .written = "name activityname comments errorcode executedby nextlinkedsessionid "
                "processstagename processstate stepname ownerid statuscode",
     .created = "processsessionid inputarguments originatingsessionid previouslinkedsessionid "
                "processid regardingobjectid startedon",
     .read = "canceledby completedby startedby executedon createdon createdonbehalfby modifiedby "
             "modifiedon modifiedonbehalfby",
     .updated = "canceledon completedon statecode",
     .told = "regardingobjecttypecode",
     .refused = "createdby owningbusinessunit owningteam owninguser"},
    // Only the sync says what it met.
    {.table = "syncerror",
     .written = "",
     .read = "syncerrorid name action actiondata description errorcode errordetail errormessage "
             "errortime errortype regardingobjectid requestdata ownerid statecode statuscode",
     .told = "regardingobjecttypecode regardingobjectidname"},
    {.table = "principalobjectaccess",
     .written = "",
     .read = "principalobjectaccessid principalid principaltypecode objectid objecttypecode "
             "accessrightsmask inheritedaccessrightsmask changedon"},
    {.table = "principalobjectattributeaccess",
     .written = "readaccess updateaccess",
     .created = "principalobjectattributeaccessid attributeid objectid principalid",
     .read = "objecttypecode principalidtype organizationid",
     .refused = "versionnumber"},
    {.table = "fieldsecurityprofile",
     .written = "name description",
     .created = "fieldsecurityprofileid"},
    {.table = "fieldpermission",
     .written = "cancreate canread canupdate canreadunmasked",
     .created = "fieldpermissionid attributelogicalname entityname fieldsecurityprofileid"},
    // The log is what it is: changedata is told to nobody.
    {.table = "audit",
     .written = "",
     .read = "auditid createdon operation action objecttypecode objectid regardingobjectid userid "
             "callinguserid attributemask transactionid useradditionalinfo"},
    {.table = "organization",
     .written = "",
     .read = "organizationid name isauditenabled isuseraccessauditenabled isreadauditenabled "
             "auditretentionperiodv2 expirechangetrackingindays sharetopreviousowneronassign "
             "orgdborgsettings languagecode",
     .refused = "versionnumber"},
};

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> out(1);
    for (const char c : text) {
        if (c == ' ') {
            out.emplace_back();
        } else {
            out.back().push_back(c);
        }
    }
    std::erase(out, "");
    return out;
}

/// What a column of such a list may and may not.
struct Group {
    std::string_view Documented::*names;
    std::uint8_t may;
    std::uint8_t may_not;
};

constexpr Group groups[] = {
    {&Documented::written, can::odata | can::create | can::update, can::refuse},
    {&Documented::created, can::odata | can::create, can::update | can::refuse},
    {&Documented::updated, can::odata | can::update, can::create | can::refuse},
    {&Documented::read, can::odata, can::create | can::update | can::refuse},
    {&Documented::told, can::read, can::odata},
    {&Documented::refused, can::odata | can::refuse, can::create | can::update},
};

}  // namespace

TEST_CASE("every documented column is there, and written where the reference says", "[schema]") {
    for (const auto& of : documented) {
        const auto* table = schema::table(of.table);
        REQUIRE(table != nullptr);
        std::set<std::string> seen;
        for (const auto& group : groups) {
            for (const auto& name : words(of.*group.names)) {
                CAPTURE(of.table, name);
                CHECK(seen.insert(name).second);
                const auto* column = table->column(name);
                REQUIRE(column != nullptr);
                CHECK(column->may(can::read));
                CHECK((column->flags & group.may) == group.may);
                CHECK((column->flags & group.may_not) == 0);
            }
        }
    }
}

TEST_CASE("lookups to other products' tables lead to tables that nobody asks for", "[schema]") {
    for (const auto* name :
         {"position",
          "queue",
          "calendar",
          "territory",
          "transactioncurrency",
          "knowledgearticle",
          "teamtemplate",
          "sdkmessageprocessingstep"}) {
        CAPTURE(name);
        const auto* outside = schema::table(std::string_view{name});
        REQUIRE(outside != nullptr);
        CHECK(outside->outside);
        CHECK(table_by_set(outside->set_name) == nullptr);
        CHECK(bind_target(outside->set_name) == outside);
    }
}

TEST_CASE("none of what is only documented decides who may do what", "[schema]") {
    for (const auto* table :
         {&known::systemuser, &known::team, &known::businessunit, &known::organization}) {
        for (const auto id : table->logged) {
            const auto name = table->column(id)->name;
            CAPTURE(table->name, name);
            CHECK_FALSE(name.starts_with("address"));
            CHECK(name != "positionid");
            CHECK(name != "regardingobjectid");
            CHECK(name != "teamtemplateid");
        }
    }
}

}  // namespace rookery::schema::documented_columns_test

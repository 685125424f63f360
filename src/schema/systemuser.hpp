// Users: people, found by azureactivedirectoryobjectid, and programs, found by applicationid. Both
// identity columns are writable here (this vault has no directory behind it): a write of one maps
// an outside identity to the user and is judged by what may come of it (access/effect.hpp, access/plaintext_gain.hpp).
#pragma once

#include "schema/address_columns.hpp"
#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace user {

inline constexpr Option access_modes[] = {
    {.value = 0, .label = "Read-Write"},
    {.value = 1, .label = "Administrative"},
    {.value = 2, .label = "Read"},
    {.value = 3, .label = "Support User"},
    {.value = 4, .label = "Non-interactive"},
    {.value = 5, .label = "Delegated Admin"},
};
inline constexpr Option azure_states[] = {
    {.value = 0, .label = "Exists"},
    {.value = 1, .label = "Soft deleted"},
    {.value = 2, .label = "Not found or hard deleted"},
};
inline constexpr Option licence_types[] = {
    {.value = 0, .label = "Professional"},
    {.value = 1, .label = "Administrative"},
    {.value = 2, .label = "Basic"},
    {.value = 3, .label = "Device Professional"},
    {.value = 4, .label = "Device Basic"},
    {.value = 5, .label = "Essential"},
    {.value = 6, .label = "Device Essential"},
    {.value = 7, .label = "Enterprise"},
    {.value = 8, .label = "Device Enterprise"},
    {.value = 9, .label = "Sales"},
    {.value = 10, .label = "Service"},
    {.value = 11, .label = "Field Service"},
    {.value = 12, .label = "Project Service"},
};
inline constexpr Option managed_types[] = {
    {.value = 0, .label = "Entra User"},
    {.value = 1, .label = "C2 User"},
    {.value = 2, .label = "Impersonable Stub User"},
};
inline constexpr Option invite_states[] = {
    {.value = 0, .label = "Invitation Not Sent"},
    {.value = 1, .label = "Invited"},
    {.value = 2, .label = "Invitation Near Expired"},
    {.value = 3, .label = "Invitation Expired"},
    {.value = 4, .label = "Invitation Accepted"},
    {.value = 5, .label = "Invitation Rejected"},
    {.value = 6, .label = "Invitation Revoked"},
};
inline constexpr Option incoming_mail[] = {
    {.value = 0, .label = "None"},
    {.value = 1, .label = "Microsoft Dynamics 365 for Outlook"},
    {.value = 2, .label = "Server-Side Synchronization or Email Router"},
    {.value = 3, .label = "Forward Mailbox"},
};
inline constexpr Option outgoing_mail[] = {
    {.value = 0, .label = "None"},
    {.value = 1, .label = "Microsoft Dynamics 365 for Outlook"},
    {.value = 2, .label = "Server-Side Synchronization or Email Router"},
};
inline constexpr Option mail_approvals[] = {
    {.value = 0, .label = "Empty"},
    {.value = 1, .label = "Approved"},
    {.value = 2, .label = "Pending Approval"},
    {.value = 3, .label = "Rejected"},
};

inline constexpr Option preferred_addresses[] = {
    {.value = 1, .label = "Mailing Address"},
    {.value = 2, .label = "Other Address"},
};
inline constexpr Option preferred_emails[] = {
    {.value = 1, .label = "Default Value"},
};
inline constexpr Option preferred_phones[] = {
    {.value = 1, .label = "Main Phone"},
    {.value = 2, .label = "Other Phone"},
    {.value = 3, .label = "Home Phone"},
    {.value = 4, .label = "Mobile Phone"},
};

inline constexpr std::string_view to_position[] = {"position"};
inline constexpr std::string_view to_calendar[] = {"calendar"};
inline constexpr std::string_view to_territory[] = {"territory"};

constexpr auto app_required = Required::application;
constexpr auto sys_required = Required::system;

inline constexpr std::array own = {
    primary_id({1, "systemuserid", "SystemUserId", "User"}),
    uid({2, "ownerid", "OwnerId", "Owner"}, can::read | can::odata | can::row_id),
    lookup<"businessunitid">(
        3, "BusinessUnitId", "Business Unit", to_businessunit, writable, sys_required
    ),
    text({4, "domainname", "DomainName", "User Name"}, 1024, writable, sys_required),
    text({5, "fullname", "FullName", "Full Name"}, 200, read_only),
    text({6, "firstname", "FirstName", "First Name"}, 256, writable, app_required),
    text({7, "lastname", "LastName", "Last Name"}, 256, writable, app_required),
    text({8, "middlename", "MiddleName", "Middle Name"}, 50, writable),
    text({9, "nickname", "NickName", "Nickname"}, 50, writable),
    text({10, "yomifirstname", "YomiFirstName", "Yomi First Name"}, 64, writable),
    text({11, "yomilastname", "YomiLastName", "Yomi Last Name"}, 64, writable),
    text({12, "yomimiddlename", "YomiMiddleName", "Yomi Middle Name"}, 50, writable),
    text({13, "yomifullname", "YomiFullName", "Yomi Full Name"}, 200, read_only),
    text(
        {14, "internalemailaddress", "InternalEMailAddress", "Primary Email"}, 100, writable,
        sys_required
    ),
    uid({15, "applicationid", "ApplicationId", "Application ID"}, writable),
    text({16, "applicationiduri", "ApplicationIdUri", "Application ID URI"}, 1024, read_only),
    uid({17, "azureactivedirectoryobjectid", "AzureActiveDirectoryObjectId", "Azure AD Object ID"},
        writable),
    choice(
        {18, "azurestate", "AzureState", "Azure State"}, azure_states, 0, read_only,
        Required::system
    ),
    datetime({19, "azuredeletedon", "AzureDeletedOn", "Azure Deleted On"}, read_only),
    boolean({20, "isdisabled", "IsDisabled", "Status"}, writable),
    text({21, "disabledreason", "DisabledReason", "Disabled Reason"}, 500, read_only),
    choice(
        {22, "accessmode", "AccessMode", "Access Mode"}, access_modes, 0, writable, sys_required
    ),
    lookup<"parentsystemuserid">(23, "ParentSystemUserId", "Manager", to_systemuser, writable),
    boolean(
        {24, "islicensed", "IsLicensed", "User Licensed"}, writable, Initially::no, sys_required
    ),
    boolean(
        {25, "issyncwithdirectory", "IsSyncWithDirectory", "User Synced"}, writable, Initially::no,
        sys_required
    ),
    boolean(
        {26, "isintegrationuser", "IsIntegrationUser", "Integration user mode"}, writable,
        Initially::no, sys_required
    ),
    boolean(
        {27, "setupuser", "SetupUser", "Restricted Access Mode"}, writable, Initially::no,
        sys_required
    ),
    choice({28, "caltype", "CALType", "License Type"}, licence_types, 0, writable, sys_required),
    choice(
        {29, "systemmanagedusertype", "SystemManagedUserType", "System Managed User"},
        managed_types, 0, writable, sys_required
    ),
    choice(
        {30, "invitestatuscode", "InviteStatusCode", "Invitation Status"}, invite_states, writable
    ),
    choice(
        {31,
         "incomingemaildeliverymethod",
         "IncomingEmailDeliveryMethod",
         "Incoming Email Delivery Method"},
        incoming_mail, 0, writable, sys_required
    ),
    choice(
        {32,
         "outgoingemaildeliverymethod",
         "OutgoingEmailDeliveryMethod",
         "Outgoing Email Delivery Method"},
        outgoing_mail, 0, writable, sys_required
    ),
    choice(
        {33, "emailrouteraccessapproval", "EmailRouterAccessApproval", "Primary Email Status"},
        mail_approvals, 0, writable, sys_required
    ),
    integer({34, "userlicensetype", "UserLicenseType", "User License Type"}, writable),
    text({35, "title", "Title", "Title"}, 128, writable),
    text({36, "jobtitle", "JobTitle", "Job Title"}, 100, writable),
    text({37, "employeeid", "EmployeeId", "Employee"}, 100, writable),
    text({38, "governmentid", "GovernmentId", "Government"}, 100, writable),
    text({39, "mobilephone", "MobilePhone", "Mobile Phone"}, 64, writable),
    text({40, "homephone", "HomePhone", "Home Phone"}, 50, writable),
    text({41, "personalemailaddress", "PersonalEMailAddress", "Email 2"}, 100, writable),
    text({42, "mobilealertemail", "MobileAlertEMail", "Mobile Alert Email"}, 100, writable),
    text({43, "photourl", "PhotoUrl", "Photo URL"}, 200, writable),
    text({44, "salutation", "Salutation", "Salutation"}, 20, writable),
    text({45, "skills", "Skills", "Skills"}, 100, writable),
    text(
        {46, "sharepointemailaddress", "SharePointEmailAddress", "SharePoint Email Address"}, 1024,
        writable
    ),
    text({47, "yammeremailaddress", "YammerEmailAddress", "Yammer Email"}, 200, writable),
    text({48, "yammeruserid", "YammerUserId", "Yammer User ID"}, 128, writable),
    text({49, "windowsliveid", "WindowsLiveID", "Windows Live ID"}, 1024, writable),
    text({50, "userpuid", "UserPuid", "User PUID"}, 100, read_only),
    boolean(
        {51, "isallowedbyipfirewall", "IsAllowedByIpFirewall", "Allowed by IP firewall"}, writable
    ),
    uid({52, "organizationid", "OrganizationId", "Organization"}, read_only),
    // Every credential carries the value it was issued under; raising it ends them all at once.
    bigint({53, "rky_credentialcounter", "rky_CredentialCounter", "Credential counter"}, read_only),
    // There is no security by hierarchy here: nothing follows from a position.
    lookup<"positionid">(54, "PositionId", "Position", to_position, writable),
    lookup<"queueid">(55, "QueueId", "Default Queue", to_queue, writable),
    lookup<"calendarid">(56, "CalendarId", "Calendar", to_calendar, writable),
    lookup<"territoryid">(57, "TerritoryId", "Territory", to_territory, writable),
    lookup<"transactioncurrencyid">(
        58, "TransactionCurrencyId", "Currency", to_transactioncurrency, writable
    ),
    choice(
        {59, "preferredaddresscode", "PreferredAddressCode", "Preferred Address"},
        preferred_addresses, 1, writable, Required::none
    ),
    choice(
        {60, "preferredemailcode", "PreferredEmailCode", "Preferred Email"}, preferred_emails, 1,
        writable, Required::none
    ),
    choice(
        {61, "preferredphonecode", "PreferredPhoneCode", "Preferred Phone"}, preferred_phones, 1,
        writable, Required::none
    ),
    // The parts of an address, as on an envelope.
    text({62, "address1_composite", "Address1_Composite", "Address"}, 1000, read_only),
    text({63, "address2_composite", "Address2_Composite", "Other Address"}, 1000, read_only),
};

inline constexpr AddressForm mailing{
    .line = 1024,
    .city = 128,
    .county = 128,
    .postal = 40,
    .fax = 64,
    .first_telephone = 64,
    .telephones = {"Main Phone", "Other Phone", "Pager"},
};
inline constexpr AddressForm other{
    .line = 1024,
    .city = 128,
    .county = 128,
    .postal = 40,
    .fax = 50,
    .first_telephone = 50,
    .telephones = {"Address 2: Telephone 1", "Address 2: Telephone 2", "Address 2: Telephone 3"},
};

inline constexpr auto first_address = address_columns<"1", "">(120, mailing);
inline constexpr auto second_address = address_columns<"2", "Other ">(120 + address_size, other);

inline constexpr auto columns =
    compose(own, first_address, second_address, audit_columns, import_columns, version_column);

// Unit, names, identities, disabled, access mode, credential counter.
inline constexpr ColumnId logged[] = {3, 4, 5, 15, 17, 20, 22, 53};

// One identity, one user.
inline constexpr ColumnId by_object[] = {17};
inline constexpr ColumnId by_application[] = {15};
// Ours: a name under which two could stand would be given a role for the other.
inline constexpr ColumnId by_domain_name[] = {4};
inline constexpr AlternateKey keys[] = {
    {"azureactivedirectoryobjectid_key", by_object},
    {"applicationid_key", by_application},
    {"domainname_key", by_domain_name},
};

inline constexpr std::array parents = {
    many_to_one(
        "business_unit_system_users", "systemuser", "businessunitid", "businessunit",
        "businessunitid", Cascade::restrict
    ),
    many_to_one(
        "user_parent_user", "systemuser", "parentsystemuserid", "systemuser", "systemuserid"
    ),
    to_outside(many_to_one("position_users", "systemuser", "positionid", "position", "positionid")),
    to_outside(many_to_one("queue_system_user", "systemuser", "queueid", "queue", "queueid")),
    to_outside(
        many_to_one("calendar_system_users", "systemuser", "calendarid", "calendar", "calendarid")
    ),
    to_outside(many_to_one(
        "territory_system_users", "systemuser", "territoryid", "territory", "territoryid"
    )),
    to_outside(many_to_one(
        "TransactionCurrency_SystemUser", "systemuser", "transactioncurrencyid",
        "transactioncurrency", "transactioncurrencyid"
    )),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"systemuser", "systemuserbase">);

}  // namespace user

namespace known {

inline constexpr Table systemuser{
    .id = 4,
    .name = "systemuser",
    .schema_name = "SystemUser",
    .set_name = "systemusers",
    .display_name = "User",
    .display_collection_name = "Users",
    .primary_id = "systemuserid",
    .primary_name = "fullname",
    .ownership = Ownership::business,
    .object_type_code = 8,
    .access_fact = true,
    .tracks_changes = true,
    .privilege_part = "User",
    .unit_column = "businessunitid",
    .columns = user::columns.rows,
    .by_name = user::columns.by_name,
    .keys = user::keys,
    .logged = user::logged,
    .relationships = user::relationships,
};

}  // namespace known
}  // namespace rookery::schema

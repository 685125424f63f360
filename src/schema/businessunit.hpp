// Business units: the tree that depths are measured over. Exactly one has no parent.
#pragma once

#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace unit {

inline constexpr std::string_view to_organization[] = {"organization"};

inline constexpr std::array own = {
    primary_id({1, "businessunitid", "BusinessUnitId", "Business Unit"}),
    text({2, "name", "Name", "Name"}, 160, writable, Required::system),
    lookup<"parentbusinessunitid">(
        3, "ParentBusinessUnitId", "Parent Business", to_businessunit, writable, Required::none
    ),
    boolean({4, "isdisabled", "IsDisabled", "Is Disabled"}, writable),
    text({5, "disabledreason", "DisabledReason", "Disable Reason"}, 500, read_only),
    text({6, "description", "Description", "Description"}, 2000, writable),
    lookup<"organizationid">(7, "OrganizationId", "Organization", to_organization, read_only),
    text({8, "costcenter", "CostCenter", "Cost Center"}, 100, writable),
    text({9, "divisionname", "DivisionName", "Division"}, 100, writable),
    text({10, "emailaddress", "EMailAddress", "Email"}, 100, writable),
    text({11, "fileasname", "FileAsName", "File as Name"}, 100, writable),
    text({12, "ftpsiteurl", "FtpSiteUrl", "FTP Site"}, 200, writable),
    text({13, "stockexchange", "StockExchange", "Stock Exchange"}, 20, writable),
    text({14, "tickersymbol", "TickerSymbol", "Ticker Symbol"}, 10, writable),
    text({15, "websiteurl", "WebSiteUrl", "Website"}, 200, writable),
    integer({16, "inheritancemask", "InheritanceMask", "Inheritance Mask"}, writable, 0),
    integer({17, "utcoffset", "UTCOffset", "UTC Offset"}, writable, -1500, 1500),
    boolean({18, "workflowsuspended", "WorkflowSuspended", "Workflow Suspended"}, writable),
    text({20, "address1_name", "Address1_Name", "Address 1: Name"}, 100, writable),
    text({21, "address1_line1", "Address1_Line1", "Street 1"}, 250, writable),
    text({22, "address1_line2", "Address1_Line2", "Street 2"}, 250, writable),
    text({23, "address1_line3", "Address1_Line3", "Street 3"}, 250, writable),
    text({24, "address1_city", "Address1_City", "City"}, 80, writable),
    text({25, "address1_county", "Address1_County", "Address 1: County"}, 50, writable),
    text(
        {26, "address1_stateorprovince", "Address1_StateOrProvince", "State/Province"}, 50, writable
    ),
    text({27, "address1_postalcode", "Address1_PostalCode", "ZIP/Postal Code"}, 20, writable),
    text({28, "address1_country", "Address1_Country", "Country/Region"}, 80, writable),
    text({29, "address1_telephone1", "Address1_Telephone1", "Main Phone"}, 50, writable),
    text({30, "address1_telephone2", "Address1_Telephone2", "Other Phone"}, 50, writable),
    text(
        {31, "address1_telephone3", "Address1_Telephone3", "Address 1: Telephone 3"}, 50, writable
    ),
    text({32, "address1_upszone", "Address1_UPSZone", "Address 1: UPS Zone"}, 4, writable),
};

inline constexpr auto columns = compose(own, audit_columns, import_columns, version_column);

// Name, parent, disabled.
inline constexpr ColumnId logged[] = {2, 3, 4};

inline constexpr std::array parents = {
    many_to_one(
        "business_unit_parent_business_unit", "businessunit", "parentbusinessunitid",
        "businessunit", "businessunitid", Cascade::restrict
    ),
    many_to_one(
        "organization_business_units", "businessunit", "organizationid", "organization",
        "organizationid"
    ),
};

inline constexpr auto relationships =
    all_relationships(parents, audit_relationships<"businessunit", "businessunitbase">);

}  // namespace unit

namespace known {

inline constexpr Table businessunit{
    .id = 6,
    .name = "businessunit",
    .schema_name = "BusinessUnit",
    .set_name = "businessunits",
    .display_name = "Business Unit",
    .display_collection_name = "Business Units",
    .primary_id = "businessunitid",
    .primary_name = "name",
    .ownership = Ownership::business,
    .object_type_code = 10,
    .access_fact = true,
    .tracks_changes = true,
    .unit_column = "businessunitid",
    .columns = unit::columns.rows,
    .by_name = unit::columns.by_name,
    .logged = unit::logged,
    .relationships = unit::relationships,
};

}  // namespace known
}  // namespace rookery::schema

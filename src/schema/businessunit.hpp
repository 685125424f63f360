// Business units: the tree that depths are measured over. Exactly one has no parent.
#pragma once

#include "schema/address_columns.hpp"
#include "schema/standard_columns.hpp"
#include "schema/standard_relationships.hpp"

#include <array>
#include <string_view>

namespace rookery::schema {

namespace unit {

inline constexpr std::string_view to_organization[] = {"organization"};
inline constexpr std::string_view to_calendar[] = {"calendar"};
// The vendor's has no limit of its own.
inline constexpr std::uint32_t picture_max = 1U << 20;

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
    lookup<"calendarid">(62, "CalendarId", "Calendar", to_calendar, writable),
    real({63, "creditlimit", "CreditLimit", "Credit Limit"}, 2, 0, 1'000'000'000, writable),
    text({64, "picture", "Picture", "Picture"}, picture_max, writable),
    lookup<"transactioncurrencyid">(
        65, "TransactionCurrencyId", "Currency", to_transactioncurrency, writable
    ),
    uid({66, "usergroupid", "UserGroupId", ""}, read_only),
};

inline constexpr AddressForm bill_to{
    .line = 250,
    .city = 80,
    .county = 50,
    .postal = 20,
    .fax = 50,
    .first_telephone = 50,
    .telephones = {"Main Phone", "Other Phone", "Address 1: Telephone 3"},
};

constexpr AddressForm ship_to() {
    auto out = bill_to;
    out.telephones[0] = "Address 2: Telephone 1";
    out.telephones[1] = "Address 2: Telephone 2";
    out.telephones[2] = "Address 2: Telephone 3";
    return out;
}

inline constexpr auto first_address = address_columns<"1", "Bill To ">(20, bill_to);
inline constexpr auto second_address =
    address_columns<"2", "Ship To ">(20 + address_size, ship_to());

inline constexpr auto columns =
    compose(own, first_address, second_address, audit_columns, import_columns, version_column);

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
    to_outside(
        many_to_one("BusinessUnit_Calendar", "businessunit", "calendarid", "calendar", "calendarid")
    ),
    to_outside(many_to_one(
        "TransactionCurrency_BusinessUnit", "businessunit", "transactioncurrencyid",
        "transactioncurrency", "transactioncurrencyid"
    )),
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

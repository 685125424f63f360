// The columns of an address, of which users and business units have two each. What differs between the four is an
// AddressForm and the words in front of the labels. Columns are those of the vendor's table references. Used by
// src/schema only.
#pragma once

#include "schema/column_rows.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rookery::schema {

/// How long its texts may be, and what its telephones are called.
struct AddressForm {
    std::uint32_t line;
    std::uint32_t city;    // and the country
    std::uint32_t county;  // and the state or province
    std::uint32_t postal;  // the postal code and the box
    std::uint32_t fax;
    std::uint32_t first_telephone;
    std::string_view telephones[3];
};

inline constexpr Option default_address_option[] = {{.value = 1, .label = "Default Value"}};

namespace address {

/// Of `Address1_City` the name is in small letters.
template <FixedText number, FixedText part, FixedText name_of_part>
constexpr Label label(ColumnId id, std::string_view display_name) {
    return {
        id,
        joined<"address", number, "_", part>,
        joined<"Address", number, "_", name_of_part>,
        display_name};
}

constexpr Column one_option(Label label) {
    return choice(label, default_address_option, 1, writable, Required::none);
}

}  // namespace address

/// As many ids as `address_size`, from `first` on: they reach the disk in this order. `before` stands in front of what is
/// on forms: "Ship To " City.
template <FixedText number, FixedText before>
constexpr auto address_columns(ColumnId first, const AddressForm& form) {
    using address::label;
    constexpr std::uint32_t name_max = 100;
    constexpr std::uint32_t telephone_max = 50;
    constexpr std::uint32_t zone_max = 4;
    const auto id = [&](int place) { return static_cast<ColumnId>(first + place); };
    return std::array{
        text(
            label<number, "name", "Name">(id(0), joined<"Address ", number, ": Name">),
            name_max,
            writable
        ),
        text(
            label<number, "line1", "Line1">(id(1), joined<before, "Street 1">), form.line, writable
        ),
        text(
            label<number, "line2", "Line2">(id(2), joined<before, "Street 2">), form.line, writable
        ),
        text(
            label<number, "line3", "Line3">(id(3), joined<before, "Street 3">), form.line, writable
        ),
        text(label<number, "city", "City">(id(4), joined<before, "City">), form.city, writable),
        text(
            label<number, "county", "County">(id(5), joined<"Address ", number, ": County">),
            form.county,
            writable
        ),
        text(
            label<
                number,
                "stateorprovince",
                "StateOrProvince">(id(6), joined<before, "State/Province">),
            form.county,
            writable
        ),
        text(
            label<number, "postalcode", "PostalCode">(id(7), joined<before, "ZIP/Postal Code">),
            form.postal,
            writable
        ),
        text(
            label<number, "country", "Country">(id(8), joined<before, "Country/Region">),
            form.city,
            writable
        ),
        text(
            label<number, "telephone1", "Telephone1">(id(9), form.telephones[0]),
            form.first_telephone,
            writable
        ),
        text(
            label<number, "telephone2", "Telephone2">(id(10), form.telephones[1]),
            telephone_max,
            writable
        ),
        text(
            label<number, "telephone3", "Telephone3">(id(11), form.telephones[2]),
            telephone_max,
            writable
        ),
        text(
            label<number, "upszone", "UPSZone">(id(12), joined<"Address ", number, ": UPS Zone">),
            zone_max,
            writable
        ),
        off_forms(
            uid(label<number, "addressid", "AddressId">(id(13), joined<"Address ", number, ": ID">),
                writable)
        ),
        address::one_option(label<
                            number,
                            "addresstypecode",
                            "AddressTypeCode">(id(14), joined<"Address ", number, ": Address Type">)
        ),
        text(
            label<number, "fax", "Fax">(id(15), joined<"Address ", number, ": Fax">),
            form.fax,
            writable
        ),
        real(
            label<number, "latitude", "Latitude">(id(16), joined<"Address ", number, ": Latitude">),
            5,
            -90,
            90,
            writable
        ),
        real(
            label<
                number,
                "longitude",
                "Longitude">(id(17), joined<"Address ", number, ": Longitude">),
            5,
            -180,
            180,
            writable
        ),
        text(
            label<
                number,
                "postofficebox",
                "PostOfficeBox">(id(18), joined<"Address ", number, ": Post Office Box">),
            form.postal,
            writable
        ),
        address::one_option(
            label<
                number,
                "shippingmethodcode",
                "ShippingMethodCode">(id(19), joined<"Address ", number, ": Shipping Method">)
        ),
        integer(
            label<
                number,
                "utcoffset",
                "UTCOffset">(id(20), joined<"Address ", number, ": UTC Offset">),
            writable,
            -1500,
            1500
        ),
    };
}

inline constexpr ColumnId address_size = 21;

}  // namespace rookery::schema

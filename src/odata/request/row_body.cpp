#include "odata/request/row_body.hpp"

#include "odata/request/entity_key.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/navigation.hpp"
#include "odata/request/utf8.hpp"
#include "pipeline/column_value.hpp"

#include <algorithm>
#include <optional>

namespace rookery::odata {
namespace {

using messages::Given;
using messages::Input;
using messages::InputCell;
using messages::InputValue;
using schema::Column;
using schema::Shape;
using schema::Table;
using Kind = JsonValue::Kind;

constexpr std::string_view bind_suffix = "@odata.bind";

std::string type_name(const Table& table) {
    return "Microsoft.Dynamics.CRM." + std::string{table.name};
}

tl::unexpected<Error> undeclared(const Table& table, std::string_view name) {
    return payload_error(
        table,
        "The property '" + std::string{showable(name)} + "' does not exist on type '" +
            type_name(table) +
            "'. Make sure to only use property names that are defined by the type."
    );
}

tl::unexpected<Error> wrong_type(const Table& table, const Column& column) {
    return payload_error(
        table,
        "Cannot convert the given literal to the expected type '" +
            std::string{schema::row_of(column.type).edm} + "' of the property '" +
            std::string{column.wire_name()} + "'."
    );
}

Result<InputValue> read_fraction(const Table& table, const Column& column, double number) {
    const auto fraction = storage::nearest_fraction(number);
    if (!fraction) return fail(messages::outside_range(table, column));
    return messages::column_value(table, column, *fraction);
}

/// Precondition: not a lookup.
Result<InputValue> read_value(const Table& table, const Column& column, const JsonValue& value) {
    const auto accept = [&](Given given) {
        return messages::column_value(table, column, std::move(given));
    };
    switch (value.kind) {
        case Kind::null:
            return accept({});
        case Kind::boolean:
            if (column.shape() != Shape::flag) break;
            return accept(value.boolean);
        case Kind::integer:
            if (column.shape() == Shape::number) return accept(value.integer);
            if (column.shape() != Shape::fraction) break;
            return read_fraction(table, column, static_cast<double>(value.integer));
        case Kind::other_number:
            if (column.shape() == Shape::fraction) {
                return read_fraction(table, column, value.other_number);
            }
            if (column.shape() != Shape::number) break;
            return fail(messages::outside_range(table, column));
        case Kind::text:
            return value.text.expose([&](std::string_view text) -> Result<InputValue> {
                ROOKERY_TRY(auto given, read_json_text(column, text));
                if (!given) return wrong_type(table, column);
                return accept(std::move(*given));
            });
        case Kind::array:
        case Kind::object:
            break;
    }
    return wrong_type(table, column);
}

/// What becomes of a column that a body names.
enum class WriteRule { keep, ignore };

Result<WriteRule> write_rule(const Column& column, RowUse use) {
    namespace can = schema::can;
    if (column.may(can::redirected)) {
        return fail(
            Errc::protected_column,
            "The column '" + std::string{column.name} + "' is not written here; write '" +
                std::string{column.sibling} + "' instead, which is sealed."
        );
    }
    if (column.may(can::refuse) || column.may(can::create)) return WriteRule::keep;
    return use == RowUse::upsert && column.may(can::update) ? WriteRule::keep : WriteRule::ignore;
}

class RowReader {
 public:
    RowReader(const Table& table, RowUse use, const RequestOrigin& origin)
        : table_(table), use_(use), origin_(origin) {}

    Result<Input> read(const JsonValue& body) {
        if (!body.is(Kind::object)) {
            return payload_error(table_, "The body must be one JSON object.");
        }
        ROOKERY_CHECK(check_odata_type(body, table_));
        for (const auto& member : body.members) ROOKERY_CHECK(read_member(member));
        return std::move(out_);
    }

 private:
    Result<> read_member(const JsonMember& member) {
        const std::string_view name = member.name;
        if (name.ends_with(bind_suffix)) {
            return read_bind(name.substr(0, name.size() - bind_suffix.size()), member.value);
        }
        if (const auto at = name.find('@'); at != std::string_view::npos) {
            return read_annotation(name, at);
        }
        if (const auto* column = table_.property(name); column != nullptr && !column->is_lookup()) {
            ROOKERY_TRY(const auto rule, write_rule(*column, use_));
            if (rule == WriteRule::ignore) return {};
            if (cell(*column) != nullptr) return given_twice(*column);
            ROOKERY_TRY(auto value, read_value(table_, *column, member.value));
            out_.cells.push_back({column, std::move(value)});
            return {};
        }
        return read_navigation(name, member.value);
    }

    Result<> read_annotation(std::string_view name, std::size_t at) const {
        // Annotations of what was read are sent back by some clients: no meaning here.
        const auto property = name.substr(0, at);
        const bool known = property.empty() || table_.property(property) != nullptr ||
                           table_.navigation(property) != nullptr ||
                           is_collection_navigation(table_, property);
        if (known) return {};
        return undeclared(table_, property);
    }

    Result<> read_navigation(std::string_view name, const JsonValue& value) {
        const auto nav = find_navigation(table_, name);
        if (nav.column == nullptr) {
            if (!is_collection_navigation(table_, name)) return undeclared(table_, name);
            return fail(
                Errc::unsupported,
                "Deep insert through '" + std::string{name} + "' is not supported."
            );
        }
        if (value.is(Kind::object)) {
            return fail(
                Errc::unsupported,
                "Deep insert through '" + std::string{name} + "' is not supported; use '" +
                    std::string{name} + "@odata.bind'."
            );
        }
        if (!value.is(Kind::null)) return wrong_type(table_, *nav.column);
        return bind(nav, std::nullopt);
    }

    Result<> read_bind(std::string_view name, const JsonValue& value) {
        const auto nav = find_navigation(table_, name);
        if (nav.column == nullptr) {
            if (is_collection_navigation(table_, name)) {
                return fail(
                    Errc::unsupported,
                    "Binding through '" + std::string{name} + "' is not supported; use $ref."
                );
            }
            return payload_error(
                table_,
                "An undeclared property '" + std::string{showable(name)} +
                    "' which only has property annotations in the payload but no property "
                    "value was found in the payload. In OData, only declared navigation "
                    "properties and declared named streams can be represented as properties "
                    "without values."
            );
        }
        if (value.is(Kind::null)) return bind(nav, std::nullopt);
        if (!value.is(Kind::text)) return bad_reference(name);
        auto target =
            value.text.expose([&](std::string_view url) { return read_reference(url, origin_); });
        // A part of a change set that is not there is no matter of this property.
        if (!target && target.error().code == Errc::malformed) return fail(target.error());
        if (!target || !nav.allows(*target->table)) return bad_reference(name);
        return bind(nav, std::move(*target));
    }

    tl::unexpected<Error> bad_reference(std::string_view name) const {
        return payload_error(
            table_,
            "The value of '" + std::string{name} +
                "@odata.bind' is not the URL of a row that the property can refer to."
        );
    }

    /// A polymorphic lookup has one navigation property per table: the others may be null.
    Result<> bind(const Navigation& nav, std::optional<messages::Target> target) {
        const auto& column = *nav.column;
        ROOKERY_TRY(const auto rule, write_rule(column, use_));
        if (rule == WriteRule::ignore) return {};
        auto* before = cell(column);
        if (before != nullptr && !target) return {};
        if (before != nullptr && !std::holds_alternative<std::monostate>(before->value)) {
            return given_twice(column);
        }
        Given given;
        if (target) given = std::move(*target);
        ROOKERY_TRY(auto value, messages::column_value(table_, column, std::move(given)));
        if (before != nullptr) {
            before->value = std::move(value);
        } else {
            out_.cells.push_back({&column, std::move(value)});
        }
        return {};
    }

    InputCell* cell(const Column& column) {
        const auto found = std::ranges::find(out_.cells, &column, &InputCell::column);
        return found == out_.cells.end() ? nullptr : &*found;
    }

    [[nodiscard]] tl::unexpected<Error> given_twice(const Column& column) const {
        return payload_error(
            table_, "The property '" + std::string{column.wire_name()} + "' is given twice."
        );
    }

    const Table& table_;
    RowUse use_;
    const RequestOrigin& origin_;
    Input out_;
};

}  // namespace

tl::unexpected<Error> payload_error(const Table& table, std::string inner) {
    return fail(
        Errc::bad_payload,
        "Error identified in Payload provided by the user for Entity :'" +
            std::string{table.set_name} +
            "', For more information on this error please follow this help link "
            "https://go.microsoft.com/fwlink/?linkid=2195293  ----> InnerException : "
            "Microsoft.OData.ODataException: " +
            std::move(inner)
    );
}

Result<> check_odata_type(const JsonValue& object, const Table& table) {
    const auto* type = object.member("@odata.type");
    if (type == nullptr) return {};
    const bool fits = type->is(Kind::text) && type->text.expose([&](std::string_view text) {
        if (text.starts_with('#')) text.remove_prefix(1);
        return text == type_name(table);
    });
    if (fits) return {};
    return payload_error(table, "The '@odata.type' of the row is not '" + type_name(table) + "'.");
}

Result<Input> read_row(
    const JsonValue& body, const Table& table, RowUse use, const RequestOrigin& origin
) {
    return RowReader{table, use, origin}.read(body);
}

Result<> check_single_write(const Column& column) {
    if (const auto rule = write_rule(column, RowUse::upsert); !rule) return fail(rule.error());
    if (column.may(schema::can::update) || column.may(schema::can::refuse)) return {};
    return fail(
        Errc::protected_column, "The column '" + std::string{column.name} + "' cannot be changed."
    );
}

Result<Input> read_property_value(const JsonValue& body, const Table& table, const Column& column) {
    const auto* value = body.member("value");
    if (value == nullptr) return payload_error(table, "The body must be {\"value\": …}.");
    ROOKERY_CHECK(check_single_write(column));
    Input out;
    ROOKERY_TRY(auto read, read_value(table, column, *value));
    out.cells.push_back({&column, std::move(read)});
    return out;
}

Result<messages::Target> read_reference_body(const JsonValue& body, const RequestOrigin& origin) {
    const auto* id = body.member("@odata.id");
    if (id == nullptr || !id->is(Kind::text)) {
        return fail(Errc::bad_payload, "The body must be {\"@odata.id\": URL}.");
    }
    return id->text.expose([&](std::string_view url) { return read_reference(url, origin); });
}

}  // namespace rookery::odata

#include "odata/row_body.hpp"

#include "messages/reply.hpp"
#include "odata/entity_key.hpp"
#include "odata/literal.hpp"
#include "odata/utf8.hpp"

#include <algorithm>
#include <limits>

namespace rookery::odata {
namespace {

using messages::Input;
using messages::InputCell;
using messages::InputValue;
using schema::Column;
using schema::Table;
using schema::Type;
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
            std::string{edm_type(column.type)} + "' of the property '" +
            std::string{column.wire_name()} + "'."
    );
}

tl::unexpected<Error> too_long(const Table& table, const Column& column) {
    return fail(
        Errc::too_long,
        "A validation error occurred.  The length of the '" + std::string{column.name} +
            "' attribute of the '" + std::string{table.name} +
            "' entity exceeded the maximum allowed length of '" +
            std::to_string(column.length_max) + "'."
    );
}

tl::unexpected<Error> out_of_range(const Table& table, const Column& column, Errc code) {
    return fail(
        code,
        "A validation error occurred. The value of '" + std::string{column.name} +
            "' on record of type '" + std::string{table.name} + "' is outside the valid range."
    );
}

Result<InputValue> read_sealed(const Table& table, const Column& column, const JsonText& text) {
    return text.expose([&](std::string_view value) -> Result<InputValue> {
        if (value.starts_with(messages::mask)) {
            return fail(
                Errc::masked_write,
                "The value of '" + std::string{column.name} +
                    "' is the mask of a sealed column, not a token.",
                "Leave the property out, or read it with UnMaskedData=true first."
            );
        }
        if (code_points(value) > column.length_max) return too_long(table, column);
        if (value.empty()) return InputValue{};
        return InputValue{SecretBytes::copy_of(value)};
    });
}

Result<InputValue> read_text(const Table& table, const Column& column, const JsonText& text) {
    return text.expose([&](std::string_view value) -> Result<InputValue> {
        if (column.length_max != 0 && code_points(value) > column.length_max) {
            return too_long(table, column);
        }
        if (value.empty()) return InputValue{};  // as Dataverse stores it
        return InputValue{std::string{value}};
    });
}

Result<InputValue> read_number(const Table& table, const Column& column, const JsonValue& value) {
    if (value.is(Kind::other_number)) return out_of_range(table, column, Errc::out_of_range);
    if (!value.is(Kind::integer)) return wrong_type(table, column);
    const auto number = value.integer;
    if (!column.options.empty()) {
        const auto known = [&](const schema::Option& option) { return option.value == number; };
        if (!std::ranges::any_of(column.options, known)) {
            const bool state = column.type == Type::state || column.type == Type::status;
            return out_of_range(table, column, state ? Errc::bad_state : Errc::bad_choice);
        }
        return InputValue{number};
    }
    auto min = column.min;
    auto max = column.max;
    if (min == 0 && max == 0) {
        min = std::numeric_limits<std::int32_t>::min();
        max = std::numeric_limits<std::int32_t>::max();
    }
    if (number < min || number > max) return out_of_range(table, column, Errc::out_of_range);
    return InputValue{number};
}

/// Precondition: not a lookup.
Result<InputValue> read_value(const Table& table, const Column& column, const JsonValue& value) {
    if (value.is(Kind::null)) return InputValue{};
    const bool text = value.is(Kind::text);
    switch (column.type) {
        case Type::sealed:
            if (!text) return wrong_type(table, column);
            return read_sealed(table, column, value.text);
        case Type::text:
        case Type::entityname:
            if (!text) return wrong_type(table, column);
            return read_text(table, column, value.text);
        case Type::uid: {
            if (!text) return wrong_type(table, column);
            const auto id = value.text.expose([](std::string_view t) { return Uuid::parse(t); });
            if (!id) return wrong_type(table, column);
            return InputValue{*id};
        }
        case Type::boolean:
            if (!value.is(Kind::boolean)) return wrong_type(table, column);
            return InputValue{value.boolean};
        case Type::integer:
        case Type::bigint:
        case Type::choice:
        case Type::state:
        case Type::status:
            return read_number(table, column, value);
        case Type::datetime: {
            if (!text) return wrong_type(table, column);
            const auto time =
                value.text.expose([](std::string_view t) { return parse_iso8601(t); });
            if (!time) {
                return fail(
                    Errc::bad_date,
                    "The value of '" + std::string{column.name} +
                        "' is not a date that can be stored."
                );
            }
            return InputValue{*time};
        }
        case Type::lookup:
        case Type::owner:
        case Type::virtual_text:
        case Type::digest:
            break;
    }
    return wrong_type(table, column);
}

/// What a body may do to a column.
enum class Fate { keep, ignore };

Result<Fate> fate(const Column& column, RowUse use) {
    namespace can = schema::can;
    if (column.may(can::redirected)) {
        return fail(
            Errc::protected_column,
            "The column '" + std::string{column.name} + "' is not written here; write '" +
                std::string{column.sibling} + "' instead, which is sealed."
        );
    }
    if (column.may(can::refuse) || column.may(can::create)) return Fate::keep;
    return use == RowUse::upsert && column.may(can::update) ? Fate::keep : Fate::ignore;
}

Result<> check_required(const Column& column, const InputValue& value) {
    if (column.required != schema::Required::system || column.may(schema::can::refuse) ||
        !std::holds_alternative<std::monostate>(value)) {
        return {};
    }
    return fail(
        Errc::required_null,
        "The column '" + std::string{column.name} + "' is required and cannot be null."
    );
}

class RowReader {
  public:
    RowReader(const Table& table, RowUse use, const ServiceRoot& root)
        : table_(table), use_(use), root_(root) {}

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
            ROOKERY_TRY(const auto what, fate(*column, use_));
            if (what == Fate::ignore) return {};
            ROOKERY_TRY(auto value, read_value(table_, *column, member.value));
            return add(*column, std::move(value));
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
        return bind(nav, InputValue{});
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
        if (value.is(Kind::null)) return bind(nav, InputValue{});
        if (!value.is(Kind::text)) return bad_reference(name);
        auto target =
            value.text.expose([&](std::string_view url) { return read_reference(url, root_); });
        if (!target || !allows(nav, *target->table)) return bad_reference(name);
        return bind(nav, InputValue{std::move(*target)});
    }

    tl::unexpected<Error> bad_reference(std::string_view name) const {
        return payload_error(
            table_,
            "The value of '" + std::string{name} +
                "@odata.bind' is not the URL of a row that the property can refer to."
        );
    }

    static bool allows(const Navigation& nav, const Table& target) {
        if (nav.only != nullptr) return nav.only == &target;
        return std::ranges::find(nav.column->targets, target.name) != nav.column->targets.end();
    }

    Result<> bind(const Navigation& nav, InputValue value) {
        ROOKERY_TRY(const auto what, fate(*nav.column, use_));
        if (what == Fate::ignore) return {};
        return add(*nav.column, std::move(value));
    }

    Result<> add(const Column& column, InputValue value) {
        const auto same = [&](const InputCell& cell) { return cell.column == &column; };
        const auto found = std::ranges::find_if(out_.cells, same);
        if (found != out_.cells.end()) {
            // A polymorphic lookup has one navigation property per table: the others may be null.
            const bool clears = std::holds_alternative<std::monostate>(value);
            const bool cleared = std::holds_alternative<std::monostate>(found->value);
            if (!column.is_lookup() || (!clears && !cleared)) {
                return payload_error(
                    table_, "The property '" + std::string{column.wire_name()} + "' is given twice."
                );
            }
            if (!clears) found->value = std::move(value);
            return {};
        }
        ROOKERY_CHECK(check_required(column, value));
        out_.cells.push_back({&column, std::move(value)});
        return {};
    }

    const Table& table_;
    RowUse use_;
    const ServiceRoot& root_;
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

Navigation find_navigation(const Table& table, std::string_view name) {
    if (const auto* column = table.navigation(name)) return {column, nullptr};
    for (const auto& relationship : schema::relationships()) {
        if (relationship.referencing != table.name || relationship.nav != name || name.empty())
            continue;
        const auto* column = table.column(relationship.referencing_column);
        if (column == nullptr || !column->may(schema::can::odata)) continue;
        return {column, schema::table(relationship.referenced)};
    }
    return {};
}

bool is_collection_navigation(const Table& table, std::string_view name) {
    if (name.empty()) return false;
    const auto children = [&](const schema::Relationship& r) {
        return r.collection_nav == name && r.referenced == table.name;
    };
    const auto pairs = [&](const schema::Association& a) {
        return a.name == name && (a.first == table.name || a.second == table.name);
    };
    return std::ranges::any_of(schema::relationships(), children) ||
           std::ranges::any_of(schema::associations(), pairs);
}

Result<Input> read_row(
    const JsonValue& body, const Table& table, RowUse use, const ServiceRoot& root
) {
    return RowReader{table, use, root}.read(body);
}

Result<> check_single_write(const Column& column) {
    if (const auto what = fate(column, RowUse::upsert); !what) return fail(what.error());
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
    ROOKERY_CHECK(check_required(column, read));
    out.cells.push_back({&column, std::move(read)});
    return out;
}

Result<messages::Target> read_reference_body(const JsonValue& body, const ServiceRoot& root) {
    const auto* id = body.member("@odata.id");
    if (id == nullptr || !id->is(Kind::text)) {
        return fail(Errc::bad_payload, "The body must be {\"@odata.id\": URL}.");
    }
    return id->text.expose([&](std::string_view url) { return read_reference(url, root); });
}

}  // namespace rookery::odata

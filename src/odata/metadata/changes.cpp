#include "odata/metadata/changes.hpp"

#include "odata/metadata/model.hpp"
#include "odata/metadata/types.hpp"
#include "odata/request/literal.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::odata::metadata {
namespace {

using Kind = JsonValue::Kind;

constexpr std::pair<std::string_view, Filter::Operator> condition_operators[] = {
    {"Equals", Filter::Operator::eq},
    {"NotEquals", Filter::Operator::ne},
    {"GreaterThan", Filter::Operator::gt},
    {"LessThan", Filter::Operator::lt},
};
constexpr std::string_view relationship_navigations[] = {
    "ManyToOneRelationships", "OneToManyRelationships", "ManyToManyRelationships"};

tl::unexpected<Error> no_query(std::string_view where) {
    return fail(
        Errc::malformed, "The Query is no EntityQueryExpression: '" + std::string{where} + "'."
    );
}

std::string text_in(const JsonValue* value) {
    if (value == nullptr || !value->is(Kind::text)) return {};
    return value->text.expose([](std::string_view text) { return std::string{text}; });
}

bool is_missing(const JsonValue* value) { return value == nullptr || value->is(Kind::null); }

/// A text or a JSON value of the property's type.
Result<Value> constant(std::string_view type, const JsonValue& given) {
    if (given.is(Kind::null)) return Value{};
    if (given.is(Kind::boolean) && type == "Edm.Boolean") return Value::of(given.boolean);
    if (given.is(Kind::integer) && type.starts_with("Edm.Int")) return Value::of(given.integer);
    if (!given.is(Kind::text)) return no_query("Value");
    const auto text = text_in(&given);
    if (type == "Edm.String") return Value::of(std::string_view{text});
    if (type == "Edm.Boolean") {
        const bool yes = text == "true" || text == "True";
        if (!yes && text != "false" && text != "False") return no_query("Value");
        return Value::of(yes);
    }
    if (type == "Edm.Guid") {
        const auto id = Uuid::parse(text);
        if (!id) return no_query("Value");
        return Value::of(*id);
    }
    if (type.starts_with("Edm.Int")) {
        const auto number = read_integer(text);
        if (!number) return no_query("Value");
        return Value::of(*number);
    }
    auto out = Value::of(std::string_view{text});
    out.kind = Value::Kind::enumeration;
    return out;
}

class CriteriaReader {
 public:
    explicit CriteriaReader(const EntityType& type) : type_(type) {}

    /// MetadataFilterExpression: conditions and further expressions, all or any of them.
    Result<Filter> read(const JsonValue& criteria, int depth = 0) {
        if (depth > filter_nesting_max) return no_query("Filters");
        if (!criteria.is(Kind::object)) return no_query("Criteria");
        const auto by = text_in(criteria.member("FilterOperator"));
        if (!by.empty() && by != "And" && by != "Or") return no_query("FilterOperator");
        Filter out;
        out.kind = by == "Or" ? Filter::Kind::any : Filter::Kind::all;
        if (const auto* conditions = criteria.member("Conditions"); !is_missing(conditions)) {
            for (const auto& one : conditions->items) {
                ROOKERY_TRY(auto part, condition(one));
                out.parts.push_back(std::move(part));
            }
        }
        if (const auto* filters = criteria.member("Filters"); !is_missing(filters)) {
            for (const auto& one : filters->items) {
                ROOKERY_TRY(auto part, read(one, depth + 1));
                out.parts.push_back(std::move(part));
            }
        }
        // Without a part everything is meant, whatever would join them.
        if (out.parts.empty()) out.kind = Filter::Kind::all;
        return out;
    }

 private:
    Result<Filter> condition(const JsonValue& given) {
        ROOKERY_TRY(const auto path, path_of(text_in(given.member("PropertyName"))));
        const auto* value = given.member("Value");
        // {"Type": "System.String", "Value": "x"}
        if (value != nullptr && value->is(Kind::object)) value = value->member("Value");
        const JsonValue none;
        if (value == nullptr) value = &none;
        const auto name = text_in(given.member("ConditionOperator"));
        if (name == "In" || name == "NotIn") return any_of(path, *value, name == "NotIn");
        const auto* const found = std::ranges::find_if(condition_operators, [&](const auto& one) {
            return one.first == name;
        });
        if (found == std::end(condition_operators)) return no_query("ConditionOperator");
        return compared_with(path, found->second, *value);
    }

    Result<ValuePath> path_of(std::string_view name) {
        const auto property = type_.find_property(name);
        if (!property) return fail(no_such_property(type_, name));
        ValuePath out;
        out.property = *property;
        out.type = type_.property(*property).type;
        if (out.type.ends_with("ManagedProperty")) {
            out.members.emplace_back("Value");
            out.type = out.type.starts_with("Boolean") ? "Edm.Boolean" : "AttributeRequiredLevel";
        }
        if (out.type == "Label" || out.type.starts_with("Collection(")) return no_query(name);
        return out;
    }

    Result<Filter> compared_with(
        const ValuePath& path, Filter::Operator by, const JsonValue& value
    ) {
        if (++conditions_ > comparisons_max) return no_query("Conditions");
        Filter out;
        out.kind = Filter::Kind::comparison;
        out.path = path;
        out.compares = by;
        ROOKERY_TRY(out.literal, constant(path.type, value));
        return out;
    }

    /// The values as an array, or as the text of one.
    Result<Filter> any_of(const ValuePath& path, const JsonValue& value, bool negated) {
        const auto text = text_in(&value);
        JsonValue parsed;
        const auto* list = &value;
        if (value.is(Kind::text)) {
            ROOKERY_TRY(parsed, parse_json(text));
            list = &parsed;
        }
        if (!list->is(Kind::array)) return no_query("Value");
        Filter out;
        out.kind = negated ? Filter::Kind::all : Filter::Kind::any;
        for (const auto& one : list->items) {
            const auto by = negated ? Filter::Operator::ne : Filter::Operator::eq;
            ROOKERY_TRY(auto part, compared_with(path, by, one));
            out.parts.push_back(std::move(part));
        }
        return out;
    }

    const EntityType& type_;
    std::size_t conditions_ = 0;
};

/// MetadataQueryExpression: Properties and Criteria.
Result<Wanted> read_wanted(const JsonValue& query, const EntityType& type) {
    if (!query.is(Kind::object)) return no_query("Query");
    Wanted out;
    if (const auto* properties = query.member("Properties"); !is_missing(properties)) {
        const auto* all = properties->member("AllProperties");
        out.everything = all != nullptr && all->is(Kind::boolean) && all->boolean;
        if (const auto* names = properties->member("PropertyNames"); !is_missing(names)) {
            if (names->items.size() > selected_names_max) return no_query("PropertyNames");
            for (const auto& name : names->items) out.names.push_back(text_in(&name));
        }
    }
    if (const auto* criteria = query.member("Criteria"); !is_missing(criteria)) {
        ROOKERY_TRY(out.filter, CriteriaReader{type}.read(*criteria));
    }
    return out;
}

Result<> read_part(
    std::optional<Wanted>& to, const JsonValue& query, std::string_view name, const EntityType& type
) {
    const auto* part = query.member(name);
    if (is_missing(part)) return {};
    ROOKERY_TRY(to, read_wanted(*part, type));
    return {};
}

/// Changes whenever anything in the metadata does, which a new build may do and nothing else.
std::string stamp() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const auto byte : model().digest().first(8)) {
        out += digits[byte >> 4];
        out += digits[byte & 0xF];
    }
    return out;
}

class ChangesWriter {
 public:
    ChangesWriter(JsonWriter& json, const ChangesQuery& query, const RenderContext& context)
        : json_(json), query_(query), annotated_(context.metadata != MetadataLevel::none) {}

    void table(const Definition& table) {
        json_.begin_object();
        properties(table, query_.tables);
        if (query_.columns) related(table, "Attributes", *query_.columns);
        if (query_.keys) related(table, "Keys", *query_.keys);
        if (query_.relationships) {
            for (const auto name : relationship_navigations) {
                related(table, name, *query_.relationships);
            }
        }
        json_.end_object();
    }

 private:
    void properties(const Definition& definition, const Wanted& wanted) {
        const auto& type = *definition.type;
        for (std::size_t place = 0; place < definition.ready.size(); ++place) {
            const auto name = type.property(place).name;
            // dataverse: what the client keeps them by, whatever it asked for.
            const bool always_there = name == type.id_property() || name == type.name_property();
            if (always_there || wanted.has(name)) json_.ready(definition.ready[place]);
        }
        json_.key("HasChanged");
        json_.null();
    }

    void related(const Definition& of, std::string_view navigation, const Wanted& wanted) {
        json_.key(navigation);
        json_.begin_array();
        for (const auto* one : of.related[*of.type->find_navigation(navigation)]) {
            if (wanted.filter && !matches(*wanted.filter, *one)) continue;
            json_.begin_object();
            type_of(*one);
            properties(*one, wanted);
            options(*one, wanted);
            json_.end_object();
        }
        json_.end_array();
    }

    /// What is a navigation property elsewhere is a value here.
    void options(const Definition& column, const Wanted& wanted) {
        for (std::size_t place = 0; place < column.related.size(); ++place) {
            const auto& navigation = column.type->navigation(place);
            if (navigation.collection || !wanted.has(navigation.name)) continue;
            json_.key(navigation.name);
            if (column.related[place].empty()) {
                json_.null();
                continue;
            }
            json_.begin_object();
            type_of(*column.related[place].front());
            for (const auto& one : column.related[place].front()->ready) json_.ready(one);
            json_.end_object();
        }
    }

    void type_of(const Definition& definition) {
        if (!annotated_) return;
        json_.key("@odata.type");
        json_.begin_text();
        json_.piece("#Microsoft.Dynamics.CRM.Complex");
        json_.piece(definition.type->name);
        json_.end_text();
    }

    JsonWriter& json_;
    const ChangesQuery& query_;
    bool annotated_;
};

}  // namespace

bool Wanted::has(std::string_view property) const {
    if (property == "HasChanged") return false;  // written for all of them
    return everything || std::ranges::find(names, property) != names.end();
}

Result<ChangesQuery> read_changes_query(std::string_view query) {
    ROOKERY_TRY(const auto json, parse_json(query));
    ChangesQuery out;
    ROOKERY_TRY(out.tables, read_wanted(json, entity_metadata));
    ROOKERY_CHECK(read_part(out.columns, json, "AttributeQuery", attribute_metadata));
    ROOKERY_CHECK(read_part(out.relationships, json, "RelationshipQuery", relationship_base));
    ROOKERY_CHECK(read_part(out.keys, json, "KeyQuery", key_metadata));
    return out;
}

void write_changes(JsonWriter& json, const ChangesQuery& query, const RenderContext& context) {
    const auto newest = stamp();
    json.key("EntityMetadata");
    json.begin_array();
    if (query.client_stamp != newest) {
        ChangesWriter writer{json, query, context};
        for (const auto* table : model().find_set("EntityDefinitions")->rows) {
            if (query.tables.filter && !matches(*query.tables.filter, *table)) continue;
            writer.table(*table);
        }
    }
    json.end_array();
    json.key("ServerVersionStamp");
    json.text(std::string_view{newest});
    json.key("DeletedMetadata");
    json.begin_object();
    json.key("Count");
    json.number(std::int64_t{0});
    json.key("IsReadOnly");
    json.boolean(false);
    for (const std::string_view list : {"Keys", "Values"}) {
        json.key(list);
        json.begin_array();
        json.end_array();
    }
    json.end_object();
}

}  // namespace rookery::odata::metadata

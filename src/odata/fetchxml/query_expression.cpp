#include "odata/fetchxml/query_expression.hpp"

#include "odata/request/body_parameters.hpp"
#include "odata/request/utf8.hpp"
#include "query/operators.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

namespace rookery::odata::fetchxml {
namespace {

using Kind = JsonValue::Kind;

struct OperatorName {
    std::string_view name;       // ConditionOperator
    std::string_view condition;  // FetchXML
};

// The others have the names of the query functions.
constexpr OperatorName expression_operators[] = {
    {"Equal", "eq"},
    {"NotEqual", "ne"},
    {"GreaterThan", "gt"},
    {"LessThan", "lt"},
    {"GreaterEqual", "ge"},
    {"LessEqual", "le"},
    {"Like", "like"},
    {"NotLike", "not-like"},
    {"BeginsWith", "begins-with"},
    {"DoesNotBeginWith", "not-begin-with"},
    {"EndsWith", "ends-with"},
    {"DoesNotEndWith", "not-end-with"},
    {"Null", "null"},
    {"NotNull", "not-null"},
};

tl::unexpected<Error> not_in_bulk(std::string_view what) {
    return fail(
        Errc::unsupported,
        "'" + std::string{what} + "' of a QueryExpression is not supported here.",
        "send a FetchExpression"
    );
}

/// Absent, null, false, 0, an empty text, array or object: it asks for nothing.
bool asks_for_nothing(const JsonValue* value) {
    if (value == nullptr) return true;
    switch (value->kind) {
        case Kind::null:
            return true;
        case Kind::boolean:
            return !value->boolean;
        case Kind::integer:
            return value->integer == 0;
        case Kind::other_number:
            return false;
        case Kind::text:
            return value->text.expose([](std::string_view text) { return text.empty(); });
        case Kind::array:
            return value->items.empty();
        case Kind::object:
            return value->members.empty();
    }
    return false;
}

/// Errc::bad_payload for any other: a misspelt one would delete what it was to keep.
Result<> check_known(
    const JsonValue& object, std::string_view what, std::initializer_list<std::string_view> known
) {
    if (!object.is(Kind::object)) return bad_parameter(what);
    for (const auto& member : object.members) {
        const auto name = std::string_view{member.name}.substr(0, member.name.find('@'));
        if (name.empty() || std::ranges::find(known, name) != known.end()) continue;
        return fail(
            Errc::bad_payload,
            "'" + std::string{showable(member.name)} + "' is no member of '" + std::string{what} +
                "'."
        );
    }
    return {};
}

std::optional<std::string> text_in(const JsonValue* value) {
    if (value == nullptr || !value->is(Kind::text)) return std::nullopt;
    return value->text.expose([](std::string_view text) { return std::string{text}; });
}

/// A value of a condition, alone or as {"Value": …, "Type": "System.…"}.
std::optional<std::string> operand_text(const JsonValue& value) {
    if (value.is(Kind::object)) {
        const auto* inner = value.member("Value");
        if (inner == nullptr || inner->is(Kind::object)) return std::nullopt;
        return operand_text(*inner);
    }
    if (value.is(Kind::boolean)) return value.boolean ? "1" : "0";
    if (value.is(Kind::integer)) return std::to_string(value.integer);
    return text_in(&value);
}

std::optional<std::string> condition_name(std::string_view name) {
    const auto* const found = std::ranges::find(expression_operators, name, &OperatorName::name);
    if (found != std::end(expression_operators)) return std::string{found->condition};
    const auto* op = messages::operator_of_function(name);
    return op == nullptr ? std::nullopt : std::optional{std::string{op->condition}};
}

/// Of how many rows: all of them.
Result<> check_no_limit(const JsonValue& expression) {
    const auto* top = expression.member("TopCount");
    if (top != nullptr && !top->is(Kind::null)) return not_in_bulk("TopCount");
    const auto* pages = expression.member("PageInfo");
    if (pages == nullptr || pages->is(Kind::null)) return {};
    if (!pages->is(Kind::object)) return bad_parameter("PageInfo");
    const bool all =
        asks_for_nothing(pages->member("Count")) && asks_for_nothing(pages->member("PagingCookie"));
    return all ? Result<>{} : not_in_bulk("PageInfo");
}

class ExpressionReader {
 public:
    explicit ExpressionReader(std::string entity) : entity_(std::move(entity)) {}

    Result<Element> query(const JsonValue* criteria) const {
        Element entity{"entity", {{"name", entity_}}};
        if (criteria != nullptr) {
            ROOKERY_TRY(auto asked, filter("Criteria", *criteria));
            entity.children.push_back(std::move(asked));
        }
        Element out{"fetch"};
        out.children.push_back(std::move(entity));
        return out;
    }

 private:
    static const std::vector<JsonValue>* items_of(const JsonValue& object, std::string_view name) {
        static const std::vector<JsonValue> none;
        const auto* value = object.member(name);
        if (value == nullptr) return &none;
        return value->is(Kind::array) ? &value->items : nullptr;
    }

    Result<Element> filter(std::string_view what, const JsonValue& asked) const {
        ROOKERY_CHECK(check_known(
            asked,
            what,
            {"FilterOperator", "Conditions", "Filters", "IsQuickFindFilter", "FilterHint"}
        ));
        const auto* conditions = items_of(asked, "Conditions");
        const auto* filters = items_of(asked, "Filters");
        const auto* given = asked.member("FilterOperator");
        const auto op = given == nullptr ? std::optional<std::string>{"And"} : text_in(given);
        if (conditions == nullptr || filters == nullptr || !op || (*op != "And" && *op != "Or")) {
            return bad_parameter(what);
        }
        if (conditions->empty() && filters->empty()) {
            return fail(
                Errc::bad_payload,
                "'" + std::string{what} + "' has no condition.",
                "leave Criteria out to mean all rows"
            );
        }
        Element out{"filter", {{"type", *op == "Or" ? "or" : "and"}}};
        for (const auto& one : *conditions) {
            ROOKERY_TRY(auto term, condition(one));
            out.children.push_back(std::move(term));
        }
        for (const auto& one : *filters) {
            ROOKERY_TRY(auto term, filter("Filters", one));
            out.children.push_back(std::move(term));
        }
        return out;
    }

    Result<Element> condition(const JsonValue& asked) const {
        ROOKERY_CHECK(check_known(
            asked,
            "Conditions",
            {"EntityName", "AttributeName", "Operator", "Values", "CompareColumns"}
        ));
        const auto attribute = text_in(asked.member("AttributeName"));
        const auto given = text_in(asked.member("Operator"));
        const auto* values = items_of(asked, "Values");
        if (!attribute || attribute->empty()) return bad_parameter("AttributeName");
        if (!given) return bad_parameter("Operator");
        if (values == nullptr) return bad_parameter("Values");
        const auto entity = text_in(asked.member("EntityName"));
        if (entity && !entity->empty() && *entity != entity_) return not_in_bulk("EntityName");
        if (!asks_for_nothing(asked.member("CompareColumns"))) return not_in_bulk("CompareColumns");
        const auto name = condition_name(*given);
        if (!name) {
            return fail(
                Errc::unsupported,
                "The ConditionOperator '" + std::string{showable(*given)} + "' is not supported."
            );
        }
        Element out{"condition", {{"attribute", *attribute}, {"operator", *name}}};
        for (const auto& value : *values) {
            auto text = operand_text(value);
            if (!text) return bad_parameter("Values");
            Element operand{"value"};
            operand.text = std::move(*text);
            out.children.push_back(std::move(operand));
        }
        return out;
    }

    const std::string entity_;
};

}  // namespace

Result<Element> fetch_of(const JsonValue& expression) {
    if (const auto* fetch = expression.member("Query")) {
        ROOKERY_CHECK(check_known(expression, "FetchExpression", {"Query"}));
        auto text = text_in(fetch);
        if (!text) return bad_parameter("Query");
        return read_xml(*text);
    }
    ROOKERY_CHECK(check_known(
        expression,
        "QueryExpression",
        {"EntityName",
         "Criteria",
         "ColumnSet",
         "Orders",
         "Distinct",
         "NoLock",
         "ForceSeek",
         "QueryHints",
         "PageInfo",
         "TopCount",
         "LinkEntities",
         "DataSource",
         "SubQueryExpression"}
    ));
    // What would make them other rows.
    for (const auto* name : {"LinkEntities", "DataSource", "SubQueryExpression"}) {
        if (!asks_for_nothing(expression.member(name))) return not_in_bulk(name);
    }
    ROOKERY_CHECK(check_no_limit(expression));
    auto entity = text_in(expression.member("EntityName"));
    if (!entity || entity->empty()) return bad_parameter("EntityName");
    return ExpressionReader(std::move(*entity)).query(expression.member("Criteria"));
}

}  // namespace rookery::odata::fetchxml

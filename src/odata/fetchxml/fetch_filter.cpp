#include "odata/fetchxml/fetch_filter.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/request/filter_parser.hpp"
#include "odata/request/literal.hpp"
#include "odata/request/query_function.hpp"
#include "odata/request/utf8.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

namespace rookery::odata::fetchxml {
namespace {

using messages::Comparison;
using messages::Filter;
using messages::Operands;
using messages::TextMatch;
using schema::Column;
using storage::Value;

using enum AttributeUse;

constexpr AttributeRule filter_attributes[] = {
    {"type"},
    {"hint", ignored},
    {"isquickfindfields", ignored},  // what it searches stands in the filter, as conditions
    {"overridequickfindrecordlimitenabled", ignored},
    {"overridequickfindrecordlimitdisabled", ignored},
};

constexpr AttributeRule condition_attributes[] = {
    {"attribute"},
    {"operator"},
    {"value"},
    {"entityname"},
    {"valueof"},
    {"aggregate", not_built},
    {"alias", not_built},
    {"column", not_built},
    {"uiname", ignored},
    {"uitype", ignored},
    {"uihidden", ignored},
};

constexpr AttributeRule value_attributes[] = {{"uiname", ignored}, {"uitype", ignored}};

struct ComparisonName {
    std::string_view name;
    Comparison op;
};

constexpr ComparisonName comparison_names[] = {
    {"eq", Comparison::eq},
    {"ne", Comparison::ne},
    {"neq", Comparison::ne},
    {"lt", Comparison::lt},
    {"le", Comparison::le},
    {"gt", Comparison::gt},
    {"ge", Comparison::ge},
};

struct MatchName {
    std::string_view name;
    TextMatch kind;
    bool negated = false;
};

constexpr MatchName match_names[] = {
    {"like", TextMatch::like},
    {"not-like", TextMatch::like, true},
    {"begins-with", TextMatch::startswith},
    {"not-begin-with", TextMatch::startswith, true},
    {"ends-with", TextMatch::endswith},
    {"not-end-with", TextMatch::endswith, true},
};

/// What Dataverse documents and this service has no rule or no column for.
constexpr std::string_view not_built_operators[] = {
    "contain-values",
    "not-contain-values",
    "eq-useroruserhierarchy",
    "eq-useroruserhierarchyandteams",
};

Filter negated_if(bool negated, Filter filter) {
    if (!negated) return filter;
    return {messages::Not{std::make_unique<Filter>(std::move(filter))}};
}

class FilterReader {
 public:
    FilterReader(const schema::Table& table, FilterCounts& counts, FilterLinks* links)
        : table_(table), counts_(counts), links_(links) {}

    Result<std::optional<Filter>> read(const Element& element, int depth) {
        if (depth > filter_depth_max) {
            return fail(Errc::malformed, "The filters of the FetchXML are nested too deep.");
        }
        ROOKERY_CHECK(check_attributes(element, filter_attributes));
        const auto* type = element.attribute("type");
        if (type != nullptr && *type != "and" && *type != "or") {
            return attribute_error(element, "type", "must be and or or");
        }
        std::vector<Filter> terms;
        for (const auto& child : element.children) {
            if (child.name == "condition") {
                ROOKERY_TRY(auto term, condition(child));
                terms.push_back(std::move(term));
            } else if (child.name == "filter") {
                ROOKERY_TRY(auto term, read(child, depth + 1));
                if (term) terms.push_back(std::move(*term));
            } else if (child.name == "link-entity" && links_ != nullptr) {
                ROOKERY_TRY(auto term, links_->link_in_filter(table_, child));
                terms.push_back(std::move(term));
            } else {
                return unknown_element(child);
            }
        }
        if (terms.empty()) return std::nullopt;
        if (terms.size() == 1) return std::move(terms.front());
        if (type != nullptr && *type == "or") return Filter{messages::Any{std::move(terms)}};
        return Filter{messages::All{std::move(terms)}};
    }

 private:
    static tl::unexpected<Error> unknown_element(const Element& element) {
        if (element.name == "link-entity") {
            return fail(Errc::unsupported, "The FetchXML element 'link-entity' is not supported.");
        }
        return fail(
            Errc::malformed,
            "The FetchXML element '" + std::string{showable(element.name)} +
                "' cannot stand in a filter."
        );
    }

    Result<Filter> condition(const Element& element) {
        ROOKERY_CHECK(check_attributes(element, condition_attributes));
        if (++counts_.conditions > filter_terms_max) {
            return fail(Errc::malformed, "The FetchXML has too many conditions.");
        }
        const auto* attribute = element.attribute("attribute");
        const auto* name = element.attribute("operator");
        if (attribute == nullptr) return attribute_error(element, "attribute", "is missing");
        if (name == nullptr) return attribute_error(element, "operator", "is missing");
        const auto* alias = element.attribute("entityname");
        const auto* table = &table_;
        if (alias != nullptr) {
            if (links_ == nullptr) {
                return fail(
                    Errc::unsupported,
                    "The attribute 'entityname' of the FetchXML element 'condition' is not "
                    "supported."
                );
            }
            ROOKERY_TRY(table, links_->table_of(element, *alias));
        }
        const auto* named = table->column(*attribute);
        ROOKERY_TRY(
            const auto* column,
            filterable(*table, named == nullptr ? std::string_view{*attribute} : named->wire_name())
        );
        ROOKERY_TRY(auto out, read_comparison(element, *name, *table, *column));
        if (alias == nullptr) return out;
        return links_->reached(element, *alias, std::move(out));
    }

    Result<Filter> read_comparison(
        const Element& element, std::string_view name, const schema::Table& table,
        const Column& column
    ) {
        if (const auto* other = element.attribute("valueof")) {
            return with_column(element, name, table, column, *other);
        }
        ROOKERY_TRY(const auto values, values_of(element));
        return by_operator(element, name, table, column, values);
    }

    /// Another column of the same row.
    Result<Filter> with_column(
        const Element& element, std::string_view name, const schema::Table& table,
        const Column& column, std::string_view other
    ) {
        if (element.attribute("value") != nullptr || !element.children.empty()) {
            return attribute_error(element, "valueof", "cannot stand beside a value");
        }
        const auto* const op = std::ranges::find(comparison_names, name, &ComparisonName::name);
        if (op == std::end(comparison_names)) {
            return attribute_error(element, "valueof", "is for comparisons alone");
        }
        ROOKERY_TRY(const auto* with, filterable(table, wire_name(table, other)));
        const auto family = [](const Column& one) {
            return one.is_lookup() ? schema::Shape::uid : one.shape();
        };
        if (family(column) != family(*with)) {
            return attribute_error(element, "valueof", "names a column of another type");
        }
        if (!may_order(op->op, column)) return does_not_suit(element, column);
        return Filter{messages::Compare{&column, op->op, with}};
    }

    /// As texts: of the attribute, or of <value> elements.
    Result<std::vector<std::string_view>> values_of(const Element& element) {
        std::vector<std::string_view> out;
        if (const auto* value = element.attribute("value")) out.emplace_back(*value);
        for (const auto& child : element.children) {
            if (child.name != "value" || !child.children.empty()) {
                return fail(Errc::malformed, "A FetchXML condition holds elements 'value' alone.");
            }
            ROOKERY_CHECK(check_attributes(child, value_attributes));
            out.emplace_back(child.text);
        }
        counts_.values += out.size();
        if (counts_.values > filter_values_max) {
            return fail(Errc::malformed, "The conditions of the FetchXML hold too many values.");
        }
        return out;
    }

    Result<Filter> by_operator(
        const Element& element, std::string_view name, const schema::Table& table,
        const Column& column, const std::vector<std::string_view>& values
    ) const {
        // What takes no value has no use for one that stands beside it, as clients leave it.
        if (name == "null" || name == "not-null") {
            const auto op = name == "null" ? Comparison::eq : Comparison::ne;
            return Filter{messages::Compare{&column, op, Value{}}};
        }
        if (const auto* found = std::ranges::find(comparison_names, name, &ComparisonName::name);
            found != std::end(comparison_names)) {
            return comparison(element, *found, column, values);
        }
        if (const auto* found = std::ranges::find(match_names, name, &MatchName::name);
            found != std::end(match_names)) {
            if (values.size() != 1) return wrong_values(element, name);
            if (column.shape() != schema::Shape::text) return does_not_suit(element, column);
            return negated_if(
                found->negated,
                Filter{messages::Match{&column, found->kind, std::string{values.front()}}}
            );
        }
        if (const auto* found = messages::operator_of_condition(name)) {
            return condition_of(element, *found, table, column, values);
        }
        const bool known =
            std::ranges::find(not_built_operators, name) != std::end(not_built_operators) ||
            name.find("fiscal") != std::string_view::npos;
        if (known) {
            return fail(
                Errc::unsupported,
                "The FetchXML operator '" + std::string{name} + "' is not supported."
            );
        }
        return attribute_error(element, "operator", "is not known");
    }

    /// Whether the column has an order, or none is asked for.
    static bool may_order(Comparison op, const Column& column) {
        return op == Comparison::eq || op == Comparison::ne ||
               schema::row_of(column.type).filtering == schema::Filtering::order;
    }

    static Result<Filter> comparison(
        const Element& element, const ComparisonName& op, const Column& column,
        const std::vector<std::string_view>& values
    ) {
        if (values.size() != 1) return wrong_values(element, op.name);
        if (!may_order(op.op, column)) return does_not_suit(element, column);
        ROOKERY_TRY(auto value, value_of(column, values.front()));
        return Filter{messages::Compare{&column, op.op, std::move(value)}};
    }

    Result<Filter> condition_of(
        const Element& element, const messages::OperatorRow& op, const schema::Table& table,
        const Column& column, const std::vector<std::string_view>& values
    ) const {
        if (!messages::suits(op, table, column)) return does_not_suit(element, column);
        messages::Condition out;
        out.column = &column;
        out.op = &op;
        ROOKERY_TRY(out.values, operands(element, op, column, values));
        return Filter{std::move(out)};
    }

    static Result<std::vector<Value>> operands(
        const Element& element, const messages::OperatorRow& op, const Column& column,
        const std::vector<std::string_view>& values
    ) {
        if (op.operands == Operands::none) return std::vector<Value>{};
        const bool fits = op.operands == Operands::list  ? !values.empty()
                          : op.operands == Operands::two ? values.size() == 2
                                                         : values.size() == 1;
        if (!fits) return wrong_values(element, op.condition);
        std::vector<Value> out;
        for (const auto value : values) {
            ROOKERY_TRY(auto one, operand(element, op, column, value));
            out.push_back(std::move(one));
        }
        return out;
    }

    static Result<Value> operand(
        const Element& element, const messages::OperatorRow& op, const Column& column,
        std::string_view text
    ) {
        switch (op.operands) {
            case Operands::row:
                return value_as(schema::Type::uid, column, text);
            case Operands::day:
                return value_as(schema::Type::datetime, column, text);
            case Operands::count: {
                ROOKERY_TRY(auto count, value_as(schema::Type::bigint, column, text));
                const auto number = std::get<std::int64_t>(count);
                if (number >= 1 && number <= messages::operator_count_max) return count;
                return wrong_values(element, op.condition);
            }
            case Operands::none:
            case Operands::two:
            case Operands::list:
                break;
        }
        return value_of(column, text);
    }

    static Result<Value> value_as(schema::Type type, const Column& column, std::string_view text) {
        auto as = column;
        as.type = type;
        return value_of(as, text);
    }

    /// A value is never null: that has operators of its own. Ids may stand in braces; flags are those of
    /// attributes, and dates need no zone.
    static Result<Value> value_of(const Column& column, std::string_view text) {
        if (column.shape() == schema::Shape::text) return Value{std::string{text}};
        const bool braces = text.size() > 2 && text.starts_with('{') && text.ends_with('}');
        if (braces) text = text.substr(1, text.size() - 2);
        if (text != "null") {
            auto value = read_quoted(column, Token{TokenKind::word, text, 0, false});
            if (value) return value;
        }
        return fail(
            Errc::malformed,
            "The value of a FetchXML condition on '" + std::string{column.name} +
                "' is not of the column's type."
        );
    }

    static tl::unexpected<Error> wrong_values(const Element& element, std::string_view name) {
        return attribute_error(
            element, "operator", "'" + std::string{name} + "' takes another number of values"
        );
    }

    static tl::unexpected<Error> does_not_suit(const Element& element, const Column& column) {
        return attribute_error(
            element, "operator", "cannot be used on the column '" + std::string{column.name} + "'"
        );
    }

    const schema::Table& table_;
    FilterCounts& counts_;
    FilterLinks* const links_;
};

}  // namespace

Result<std::optional<Filter>> read_filters(
    const schema::Table& table, std::span<const Element> elements, FilterCounts& counts,
    FilterLinks* links
) {
    FilterReader reader(table, counts, links);
    std::vector<Filter> terms;
    for (const auto& element : elements) {
        if (element.name != "filter") continue;
        ROOKERY_TRY(auto filter, reader.read(element, 1));
        if (filter) terms.push_back(std::move(*filter));
    }
    if (terms.empty()) return std::nullopt;
    if (terms.size() == 1) return std::move(terms.front());
    return Filter{messages::All{std::move(terms)}};
}

}  // namespace rookery::odata::fetchxml

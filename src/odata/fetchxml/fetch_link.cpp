#include "odata/fetchxml/fetch_link.hpp"

#include "odata/fetchxml/attribute_rules.hpp"
#include "odata/fetchxml/link_hop.hpp"
#include "odata/request/lexer.hpp"
#include "odata/request/utf8.hpp"
#include "query/joins.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rookery::odata::fetchxml {
namespace {

using messages::Filter;
using messages::Hop;
using messages::Quantifier;
using messages::Related;
using schema::Table;

using enum AttributeUse;

constexpr AttributeRule link_attributes[] = {
    {"name"},
    {"from"},
    {"to"},
    {"alias"},
    {"link-type"},
    {"intersect", ignored},
    {"visible", ignored},
    {"enableprefiltering", ignored},
    {"prefilterparametername", ignored},
};

struct KindName {
    std::string_view name;
    LinkKind kind;
    bool in_filter = false;
};

// dataverse: "not all" is "any", despite its name, and "all" is that there are linked rows and none is like that.
constexpr KindName kind_names[] = {
    {"inner", LinkKind::inner},
    {"outer", LinkKind::outer},
    {"matchfirstrowusingcrossapply", LinkKind::first},
    {"exists", LinkKind::exists},
    {"in", LinkKind::exists},
    {"any", LinkKind::any, true},
    {"not any", LinkKind::not_any, true},
    {"all", LinkKind::all, true},
    {"not all", LinkKind::any, true},
};

Result<LinkKind> kind_of(const Element& element, bool in_filter) {
    const auto* type = element.attribute("link-type");
    const std::string_view name = type == nullptr ? "inner" : std::string_view{*type};
    const auto* found = std::ranges::find(kind_names, name, &KindName::name);
    if (found == std::end(kind_names)) return attribute_error(element, "link-type", "is not known");
    if (found->in_filter == in_filter) return found->kind;
    return attribute_error(
        element, "link-type", in_filter ? "cannot stand in a filter" : "stands in a filter alone"
    );
}

Filter joined_by_and(std::vector<Filter> terms) {
    if (terms.size() == 1) return std::move(terms.front());
    return {messages::All{std::move(terms)}};
}

Filter no(Filter term) {
    messages::Not out;
    out.term = std::make_shared<const Filter>(std::move(term));
    return {std::move(out)};
}

Filter some_row(const Hop& hop, std::optional<Filter> filter) {
    Related out;
    out.hop = hop;
    out.how = Quantifier::some;
    if (filter) out.filter = std::make_shared<const Filter>(std::move(*filter));
    return {std::move(out)};
}

/// Whether a condition asks for no more than whether there is a row: `eq` for no, `ne` for yes.
std::optional<messages::Comparison> asks_for_row(const Filter& filter) {
    const auto* compare = std::get_if<messages::Compare>(&filter.node);
    if (compare == nullptr || !compare->column->may(schema::can::row_id)) return std::nullopt;
    const auto* value = std::get_if<storage::Value>(&compare->operand);
    if (value == nullptr || !storage::is_null(*value)) return std::nullopt;
    return compare->op;
}

tl::unexpected<Error> no_single_row(const Link& link) {
    return fail(
        Errc::unsupported,
        "The link '" + link.alias +
            "' of the FetchXML is to many rows, only asked about, or an outer one with a filter: "
            "conditions on its columns stand in it, and nothing is ordered by them."
    );
}

tl::unexpected<Error> misplaced_in_link(const Element& element) {
    return fail(
        Errc::malformed,
        "The FetchXML element '" + std::string{showable(element.name)} +
            "' is not known, or cannot stand in this link."
    );
}

bool is_part_of_join(const Link* link) {
    for (; link != nullptr; link = link->parent) {
        if (!link->is_join()) return false;
    }
    return true;
}

/// Of the two links of an N:N.
LinkKind kind_of_both(LinkKind first, LinkKind second) {
    const bool joins =
        first == LinkKind::inner || first == LinkKind::outer || first == LinkKind::first;
    return !joins || first == second ? first : LinkKind::inner;
}

}  // namespace

bool Link::is_required() const {
    if (kind != LinkKind::outer) return true;
    return std::ranges::any_of(links, [](const auto& one) { return one->is_required(); });
}

std::optional<Filter> Link::condition() const {
    std::vector<Filter> terms;
    if (filter) terms.push_back(*filter);
    for (const auto& inner : links) {
        if (inner->is_required()) terms.push_back(inner->exists());
    }
    if (terms.empty()) return std::nullopt;
    return joined_by_and(std::move(terms));
}

Filter Link::exists() const { return some_row(hop, condition()); }

Result<void> Links::read(const Table& table, const Element& entity) {
    for (const auto& child : entity.children) {
        if (child.name != "link-entity") continue;
        ROOKERY_TRY(const auto kind, kind_of(child, false));
        ROOKERY_TRY(auto link, read_link(table, child, nullptr, kind));
        links_.push_back(std::move(link));
    }
    return {};
}

Result<void> Links::count(const Element& element) {
    ROOKERY_CHECK(check_attributes(element, link_attributes));
    if (++count_ <= messages::joins_max) return {};
    return fail(
        Errc::malformed,
        "The FetchXML has more than " + std::to_string(messages::joins_max) + " links."
    );
}

/// dataverse: without one, the table's name and which link of the query it is.
Result<std::string> Links::alias_of(const Element& element) {
    const auto* given = element.attribute("alias");
    auto out = given != nullptr ? *given : *element.attribute("name") + std::to_string(count_);
    if (!is_name(out)) return attribute_error(element, "alias", "is not a name");
    if (std::ranges::find(aliases_, out) != aliases_.end()) {
        return attribute_error(element, "alias", "is there twice");
    }
    aliases_.push_back(out);
    return out;
}

Result<Links::LinkPtr> Links::read_link(
    const Table& table, const Element& element, const Link* parent, LinkKind kind
) {
    ROOKERY_CHECK(count(element));
    auto out = std::make_unique<Link>();
    out->kind = kind;
    out->of = &table;
    out->element = &element;
    out->parent = parent;
    ROOKERY_TRY(const auto pairs, hop_over_pairs(table, element));
    if (pairs) {
        ROOKERY_CHECK(alias_of(element));
        out->element = &element.children.front();
        ROOKERY_CHECK(count(*out->element));
        ROOKERY_TRY(const auto second, kind_of(*out->element, false));
        out->kind = kind_of_both(kind, second);
        out->hop = *pairs;
    } else {
        ROOKERY_TRY(out->hop, link_hop(table, element));
    }
    ROOKERY_TRY(out->alias, alias_of(*out->element));
    in_order_.push_back(out.get());
    ROOKERY_CHECK(read_inside(*out));
    return out;
}

Result<void> Links::read_inside(Link& link) {
    const bool joined = is_part_of_join(&link);
    ++inside_;
    for (const auto& child : link.element->children) {
        const auto is = [&](std::string_view element) { return child.name == element; };
        const bool shown = is("attribute") || is("all-attributes") || is("order");
        if (shown ? !joined : !is("filter") && !is("link-entity")) return misplaced_in_link(child);
        if (!is("link-entity")) continue;
        ROOKERY_TRY(const auto kind, kind_of(child, false));
        ROOKERY_TRY(auto inner, read_link(*link.hop.to, child, &link, kind));
        link.links.push_back(std::move(inner));
    }
    ROOKERY_TRY(link.filter, read_filters(*link.hop.to, link.element->children, counts_, this));
    --inside_;
    return {};
}

Result<const Link*> Links::find(const Element& element, std::string_view alias) const {
    for (const auto* link : in_order_) {
        if (link->alias == alias) return link;
    }
    return attribute_error(element, "entityname", "is the alias of no link");
}

Result<std::vector<Hop>> Links::path_of(const Link& link) {
    std::vector<Hop> out;
    for (const auto* at = &link; at != nullptr; at = at->parent) {
        const bool single = at->hop.lookup != nullptr && at->is_join();
        if (!single || (at->filter && !at->is_required())) return no_single_row(link);
        out.push_back(at->hop);
    }
    std::ranges::reverse(out);
    return out;
}

std::vector<Filter> Links::conditions() const {
    std::vector<Filter> out;
    for (const auto& link : links_) {
        if (link->is_required()) out.push_back(link->exists());
    }
    return out;
}

Result<Filter> Links::link_in_filter(const Table& table, const Element& element) {
    ROOKERY_TRY(const auto kind, kind_of(element, true));
    const auto before = in_order_.size();
    ROOKERY_TRY(const auto link, read_link(table, element, nullptr, kind));
    in_order_.resize(before);  // nothing else may name it
    auto out = link->exists();
    if (kind == LinkKind::any) return out;
    if (kind == LinkKind::not_any) return no(std::move(out));
    std::vector<Filter> both;
    both.push_back(some_row(link->hop, std::nullopt));
    both.push_back(no(std::move(out)));
    return joined_by_and(std::move(both));
}

Result<const Table*> Links::table_of(const Element& condition, std::string_view alias) {
    if (inside_ > 0) {
        return fail(
            Errc::unsupported,
            "The attribute 'entityname' of the FetchXML element 'condition' is not supported "
            "within a link."
        );
    }
    ROOKERY_TRY(const auto* link, find(condition, alias));
    return link->hop.to;
}

Result<Filter> Links::reached(const Element& condition, std::string_view alias, Filter filter) {
    ROOKERY_TRY(const auto* link, find(condition, alias));
    if (const auto op = asks_for_row(filter); op && link->is_join()) {
        auto out = link->exists();
        for (const auto* at = link->parent; at != nullptr; at = at->parent) {
            if (at->hop.lookup == nullptr) return no_single_row(*link);
            std::vector<Filter> both;
            if (at->filter) both.push_back(*at->filter);
            both.push_back(std::move(out));
            out = some_row(at->hop, joined_by_and(std::move(both)));
        }
        return *op == messages::Comparison::eq ? no(std::move(out)) : std::move(out);
    }
    ROOKERY_TRY(const auto path, path_of(*link));
    for (auto hop = path.rbegin(); hop != path.rend(); ++hop) {
        Related out;
        out.hop = *hop;
        out.filter = std::make_shared<const Filter>(std::move(filter));
        filter = {std::move(out)};
    }
    return filter;
}

}  // namespace rookery::odata::fetchxml

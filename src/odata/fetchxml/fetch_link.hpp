// The links of a FetchXML query to other tables (dataverse: "Join tables using FetchXml"), as they are written, and what
// they ask of the rows of the entity. What they show is link_columns.hpp.
#pragma once

#include "odata/fetchxml/fetch_element.hpp"
#include "odata/fetchxml/fetch_filter.hpp"
#include "query/filter.hpp"
#include "schema/schema.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata::fetchxml {

/// `first`: with one of the linked rows, whichever it is (dataverse: matchfirstrowusingcrossapply).
enum class LinkKind : std::uint8_t { inner, outer, first, exists, any, not_any, all, not_all };

/// One link-entity; of an N:N one for the two that FetchXML writes, the table of pairs and the one behind it.
struct Link {
    messages::Hop hop;
    LinkKind kind = LinkKind::inner;
    std::string alias;
    const schema::Table* of = nullptr;       // the table that it leads from
    const Element* element = nullptr;        // what it shows, orders by and filters by
    const Link* parent = nullptr;            // null: it stands in the entity, or in a filter
    std::optional<messages::Filter> filter;  // its own
    std::vector<std::unique_ptr<Link>> links;

    /// Its rows are part of the query's, and not only asked about.
    [[nodiscard]] bool is_join() const {
        return kind == LinkKind::inner || kind == LinkKind::outer || kind == LinkKind::first;
    }

    /// Whether a row without a linked one is no row of the query. Joins are made one after the other, so an outer one is
    /// inner when one within it is.
    [[nodiscard]] bool is_required() const;

    /// What a linked row must be like: the link's filter, and those of the links within it.
    [[nodiscard]] std::optional<messages::Filter> condition() const;

    /// There is a linked row that is like that.
    [[nodiscard]] messages::Filter exists() const;
};

class Links final : public FilterLinks {
 public:
    /// `counts` outlives it, as the elements do.
    explicit Links(FilterCounts& counts) : counts_(counts) {}

    /// Those that stand in the entity. Errc: malformed for what is no link, also for more than messages::joins_max of
    /// them; what link_hop says.
    [[nodiscard]] Result<void> read(const schema::Table& table, const Element& entity);

    [[nodiscard]] const std::vector<std::unique_ptr<Link>>& all() const { return links_; }

    /// All that stand in the entity, one in the other too, as they are written.
    [[nodiscard]] const std::vector<const Link*>& in_order() const { return in_order_; }

    /// The link of that alias in the entity. Errc::malformed.
    [[nodiscard]] Result<const Link*> find(const Element& element, std::string_view alias) const;

    /// The lookups up to the link's row. Errc: unsupported for a link to many rows, for one that is only asked about, and
    /// for an outer one with a filter.
    [[nodiscard]] static Result<std::vector<messages::Hop>> path_of(const Link& link);

    /// What the links ask of the rows of the entity.
    [[nodiscard]] std::vector<messages::Filter> conditions() const;

    [[nodiscard]] Result<messages::Filter> link_in_filter(
        const schema::Table& table, const Element& element
    ) override;
    [[nodiscard]] Result<const schema::Table*> table_of(
        const Element& condition, std::string_view alias
    ) override;
    [[nodiscard]] Result<messages::Filter> reached(
        const Element& condition, std::string_view alias, messages::Filter filter
    ) override;

 private:
    using LinkPtr = std::unique_ptr<Link>;

    [[nodiscard]] Result<LinkPtr> read_link(
        const schema::Table& table, const Element& element, const Link* parent, LinkKind kind
    );
    [[nodiscard]] Result<void> read_inside(Link& link);
    [[nodiscard]] Result<void> count(const Element& element);
    [[nodiscard]] Result<std::string> alias_of(const Element& element);

    FilterCounts& counts_;
    std::vector<LinkPtr> links_;
    std::vector<const Link*> in_order_;
    std::vector<std::string> aliases_;
    std::size_t count_ = 0;
    std::size_t inside_ = 0;  // links that are being read, one in the other
};

}  // namespace rookery::odata::fetchxml

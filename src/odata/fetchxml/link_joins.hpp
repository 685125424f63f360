// The links of a FetchXML aggregation, as the joins of its rows.
#pragma once

#include "odata/fetchxml/fetch_link.hpp"
#include "query/query.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rookery::odata::fetchxml {

class LinkJoins {
 public:
    /// Which links are joined: `counted` those whose rows count, or of which columns are named; `shown` the latter alone.
    enum class Which : std::uint8_t { counted, shown };

    struct Row {
        const Link* link;
        std::size_t position;  // of messages::GroupKey::row
    };

    LinkJoins(const Links& links, Which which);

    /// In their order; a link stands behind the one that it is in.
    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

    [[nodiscard]] std::vector<messages::Join> take() && { return std::move(joins_); }

 private:
    [[nodiscard]] bool is_joined(const Link& link) const;
    void add(const Link& link, std::size_t of);

    const Which which_;
    std::vector<Row> rows_;
    std::vector<messages::Join> joins_;
};

}  // namespace rookery::odata::fetchxml

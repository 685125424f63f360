// One shown row as JSON members: the hot part of every reply.
#pragma once

#include "ledger/pending.hpp"
#include "odata/json/json_writer.hpp"
#include "odata/request/render_context.hpp"
#include "pipeline/reply.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata {

class RowWriter {
 public:
    RowWriter(JsonWriter& json, const RenderContext& context, const ledger::Receipt& receipt)
        : json_(json), context_(context), receipt_(receipt) {}

    /// `@odata.etag`, then each property after its annotations, then what was expanded. The caller opens and closes
    /// the object.
    void members(const messages::ShownRow& row);
    /// The same without what was expanded.
    void own_members(const messages::ShownRow& row);
    /// Of a row that is joined to another: its columns under the names that the request gave them, or their logical names
    /// behind that of the join and a dot; those that are null left out (dataverse).
    void joined_members(const messages::ShownRow& row, const ExpandedName& joined);
    /// The value alone.
    void value(const messages::ShownRow& row, const messages::ShownCell& cell);

 private:
    void annotations(
        const schema::Table& table, const messages::ShownCell& cell, std::uint64_t versionnumber,
        std::string_view name
    );
    void bigint(std::int64_t number);
    void members(const messages::ShownRow& row, const std::vector<ExpandedName>& expanded);
    /// Of a property: its own, or the one that the request gave it.
    [[nodiscard]] std::string_view name_of(const schema::Column& column) const;
    void type_of(const messages::ShownRow& row);
    /// The rows that a row leads to, nested as deeply as the query.
    void links(const messages::ShownRow& row, const std::vector<ExpandedName>& expanded);
    void link(
        const messages::ShownRow& row, const messages::ShownLink& link, const ExpandedName& name
    );
    void collection(
        const messages::ShownRow& row, const std::vector<messages::ShownRowPtr>& rows,
        const ExpandedName& name
    );
    [[nodiscard]] std::string url_of(const schema::Table& table, const Uuid& id) const;

    JsonWriter& json_;
    const RenderContext& context_;
    const ledger::Receipt& receipt_;
};

}  // namespace rookery::odata

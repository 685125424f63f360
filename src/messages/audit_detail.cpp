#include "messages/audit_detail.hpp"

#include "pipeline/audit_rows.hpp"
#include "pipeline/audit_words.hpp"
#include "pipeline/logged_values.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <string>

namespace rookery::messages {
namespace {

using audit::Event;
using audit::ExtraValue;
using schema::Column;

const ExtraValue* extra_named(const Event& event, std::string_view name) {
    const auto found = std::ranges::find(event.extras, name, [](const auto& extra) {
        return std::string_view(extra.first);
    });
    return found == event.extras.end() ? nullptr : &found->second;
}

/// An empty text is what a change to or from null says.
bool is_null_extra(const ExtraValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr && text->empty();
}

/// What the entry says of one column that is logged.
class LoggedColumn {
 public:
    LoggedColumn(const Event& event, const Column& column)
        : event_(event),
          column_(column),
          name_(column.name),
          after_(extra_named(event, name_)),
          before_(extra_named(event, name_ + std::string(before_suffix))) {}

    void add_before(AttributeDetail& to) const {
        // What was written and is the same has no value of its own for before.
        const auto* value = before_ != nullptr ? before_ : after_;
        const auto suffix = before_ != nullptr ? before_suffix : std::string_view{};
        add(to.before, value, name_ + std::string(suffix));
    }

    void add_after(AttributeDetail& to) const { add(to.after, after_, name_); }

    [[nodiscard]] bool differs() const { return before_ != nullptr; }

 private:
    void add(std::vector<LoggedValue>& to, const ExtraValue* value, const std::string& name) const {
        if (value == nullptr || is_null_extra(*value)) return;
        to.push_back({&column_, *value, extra_named(event_, name + ".sha256") != nullptr});
    }

    const Event& event_;
    const Column& column_;
    std::string name_;
    const ExtraValue* after_;
    const ExtraValue* before_;
};

bool names(const Event& event, schema::ColumnId column) {
    return std::ranges::find(event.columns, std::uint64_t{column}) != event.columns.end();
}

AuditDetail of_attributes(const Event& event, RowChange change) {
    const auto* table = schema::table(event.table);
    if (table == nullptr) return {};
    AttributeDetail out;
    out.table = table;
    for (const auto id : table->logged) {
        const LoggedColumn column(event, *table->column(id));
        const bool written = column.differs() || names(event, id);
        if (change == RowChange::changed && !written) continue;
        if (change != RowChange::made) column.add_before(out);
        if (change != RowChange::gone) column.add_after(out);
    }
    for (const auto id : event.columns) {
        const auto* column = table->column(static_cast<schema::ColumnId>(id));
        if (id > 0xFFFF || column == nullptr) continue;
        if (std::ranges::find(table->logged, column->id) != table->logged.end()) continue;
        out.unknown.push_back(column);
    }
    return out;
}

std::optional<schema::Depth> depth_in(const Event& event, std::string_view extra) {
    const auto* value = audit::find_extra<std::uint64_t>(event, extra);
    if (value == nullptr) return std::nullopt;
    return static_cast<schema::Depth>(*value);
}

AuditDetail of_privilege(const Event& event, RowChange change, const access::Facts& facts) {
    constexpr std::string_view column = "privilegedepthmask";
    const auto before = std::string(column) + std::string(before_suffix);
    const auto id = logged_id(event, "privilegeid");
    PrivilegeDetail out;
    out.privilege = id ? schema::privilege(*id) : nullptr;
    if (out.privilege == nullptr) return {};
    if (change != RowChange::gone) out.after = depth_in(event, column);
    if (change != RowChange::made) out.before = depth_in(event, before);
    if (change == RowChange::changed && !out.before) out.before = out.after;
    const auto role = logged_id(event, "roleid");
    if (const auto* held = role ? facts.role(*role) : nullptr) out.unit = held->business_unit;
    return out;
}

AuditDetail of_pair(const Event& event, const schema::Table& pairs) {
    const auto all = schema::associations();
    const auto found = std::ranges::find(all, pairs.name, &schema::Association::intersect);
    if (found == all.end()) return {};
    const auto id = logged_id(event, found->second_column);
    if (!id) return {};
    return RelationshipDetail{found->name, {schema::table(found->second)->id, *id}};
}

AuditDetail of_share(const Event& event) {
    ShareDetail out;
    auto id = logged_id(event, "teamid");
    if (id) out.with.kind = access::PrincipalKind::team;
    if (!id) id = logged_id(event, "systemuserid");
    if (!id) return {};
    out.with.id = *id;
    const auto rights = [&](const std::string& name) {
        const auto* found = audit::find_extra<std::uint64_t>(event, name);
        return found == nullptr ? 0 : static_cast<std::uint32_t>(*found);
    };
    const std::string mask = "accessrightsmask";
    out.after = rights(mask);
    out.before = rights(mask + std::string(before_suffix));
    return out;
}

}  // namespace

bool tells_of_share(const Event& event) {
    using enum audit::Action;
    return event.outcome == audit::Outcome::success && event.record &&
           (event.action == share || event.action == modify_share || event.action == unshare);
}

AuditDetail audit_detail(const Event& event, const access::Facts& facts) {
    if (tells_of_share(event)) return of_share(event);
    const auto change = change_of(event);
    if (change == RowChange::none) return {};
    const auto* table = schema::table(event.table);
    if (table == &schema::known::roleprivileges) return of_privilege(event, change, facts);
    if (table != nullptr && table->intersect) return of_pair(event, *table);
    return of_attributes(event, change);
}

bool changes(const AuditDetail& detail, const Column& column) {
    const auto* attributes = std::get_if<AttributeDetail>(&detail);
    if (attributes == nullptr) return false;
    const auto has = [&](const std::vector<LoggedValue>& values) {
        return std::ranges::find(values, &column, &LoggedValue::column) != values.end();
    };
    return has(attributes->before) || has(attributes->after) ||
           std::ranges::find(attributes->unknown, &column) != attributes->unknown.end();
}

void hide(AuditDetail& detail, std::span<const Column* const> columns) {
    auto* attributes = std::get_if<AttributeDetail>(&detail);
    if (attributes == nullptr) return;
    std::erase_if(attributes->unknown, [&](const Column* one) {
        return std::ranges::find(columns, one) != columns.end();
    });
}

}  // namespace rookery::messages

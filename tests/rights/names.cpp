#include "rights/names.hpp"

#include "messages/pipeline.hpp"
#include "schema/known_tables.hpp"
#include "storage/value_codec.hpp"

#include <algorithm>

namespace rookery::rights {
namespace {

struct Kind {
    std::string_view table;
    std::string_view word;
    std::string_view column;  // that holds the name
};

constexpr Kind kinds[] = {
    {"systemuser", "user", "domainname"},
    {"team", "team", "name"},
    {"businessunit", "unit", "name"},
    {"role", "role", "name"},
    {"fieldsecurityprofile", "profile", "name"},
    {"fieldpermission", "permission on", "attributelogicalname"},
    {"rky_credential", "credential", "rky_name"},
    {"msdyn_octwitterhandlesecret", "record", "msdyn_name"},
    {"msdyn_octwitterhandle", "handle", "msdyn_name"},
    {"msdyn_octwitterapplication", "application", "msdyn_name"},
};

std::string name_of(schema::Depth depth) {
    switch (depth) {
        case schema::Depth::none:
            return "None";
        case schema::Depth::basic:
            return "Basic";
        case schema::Depth::local:
            return "Local";
        case schema::Depth::deep:
            return "Deep";
        case schema::Depth::global:
            return "Global";
    }
    return {};
}

std::string_view name_of(ColumnUse use) {
    switch (use) {
        case ColumnUse::create:
            return "create";
        case ColumnUse::read:
            return "read";
        case ColumnUse::update:
            return "update";
        case ColumnUse::unmask_one:
            return "unmask one record of";
        case ColumnUse::unmask_all:
            return "unmask all records of";
    }
    return {};
}

const schema::Privilege& privilege_of(std::uint16_t id) {
    return *std::ranges::lower_bound(schema::privileges(), id, {}, &schema::Privilege::id);
}

std::string column_name(schema::TableId table, schema::ColumnId column) {
    const auto* known = schema::table(table);
    const auto* found = known == nullptr ? nullptr : known->column(column);
    return found == nullptr ? "?" : std::string(found->name);
}

/// What each kind of message says beyond its own name.
class Describer {
 public:
    explicit Describer(const Names& names) : names_(names) {}

    std::string operator()(const messages::Create& m) const {
        return std::string(m.table->name) + cells(m.input);
    }

    std::string operator()(const messages::Upsert& m) const {
        return names_.of(m.target) + cells(m.input);
    }

    std::string operator()(const messages::Delete& m) const { return names_.of(m.target); }

    std::string operator()(const messages::Retain& m) const { return names_.of(m.target); }

    std::string operator()(const messages::RollbackRetain& m) const {
        return names_.of(m.target) + cells(m.input);
    }

    std::string operator()(const messages::Restore& m) const {
        return names_.of(m.target) + cells(m.input);
    }

    std::string operator()(const messages::Retrieve& m) const {
        return names_.of(m.target) + (m.selection.unmasked ? " unmasked" : "");
    }

    std::string operator()(const messages::RetrieveMultiple& m) const {
        return std::string(m.table->name) + (m.selection.unmasked ? " unmasked" : "");
    }

    std::string operator()(const messages::CreateMultiple& m) const {
        std::string out(m.table->name);
        for (const auto& row : m.rows) out += cells(row);
        return out;
    }

    std::string operator()(const messages::UpsertMultiple& m) const { return items(m); }

    std::string operator()(const messages::UpdateMultiple& m) const { return items(m); }

    std::string operator()(const messages::Associate& m) const { return pair(m); }

    std::string operator()(const messages::Disassociate& m) const { return pair(m); }

    std::string operator()(const messages::AddPrivilegesRole& m) const {
        std::string out = names_.of(m.role) + (m.replace ? " has only" : " gets");
        for (const auto& one : m.privileges) {
            out += " " + std::string(one.privilege->name) + "/" + name_of(one.depth);
        }
        return out;
    }

    std::string operator()(const messages::RemovePrivilegeRole& m) const {
        return names_.of(m.role) + " loses " + std::string(m.privilege->name);
    }

    std::string operator()(const messages::CreateCredential& m) const {
        return "for " + names_.of(m.user);
    }

    std::string operator()(const messages::RevokeCredential& m) const {
        return names_.of(m.credential);
    }

    std::string operator()(const messages::ReassignObjectsSystemUser& m) const {
        return names_.of(m.user) + " to " + names_.of(m.to);
    }

    std::string operator()(const messages::SetBusinessSystemUser& m) const {
        return names_.of(m.user) + " to " + names_.of(m.unit) + ", his records to " +
               names_.of(m.to);
    }

    template <class Other>
    std::string operator()(const Other& m) const {
        if constexpr (requires { names_.of(m.credential); }) return names_.of(m.credential);
        return {};
    }

 private:
    template <class Message>
    std::string items(const Message& m) const {
        std::string out;
        for (const auto& item : m.rows) out += " " + names_.of(item.target) + cells(item.input);
        return out;
    }

    template <class Message>
    std::string pair(const Message& m) const {
        const auto by = m.association != nullptr ? m.association->name : m.relationship->name;
        return names_.of(m.parent) + " and " + names_.of(m.child) + " by " + std::string(by);
    }

    std::string cells(const messages::Input& input) const {
        std::string out;
        for (const auto& cell : input.cells) {
            out += (out.empty() ? " {" : ", ") + std::string(cell.column->name) + ": ";
            out += std::visit([&](const auto& value) { return text(value); }, cell.value);
        }
        return out.empty() ? out : out + "}";
    }

    std::string text(const std::monostate&) const { return "null"; }

    std::string text(bool value) const { return value ? "true" : "false"; }

    std::string text(std::int64_t value) const { return std::to_string(value); }

    std::string text(const std::string& value) const { return "'" + value + "'"; }

    std::string text(const Uuid& value) const { return names_.of(value); }

    std::string text(const messages::Target& value) const { return names_.of(value); }

    std::string text(const SecretBytes&) const { return "a token"; }

    /// What needs no words of its own.
    template <class T>
    std::string text(const T& value) const {
        const auto plain = storage::plain(value);
        const auto* text = std::get_if<std::string>(&plain);
        return text == nullptr ? "a value" : *text;
    }

    const Names& names_;
};

}  // namespace

void Names::learn(std::span<const RowChange> changes) {
    std::vector<std::pair<std::string, Uuid>> named;
    for (const auto& change : changes) {
        const auto& row = change.any();
        const auto kind = std::ranges::find(kinds, row.table->name, &Kind::table);
        if (kind == std::end(kinds)) continue;
        const auto* name = row.get<std::string>(kind->column);
        named.emplace_back(
            std::string(kind->word) + " " + (name == nullptr ? to_string(row.id) : *name), row.id
        );
    }
    std::ranges::sort(named);
    for (auto& [name, id] : named) {
        const auto [at, added] = known_.try_emplace(id);
        if (added) at->second.order = known_.size();
        at->second.name = std::move(name);
    }
}

std::string Names::of(const Uuid& id) const {
    const auto found = known_.find(id);
    if (found != known_.end()) return found->second.name;
    if (id.is_nil()) return "nobody";
    const auto* privilege = schema::privilege(id);
    return privilege == nullptr ? to_string(id) : std::string(privilege->name);
}

std::string Names::of(const messages::Target& target) const {
    if (const auto* id = std::get_if<Uuid>(&target.by)) {
        return known_.contains(*id) ? of(*id) : std::string(target.table->name) + " " + of(*id);
    }
    std::string out = std::string(target.table->name) + " with the key";
    for (const auto& value : std::get<messages::KeyValues>(target.by).values) {
        if (const auto* text = std::get_if<std::string>(&value)) out += " '" + *text + "'";
        if (const auto* row = std::get_if<storage::RowRef>(&value)) out += " " + of(row->id);
    }
    return out;
}

std::string Names::of(const Means& means) const {
    auto out = of(means.user);
    if (means.credential.is_nil()) return out;
    out += " by " + of(means.credential);
    if (!means.plaintext) out += " without plaintext";
    if (!means.administration) out += " without administration";
    return out;
}

std::string Names::of(const PrivilegeRight& right) const {
    auto out = std::string(privilege_of(right.privilege).name) + "/" + name_of(right.depth);
    return right.anchor.is_nil() ? out : out + " from " + of(right.anchor);
}

std::string Names::of(const ColumnRight& right) const {
    return std::string(name_of(right.use)) + " " + column_name(right.table, right.column);
}

std::string Names::of(const Cell& cell) const {
    return column_name(cell.table, cell.column) + " of " + of(cell.record);
}

std::string Names::of(const Grasp& grasp) const {
    const auto name = std::string(privilege_of(grasp.privilege).name);
    switch (grasp.over) {
        case Grasp::Over::own:
            return name + " over his own rows";
        case Grasp::Over::rows_of_team:
            return name + " over the rows of " + of(grasp.id);
        case Grasp::Over::unit:
            return name + " over " + of(grasp.id);
        case Grasp::Over::all:
            return name + " over everything";
    }
    return name;
}

std::vector<Uuid> Names::in_order(std::vector<Uuid> ids) const {
    const auto order = [&](const Uuid& id) {
        const auto found = known_.find(id);
        return found == known_.end() ? std::size_t{0} : found->second.order;
    };
    std::ranges::sort(ids, {}, order);
    return ids;
}

std::string describe(const messages::Message& message, const Names& names) {
    const auto more = std::visit(Describer(names), message);
    const auto name = std::string(messages::facts_of(message).name);
    return more.empty() ? name : name + " " + more;
}

}  // namespace rookery::rights

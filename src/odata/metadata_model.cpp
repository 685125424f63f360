// The metadata of this program: that of the schema, and of all operations.
#include "odata/metadata/model.hpp"
#include "odata/operation_table.hpp"
#include "schema/token_history.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace rookery::odata::metadata {
namespace {

using Bound = OperationShape::Bound;

Bound bound_of(Binding binding) {
    switch (binding) {
        case Binding::unbound:
            return Bound::no;
        case Binding::collection:
            return Bound::to_collection;
        case Binding::row:
            return Bound::to_row;
    }
    return Bound::no;
}

/// Of those that name no table, a collection's make rows, and a row's are about its tokens.
bool is_bound_to(const Operation& operation, const schema::Table& table) {
    if (!operation.table.empty()) return operation.table == table.name;
    if (operation.binding == Binding::collection) return table.writable;
    return operation.binding == Binding::row && schema::has_token_history(table);
}

OperationShape shape_of(const Operation& operation) {
    OperationShape out;
    out.name = operation.name;
    out.action = operation.kind == OperationKind::action;
    out.bound = bound_of(operation.binding);
    for (const auto* table : schema::tables()) {
        if (is_bound_to(operation, *table)) out.tables.push_back(table);
    }
    out.takes.assign(operation.takes.begin(), operation.takes.end());
    for (const auto& parameter : operation.parameters) {
        out.takes.push_back({parameter.name, parameter.type});
    }
    out.gives = operation.gives;
    out.answers = !out.action || !out.gives.empty();
    return out;
}

/// One of each name: an operation that has a row for each of several tables is one that is bound to all of them.
std::vector<OperationShape> shapes() {
    std::vector<OperationShape> out;
    for (const auto* operation : all_operations()) {
        if (operation->status != OperationStatus::built) continue;
        if (operation->name.starts_with('$')) continue;  // of the protocol, and no operation's name
        auto shape = shape_of(*operation);
        const auto same = std::ranges::find(out, shape.name, &OperationShape::name);
        if (same == out.end()) {
            out.push_back(std::move(shape));
        } else {
            same->tables.insert(same->tables.end(), shape.tables.begin(), shape.tables.end());
        }
    }
    return out;
}

}  // namespace

const Model& model() {
    static const Model made{shapes()};
    return made;
}

}  // namespace rookery::odata::metadata

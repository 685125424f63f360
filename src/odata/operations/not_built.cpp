// What Dataverse documents and this service does not have: told apart from misspelt names, so that
// whoever calls it knows that the name is right.
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::not_built {
namespace {

constexpr Operation resource(std::string_view name) {
    return {
        .name = name,
        .kind = OperationKind::resource,
        .status = OperationStatus::not_built,
    };
}

constexpr Operation unbound(OperationKind kind, std::string_view name) {
    return {.name = name, .kind = kind, .status = OperationStatus::not_built};
}

constexpr Operation bound(
    OperationKind kind, std::string_view name, Binding binding, std::string_view table = {}
) {
    return {
        .name = name,
        .kind = kind,
        .binding = binding,
        .table = table,
        .status = OperationStatus::not_built,
    };
}

/// Nor does Dataverse have it for tables like these.
constexpr Operation refused_in(std::string_view words, Operation operation) {
    operation.words = words;
    return operation;
}

/// The bare name of a bound operation. Of those that are built the table knows it by itself.
constexpr Operation without_namespace(OperationKind kind, std::string_view name) {
    return {.name = name, .kind = kind, .status = OperationStatus::unresolved};
}

constexpr auto function = OperationKind::function;
constexpr auto action = OperationKind::action;

constexpr Operation rows[] = {
    resource("$all"),
    resource("$entity"),
    resource("$crossjoin"),
    refused_in(
        "The audit log has no partitions: it is kept whole.",
        unbound(function, "RetrieveAuditPartitionList")
    ),
    refused_in(
        "DeleteMultiple has not yet been implemented.",
        bound(action, "DeleteMultiple", Binding::collection)
    ),
    without_namespace(action, "DeleteMultiple"),
};

}  // namespace

extern constinit const Rows table_rows{rows};

}  // namespace rookery::odata::operations::not_built

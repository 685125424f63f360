// Operation: what the table of operations holds of each. Every other file of this folder is one
// operation in the namespace of its name and ends in its rows; CMake collects them
// (src/odata/CMakeLists.txt). What is addressed as a row or a list of rows is no operation: that is
// read in odata/request.
#pragma once

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/json/json_writer.hpp"
#include "odata/metadata/value.hpp"
#include "odata/request/body_parameters.hpp"
#include "odata/request/parameters.hpp"
#include "odata/request/request_reader.hpp"
#include "odata/response/reply_as.hpp"
#include "odata/response/responder.hpp"
#include "pipeline/reply.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::odata {

/// What the protocol calls it.
enum class OperationKind : std::uint8_t {
    function,  // GET, its parameters in the URL
    action,    // POST, its parameters in the body
    resource,  // another path of the protocol, of which it is only known that it is not built
};

/// Where in a path it stands: at the root, or with its namespace after a collection or a row.
enum class Binding : std::uint8_t { unbound, collection, row };

enum class OperationStatus : std::uint8_t {
    built,
    not_built,   // documented, and answered 501 wherever it is named
    unresolved,  // not addressed this way: answered in Dataverse's words for a wrong binding
};

struct Operation;

/// An operation that is addressed, in the form that its row describes.
struct Call {
    RequestReader& request;
    const Operation& operation;
    /// Of a function: what stands between the parentheses.
    std::optional<std::string_view> arguments;
    const schema::Table* table = nullptr;  // of the collection or row
    messages::Target row = {};             // that it is bound to

    /// For read_parameters and wrong_parameter.
    [[nodiscard]] Function function() const;
};

/// The message; the form of the path, the method and the query options were checked.
using ReadInput = Result<messages::Message> (*)(Call& call);
/// The response to the operation's own reply; nothing for a reply of another type.
using WriteReply = std::optional<http::Response> (*)(
    const Responder& responder, const messages::MessageReply& reply
);

struct Operation {
    std::string_view name;  // the vendor's, without its namespace
    OperationKind kind = OperationKind::action;
    Binding binding = Binding::unbound;
    std::string_view table = {};  // of the rows that it is bound to; empty: of every table
    std::span<const Parameter> parameters = {};  // of a function
    std::span<const metadata::Field> takes =
        {};  // of an action: what its body holds, for $metadata
    std::span<const metadata::Field> gives =
        {};                        // what it answers, for $metadata; none: no type, or 204
    bool ignores_options = false;  // else a query option is refused, since it would mean nothing
    ReadInput read = nullptr;      // null unless it is built
    WriteReply write = nullptr;    // null: its reply has a shape that others have too
    OperationStatus status = OperationStatus::built;
    std::string_view words =
        {};  // of what is not built, where Dataverse refuses it in words of its own
};

/// What a file of this folder adds to the table.
using Rows = std::span<const Operation>;

inline Function Call::function() const { return {operation.name, operation.parameters}; }

/// The message of an operation without parameters.
template <class M>
Result<messages::Message> reads_nothing(Call& call) {
    if (call.operation.kind == OperationKind::action) {
        ROOKERY_CHECK(check_no_parameters(call.request));
    }
    return messages::Message{M{}};
}

namespace detail {

template <class Reply>
std::optional<http::Response> write_own(
    http::Response (*write)(const Responder&, const Reply&), const Responder& responder,
    const messages::MessageReply& reply
) {
    const auto* own = reply_as<Reply>(reply);
    if (own == nullptr) return std::nullopt;
    return write(responder, *own);
}

template <class Reply>
std::optional<http::Response> write_own(
    void (*members)(JsonWriter&, const Reply&), const Responder& responder,
    const messages::MessageReply& reply
) {
    const auto* own = reply_as<Reply>(reply);
    if (own == nullptr) return std::nullopt;
    return responder.result(responder.context().operation->name, [&](JsonWriter& json) {
        members(json, *own);
    });
}

}  // namespace detail

/// `write` takes the operation's own reply by reference and writes the members of its result, or,
/// where headers belong to it, the whole response. This makes of it what the table holds.
template <auto write>
std::optional<http::Response> writes(
    const Responder& responder, const messages::MessageReply& reply
) {
    return detail::write_own(write, responder, reply);
}

}  // namespace rookery::odata
